package figures

import (
	"strings"
	"testing"
)

func TestEveryCitedKeyHasAnEntry(t *testing.T) {
	for _, f := range All() {
		if _, err := BibTeX(append([]string{f.Paper}, f.Cites...)); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
	}
}

func TestEntriesAreWellFormed(t *testing.T) {
	last := ""
	for _, r := range references {
		if r.key <= last {
			t.Errorf("%s stands behind %s; the list is sorted and each key is there once", r.key, last)
		}
		last = r.key
		if !strings.Contains(r.entry, "{"+r.key+",\n") || strings.Count(r.entry, "{") != strings.Count(r.entry, "}") {
			t.Errorf("%s: the entry has another key, or its braces do not match", r.key)
		}
		for _, field := range []string{"author", "title", "year"} {
			if !strings.Contains(r.entry, "\n  "+field+" ") {
				t.Errorf("%s: no %s", r.key, field)
			}
		}
		if year := r.key[len(r.key)-4:]; !strings.Contains(r.entry, "= {"+year+"}") {
			t.Errorf("%s: the year of the entry is not that of the key", r.key)
		}
		if !strings.Contains(r.entry, "doi ") && !strings.Contains(r.entry, "eprint ") {
			t.Errorf("%s: neither doi nor eprint", r.key)
		}
	}
}

func TestBibTeXKeepsTheOrderAndRepeatsNothing(t *testing.T) {
	text, err := BibTeX([]string{"zheng2023", "reck1994", "zheng2023"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(text, "@article") != 2 || strings.Index(text, "zheng2023,") > strings.Index(text, "reck1994,") {
		t.Errorf("got\n%s", text)
	}
	if _, err := BibTeX([]string{"zheng2032"}); err == nil || !strings.Contains(err.Error(), `did you mean "zheng2023"`) {
		t.Errorf("an unknown key gives %v", err)
	}
}
