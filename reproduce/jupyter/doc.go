// Package jupyter brings Lightfast into Jupyter: it installs, starts, examines
// and removes the notebook kernel, so that a cell of any notebook in any folder
// imports lightfast/... with no path and no setup.
//
// The kernel is GoNB, in the version that go.mod pins as a tool. An installed
// kernel is one folder below Jupyter's data folder:
//
//	kernels/lightfast/
//	    kernel.json               what Jupyter starts (the kernelspec)
//	    logo-32x32.png, logo-64x64.png
//	    bin/lightfast-kernel      the launcher, which calls [Start]
//	    bin/gonb, bin/goimports   built here, in the versions that go.mod pins
//
// The launcher looks for a Lightfast module around the notebook's folder, so
// that a notebook within a checkout uses that checkout, and else takes the one
// it was installed from. When it cannot start GoNB (the module has moved, Go is
// missing or too old) it answers every cell with the reason and the remedy
// itself, rather than dying without a word.
//
// Cells are compiled in a workspace of that module, from the build cache that
// [Install] has warmed, without network. They have the modules that go.mod pins;
// a notebook that sets GOPROXY (%env GOPROXY=direct) may have others.
//
//	options.go    what is installed where
//	folders.go    Jupyter's folders
//	module.go     the enclosing module
//	toolchain.go  the Go command, its version, the environment of cells
//	build.go      GoNB, goimports and the launcher
//	warm.go       compiling ahead what notebooks import
//	spec.go       kernel.json;  logo.go  the logo
//	install.go    Install and Uninstall;  list.go  List
//	find.go       where Jupyter is
//	doctor.go     Doctor: what is missing and what to do about it
//	start.go      Start: what the launcher does, become_*.go: its last step
//	explain.go    the kernel that only says why the real one cannot start
package jupyter
