package bench

import (
	"fmt"
	"slices"
	"strings"
)

// Work is a piece of work that is timed.
type Work struct {
	Name string // in tables
	// Ask is what peers are asked for, in the words of scripts/peers; empty: Name.
	Ask string
	// FMAs is the number of real multiply-adds that the work takes, Bytes how many
	// bytes it must at least move from and to memory beyond all caches; 0: no limit
	// is known from there.
	FMAs, Bytes float64
	// Ours prepares the work for a number of workers; step then does it once.
	Ours func(workers int) (step func() error, err error)
	// Peers that know the work, by the names of discover.go.
	Peers []string
	// Authors is the time in seconds handed down for the authors' code on one core
	// of a similar machine; 0: none.
	Authors float64
	// Over is the name of the work that this one is compared with, and AuthorsOver
	// the published ratio of the two times; 0: none.
	Over        string
	AuthorsOver float64
}

func (w Work) ask() string {
	if w.Ask != "" {
		return w.Ask
	}
	return w.Name
}

// Works returns all pieces of work, in the order of the table.
func Works() []Work { return slices.Concat(products(), waves(), steps(), lenet(), hybrids()) }

// choose returns the works whose name holds one of the given words, regardless of
// case; without words all.
func choose(works []Work, only []string) ([]Work, error) {
	if len(only) == 0 {
		return works, nil
	}
	used := make([]bool, len(only))
	var chosen []Work
	var names []string
	for _, w := range works {
		names = append(names, w.Name)
		found := false
		for i, word := range only {
			if strings.Contains(strings.ToLower(w.Name), strings.ToLower(word)) || strings.Contains(w.ask(), word) {
				used[i], found = true, true
			}
		}
		if found {
			chosen = append(chosen, w)
		}
	}
	for i, word := range only {
		if !used[i] {
			return nil, fmt.Errorf("bench: no work has %q in its name; there are: %s", word, strings.Join(names, ", "))
		}
	}
	return chosen, nil
}
