package bundle

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/device"
	"lightfast/pnn/experiment"
	"lightfast/pnn/mesh"
)

// forged packs files again after a change, with sums that agree, as somebody
// would who knows the format.
func forged(t *testing.T, files []file) string {
	t.Helper()
	files = slices.DeleteFunc(files, func(f file) bool { return f.name == sumsName })
	byName := func(a, b file) int { return cmp.Compare(a.name, b.name) }
	slices.SortFunc(files, byName)
	files = append(files, file{sumsName, sums(files, "")})
	slices.SortFunc(files, byName)
	data, err := pack(files)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "forged.zip")
	put(t, path, data)
	return path
}

// at returns the first file whose name contains part.
func at(t *testing.T, files []file, part string) *file {
	t.Helper()
	for i := range files {
		if strings.Contains(files[i].name, part) {
			return &files[i]
		}
	}
	t.Fatalf("no file %s", part)
	return nil
}

func replace(f *file, old, new string) {
	f.data = bytes.Replace(f.data, []byte(old), []byte(new), 1)
}

func TestVerifyFindsForgeries(t *testing.T) {
	good := filesOf(t, write(t, results(t)))
	for _, c := range []struct {
		name  string
		forge func(files []file) []file
		want  []string
	}{
		{"a flipped bit in an artifact", func(fs []file) []file {
			f := at(t, fs, ".checkpoint.arrow")
			f.data = bytes.Clone(f.data)
			f.data[len(f.data)/2] ^= 1
			return fs
		}, []string{".checkpoint.arrow: damaged: the seal", "artifacts/SHA256SUMS: it does not list"}},
		{"artifacts of two runs exchanged", func(fs []file) []file {
			a, b := at(t, fs, "pat_glyphs"), at(t, fs, "in-silico_glyphs")
			a.data, b.data = b.data, a.data
			return fs
		}, []string{"pat_glyphs", "of another run than its name says", "in-silico_glyphs"}},
		{"tables of two figures exchanged", func(fs []file) []file {
			a, b := at(t, fs, "ed10/quick/sweep.arrow"), at(t, fs, "fig5c/quick/sweep.arrow")
			a.data, b.data = b.data, a.data
			return fs
		}, []string{`it is of figure "dat-fig5c" and profile "quick", expected dat-ed10`}},
		{"another program's file", func(fs []file) []file {
			at(t, fs, ".curve.arrow").data = []byte("ARROW1, says who?")
			return fs
		}, []string{".curve.arrow: damaged"}},
		{"an artifact left out", func(fs []file) []file {
			return slices.DeleteFunc(fs, func(f file) bool { return strings.Contains(f.name, "fig5c.png") })
		}, []string{"fig5c.png: missing", "describes artifacts/dat/fig5c/quick/fig5c.png, which is not there"}},
		{"a file too many", func(fs []file) []file { return append(fs, file{"artifacts/run-me.sh", []byte("#!/bin/sh")}) },
			[]string{"artifacts/run-me.sh: it does not belong", "artifacts/run-me.sh is not described"}},
		{"a run with another seed", func(fs []file) []file {
			replace(at(t, fs, "configuration/runs/pat"), `"seed":1`, `"seed":2`)
			return fs
		}, []string{"it describes run pat_glyphs"}},
		{"a run in another form", func(fs []file) []file {
			replace(at(t, fs, "configuration/runs/pat"), `{"system"`, `{ "system"`)
			return fs
		}, []string{"not the canonical encoding"}},
		{"a run with a field of its own", func(fs []file) []file {
			replace(at(t, fs, "configuration/runs/pat"), `{"system"`, `{"shell":"rm -rf /","system"`)
			return fs
		}, []string{`unknown field "shell"`}},
		{"a run left out", func(fs []file) []file {
			return slices.DeleteFunc(fs, func(f file) bool { return strings.HasPrefix(f.name, "configuration/runs/pat") })
		}, []string{"configuration/runs/pat", "missing"}},
		{"a base left out", func(fs []file) []file {
			f := at(t, fs, configurationName)
			base := filepath.Base(strings.TrimSuffix(at(t, fs, "configuration/runs/in-silico").name, ".json"))
			f.data = bytes.ReplaceAll(f.data, []byte(`"`+base+`",`), nil)
			return fs
		}, []string{"measures the result of in-silico"}},
		{"other data", func(fs []file) []file {
			replace(at(t, fs, configurationName), "glyphs train 96", "glyphs train 97")
			return fs
		}, []string{"made from glyphs train 96"}},
		{"another version", func(fs []file) []file {
			replace(at(t, fs, configurationName), experiment.Code, "lightfast 9")
			return fs
		}, []string{"the bundle says lightfast 9"}},
		{"metadata that lie", func(fs []file) []file {
			f := at(t, fs, crateName)
			replace(f, `"contentSize": "`, `"contentSize": "1`)
			replace(f, "CreateAction", "Action")
			replace(f, crateContext, "https://example.org")
			return fs
		}, []string{"bytes with SHA-256", "is not described as an action", "@context"}},
		{"metadata about another folder", func(fs []file) []file {
			replace(at(t, fs, crateName), `"@id": "./"`, `"@id": "/"`)
			return fs
		}, []string{"is about [/]", "refers to /, which is not described"}},
		{"metadata without a date and with a hole", func(fs []file) []file {
			f := at(t, fs, crateName)
			replace(f, `"datePublished"`, `"dateCreated"`)
			replace(f, `"@id": "LICENSE",`, `"@id": "LICENCE",`)
			return fs
		}, []string{"./ lacks one of", "it describes LICENCE, which is not there", "LICENSE is not described"}},
		{"no metadata", func(fs []file) []file { at(t, fs, crateName).data = []byte("[]"); return fs }, []string{"no RO-Crate"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t, forged(t, c.forge(slices.Clone(good))))
			var said bytes.Buffer
			s, err := b.Verify(&said)
			if err != nil || s.OK() {
				t.Fatalf("%+v, %v", s, err)
			}
			for _, want := range c.want {
				if !strings.Contains(strings.Join(s.Problems, "\n"), want) || !strings.Contains(said.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, said.String())
				}
			}
			if s, err := b.Rerun(context.Background(), RerunOptions{}, io.Discard); err != nil || s.OK() || s.Same > 0 {
				t.Errorf("a bundle with problems is run again: %+v, %v", s, err)
			}
		})
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	good := filesOf(t, write(t, results(t, "dat-ed10")))
	for _, c := range []struct{ old, new, want string }{
		{`"format": 1`, `"format": 2`, "update Lightfast"},
		{`"format": 1`, `"format": "x"`, "no format number"},
		{`"format": 1`, `"format": 1, "hook": "x"`, `unknown field "hook"`},
		{`"name": "quick"`, `"name": "../../quick"`, "profile.name"},
		{`"protocol": "published"`, `"protocol": "../x"`, "profile.template.protocol"},
		{`"id": "dat-ed10"`, `"id": "dat-../ed10"`, "figures[0].id"},
		{`"id": "dat-ed10"`, `"id": "ed10"`, "figures[0].id"},
		{`"runs": []`, `"runs": ["../x"]`, "figures[0].runs"},
		{`"notebooks": []`, `"notebooks": ["README.md"]`, "figures[0].notebooks"},
		{`"notebooks": []`, `"notebooks": ["notebooks/../x"]`, "figures[0].notebooks"},
		{`"glyphs"`, ``, "0 data sets"},
		{`"sigmas": [`, `"sigmas": [` + strings.Repeat("1,", maxLevels), "1002 entries"},
	} {
		files := slices.Clone(good)
		f := at(t, files, configurationName)
		if !bytes.Contains(f.data, []byte(c.old)) {
			t.Fatalf("the configuration has no %s", c.old)
		}
		replace(f, c.old, c.new)
		refused(t, slurp(t, forged(t, files)), c.want)
	}
}

func TestRunsThatAreRefused(t *testing.T) {
	r := results(t).Results.Plan()[0]
	if _, err := parseRun(r.ID(), r.Canonical()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change func(r *experiment.Run)
		want   string
	}{
		{func(r *experiment.Run) { r.Ports = 1 << 20 }, "ports"},
		{func(r *experiment.Run) { r.Meshes = 1 << 20 }, "meshes"},
		{func(r *experiment.Run) { r.Batch = 1 << 30 }, "batch"},
		{func(r *experiment.Run) { r.Batch = 0 }, "batch"},
		{func(r *experiment.Run) { r.Epochs = 1 << 30 }, "epochs"},
		{func(r *experiment.Run) { r.Features[1] = 1 << 20 }, "features"},
		{func(r *experiment.Run) { r.Features[1] = -1 }, "features"},
		{func(r *experiment.Run) { r.States = make([]int, 100) }, "states"},
		{func(r *experiment.Run) { r.Data = "../../x" }, "data"},
		{func(r *experiment.Run) { r.Method = "shell" }, "method"},
	} {
		bad := r
		c.change(&bad)
		if _, err := parseRun(bad.ID(), bad.Canonical()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

// TestRerunByAnotherVersionIsRefused makes a whole bundle of another version's
// results and leaves them to this one.
func TestRerunByAnotherVersionIsRefused(t *testing.T) {
	const other = "lightfast 9"
	o := results(t, "dat-ed10")
	c, err := o.collect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c.conf.Code = other
	table := at(t, c.files, "sweep.arrow")
	path := filepath.Join(t.TempDir(), "sweep.arrow")
	put(t, path, table.data)
	values, p, err := artifact.ReadTable(path)
	if err != nil {
		t.Fatal(err)
	}
	p.Code = other
	if _, err := artifact.WriteTable(path, p, values); err != nil {
		t.Fatal(err)
	}
	table.data = slurp(t, path)
	a, files, err := o.documents()
	if err != nil {
		t.Fatal(err)
	}
	if files, err = c.finish(a, files); err != nil {
		t.Fatal(err)
	}
	b := open(t, forged(t, files))
	if s, err := b.Verify(io.Discard); err != nil || !s.OK() {
		t.Fatalf("%v, %v", s, err)
	}
	if _, err := b.Rerun(context.Background(), RerunOptions{}, io.Discard); err == nil || !strings.Contains(err.Error(), "made by lightfast 9, this is "+experiment.Code) {
		t.Errorf("a rerun by another version: %v", err)
	}
}

func TestRunsThatLackDataAreNamed(t *testing.T) {
	runs := results(t).Results.Plan()
	runs[0].Data = "mnist"
	o := RerunOptions{Data: dataset.Options{Dir: t.TempDir()}}
	ready, lacking, err := o.ready(context.Background(), runs, []artifact.DataRef{{Name: "mnist train 96"}, {Name: "fashion-mnist train 96"}})
	if err != nil || len(ready) != len(runs)-1 || len(lacking) != 1 {
		t.Fatalf("%d ready, lacking %q, %v", len(ready), lacking, err)
	}
	for _, want := range []string{"1 of 5 runs", "data set mnist (mnist train 96): ", o.Data.Dir} {
		if !strings.Contains(lacking[0], want) {
			t.Errorf("%q does not say %q", lacking[0], want)
		}
	}
}

func TestRunsOnGivenChips(t *testing.T) {
	o := results(t)
	p := &o.Results.Profile
	level := p.Joint[0]
	errs, err := device.Fabricate(o.Results.Plan()[0].Spec(), mesh.Sigma{Splitter: level[0], Phase: level[1]}, 5)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string][]*mesh.Errors{experiment.Sample(errs): errs}
	p.Given = map[[2]float64]string{level: experiment.Sample(errs)}
	o.Results.Given, o.Results.Figures = given, o.Results.Figures[:1]
	if _, err := o.Results.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	b := write(t, o)
	if got := b.Profile().Given[level]; got != experiment.Sample(errs) {
		t.Errorf("the profile of the bundle names chip %q", got)
	}
	if !bytes.Contains(at(t, filesOf(t, b), readmeName).data, []byte("--errors")) {
		t.Error("the README does not say that chips are needed")
	}
	var said bytes.Buffer
	s, err := b.Rerun(context.Background(), RerunOptions{Workers: 1}, &said)
	// The in-silico run needs no chip.
	if err != nil || s.OK() || len(s.NotRun) != 1 || !strings.Contains(s.NotRun[0], "4 of 5 runs") || !strings.Contains(s.NotRun[0], "--errors") || s.Same != 4 || len(s.Different) > 0 {
		t.Fatalf("without the chips: %+v, %v\n%s", s, err, said.String())
	}
	s, err = b.Rerun(context.Background(), RerunOptions{Workers: 1, Given: given}, io.Discard)
	if err != nil || !s.OK() || s.Same != 20 {
		t.Fatalf("with the chips: %+v, %v", s, err)
	}
}
