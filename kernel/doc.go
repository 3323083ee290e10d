// Package kernel is what a notebook cell imports to show things, to train with a
// live view, to be moved by sliders, and to keep results. Under the notebook
// kernel things appear below the cell; everywhere else, as in a program or a
// test, the same calls write files and plain text.
//
//	err := kernel.Show("accuracy", fig)                     // a figure of pnn/figure
//	err := kernel.Train(kernel.Context(), "dat", session)   // curves while it trains
//	_, err := kernel.Save("sweep", from, table)             // sweep.arrow, with its provenance
//
// Interrupting the kernel (Ctrl-C in a terminal) ends [Context], upon which
// [Train] stops and leaves the session as it was after its last whole epoch. The
// rest of the cell has five seconds to show or save that.
//
// Whatever is shown has reached the notebook when the call returns, also if the
// cell ends or panics right after it; see deliver.go for why that takes an effort.
// Each cell is a program of its own: variables do not survive it, files do.
//
//	deliver.go    how things reach the notebook, and never get lost;  order_*.go  in order
//	output.go     Output: a place below the cell that is filled again and again
//	show.go       Show, ShowSVG, ShowImage, ShowTable, ShowMarkdown
//	picture.go    PhaseMap, Field and Confusion: figures of what this field looks at
//	images.go     Images: a sheet of small pictures
//	table.go      tables as HTML and as text
//	interrupt.go  Context
//	train.go      Train;  live.go  its view
//	controls.go   Controls: sliders, selects and buttons;  widgets.go, *.js  their page
//	save.go       Save, SaveNetwork and CurveTable
package kernel
