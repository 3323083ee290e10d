package artifact

// Info is what a file says about itself.
type Info struct {
	Path       string
	Rows       int   // tensors of a checkpoint, rows of a table
	Bytes      int64 // size of the file
	Provenance Provenance
}

// Inspect reads and verifies a file of any kind, the content hash included.
func Inspect(path string) (Info, error) {
	c, err := read(path, "")
	if err != nil {
		return Info{}, err
	}
	return Info{Path: path, Rows: c.rows, Bytes: c.bytes, Provenance: c.prov}, nil
}
