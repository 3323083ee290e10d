package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"
)

// readTimings reads the seconds that runs took, by "profile,run".
func readTimings(path string) (map[string]float64, error) {
	m := map[string]float64{}
	if path == "" {
		return m, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w; the file only holds how long runs took and may be removed", path, err)
	}
	for _, r := range rows {
		if len(r) == 3 {
			if s, err := strconv.ParseFloat(r[2], 64); err == nil {
				m[r[0]+","+r[1]] = s
			}
		}
	}
	return m, nil
}

// duration writes seconds, empty for none.
func duration(seconds float64) string {
	if !(seconds > 0) {
		return ""
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}
