package kernel_test

import (
	"context"
	"fmt"
	"os"

	"lightfast/kernel"
	"lightfast/pnn/artifact"
)

// In a notebook the table appears below the cell; here it is printed.
func ExampleShowTable() {
	err := kernel.ShowTable("chips", artifact.Table{Columns: []artifact.Column{
		{Name: "method", Strings: []string{"direct", "PAT"}},
		{Name: "phase error", Unit: "rad", Floats: []float64{0.06, 0.06}},
		{Name: "right", Ints: []int64{712, 941}},
	}})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// method  phase error (rad)  right
	// direct               0.06    712
	// PAT                  0.06    941
}

// A function that is called again whenever a control is moved. Where nobody can
// move one, as here, it is called once.
func ExampleControls() {
	c := kernel.NewControls()
	sigma := c.Slider("phase error (rad)", 0, 0.2, 0.01, 0.06)
	kind := c.Select("errors", "phase", "splitter")
	err := c.Run("accuracy", func(ctx context.Context, out *kernel.Output) error {
		return out.Markdown(fmt.Sprintf("%s errors of %g rad", kind.Value(), sigma.Value()))
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: phase errors of 0.06 rad
}

// A table becomes an artifact that anybody can read and make again.
func ExampleSave() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	kernel.Out = os.Stderr // not what this example is about
	defer func() { kernel.Out = nil }()
	t := artifact.Table{Columns: []artifact.Column{{Name: "phase", Unit: "rad", Floats: []float64{0.5, 1.5}}}}
	p, err := kernel.Save(dir+"/phases", kernel.From{Settings: map[string]int{"seed": 1}}, t)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Kind, string(p.Config))
	// Output: table {"settings":{"seed":1}}
}
