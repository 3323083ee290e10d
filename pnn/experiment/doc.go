// Package experiment turns a run that is described by plain data into results
// that are stored as artifacts.
//
//	run.go            what a run is: system, errors, method, data, protocol, seeds
//	execute.go        train, measure, store; skip what is there, resume what was stopped
//	learn.go          one training, kept after each epoch and taken up again
//	store.go          the files of a run and how they are read back
//	data.go           data sets, encoded once and shared by runs
//	describe.go       what a run is of, in a few words
//	written.go        a checkpoint measured again with other settings
//	diffracting.go    runs of diffractive networks in a laboratory
//	diffracting_later.go  and of the same some days later
//	d2nn.go           and of a nonlinear one, in silico
//	absorbing.go      all that for networks of saturable absorbers
//	hybrid.go         and for networks that are part digital and part optical
//	hybrid_result.go  what these leave behind
//	hybrid_sharpness.go  how steep the loss is around a trained mesh network
//
// The canonical encoding of a run is hashed; the hash names its files, so that a
// result can never be taken for that of another run.
package experiment
