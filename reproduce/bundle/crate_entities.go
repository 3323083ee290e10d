package bundle

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"lightfast/pnn/artifact"
)

// figureEntities describe the folder of each figure.
func (c *collection) figureEntities(a about) (es []entity) {
	p := c.conf.profile()
	for i, f := range c.figures {
		table, png, svg := figureFiles(p, f.ID)
		var cited []publication
		for _, p := range a.publications {
			if slices.Contains(f.Cites, p.Key) {
				cited = append(cited, p)
			}
		}
		es = append(es, entity{
			"@id": figureFolder(p, f.ID) + "/", "@type": "Dataset",
			"name":        fmt.Sprintf("%s: %s", f.ID, f.Title),
			"description": f.Caption,
			"hasPart":     ids(append([]string{table, png, svg}, c.conf.Figures[i].Notebooks...)),
			"citation":    ids(publicationIDs(cited)),
		})
	}
	return es
}

// fileEntities describe each file with its size and its SHA-256.
func fileEntities(files []file) (es []entity) {
	for _, f := range files {
		format, description := kind(f.name)
		es = append(es, entity{
			"@id": f.name, "@type": "File", "name": path.Base(f.name), "description": description,
			"encodingFormat": format, "contentSize": strconv.Itoa(len(f.data)), "sha256": sha(f.data),
		})
	}
	return append(es, entity{
		"@id": sumsName, "@type": "File", "name": sumsName, "encodingFormat": "text/plain",
		"description": "SHA-256 of every other file, as sha256sum -c reads it",
	})
}

// kind returns the media type of a file and what it holds.
func kind(name string) (format, description string) {
	for _, k := range []struct{ suffix, format, description string }{
		{".checkpoint.arrow", "application/vnd.apache.arrow.file", "parameters of the network at the best epoch, one column a tensor"},
		{".curve.arrow", "application/vnd.apache.arrow.file", "learning curve, one row an epoch"},
		{".confusion.arrow", "application/vnd.apache.arrow.file", "how the test set is classified, one row a pair of classes"},
		{".example.arrow", "application/vnd.apache.arrow.file", "intensities of the first test image by stage and port"},
		{".planes.arrow", "application/vnd.apache.arrow.file", "intensities behind the blocks of the laboratory and of its model, one row a pixel"},
		{".similarity.arrow", "application/vnd.apache.arrow.file", "how far the model's intensities are from the laboratory's, one row a block"},
		{".frames.arrow", "application/vnd.apache.arrow.file", "successive frames of the first test image in the laboratory, one row a frame"},
		{".rotation.arrow", "application/vnd.apache.arrow.file", "accuracy with rotated plates, one row an angle"},
		{".gains.arrow", "application/vnd.apache.arrow.file", "bounds of the amplification by epoch and stage"},
		{".neurons.arrow", "application/vnd.apache.arrow.file", "histograms of the inputs of neurons by epoch and stage"},
		{".sharpness.arrow", "application/vnd.apache.arrow.file", "largest eigenvalue of the Hessian of a hybrid network"},
		{".running.arrow", "application/vnd.apache.arrow.file", "accuracy with running statistics, one row an epoch"},
		{".sweep.arrow", "application/vnd.apache.arrow.file", "accuracy of a trained network under other conditions, one row each"},
		{".arrow", "application/vnd.apache.arrow.file", "the numbers behind a figure, one row a run or a point"},
		{".png", "image/png", "picture of a figure"},
		{".svg", "image/svg+xml", "picture of a figure, in lines"},
		{".ipynb", "application/x-ipynb+json", "notebook of a figure"},
		{configurationName, "application/json", "profile, figures and data sets of the bundle"},
		{".json", "application/json", "configuration of a run, in its canonical encoding"},
		{".bib", "application/x-bibtex", "publications that the figures rest on"},
		{".cff", "application/yaml", "how to cite the software"},
		{".md", "text/markdown", "how to read this bundle and run it again"},
		{artifactSumsName, "text/plain", "SHA-256 of the artifacts below this folder"},
	} {
		if strings.HasSuffix(name, k.suffix) {
			return k.format, k.description
		}
	}
	return "text/plain", "licence"
}

// actionEntities describe the runs, and the drawing of the figures from them.
func (c *collection) actionEntities() (es []entity) {
	p := c.conf.profile()
	files := map[string][]string{}
	for _, r := range c.runs {
		name := r.ID()
		files[name] = runFiles(p, r)
		object := []string{runName(name)}
		for _, d := range c.data[name] {
			object = append(object, dataID(d))
		}
		if r.Deploys() {
			object = append(object, runFiles(p, r.Base())...)
		}
		es = append(es, entity{
			"@id": "#run-" + name, "@type": "CreateAction",
			"name":         "Run " + name,
			"description":  fmt.Sprintf("%s on %s: %s, %s, seed %d", r.Method, r.Data, r.Describe(), count(r.Epochs, "epoch"), r.Seed),
			"instrument":   id(softwareID),
			"object":       ids(object),
			"result":       ids(files[name]),
			"actionStatus": id("http://schema.org/CompletedActionStatus"),
		})
	}
	for _, f := range c.conf.Figures {
		var object []string
		for _, r := range f.Runs {
			object = append(object, files[r]...)
		}
		table, png, svg := figureFiles(p, f.ID)
		es = append(es, entity{
			"@id": "#draw-" + f.ID, "@type": "CreateAction",
			"name":         "Drawing of " + f.ID,
			"description":  fmt.Sprintf("table and picture of %s, from the results of %s", f.ID, count(len(f.Runs), "run")),
			"instrument":   id(softwareID),
			"object":       ids(append([]string{configurationName}, object...)),
			"result":       ids([]string{table, png, svg}),
			"actionStatus": id("http://schema.org/CompletedActionStatus"),
		})
	}
	return es
}

// softwareEntity describes Lightfast as it made the artifacts.
func (c *collection) softwareEntity(a about, license string) entity {
	e := entity{
		"@id": softwareID, "@type": "SoftwareApplication",
		"name":                 a.software.Title,
		"description":          fmt.Sprintf("version of the numerics: %s; the artifacts were written by programs of %s", c.conf.Code, strings.Join(c.goes, ", ")),
		"softwareVersion":      a.software.Version,
		"version":              a.software.Version,
		"license":              id(license),
		"author":               ids(authorIDs(a.software.Authors)),
		"softwareRequirements": "Go",
	}
	if a.software.Repository != "" {
		e["url"] = a.software.Repository
		e["codeRepository"] = a.software.Repository
	}
	if a.software.DOI != "" {
		e["identifier"] = "https://doi.org/" + a.software.DOI
	}
	return e
}

func dataID(d artifact.DataRef) string { return "#data-" + fragment(d.Name) }

// dataEntities describe the data sets, which are not in the bundle.
func (c *collection) dataEntities() (es []entity) {
	for _, d := range c.conf.Data {
		es = append(es, entity{
			"@id": dataID(d), "@type": "CreativeWork", "name": d.Name, "sha256": d.SHA256,
			"description": "data set and number of samples; the SHA-256 is that of the decoded samples, as Lightfast computes it. Not part of this bundle.",
		})
	}
	return es
}

func publicationEntities(ps []publication) (es []entity) {
	for i, of := range publicationIDs(ps) {
		p := ps[i]
		e := entity{
			"@id": of, "@type": "ScholarlyArticle", "name": p.Title, "alternateName": p.Key,
			"author": ids(authorIDs(p.Authors)), "datePublished": p.Year,
		}
		if p.URL != "" {
			e["url"] = p.URL
		}
		if p.Journal != "" {
			e["description"] = p.Journal
		}
		es = append(es, e)
	}
	return es
}

// authorEntities describe everybody who is named.
func authorEntities(a about) (es []entity) {
	all := append(append([]author{}, a.authors...), a.software.Authors...)
	for _, p := range a.publications {
		all = append(all, p.Authors...)
	}
	for i, of := range authorIDs(all) {
		p := all[i]
		e := entity{"@id": of, "@type": "Organization", "name": p.Name}
		if p.Family != "" {
			e["@type"], e["givenName"], e["familyName"] = "Person", p.Given, p.Family
		}
		if p.Affiliation != "" {
			of := "#" + fragment(p.Affiliation)
			e["affiliation"] = id(of)
			es = append(es, entity{"@id": of, "@type": "Organization", "name": p.Affiliation})
		}
		es = append(es, e)
	}
	return unique(es)
}
