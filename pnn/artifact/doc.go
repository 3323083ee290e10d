// Package artifact keeps the results of real runs: tables that anybody can open
// ten years later, each carrying what it takes to make it again.
//
// An artifact is one Apache Arrow IPC file, compressed with zstd, named *.arrow.
// pyarrow, pandas, R and DuckDB read it as an ordinary table. There are two kinds:
//
//	checkpoint   the parameters of a network, one row in which each column is a
//	             tensor of float64 or float32, in Arrow's canonical extension type
//	             arrow.fixed_shape_tensor; the unit in the field's metadata
//	table        a sweep (one row a run) or a learning curve (one row an epoch):
//	             columns of int64, float64, string and bool, the unit in the field's
//	             metadata. NaN is a value, null means that there is none
//
// The schema metadata holds the provenance: configuration, data sets, code version, Go
// version, references, and a SHA-256 of the content. The content hash leaves out
// the Go version and the units of tensors and is taken over the numbers rather than the
// bytes of the file, so two runs agree on it exactly when their results agree bit for
// bit, whichever toolchain wrote them. There is no clock, host or user in a file: the same inputs and
// toolchain write the same bytes.
//
// In Python:
//
//	import json, pyarrow.feather as feather
//	t = feather.read_table("curve.arrow")
//	t.to_pandas()
//	json.loads(t.schema.metadata[b"lightfast.config"])
//	c = feather.read_table("network.arrow")
//	w = {name: c[name][0].to_numpy() for name in c.column_names}
//
// Three checks hold a file together. A seal, the SHA-256 of every other byte of the
// file, stands between the last record batch and the footer, where Arrow readers do
// not look; the readers here verify it before they parse anything, so that damage is
// called damage and never reaches the parser. The content hash is recomputed from the
// decoded values. And SHA256SUMS, in the format of sha256sum, says what belongs to a folder.
//
// One line a file:
//
//	provenance.go  where a result comes from, and its form in the schema metadata
//	checkpoint.go  named tensors
//	tensor.go      a tensor as a column
//	table.go       named columns with units
//	content.go     the canonical encoding under the content hash
//	encode.go      an Arrow record becomes the bytes of a file
//	decode.go      bytes become checked values or one error, never a part of them
//	seal.go        the whole-file digest
//	footer.go      bounds of an Arrow footer, checked before Arrow allocates for it
//	inspect.go     what a file of any kind says about itself
//	manifest.go    SHA256SUMS of a folder
//	lock.go        one writer a folder
package artifact
