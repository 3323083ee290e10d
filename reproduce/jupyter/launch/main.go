// Command launch is the notebook kernel's launcher, installed as
// lightfast-kernel beside GoNB. Jupyter starts it as kernel.json says; see
// package jupyter.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"lightfast/reproduce/jupyter"
)

func main() {
	var s jupyter.Start
	flag.StringVar(&s.Connection, "connection", "", "connection file, from Jupyter")
	flag.StringVar(&s.Module, "module", "", "root of the module that the kernel was installed from")
	flag.StringVar(&s.Go, "go", "", "go command, for where the PATH has none")
	flag.Parse()
	self, err := os.Executable()
	if err == nil {
		s.Bin = filepath.Dir(self)
		err = s.Run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lightfast-kernel:", err)
		os.Exit(1)
	}
}
