// Package nearest finds the name that was probably meant, for error messages.
package nearest

import (
	"fmt"
	"strings"
)

// Suggest returns ` (did you mean "name"?)` with the name that is the fewest
// edits away from what was typed, letter case aside, or nothing if none is near.
func Suggest(typed string, names []string) string {
	best, least := "", len(typed)/2+2
	for _, n := range names {
		if d := edits(strings.ToLower(typed), strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// edits is the number of bytes to insert, delete or replace (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
