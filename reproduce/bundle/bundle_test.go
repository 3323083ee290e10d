package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// tiny is the quick profile with very small runs.
func tiny(out string, ids ...string) (engine.Options, error) {
	p, err := figures.FindProfile("quick")
	if err != nil {
		return engine.Options{}, err
	}
	p.Template.Train, p.Template.Test, p.Template.Epochs, p.Template.CorrectFrom = 96, 48, 1, 1
	o := engine.Options{Profile: p, Out: out, Workers: 1}
	for _, id := range ids {
		f, err := figures.Find(id)
		if err != nil {
			return o, err
		}
		o.Figures = append(o.Figures, f)
	}
	return o, nil
}

// made holds the results of the runs of two figures, which take a second or two.
var made = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "lightfast-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	o, err := tiny(dir, "dat-fig5c", "dat-ed10")
	if err != nil {
		return nil, err
	}
	if _, err := o.Run(context.Background()); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	return files, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "timings.csv" || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[rel], err = os.ReadFile(path)
		return err
	})
})

// results returns options for a bundle of results in a folder of their own.
func results(t testing.TB, ids ...string) Options {
	t.Helper()
	files, err := made()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for name, data := range files {
		put(t, filepath.Join(out, name), data)
	}
	if len(ids) == 0 {
		ids = []string{"dat-fig5c", "dat-ed10"}
	}
	o, err := tiny(out, ids...)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Results: o, To: filepath.Join(t.TempDir(), "b.zip"), Root: project(t)}
}

// project is a folder with what a bundle takes from the project.
func project(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{citationName, licenseName} {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, name), data)
	}
	for _, name := range []string{"00-start-here", "07-dat-fig5c", "dat-fig5cd"} {
		put(t, filepath.Join(dir, notebooksFolder, name+".ipynb"), []byte(`{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}`))
	}
	return dir
}

func put(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// write writes a bundle and opens it.
func write(t testing.TB, o Options) *Bundle {
	t.Helper()
	if err := Write(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	return open(t, o.To)
}

func open(t testing.TB, path string) *Bundle {
	t.Helper()
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestBundleIsWholeAndTheSameBytesAgain(t *testing.T) {
	o := results(t)
	b := write(t, o)
	var said bytes.Buffer
	s, err := b.Verify(&said)
	if err != nil || !s.OK() {
		t.Fatalf("%v, %v\n%s", s, err, said.String())
	}
	// Five runs of Fig. 5c (four ways and the in-silico base), 4 artifacts each
	// but 3 of the direct deployment, and two tables.
	if s.Runs != 5 || s.Artifacts != 5*4-1+2 {
		t.Errorf("%d runs and %d artifacts, expected 5 and 21", s.Runs, s.Artifacts)
	}
	if !strings.Contains(said.String(), "dat-fig5c, dat-ed10 of profile quick") || !strings.Contains(said.String(), "0 problems") {
		t.Errorf("Verify says\n%s", said.String())
	}
	other := results(t) // in another folder, written later
	write(t, other)
	one, two := slurp(t, o.To), slurp(t, other.To)
	if !bytes.Equal(one, two) {
		t.Error("two bundles of the same results differ")
	}
	for _, text := range []string{o.Results.Out, o.Root} {
		if bytes.Contains(one, []byte(text)) {
			t.Errorf("the bundle names the folder %s of this machine", text)
		}
	}
}

func slurp(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBundleOpensAsAnOrdinaryZip(t *testing.T) {
	o := results(t)
	write(t, o)
	z, err := zip.OpenReader(o.To)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	held := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r) // compares the check sum
		if err != nil {
			t.Fatal(err)
		}
		if f.Mode() != 0o644 || f.Modified.Year() > 1980 {
			t.Errorf("%s: mode %v, time %v", f.Name, f.Mode(), f.Modified)
		}
		held[f.Name] = string(data)
	}
	for name, want := range map[string]string{
		readmeName:                            "go run ./reproduce verify BUNDLE.zip --rerun",
		citationName:                          "cff-version",
		licenseName:                           "MIT License",
		bibName:                               "@article{zheng2023,",
		crateName:                             crateVersion,
		configurationName:                     `"id": "dat-fig5c"`,
		sumsName:                              "  README.md\n",
		"artifacts/dat/fig5c/quick/fig5c.png": "PNG",
		"artifacts/dat/fig5c/quick/fig5c.svg": "<svg",
		"notebooks/07-dat-fig5c.ipynb":        "nbformat",
	} {
		if !strings.Contains(held[name], want) {
			t.Errorf("%s (%d bytes) does not contain %q", name, len(held[name]), want)
		}
	}
	for _, name := range []string{"notebooks/00-start-here.ipynb", "notebooks/dat-fig5cd.ipynb"} {
		if _, ok := held[name]; ok {
			t.Errorf("%s is no notebook of these figures", name)
		}
	}
	// The unpacked artifacts serve the engine as an output folder.
	dir := t.TempDir()
	for name, data := range held {
		put(t, filepath.Join(dir, name), []byte(data))
	}
	if problems, n, err := engine.Verify(filepath.Join(dir, artifactsFolder)); err != nil || len(problems) > 0 || n != 21 {
		t.Errorf("%d artifacts, %v, %v", n, problems, err)
	}
}

func TestRerunGivesTheSameBits(t *testing.T) {
	b := write(t, results(t))
	var said bytes.Buffer
	s, err := b.Rerun(context.Background(), RerunOptions{Workers: 2}, &said)
	if err != nil || !s.OK() || s.Same != 21 || len(s.Pictures) > 0 {
		t.Fatalf("%+v, %v\n%s", s, err, said.String())
	}
	if !strings.Contains(said.String(), "same       artifacts/dat/fig5c/quick/sweep.arrow\n") || !strings.Contains(said.String(), "21 of 21 artifacts came out the same\n") {
		t.Errorf("Rerun says\n%s", said.String())
	}
}

func TestRerunNamesTheArtifactThatDiffers(t *testing.T) {
	o := results(t)
	r := o.Results.Plan()[0]
	path := experiment.Files(o.Results.RunsDir(), r)[3]
	ts, p, err := artifact.ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	ts[0].Values[0]++
	if _, err := artifact.WriteCheckpoint(path, p, ts); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	s, err := write(t, o).Rerun(context.Background(), RerunOptions{Workers: 1}, &said)
	if err != nil || len(s.Different) != 1 || s.Same != 20 || s.OK() {
		t.Fatalf("%+v, %v", s, err)
	}
	if want := filepath.Base(path); !strings.HasSuffix(s.Different[0], want) || !strings.Contains(said.String(), "DIFFERENT  artifacts/dat/runs/quick/"+want) {
		t.Errorf("%v differ, expected %s; it says\n%s", s.Different, want, said.String())
	}
}

func TestStoppedRerun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := write(t, results(t)).Rerun(ctx, RerunOptions{}, io.Discard); err == nil || !strings.Contains(err.Error(), "cancel") {
		t.Errorf("a stopped rerun returns %v", err)
	}
	if err := Write(ctx, results(t)); err == nil {
		t.Error("a stopped Write returns nothing")
	}
}

func TestWriteSaysWhichCommandMakesWhatIsMissing(t *testing.T) {
	const run, draw = "go run ./reproduce run dat-fig5c --profile quick --out ", "go run ./reproduce figures dat-fig5c --profile quick --out "
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, o *Options)
		want  []string
	}{
		{"a run is missing", func(t *testing.T, o *Options) {
			remove(t, experiment.Files(o.Results.RunsDir(), o.Results.Plan()[1])[0])
		}, []string{"dat-fig5c lacks 1 of 5 runs: dat_", run}},
		{"no results at all", func(t *testing.T, o *Options) { o.Results.Out = t.TempDir() }, []string{"lacks 5 of 5", "and 1 more", run}},
		{"an artifact is damaged", func(t *testing.T, o *Options) {
			path := experiment.Files(o.Results.RunsDir(), o.Results.Plan()[1])[3]
			data := slurp(t, path)
			data[len(data)/2] ^= 4
			put(t, path, data)
		}, []string{".checkpoint.arrow", "damaged", run}},
		{"an artifact is of another run", func(t *testing.T, o *Options) {
			plan := o.Results.Plan()
			put(t, experiment.Files(o.Results.RunsDir(), plan[1])[1], slurp(t, experiment.Files(o.Results.RunsDir(), plan[0])[1]))
		}, []string{".confusion.arrow", "another run", run}},
		{"the table is missing", func(t *testing.T, o *Options) {
			remove(t, filepath.Join(o.Results.FigureDir(o.Results.Figures[0]), "sweep.arrow"))
		}, []string{"sweep.arrow", draw}},
		{"the table is out of date", func(t *testing.T, o *Options) {
			path := filepath.Join(o.Results.FigureDir(o.Results.Figures[0]), "sweep.arrow")
			table, p, err := artifact.ReadTable(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := range table.Columns {
				if v := table.Columns[i].Floats; v != nil {
					v[0]++
				}
			}
			if _, err := artifact.WriteTable(path, p, table); err != nil {
				t.Fatal(err)
			}
		}, []string{"sweep.arrow", "out of date", draw}},
		{"the table is of another figure", func(t *testing.T, o *Options) {
			put(t, filepath.Join(o.Results.FigureDir(o.Results.Figures[0]), "sweep.arrow"), slurp(t, filepath.Join(o.Results.FigureDir(o.Results.Figures[1]), "sweep.arrow")))
		}, []string{`"dat-ed10"`, draw}},
		{"a picture is missing", func(t *testing.T, o *Options) {
			remove(t, filepath.Join(o.Results.FigureDir(o.Results.Figures[0]), "fig5c.svg"))
		}, []string{"fig5c.svg", draw}},
		{"the notebook is none", func(t *testing.T, o *Options) {
			put(t, filepath.Join(o.Root, notebooksFolder, "dat-ed10.ipynb"), []byte("{"))
		}, []string{"dat-ed10.ipynb", "Jupyter"}},
		{"the name of a notebook", func(t *testing.T, o *Options) {
			put(t, filepath.Join(o.Root, notebooksFolder, "my copy-dat-ed10.ipynb"), []byte("{}"))
		}, []string{"my copy", "rename"}},
		{"no CITATION.cff", func(t *testing.T, o *Options) { remove(t, filepath.Join(o.Root, citationName)) }, []string{citationName}},
		{"no licence", func(t *testing.T, o *Options) { remove(t, filepath.Join(o.Root, licenseName)) }, []string{licenseName}},
		{"no date", func(t *testing.T, o *Options) { put(t, filepath.Join(o.Root, licenseName), []byte("free")) }, []string{"date-released"}},
		{"not a zip", func(t *testing.T, o *Options) { o.To = "b.tar" }, []string{"b.tar", ".zip"}},
		{"no figures", func(t *testing.T, o *Options) { o.Results.Figures = nil }, []string{"reproduce list"}},
		{"a figure twice", func(t *testing.T, o *Options) { o.Results.Figures = append(o.Results.Figures, o.Results.Figures[0]) }, []string{"twice"}},
		{"only some runs", func(t *testing.T, o *Options) { o.Results.Only = "ps" }, []string{"Only"}},
		{"a date", func(t *testing.T, o *Options) { o.Published = "yesterday" }, []string{"yesterday", "2006-01-02"}},
		{"an author", func(t *testing.T, o *Options) { o.Authors = []string{" "} }, []string{"author 1"}},
		{"no folder", func(t *testing.T, o *Options) { o.To = filepath.Join(o.Root, "none", "b.zip") }, []string{"create it first"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := results(t)
			c.spoil(t, &o)
			err := Write(context.Background(), o)
			if err == nil {
				t.Fatal("it was written")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q:\n%v", want, err)
				}
			}
			if _, err := os.Stat(o.To); err == nil {
				t.Error("there is a file nevertheless")
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestCommandsNameProtocolAndChips(t *testing.T) {
	r, err := tiny("out")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Results: r, Errors: "MZI_Error"}
	o.Results.Profile.HoldOut()
	o.Results.Profile.Given = map[[2]float64]string{}
	if got, want := o.command("run", []string{"dat-ed9"}), "go run ./reproduce run dat-ed9 --profile quick --protocol held-out --errors MZI_Error --out out"; got != want {
		t.Errorf("%s, expected %s", got, want)
	}
}

func TestFiguresAndProfileOfABundle(t *testing.T) {
	o := results(t)
	o.Results.Profile.Given = map[[2]float64]string{} // the figures' folder is another then
	if err := Write(context.Background(), o); err == nil || !strings.Contains(err.Error(), "quick-given-chips") {
		t.Errorf("results of another profile: %v", err)
	}
	o = results(t)
	b := write(t, o)
	if got := fmt.Sprint(b.Figures()); got != "[dat-fig5c dat-ed10]" {
		t.Errorf("figures %s", got)
	}
	if got, want := fmt.Sprintf("%+v", b.Profile()), fmt.Sprintf("%+v", o.Results.Profile); got != want {
		t.Errorf("profile\n%s, expected\n%s", got, want)
	}
}
