package main

import (
	"context"
	"fmt"

	"lightfast/pnn/published"
)

// plates checks a file of the diffractive system, whose phase plates are rotated.
func (d *satCheck) plates(context.Context) error {
	net, err := published.ReadD2NN(d.file.Path)
	if err != nil {
		return err
	}
	percent := func(degrees []float64) (all []float64, err error) {
		classes, err := net.Evaluate(d.pool, d.test, d2nnFirst, d2nnCount, degrees)
		for _, list := range classes {
			right := 0
			for k, c := range list {
				if c == d.test.Labels[d2nnFirst+k] {
					right++
				}
			}
			all = append(all, 100*float64(right)/d2nnCount)
		}
		return all, err
	}
	all := d.expected(satPlates)
	for _, e := range all {
		ours, err := percent(e.at)
		if err != nil {
			return err
		}
		d.compare("% by rotation of the plates, degrees"+span(e.at), e, ours, "")
	}
	if len(all) == 0 {
		ours, err := percent([]float64{0})
		if err != nil {
			return err
		}
		d.tell("%, plates in place", ours[0], "")
	}
	return nil
}

// span tells the ends of a sweep.
func span(at []float64) string { return fmt.Sprintf(", %g to %g", at[0], at[len(at)-1]) }
