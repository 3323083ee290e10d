package bundle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// RO-Crate 1.1 (https://www.researchobject.org/ro-crate/1.1/) is linked data in
// JSON about a folder of files: a flat list of entities, of which the first
// describes the list itself and the second, "./", the folder.
const (
	crateContext = "https://w3id.org/ro/crate/1.1/context"
	crateVersion = "https://w3id.org/ro/crate/1.1"
	softwareID   = "#lightfast"
)

// entity is a node of the graph. JSON sorts its keys.
type entity = map[string]any

func id(v string) entity { return entity{"@id": v} }

// ids refers to entities: to one as itself, as the specification wants it, to
// several as a list, to none not at all.
func ids(vs []string) any {
	switch len(vs) {
	case 0:
		return nil
	case 1:
		return id(vs[0])
	}
	list := []entity{}
	for _, v := range vs {
		list = append(list, id(v))
	}
	return list
}

// about is what the metadata and the README say besides the contents.
type about struct {
	software     citation
	authors      []author // of the bundle
	published    string   // date
	publications []publication
}

// title names a bundle by its figures.
func (c *collection) title() string {
	var names []string
	for _, f := range c.conf.Figures {
		names = append(names, f.ID)
	}
	return fmt.Sprintf("Figures %s, profile %s: results, runs and pictures", strings.Join(names, ", "), c.conf.profile().Folder())
}

// crate returns ro-crate-metadata.json for files, which are sorted and lack only
// itself and SHA256SUMS.
func (c *collection) crate(a about, files []file) ([]byte, error) {
	license := "https://spdx.org/licenses/" + a.software.License
	var parts, mentions []string
	for _, f := range c.conf.Figures {
		parts = append(parts, figureFolder(c.conf.profile(), f.ID)+"/")
		mentions = append(mentions, "#draw-"+f.ID)
	}
	for _, f := range files {
		parts = append(parts, f.name)
	}
	for _, r := range c.runs {
		mentions = append(mentions, "#run-"+r.ID())
	}
	root := entity{
		"@id": "./", "@type": "Dataset",
		"name":          c.title(),
		"description":   fmt.Sprintf("%s of profile %s (%s), with the configurations and results of %s, and what it takes to check all of it and to run it again with Lightfast.", count(len(c.conf.Figures), "figure"), c.conf.profile().Folder(), c.conf.Profile.About, count(len(c.runs), "run")),
		"datePublished": a.published,
		"license":       id(license),
		"author":        ids(authorIDs(a.authors)),
		"publisher":     id(authorIDs(a.authors)[0]),
		"hasPart":       ids(append(parts, sumsName)),
		"mentions":      ids(mentions),
		"citation":      ids(publicationIDs(a.publications)),
		"isBasedOn":     id(softwareID),
	}
	graph := []entity{
		{"@id": crateName, "@type": "CreativeWork", "conformsTo": id(crateVersion), "about": id("./")},
		root,
	}
	graph = append(graph, c.figureEntities(a)...)
	graph = append(graph, fileEntities(files)...)
	graph = append(graph, c.actionEntities()...)
	graph = append(graph, c.softwareEntity(a, license), entity{
		"@id": license, "@type": "CreativeWork", "name": a.software.License,
		"description": "licence of the software and of this bundle; its text is in the file " + licenseName, "url": license,
	})
	graph = append(graph, c.dataEntities()...)
	graph = append(graph, publicationEntities(a.publications)...)
	graph = append(graph, authorEntities(a)...)
	for _, e := range graph {
		maps.DeleteFunc(e, func(_ string, v any) bool { return v == nil })
	}
	return indented(entity{
		// The content hash of a file is a term of schema.org that the context of
		// RO-Crate 1.1 does not have yet.
		"@context": []any{crateContext, entity{"sha256": "http://schema.org/sha256"}},
		"@graph":   graph,
	})
}

// authorIDs are the identifiers of authors: their ORCID, or their name.
func authorIDs(as []author) (list []string) {
	for _, a := range as {
		switch {
		case a.ORCID != "":
			list = append(list, a.ORCID)
		default:
			list = append(list, "#"+fragment(a.Name))
		}
	}
	return list
}

// publicationIDs are where publications are found, or their citation keys.
func publicationIDs(ps []publication) (list []string) {
	for _, p := range ps {
		if p.URL != "" {
			list = append(list, p.URL)
		} else {
			list = append(list, "#"+p.Key)
		}
	}
	return list
}

// fragment writes a name as the part of an address behind #.
func fragment(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("._-", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('-')
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// unique keeps the first entity of each identifier.
func unique(es []entity) []entity {
	seen := map[any]bool{}
	return slices.DeleteFunc(es, func(e entity) bool {
		was := seen[e["@id"]]
		seen[e["@id"]] = true
		return was
	})
}
