package kernel

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"lightfast/pnn/artifact"
)

// In a notebook an artifact holds the program that made it, and the same program
// makes the same artifact.
func TestSaveKeepsTheProgramOfTheCell(t *testing.T) {
	inside(t)
	t.Setenv(protocol.GONB_TMP_DIR_ENV, ".")
	const program = "package main\n\nfunc main() { /* <cell> */ }\n"
	if err := os.WriteFile("main.go", []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	from := From{Settings: map[string]any{"b": 2, "a": 1}}
	first, err := Save("one", from, sweep)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := Save("folder/two", from, sweep); err != nil || second.Content != first.Content {
		t.Errorf("the same table has content %s, then %s, %v", first.Content, second.Content, err)
	}
	a, err := os.ReadFile("one.arrow")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile("folder/two.arrow"); err != nil || string(a) != string(b) {
		t.Errorf("the same table has other bytes; %v", err)
	}
	_, p, err := artifact.ReadTable("one.arrow")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Program  string
		Settings map[string]int
	}
	if err := json.Unmarshal(p.Config, &c); err != nil || c.Program != program || c.Settings["b"] != 2 {
		t.Errorf("configuration %s, %v", p.Config, err)
	}
	if err := os.Remove("main.go"); err != nil {
		t.Fatal(err)
	}
	_, err = Save("three", from, sweep)
	mentions(t, err, "program of this cell", "run the cell again")
}

func TestSaveMistakes(t *testing.T) {
	outside(t)
	_, err := Save("x", From{Settings: func() {}}, sweep)
	mentions(t, err, "x", "Settings", "structs")
	_, err = Save("x", From{}, artifact.Table{Columns: []artifact.Column{{Name: "a"}}})
	mentions(t, err, "x.arrow", "a")
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Save("file/x", From{}, sweep)
	mentions(t, err, "file/x", "not written")
}
