package bundle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lightfast/pnn/experiment"
)

// node is what the check reads of an entity.
type node struct {
	ID            string `json:"@id"`
	Type          any    `json:"@type"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	DatePublished string `json:"datePublished"`
	Format        string `json:"encodingFormat"`
	Size          string `json:"contentSize"`
	SHA256        string `json:"sha256"`
	ConformsTo    links  `json:"conformsTo"`
	About         links  `json:"about"`
	License       links  `json:"license"`
	HasPart       links  `json:"hasPart"`
	Mentions      links  `json:"mentions"`
	Instrument    links  `json:"instrument"`
	Object        links  `json:"object"`
	Result        links  `json:"result"`
	Author        links  `json:"author"`
	Citation      links  `json:"citation"`
}

// links are references to other entities: one or a list.
type links []string

func (l *links) UnmarshalJSON(text []byte) error {
	type ref struct {
		ID string `json:"@id"`
	}
	var many []ref
	if err := json.Unmarshal(text, &many); err != nil {
		many = make([]ref, 1)
		if err := json.Unmarshal(text, &many[0]); err != nil {
			return err
		}
	}
	for _, r := range many {
		*l = append(*l, r.ID)
	}
	return nil
}

// checkCrate compares the metadata with what the bundle holds and returns a line
// for each thing that is not so. size and sum are those of all files but
// SHA256SUMS and the metadata itself.
func checkCrate(text []byte, conf configuration, runs []experiment.Run, size map[string]int, sum map[string]string) (problems []string) {
	say := func(format string, args ...any) {
		problems = append(problems, crateName+": "+fmt.Sprintf(format, args...))
	}
	var crate struct {
		Context any    `json:"@context"`
		Graph   []node `json:"@graph"`
	}
	if err := json.Unmarshal(text, &crate); err != nil {
		say("it is no RO-Crate metadata: %v", err)
		return problems
	}
	if list, ok := crate.Context.([]any); crate.Context != crateContext && !(ok && slices.Contains(list, any(crateContext))) {
		say("@context does not name %s", crateContext)
	}
	nodes := map[string]node{}
	for _, n := range crate.Graph {
		if _, twice := nodes[n.ID]; twice || n.ID == "" {
			say("the entity %q is there twice or has no name", n.ID)
		}
		nodes[n.ID] = n
	}
	if d := nodes[crateName]; !slices.Equal(d.About, links{"./"}) || !slices.Equal(d.ConformsTo, links{crateVersion}) {
		say("the entity %s is about %v and conforms to %v, expected ./ and %s", crateName, d.About, d.ConformsTo, crateVersion)
	}
	root := nodes["./"]
	if root.Type != "Dataset" || root.Name == "" || root.Description == "" || root.DatePublished == "" || len(root.License) != 1 || len(root.Author) == 0 {
		say("the entity ./ lacks one of type Dataset, name, description, datePublished, license and author")
	}
	for _, n := range crate.Graph {
		for _, l := range slices.Concat(n.ConformsTo, n.About, n.License, n.HasPart, n.Mentions, n.Instrument, n.Object, n.Result, n.Author, n.Citation) {
			if _, ok := nodes[l]; !ok && !strings.HasPrefix(l, "https://w3id.org/ro/crate/") {
				say("%s refers to %s, which is not described", n.ID, l)
			}
		}
		if _, ok := size[n.ID]; n.Type == "File" && !ok && n.ID != sumsName {
			say("it describes %s, which is not there", n.ID)
		}
	}
	for _, name := range sorted(size) {
		n := nodes[name]
		switch {
		case n.Type != "File":
			say("%s is not described", name)
		case n.Size != strconv.Itoa(size[name]) || n.SHA256 != sum[name]:
			say("%s has %s bytes with SHA-256 %.12s..., the file has %d with %.12s...", name, n.Size, n.SHA256, size[name], sum[name])
		case n.Format == "":
			say("%s has no encodingFormat", name)
		case !slices.Contains(root.HasPart, name):
			say("%s is not listed as a part of ./", name)
		}
	}
	p := conf.profile()
	for _, f := range conf.Figures {
		table, png, svg := figureFiles(p, f.ID)
		n := nodes[figureFolder(p, f.ID)+"/"]
		if n.Type != "Dataset" || !holds(n.HasPart, table, png, svg) || !slices.Contains(root.HasPart, n.ID) {
			say("figure %s is not described as a part with its table and pictures", f.ID)
		}
	}
	for _, r := range runs {
		n := nodes["#run-"+r.ID()]
		if n.Type != "CreateAction" || !holds(n.Object, runName(r.ID())) || !holds(n.Result, runFiles(p, r)...) || !slices.Equal(n.Instrument, links{softwareID}) {
			say("run %s is not described as an action of %s from its configuration to its artifacts", r.ID(), softwareID)
		}
	}
	return problems
}

// holds tells whether all names are among l.
func holds(l links, names ...string) bool {
	for _, n := range names {
		if !slices.Contains(l, n) {
			return false
		}
	}
	return true
}

// sorted returns the keys of m in order.
func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
