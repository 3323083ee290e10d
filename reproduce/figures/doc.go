// Package figures lists what can be reproduced: each figure of a paper as data,
// the runs that it needs under a profile, and a short renderer that draws it from
// the results of those runs alone.
//
//	figure.go      what a figure is, and the list of all
//	profile.go     how much of the published protocol is run
//	references.go  the publications a figure rests on
//	dat.go         dual adaptive training: the runs of its figures
//	dat_paper.go   the numbers published with it
//	dat_draw.go    its renderers: the results of a figure, what all of them say
//	  dat_draw_accuracy.go   Fig. 4b-e, ED 9, with dat_draw_curves.go
//	  dat_draw_joint.go      Fig. 5c
//	  dat_draw_example.go    Fig. 5a
//	  dat_draw_phases.go     Fig. 5b
//	  dat_draw_confusion.go  Fig. 5d
//	  dat_draw_cost.go       ED 10
//	dat_table.go   the table of the runs and the comparison with the paper
//	guo.go         optical backpropagation: the list of its figures
//	guo_profile.go how much of its protocol is run
//	guo_runs.go    the networks of its figures
//	guo_trial.go   one network from several seeds: means, gaps, table
//	guo_paper.go   the numbers published with it
//	  guo_draw_response.go   Fig. 2, 3c, 3e: no network
//	  guo_draw_neurons.go    Fig. 3b
//	  guo_draw_random.go     Fig. 3d
//	  guo_draw_accuracy.go   Fig. 4a, 4b
//	  guo_draw_gain.go       Fig. S2, S3
//	  guo_draw_power.go      the estimate of the optical power
//	  guo_draw_beyond.go     noise and depth, beyond the paper
//	sat_hybrids.go networks before a mesh or a display-modulator product
//	sat_hybrids_profile.go  how much of their protocol is run
//	  sat_draw_hybrid.go     what their figures share
//	  sat_draw_fig4c.go      Fig. 4c
//	  sat_draw_fig4d.go      Fig. 4d
//	  sat_draw_fig5e.go      Fig. 5e
//	  sat_draw_loaded.go     Fig. S8
//	  sat_draw_stability.go  Fig. S10, S11
//	  sat_draw_table1.go     Table 1
//	complexity.go  operation counts of the training methods, from those of their
//	               steps (complexity_step.go) and parts (complexity_parts.go)
package figures
