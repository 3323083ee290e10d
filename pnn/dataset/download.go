package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	stall    = time.Minute
	attempts = 3 // at one mirror, each going on where the last one broke
)

// client is used where Options has none. It has no timeout for a request as a
// whole, since a slow line may take its time; stall covers a dead one.
var client = &http.Client{
	Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:   15 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		IdleConnTimeout:       30 * time.Second,
	},
}

// turn admits one download at a time, so that two cells of a notebook that load
// the same set do not write the same file. Two processes may: both then write
// the same bytes into one part, and what gets the file's name is a checked copy
// that neither writes to any more.
var turn = make(chan struct{}, 1)

// fetch makes sure that dir holds the four packed files of a set, each with
// the right sum.
func (p *published) fetch(ctx context.Context, dir string, opt Options) error {
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
		path := filepath.Join(dir, f.file+".gz")
		if sum, err := sumFile(path); err == nil && sum == f.packed {
			continue
		}
		if opt.Offline {
			return fmt.Errorf("dataset: %s: %s (%d bytes, SHA-256 %s) is not in the cache, or not intact, and Options.Offline forbids the download; copy it there from %s, allow the download, or use the generated set \"glyphs\"",
				p.name, path, f.size, f.packed, strings.Join(mirrors, " or "))
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("dataset: cache folder: %w; set Options.Cache to a folder that can be written", err)
		}
		d := download{client: opt.Client, stall: stall, path: path, pin: f, progress: opt.Progress}
		if d.client == nil {
			d.client = client
		}
		if err := d.from(ctx, mirrors); err != nil {
			// Another process may have brought the file meanwhile.
			if sum, e := sumFile(path); e == nil && sum == f.packed {
				continue
			}
			return fmt.Errorf("dataset: %s: %w", p.name, err)
		}
	}
	return nil
}

// download brings one pinned file into the cache. What has arrived lies in
// path.part, which a later attempt or a later run continues; only a file with
// the right sum ever stands at path, and all of it from the first moment.
type download struct {
	client   *http.Client
	stall    time.Duration // without a byte, after which a connection is given up
	path     string
	pin      *pin
	progress func(file string, done, total int64)
}

// from tries the mirrors in turn; its error tells what was wrong with each.
func (d *download) from(ctx context.Context, mirrors []string) error {
	var failed []error
	for _, m := range mirrors {
		address := strings.TrimSuffix(m, "/") + "/" + d.pin.file + ".gz"
		err := d.mirror(ctx, address)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("download of %s: %w; what has arrived is kept, the next call goes on from there", address, ctx.Err())
		}
		if isLocal(err) {
			return fmt.Errorf("download into the cache: %w; set Options.Cache to a folder that can be written and has room", err)
		}
		failed = append(failed, fmt.Errorf("%s: %w", address, err))
	}
	if len(failed) == 0 {
		failed = append(failed, errors.New("no mirror is known; correct Options.Mirrors"))
	}
	return fmt.Errorf("no mirror sent %s.gz (%d bytes, SHA-256 %s):\n%w\ncheck the network, put the files into a folder and name it in LIGHTFAST_DATA, or use the generated set \"glyphs\"",
		d.pin.file, d.pin.size, d.pin.packed, errors.Join(failed...))
}

// broken marks failures after which the same mirror deserves another attempt.
type broken struct{ error }

func (b broken) Unwrap() error { return b.error }

// mirror tries one address until the file is complete, the mirror has proved
// wrong, or it has broken off too often.
func (d *download) mirror(ctx context.Context, address string) error {
	var err error
	for range attempts {
		if err = d.attempt(ctx, address); err == nil {
			return nil
		}
		if b := (broken{}); ctx.Err() != nil || !errors.As(err, &b) {
			return err
		}
	}
	return fmt.Errorf("%w (%d attempts)", err, attempts)
}

// attempt makes one request for what is missing, appends it, and checks the sum
// once all is there.
func (d *download) attempt(ctx context.Context, address string) error {
	part := d.path + ".part"
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have > d.pin.size {
		have = 0
	}
	resumed := have > 0
	if have < d.pin.size {
		if have, resumed, err = d.receive(ctx, address, f, have); err != nil {
			return err
		}
	}
	content := make([]byte, have)
	if _, err := f.ReadAt(content, 0); err != nil {
		return broken{fmt.Errorf("another process shortened the file while it was checked (%w)", err)}
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != d.pin.packed {
		// If part of it had been there before, that may have been the bad one.
		return discard(f, resumed, fmt.Errorf("sent %d bytes with SHA-256 %x, %s was expected", have, sum, d.pin.packed))
	}
	if err := d.keep(content); err != nil {
		return err
	}
	// A part that cannot be removed does no harm: it is the right one.
	_ = f.Close()
	_ = os.Remove(part)
	return nil
}

// keep writes the checked content under another name and then gives it its own,
// so that no reader meets a file that is still growing.
func (d *download) keep(content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(d.path), filepath.Base(d.path)+".*.new")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	// CreateTemp lets only the owner read; a cache may be shared.
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), d.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// receive asks for the bytes from have on and writes them to f. It returns how
// many f holds then and whether the earlier ones were kept.
func (d *download) receive(ctx context.Context, address string, f *os.File, have int64) (total int64, resumed bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, false, err
	}
	// The packed file itself is wanted, not what a transport makes of it.
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("User-Agent", "lightfast")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	watch := time.AfterFunc(d.stall, func() { cancel(fmt.Errorf("no data for %v", d.stall)) })
	defer watch.Stop()
	resp, err := d.client.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return 0, false, cause
		}
		return 0, false, bare(err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
		have = 0 // all of it, whatever was asked for
	case resp.StatusCode == http.StatusPartialContent && have > 0:
		want := fmt.Sprintf("bytes %d-%d/%d", have, d.pin.size-1, d.pin.size)
		if got := resp.Header.Get("Content-Range"); got != want {
			return 0, false, discard(f, true, fmt.Errorf("sent range %q, %q was expected", got, want))
		}
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return 0, false, discard(f, have > 0, errors.New(resp.Status))
	default:
		return 0, false, errors.New(resp.Status)
	}
	if n := resp.ContentLength; n >= 0 && have+n != d.pin.size {
		return 0, false, fmt.Errorf("offers %d bytes, %d were expected", have+n, d.pin.size)
	}
	resumed = have > 0
	if err := f.Truncate(have); err != nil {
		return 0, false, err
	}
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return 0, false, err
	}
	buf := make([]byte, 1<<16)
	for {
		n, err := resp.Body.Read(buf)
		if have+int64(n) > d.pin.size {
			return 0, false, discard(f, resumed, fmt.Errorf("sends more than the %d bytes that were expected", d.pin.size))
		}
		if _, err := f.Write(buf[:n]); err != nil {
			return 0, false, err
		}
		have += int64(n)
		if n > 0 {
			watch.Reset(d.stall)
			if d.progress != nil {
				d.progress(d.pin.file+".gz", have, d.pin.size)
			}
		}
		if err == io.EOF && have == d.pin.size {
			return have, resumed, nil
		}
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return 0, false, broken{fmt.Errorf("broke off after %d of %d bytes (%w)", have, d.pin.size, err)}
		}
	}
}

// discard drops what has arrived. If some of it had been there before the
// request, asking the same mirror for the whole is worth another attempt.
func discard(f *os.File, resumed bool, reason error) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	if resumed {
		return broken{reason}
	}
	return reason
}

// bare strips the method and the address, which the caller names already.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// isLocal tells trouble with the cache folder from trouble with a mirror.
func isLocal(err error) bool {
	var path *os.PathError
	var link *os.LinkError
	return errors.As(err, &path) || errors.As(err, &link)
}

// sumFile returns the SHA-256 of a file in hex.
func sumFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
