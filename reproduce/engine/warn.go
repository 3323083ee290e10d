package engine

import "lightfast/pnn/experiment"

// Warnings are the ways in which runs propagate light less than exactly, those of each
// system once, with the system in front. They are remarks for a person and no part of a
// result.
func Warnings(runs ...experiment.Run) (list []string) {
	seen := map[string]bool{}
	for _, r := range runs {
		system := r.Describe()
		if seen[system] {
			continue
		}
		seen[system] = true
		ws, err := r.Warnings()
		if err != nil {
			continue // the run itself says why it cannot be run
		}
		for _, w := range ws {
			list = append(list, system+": "+w)
		}
	}
	return list
}
