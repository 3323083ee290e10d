// Package bench times lightfast at pieces of work that others can do too, beside
// those others (OpenBLAS, FFTW, PyTorch), and measures how its cost grows.
//
//	run.go       Run and its options: what the command calls
//	work.go      a piece of work, and the list of all
//	products.go  matrix products and sines: package lane against BLAS
//	steps.go     training steps: package train against PyTorch
//	lenet.go     training steps of LeNet: package hybrid against PyTorch
//	waves.go     Fourier transforms and propagation: package fft against FFTW
//	peer.go      a peer: a process that speaks a line protocol
//	discover.go  which peers there are, and what to install for the others
//	compare.go   ours and theirs in turn, medians, ratios
//	peak.go      what the machine can do at best
//	table.go     the table on the screen
//	csv.go       the same with all numbers, as a file
//	plot.go      the same as a figure
//	scaling.go   sweeps over sizes, fitted exponents
//
// # What is compared
//
// For each piece of work and number of threads every party first runs once
// untimed. Then come rounds: ours, then each peer, and so on, so that a machine
// that slows down or is shared slows all alike. A party repeats its work for at
// least 50 ms and divides. Medians over the rounds are compared: a ratio above 1
// says that the peer takes longer.
//
// The share of the peak is the least time that the machine needs, divided by the
// time taken: the multiply-adds of the work at the measured peak rate, or the
// bytes it must move at the measured speed of copying, whichever takes longer.
// More than 100 % of memory says that a large cache held what was counted.
//
// The peers are programs in scripts/peers; their README tells the protocol and
// how to install what they need. A peer that is missing or fails is named in the
// table with the remedy, and the others are timed all the same.
package bench
