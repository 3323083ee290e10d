package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// command runs the command line and returns what it printed.
func command(args ...string) (string, error) {
	c := root()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(context.Background())
	return out.String(), err
}

func TestWrongTurnsGetHelp(t *testing.T) {
	dir := t.TempDir()
	table := filepath.Join(dir, "expected.csv")
	if err := os.WriteFile(table, []byte("weights,dataset,bs_error,phase_error,ideal_correct,chip_correct,images\nx.pth,MNIST,0,abc,,1,10000\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{`did you mean "dat-fig4d"`, []string{"run", "dat-fig4dd"}},
		{`did you mean "quick"`, []string{"all", "--profile", "quik"}},
		{"Did you mean this?", []string{"figurs"}},
		{"unknown flag", []string{"all", "--fast"}},
		{`--protocol "best"`, []string{"all", "--protocol", "best"}},
		{"--workers -1", []string{"all", "--workers", "-1"}},
		{"run: 0 arguments, expected the names of figures", []string{"run"}},
		{"bundle: 0 arguments, expected the names of figures", []string{"bundle"}},
		{"export: 2 arguments, expected one checkpoint", []string{"export", "a.arrow", "b.arrow"}},
		{"verify: 2 arguments, expected one bundle", []string{"verify", "a.zip", "b.zip"}},
		{`unknown command "instal"`, []string{"kernel", "instal"}},
		{"no such folder", []string{"verify", "--out", filepath.Join(dir, "nowhere")}},
		{"no such folder", []string{"figures", "--out", filepath.Join(dir, "nowhere")}},
		{"no run of these figures", []string{"run", "dat-fig5c", "--only", "imagenet", "--out", dir}},
		{"expected at least 5", []string{"bench", "--runs", "1"}},
		{"required flag", []string{"check", "dat-mpnn"}},
		{"line 2: phase_error", []string{"check", "dat-mpnn", "--weights", dir, "--expect", table}},
		{"MZI_Error", []string{"run", "dat-fig5c", "--errors", dir, "--out", dir}},
		{`did you mean "dat-ed9"`, []string{"cite", "dat-ed99"}},
	} {
		out, err := command(c.args...)
		if err == nil {
			t.Errorf("%v succeeded: %s", c.args, out)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v; want something with %q", c.args, err, c.want)
		}
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, c := range root().Commands() {
		if c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		out, err := command(c.Name(), "--help")
		if err != nil || !strings.Contains(out, "Usage:") || (c.Name() != "list" && !strings.Contains(out, "Examples:")) {
			t.Errorf("%s --help: %v\n%s", c.Name(), err, out)
		}
	}
}

func TestListAndDryRunNameTheRuns(t *testing.T) {
	out, err := command("list")
	if err != nil || !strings.Contains(out, "dat-fig4bc") || !strings.Contains(out, "standard") {
		t.Errorf("list: %v\n%s", err, out)
	}
	dir := filepath.Join(t.TempDir(), "none")
	out, err = command("all", "--profile", "paper", "--dry-run", "--out", dir)
	paper, perr := figures.FindProfile("paper")
	if perr != nil {
		t.Fatal(perr)
	}
	all := len(engine.Options{Profile: paper, Figures: figures.All()}.Plan())
	if err != nil || all < 188 || !strings.Contains(out, fmt.Sprintf("%d runs", all)) || !strings.Contains(out, "dat_2is_f4-8-16_mnist_ps0.1") {
		t.Errorf("dry run: %v\n%s", err, out)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a dry run made its output folder")
	}
}

func TestCite(t *testing.T) {
	out, err := command("cite", "dat-fig4bc")
	if err != nil || !strings.Contains(out, "@article{zheng2023") || strings.Count(out, "zheng2023") != 1 {
		t.Errorf("cite: %v\n%s", err, out)
	}
}

// TestPublishedWeights checks a few of the authors' files; .ci/run checks all.
func TestPublishedWeights(t *testing.T) {
	reference, data := os.Getenv("LIGHTFAST_REFERENCE"), os.Getenv("LIGHTFAST_DATA")
	if reference == "" || data == "" {
		t.Skip("LIGHTFAST_REFERENCE and LIGHTFAST_DATA name no reference data")
	}
	all, err := os.ReadFile(filepath.Join(reference, "dat-mpnn", "expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(all), "\n")
	few := lines[0]
	for i := 1; i < len(lines)-1; i += 17 {
		few += lines[i]
	}
	table := filepath.Join(t.TempDir(), "expected.csv")
	write := func(text string) {
		if err := os.WriteFile(table, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(few)
	check := []string{"check", "dat-mpnn", "--weights", filepath.Join(reference, "dat-mpnn"), "--expect", table, "--data", data}
	out, err := command(check...)
	if err != nil || !strings.Contains(out, "worst difference") {
		t.Errorf("check: %v\n%s", err, out)
	}
	// A wrong expectation is a miss.
	write(lines[0] + strings.Replace(lines[1], ",9677,10000", ",9777,10000", 1))
	if out, err := command(check...); err != errMissed || !strings.Contains(out, "worst difference 100 images") {
		t.Errorf("a wrong table gives %v\n%s", err, out)
	}
	// A damaged weight file is named.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.pth"), []byte("PK\x03\x04 nothing"), 0o644); err != nil {
		t.Fatal(err)
	}
	write(lines[0] + "x.pth,MNIST,0,0.02,,1,10000\n")
	_, err = command("check", "dat-mpnn", "--weights", dir, "--errors", filepath.Join(reference, "dat-mpnn", "MZI_Error"), "--expect", table, "--data", data)
	if err == nil || !strings.Contains(err.Error(), "x.pth") {
		t.Errorf("a damaged weight file gives %v", err)
	}
}
