package dataset

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// shaped checks a file of a set without pins: what can be said is how many images
// or labels it holds, of which size, and that it is no file of another set.
func (p *published) shaped(got *array, f *pin) error {
	for _, other := range catalogue {
		for _, o := range other.files {
			if o.plain != "" && o.plain == got.sum {
				return p.stranger(got, f)
			}
		}
	}
	if got.dims[0] != f.count || f.magic == magicImages && (got.dims[1] != side || got.dims[2] != side) {
		return fmt.Errorf("dataset: %s: %s holds %s; %s", p.name, got.path, shape(got.dims), p.wanted(f))
	}
	return nil
}

// transpose exchanges rows and columns of each image.
func (a *array) transpose() {
	rows, cols := a.dims[1], a.dims[2]
	n := rows * cols
	turned := make([]uint8, len(a.data))
	for i := 0; i < len(a.data); i += n {
		for r := range rows {
			for c := range cols {
				turned[i+c*rows+r] = a.data[i+r*cols+c]
			}
		}
	}
	a.data = turned
	a.dims[1], a.dims[2] = cols, rows
}

// warned holds the warnings that went to standard error.
var warned sync.Map

// warn says that the content of a set was not checked.
func warn(opt Options, p *published, pair Pair) {
	text := fmt.Sprintf("dataset: the SHA-256 of %s is not pinned in this version: its files were taken for what they say they are. Content read: train %s, test %s. Compare these with a colleague's, or with the artifacts that name them, before results are.",
		p.name, pair.Train.SHA256, pair.Test.SHA256)
	if opt.Warn != nil {
		opt.Warn(text)
		return
	}
	if _, before := warned.LoadOrStore(text, true); !before {
		fmt.Fprintln(os.Stderr, text)
	}
}

// maxUnpinned bounds what a mirror may send for a file or an archive whose size
// is not known, in bytes. EMNIST's archive has 0.56e9.
const maxUnpinned = 1 << 30

// fetchUnpinned makes sure that dir holds the four files of a set without pins.
func (p *published) fetchUnpinned(ctx context.Context, dir string, opt Options) error {
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return fmt.Errorf("dataset: %s: %w", p.name, ctx.Err())
	}
	mirrors := p.mirrors
	if m, ok := opt.Mirrors[p.name]; ok {
		mirrors = m
	}
	for i := range p.files {
		f := &p.files[i]
		if _, ok := find(dir, f.file); ok {
			continue
		}
		if opt.Offline {
			return fmt.Errorf("dataset: %s: %s.gz is not in %s and Options.Offline forbids the download; copy it there from %s, allow the download, or use the generated set \"glyphs\"",
				p.name, f.file, dir, strings.Join(mirrors, " or "))
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("dataset: cache folder: %w; set Options.Cache to a folder that can be written", err)
		}
		if p.archive != "" {
			// Brings all four.
			if err := p.fromMirrors(ctx, dir, p.archive, p.md5[0], mirrors, opt, p.unpack); err != nil {
				return err
			}
			continue
		}
		keep := func(from *os.File, dir string) error { return p.keepPacked(from, dir, f) }
		if err := p.fromMirrors(ctx, dir, f.file+".gz", p.md5[i], mirrors, opt, keep); err != nil {
			return err
		}
	}
	return nil
}

// fromMirrors downloads a file from the first mirror that has it, into a temporary
// file that use then takes what is wanted from.
func (p *published) fromMirrors(ctx context.Context, dir, file, sum string, mirrors []string, opt Options, use func(from *os.File, dir string) error) error {
	var failed []error
	for _, m := range mirrors {
		address := strings.TrimSuffix(m, "/") + "/" + file
		err := p.receiveUnpinned(ctx, dir, address, sum, opt, use)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("dataset: %s: download of %s: %w", p.name, address, ctx.Err())
		}
		if isLocal(err) {
			return fmt.Errorf("dataset: %s: download into the cache: %w; set Options.Cache to a folder that can be written and has room", p.name, err)
		}
		failed = append(failed, fmt.Errorf("%s: %w", address, err))
	}
	if len(failed) == 0 {
		failed = append(failed, errors.New("no mirror is known; correct Options.Mirrors"))
	}
	return fmt.Errorf("dataset: %s: no mirror sent %s:\n%w\ncheck the network, put the files into a folder and name it in LIGHTFAST_DATA, or use the generated set \"glyphs\"", p.name, file, errors.Join(failed...))
}

func (p *published) receiveUnpinned(ctx context.Context, dir, address, sum string, opt Options, use func(from *os.File, dir string) error) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", "lightfast")
	watch := time.AfterFunc(stall, func() { cancel(fmt.Errorf("no data for %v", stall)) })
	defer watch.Stop()
	c := opt.Client
	if c == nil {
		c = client
	}
	resp, err := c.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return bare(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	f, err := os.CreateTemp(dir, path.Base(address)+".*.part")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	h := md5.New()
	var done int64
	for buf := make([]byte, 1<<16); ; {
		n, err := resp.Body.Read(buf)
		if done += int64(n); done > maxUnpinned {
			return fmt.Errorf("sends more than %d bytes", int64(maxUnpinned))
		}
		h.Write(buf[:n])
		if _, err := f.Write(buf[:n]); err != nil {
			return err
		}
		if n > 0 {
			watch.Reset(stall)
			if opt.Progress != nil {
				opt.Progress(path.Base(address), done, max(done, resp.ContentLength))
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return fmt.Errorf("broke off after %d bytes (%w)", done, err)
		}
	}
	if got := hex.EncodeToString(h.Sum(nil)); sum != "" && got != sum {
		return fmt.Errorf("sent %d bytes with MD5 %s, but others print %s for this file", done, got, sum)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return use(f, dir)
}

// keepPacked keeps a downloaded file if it is what its name says.
func (p *published) keepPacked(from *os.File, dir string, f *pin) error {
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	return p.keepContent(content, dir, f)
}

// unpack takes the four files of the set out of a zip, wherever they lie in it.
func (p *published) unpack(from *os.File, dir string) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(from, info.Size())
	if err != nil {
		return fmt.Errorf("no zip archive: %w", err)
	}
	for i := range p.files {
		f := &p.files[i]
		var member *zip.File
		for _, m := range z.File {
			if path.Base(m.Name) == f.file+".gz" {
				member = m
			}
		}
		if member == nil {
			return fmt.Errorf("the archive holds no %s.gz", f.file)
		}
		r, err := member.Open()
		if err != nil {
			return fmt.Errorf("%s in the archive: %w", member.Name, err)
		}
		content, err := io.ReadAll(io.LimitReader(r, maxContent))
		err = errors.Join(err, r.Close())
		if err != nil {
			return fmt.Errorf("%s in the archive: %w", member.Name, err)
		}
		if err := p.keepContent(content, dir, f); err != nil {
			return err
		}
	}
	return nil
}

// keepContent puts a packed file into the cache, whole, if it can be read and has
// the shape of the file that it shall be.
func (p *published) keepContent(content []byte, dir string, f *pin) error {
	got, err := decode(bytes.NewReader(content), int64(len(content)), f.magic)
	if err != nil {
		return fmt.Errorf("%s.gz: %w", f.file, err)
	}
	got.path = f.file + ".gz"
	if err := p.shaped(got, f); err != nil {
		return err
	}
	d := download{path: filepath.Join(dir, f.file+".gz")}
	return d.keep(content)
}
