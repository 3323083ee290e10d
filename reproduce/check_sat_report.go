package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
)

// expected lists what the file under way must give.
func (d *satCheck) expected(q satQuantity) (all []satExpectation) {
	for _, e := range satExpected {
		if e.system == d.file.System && e.file == filepath.Base(d.file.Path) && e.quantity == q {
			all = append(all, e)
		}
	}
	return all
}

// agrees tells whether a number is what was expected.
func (e satExpectation) agrees(ours, want float64) bool {
	switch {
	case e.within > 0:
		return math.Abs(ours-want) <= e.within*(1+1e-9)
	case e.relative > 0:
		return math.Abs(ours-want) <= e.relative*math.Abs(want)
	}
	return e.same(ours, want)
}

// same tells whether all printed digits agree.
func (e satExpectation) same(ours, want float64) bool {
	unit := 1.0
	for range e.decimals {
		unit /= 10
	}
	return math.Abs(ours-want) <= unit/2+1e-9
}

func (e satExpectation) print(v float64) string { return strconv.FormatFloat(v, 'f', e.decimals, 64) }

// printOurs shows the hundredths of a per cent that 10,000 images have.
func (e satExpectation) printOurs(v float64) string {
	if e.quantity == satAccuracy {
		e.decimals = 2
	}
	return e.print(v)
}

// line prints a line about the file under way.
func (d *satCheck) line(what, said string) {
	fmt.Fprintf(d.w, "%-8s %-30s %-44s %s\n", d.file.System, filepath.Base(d.file.Path), what, said)
}

// compare prints our numbers and holds them against an expectation; beside is said
// with them.
func (d *satCheck) compare(what string, e satExpectation, ours []float64, beside string) {
	var numbers, misses []string
	same := true
	for i, v := range ours {
		numbers = append(numbers, e.printOurs(v))
		if math.IsNaN(e.want[i]) {
			continue
		}
		d.compared++
		same = same && e.same(v, e.want[i])
		if !e.agrees(v, e.want[i]) {
			d.missed++
			at := ""
			if e.at != nil {
				at = fmt.Sprintf(" at %g", e.at[i])
			} else if len(ours) > 1 {
				at = fmt.Sprintf(" at number %d", i+1)
			}
			misses = append(misses, fmt.Sprintf("%s instead of %s%s", e.printOurs(v), e.print(e.want[i]), at))
		}
	}
	if len(numbers) > 30 {
		numbers = []string{fmt.Sprintf("%d numbers", len(numbers))} // more than a line can show
	}
	verdict := "the same"
	switch {
	case len(misses) > 0:
		verdict = "MISSED " + strings.Join(misses, ", ")
	case !same && e.within > 0:
		verdict = fmt.Sprintf("within %.3g of", e.within)
	case !same:
		verdict = fmt.Sprintf("within %g %% of", 100*e.relative)
	}
	if len(misses) == 0 && !same {
		var want []string
		for _, v := range e.want {
			if math.IsNaN(v) {
				want = append(want, "-")
				continue
			}
			want = append(want, e.print(v))
		}
		verdict += " " + strings.Join(want, " ")
	}
	if beside != "" {
		beside = "; " + beside
	}
	d.line(what, fmt.Sprintf("%s  %s%s (%s)", strings.Join(numbers, " "), verdict, beside, e.source))
}

// tell prints a number of which nothing is published.
func (d *satCheck) tell(what string, percent float64, beside string) {
	if beside != "" {
		beside = "; " + beside
	}
	d.line(what, fmt.Sprintf("%.2f  nothing is published%s", percent, beside))
}

// accuracy compares a percentage with what is published, if anything is.
func (d *satCheck) accuracy(what string, q satQuantity, percent float64, beside string) {
	all := d.expected(q)
	for _, e := range all {
		d.compare(what, e, []float64{percent}, beside)
	}
	if len(all) == 0 {
		d.tell(what, percent, beside)
	}
}
