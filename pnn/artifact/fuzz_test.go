package artifact

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
)

// FuzzRead gives the readers arbitrary bytes, with the seal put right so that they
// reach the parser. What is read must pass the writers' own checks and come back the same.
// The seeds are some thousand bytes each; -fuzzminimizetime 20x keeps Go from spending its
// time on making the interesting ones shorter.
func FuzzRead(f *testing.F) {
	checkpoint, tab := writeBoth(f, f.TempDir())
	f.Add(mustBytes(f, checkpoint))
	f.Add(mustBytes(f, tab))
	f.Add([]byte(arrowMark))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = bytes.Clone(data)
		_ = seal(data) // bytes without a place for a seal are given as they are
		c, err := decode(data, "", 1<<22)
		if err != nil {
			if !reflect.DeepEqual(c, contents{}) {
				t.Fatalf("with the error %v came %+v", err, c)
			}
			return
		}
		md, err := c.prov.metadata()
		if err != nil {
			t.Fatal(err)
		}
		fields, record := tensorFields(c.tensors), func() arrow.Record { return tensorRecord(c.tensors) }
		check := func() error { return checkTensors(c.tensors) }
		if c.prov.Kind == KindTable {
			fields, record, check = c.table.fields(), c.table.record, c.table.check
		}
		if err := check(); err != nil {
			t.Fatal(err)
		}
		again, err := encode(fields, md, record)
		if err != nil {
			t.Fatal(err)
		}
		d, err := decode(again, c.prov.Kind, 1<<30)
		if err != nil || d.rows != c.rows || d.prov.Content != c.prov.Content {
			t.Fatalf("written again: %v, %d rows and %s, want %d rows and %s", err, d.rows, d.prov.Content, c.rows, c.prov.Content)
		}
	})
}
