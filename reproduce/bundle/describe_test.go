package bundle

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lightfast/reproduce/figures"
)

func TestCitationFiles(t *testing.T) {
	c, err := parseCitation(`# how to cite
cff-version: 1.2.0
title: "Light: fast"   # quoted
type: software
authors:
  - family-names: Zhang
    given-names: 'Wei'
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: Institute of Light
    email: nobody@example.org

  - name: The others
version: 1.2.3 # plain
license: MIT
repository-code: https://example.org/lightfast
date-released: 2026-03-01
references:
  - type: article
    title: Not this one
    authors:
      - family-names: Nor
        given-names: This
`)
	want := citation{Title: "Light: fast", Version: "1.2.3", License: "MIT", Repository: "https://example.org/lightfast", Released: "2026-03-01", Authors: []author{
		{Name: "Wei Zhang", Given: "Wei", Family: "Zhang", ORCID: "https://orcid.org/0000-0002-1825-0097", Affiliation: "Institute of Light"},
		{Name: "The others"},
	}}
	if err != nil || !reflect.DeepEqual(c, want) {
		t.Errorf("%+v, %v, expected\n%+v", c, err, want)
	}
	const rest = "version: 1\nlicense: MIT\nauthors:\n  - name: x\n"
	for _, bad := range []struct{ text, want string }{
		{"", "no title"},
		{"title: x\n", "no version"},
		{"title: x\nversion: 1\nlicense: MIT\n", "no authors"},
		{"title: x\nversion: 1\nlicense: MIT\nauthors:\n  - orcid: x\n", "author 1 has no name"},
		{"title: x\nversion: 1\nlicense: MIT\nauthors:\n  name: x\n", "line 5"},
		{"title: |\n  x\n" + rest, "line 1: title"},
		{"title: \"x\n" + rest, "line 1: title"},
		{`title: "a \" b"` + "\n" + rest, "line 1: title"},
		{"nonsense\n" + rest, "line 1"},
	} {
		if _, err := parseCitation(bad.text); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%q: %v, expected an error about %s", bad.text, err, bad.want)
		}
	}
}

func TestEveryReferenceOfAFigureIsDescribed(t *testing.T) {
	for _, f := range figures.All() {
		ps, err := publications(f.Cites)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			if p.Title == "" || p.URL == "" || len(p.Authors) == 0 || p.Year == "" || strings.ContainsAny(p.Title+p.Authors[0].Name, `{}\`) {
				t.Errorf("%s: %+v", p.Key, p)
			}
		}
	}
	ps, err := publications([]string{"lecun1998", "kingma2015"})
	if err != nil {
		t.Fatal(err)
	}
	if got := ps[0].Authors[1]; got != (author{Name: "Léon Bottou", Given: "Léon", Family: "Bottou"}) {
		t.Errorf("an author is %+v", got)
	}
	if ps[0].URL != "https://doi.org/10.1109/5.726791" || ps[1].URL != "https://arxiv.org/abs/1412.6980" || ps[1].Title != "Adam: A Method for Stochastic Optimization" {
		t.Errorf("%+v", ps)
	}
}

func TestMetadataNameAuthorsAndDate(t *testing.T) {
	o := results(t, "dat-ed10")
	o.Authors, o.Published = []string{"Müller, Jane", "The lab"}, "2031-12-24"
	text := at(t, filesOf(t, write(t, o)), crateName).data
	var crate struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(text, &crate); err != nil {
		t.Fatal(err)
	}
	by := map[string]map[string]any{}
	for _, e := range crate.Graph {
		by[e["@id"].(string)] = e
	}
	root := by["./"]
	if got := fmt.Sprint(root["author"]); got != "[map[@id:#Jane-M%C3%BCller] map[@id:#The-lab]]" || root["datePublished"] != "2031-12-24" {
		t.Errorf("authors %s, date %v", got, root["datePublished"])
	}
	if e := by["#Jane-M%C3%BCller"]; e["@type"] != "Person" || e["familyName"] != "Müller" || e["name"] != "Jane Müller" {
		t.Errorf("an author is %v", e)
	}
	if e := by["https://doi.org/10.1038/s42256-023-00723-4"]; e["name"] != "Dual adaptive training of photonic neural networks" {
		t.Errorf("a citation is %v", e)
	}
	if e := by[softwareID]; e["softwareVersion"] == nil || e["author"] == nil {
		t.Errorf("the software is %v", e)
	}
}

func TestCheckoutIsFound(t *testing.T) {
	root, err := enclosing(".")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, citationName)); err != nil {
		t.Error(err)
	}
	if _, err := enclosing(t.TempDir()); err == nil || !strings.Contains(err.Error(), "checkout") {
		t.Errorf("outside a checkout: %v", err)
	}
	// Without Root, the documents of this checkout go into the bundle.
	o := results(t, "dat-ed10")
	o.Root = ""
	if err := Write(context.Background(), o); err != nil {
		t.Error(err)
	}
}
