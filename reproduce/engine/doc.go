// Package engine expands figures into runs, executes those that have no result
// yet, draws the figures from artifacts alone and verifies what is stored.
//
//	plan.go     which runs, in which order, and how long they will take
//	engine.go   execution with bounded workers
//	status.go   what a person sees meanwhile
//	draw.go     figures and their tables, from artifacts
//	verify.go   are the artifacts whole, and do runs give the same again
//
// An output folder holds dat/runs/PROFILE with the artifacts of runs, and
// dat/FIGURE/PROFILE with the table and the picture of each figure.
package engine
