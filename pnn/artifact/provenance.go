package artifact

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
)

// Kinds of artifact, the values of Provenance.Kind.
const (
	KindCheckpoint = "checkpoint"
	KindTable      = "table"
)

// The versions count incompatible changes of a kind's columns. The seal and the keys
// of the metadata stay where they are in every version, so that a program can tell an
// older or newer file from a damaged one.
const (
	checkpointVersion = 2 // 1: one row a tensor, with lists of values
	tableVersion      = 1
)

// versionOf is the version of a kind's columns, 0 for a kind that there is not.
func versionOf(kind string) int {
	switch kind {
	case KindCheckpoint:
		return checkpointVersion
	case KindTable:
		return tableVersion
	}
	return 0
}

// checkVersion reports a file of another version. Files of unknown kinds pass: that
// they are of such is for others to say.
func checkVersion(kind, text string) error {
	want := versionOf(kind)
	if want == 0 {
		return nil
	}
	version, err := strconv.Atoi(text)
	switch {
	case err != nil || version < 1:
		return fmt.Errorf("%w: %s is %q, want a number from 1", ErrForeign, keySchema, text)
	case version > want:
		return fmt.Errorf("%w: schema version %d of a %s, this program reads %d: update Lightfast", ErrNewer, version, kind, want)
	case version < want:
		return fmt.Errorf("%w: schema version %d of a %s, this program reads %d: delete the file and run again, or read it with the Lightfast that wrote it", ErrOlder, version, kind, want)
	}
	return nil
}

// DataRef names a data set that a result rests on.
type DataRef struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // 64 lower-case hexadecimal digits
}

// Provenance says where a result comes from.
type Provenance struct {
	Kind       string    // KindCheckpoint or KindTable; set by the writers
	Config     []byte    // the configuration as canonical JSON, seeds included
	Data       []DataRef // data sets, in the order in which the run names them
	Code       string    // version or revision of the program that made the result
	Go         string    // Go version that wrote the file; set by the writers
	References []string  // citation keys
	Content    string    // SHA-256 of the content, hexadecimal; set by writers and readers
}

// The order of the keys in a file is the order of this list.
const (
	keyKind       = "lightfast.kind"
	keySchema     = "lightfast.schema"
	keyConfig     = "lightfast.config"
	keyData       = "lightfast.data"
	keyCode       = "lightfast.code"
	keyGo         = "lightfast.go"
	keyReferences = "lightfast.references"
	keyContent    = "lightfast.content"
)

// check reports the first field that cannot be written or was not written by us.
func (p Provenance) check() error {
	if len(p.Config) == 0 {
		return fmt.Errorf("provenance: Config is empty: give the configuration of the run as JSON, at least {}")
	}
	if !json.Valid(p.Config) || !utf8.Valid(p.Config) {
		return fmt.Errorf("provenance: Config is not JSON in UTF-8: give the canonical JSON of the configuration")
	}
	if p.Code == "" || !utf8.ValidString(p.Code) {
		return fmt.Errorf("provenance: Code is %q: give the version or revision of the program", p.Code)
	}
	for i, d := range p.Data {
		if d.Name == "" || !utf8.ValidString(d.Name) {
			return fmt.Errorf("provenance: Data[%d].Name is %q: give the name of the data set in UTF-8", i, d.Name)
		}
		if !isSHA256(d.SHA256) {
			return fmt.Errorf("provenance: Data[%d] (%s): SHA256 is %q: give 64 lower-case hexadecimal digits", i, d.Name, d.SHA256)
		}
	}
	for i, r := range p.References {
		if r == "" || !utf8.ValidString(r) {
			return fmt.Errorf("provenance: References[%d] is %q: give a citation key", i, r)
		}
	}
	return nil
}

// complete returns p with the fields that the writer knows.
func (p Provenance) complete(kind, content string) Provenance {
	p.Kind, p.Go, p.Content = kind, runtime.Version(), content
	return p
}

func (p Provenance) metadata() (arrow.Metadata, error) {
	// Empty lists are written as [] and not as null: one form for one meaning.
	data, err := json.Marshal(append([]DataRef{}, p.Data...))
	if err != nil {
		return arrow.Metadata{}, fmt.Errorf("provenance: Data: %w", err)
	}
	refs, err := json.Marshal(append([]string{}, p.References...))
	if err != nil {
		return arrow.Metadata{}, fmt.Errorf("provenance: References: %w", err)
	}
	return arrow.NewMetadata(
		[]string{keyKind, keySchema, keyConfig, keyData, keyCode, keyGo, keyReferences, keyContent},
		[]string{p.Kind, strconv.Itoa(versionOf(p.Kind)), string(p.Config), string(data), p.Code, p.Go, string(refs), p.Content},
	), nil
}

// provenanceOf reads the schema metadata: whose file it is, and then the fields of the
// version that checkFooter has found.
func provenanceOf(md arrow.Metadata) (Provenance, error) {
	kind, ok := md.GetValue(keyKind)
	if !ok {
		return Provenance{}, fmt.Errorf("%w: the schema metadata has no %q", ErrForeign, keyKind)
	}
	p := Provenance{Kind: kind}
	p.Code, _ = md.GetValue(keyCode)
	p.Go, _ = md.GetValue(keyGo)
	p.Content, _ = md.GetValue(keyContent)
	config, _ := md.GetValue(keyConfig)
	p.Config = []byte(config)
	for _, f := range []struct {
		key  string
		into any
	}{{keyData, &p.Data}, {keyReferences, &p.References}} {
		text, _ := md.GetValue(f.key)
		if err := json.Unmarshal([]byte(text), f.into); err != nil {
			return Provenance{}, fmt.Errorf("%w: %s: %v", ErrForeign, f.key, err)
		}
	}
	if len(p.Data) == 0 {
		p.Data = nil
	}
	if len(p.References) == 0 {
		p.References = nil
	}
	if err := p.check(); err != nil {
		return Provenance{}, fmt.Errorf("%w: %v", ErrForeign, err)
	}
	return p, nil
}

func isSHA256(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == s
}
