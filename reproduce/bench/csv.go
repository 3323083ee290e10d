package bench

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
)

// columns of the file of results: one row for each work, number of threads and
// party. Times are seconds of one execution; seconds lists them by round.
var columns = []string{
	"work", "threads", "who", "version", "note", "runs", "median_s", "least_s", "most_s", "ratio_to_ours",
	"share_of_peak", "bound", "fma", "bytes", "peak_fma_per_s", "peak_bytes_per_s", "authors_handed_down_s", "seconds", "error",
}

// resultsCSV writes all results with all their numbers; what is not known stays
// empty.
func resultsCSV(results []Result, peaks map[int]peak) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(columns); err != nil {
		return nil, err
	}
	for _, r := range results {
		pk := peaks[r.Threads]
		for i, t := range append([]Timing{r.Ours}, r.Peers...) {
			least, most := math.NaN(), math.NaN()
			if len(t.Seconds) > 0 {
				least, most = slices.Min(t.Seconds), slices.Max(t.Seconds)
			}
			rounds := make([]string, len(t.Seconds))
			for j, s := range t.Seconds {
				rounds[j] = number(s)
			}
			relative := 1.0
			part, bound := r.Share, r.Bound
			if i > 0 {
				relative = r.Ratio(t)
				part, bound = pk.share(r.Work, t.Median())
			}
			if math.IsNaN(part) {
				bound = ""
			}
			failed := ""
			if t.Err != nil {
				failed = t.Err.Error()
			}
			if err := w.Write([]string{
				r.Work.Name, strconv.Itoa(r.Threads), t.Who, t.Version, t.Note, strconv.Itoa(len(t.Seconds)),
				number(t.Median()), number(least), number(most), number(relative), number(part), bound,
				known(r.Work.FMAs), known(r.Work.Bytes), known(pk.FMAs), known(pk.Bytes), known(r.Work.Authors), strings.Join(rounds, " "), failed,
			}); err != nil {
				return nil, err
			}
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// number writes a number in full; empty: not known.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// known is number for quantities of which 0 means that they are not known.
func known(v float64) string {
	if v == 0 {
		return ""
	}
	return number(v)
}
