package jupyter

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// explain is a Jupyter kernel that answers every cell with the error why. A
// kernel that ends at once would leave a newcomer with "Kernel died" and the
// reason in a log that they may never see.
//
// The messages are those of
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
func explain(ctx context.Context, connection string, why error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e, err := newExplainer(ctx, connection, why)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for _, in := range []zmq4.Socket{e.shell, e.control} {
		wg.Go(func() {
			defer cancel()
			for ctx.Err() == nil {
				m, err := in.Recv()
				if err != nil || !e.answer(in, m.Frames) {
					return
				}
			}
		})
	}
	go e.echo(ctx)
	<-ctx.Done()
	err = e.close()
	wg.Wait()
	return err
}

// explainer is the kernel's end of the connection.
type explainer struct {
	why                           error
	key                           []byte
	session                       string
	shell, control, stdin, hb, io zmq4.Socket
	mu                            sync.Mutex // shell and control may answer at once
	cells                         int
}

func newExplainer(ctx context.Context, connection string, why error) (*explainer, error) {
	var c struct {
		Transport, IP, Key string
		Scheme             string `json:"signature_scheme"`
		Shell              int    `json:"shell_port"`
		Control            int    `json:"control_port"`
		Stdin              int    `json:"stdin_port"`
		HB                 int    `json:"hb_port"`
		IO                 int    `json:"iopub_port"`
	}
	text, err := os.ReadFile(connection)
	if err != nil {
		return nil, fmt.Errorf("connection file: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("connection file %s: %w", connection, err)
	}
	if c.Scheme != "hmac-sha256" && c.Key != "" {
		return nil, fmt.Errorf("connection file %s: signature_scheme %q, expected hmac-sha256", connection, c.Scheme)
	}
	e := &explainer{
		why: why, key: []byte(c.Key), session: unique(),
		shell: zmq4.NewRouter(ctx), control: zmq4.NewRouter(ctx), stdin: zmq4.NewRouter(ctx), hb: zmq4.NewRep(ctx), io: zmq4.NewPub(ctx),
	}
	for _, s := range []struct {
		zmq4.Socket
		port int
	}{{e.shell, c.Shell}, {e.control, c.Control}, {e.stdin, c.Stdin}, {e.hb, c.HB}, {e.io, c.IO}} {
		at := fmt.Sprintf("%s://%s:%d", c.Transport, c.IP, s.port)
		if c.Transport == "ipc" {
			at = fmt.Sprintf("ipc://%s-%d", c.IP, s.port)
		}
		if err := s.Listen(at); err != nil {
			return nil, errors.Join(fmt.Errorf("listening on %s: %w", at, err), e.close())
		}
	}
	return e, nil
}

func (e *explainer) close() error {
	// Give what was said last the time to leave.
	time.Sleep(50 * time.Millisecond)
	var err error
	for _, s := range []zmq4.Socket{e.shell, e.control, e.stdin, e.hb, e.io} {
		err = errors.Join(err, s.Close())
	}
	return err
}

// echo answers Jupyter's heartbeat.
func (e *explainer) echo(ctx context.Context) {
	for ctx.Err() == nil {
		m, err := e.hb.Recv()
		if err != nil || e.hb.Send(m) != nil {
			return
		}
	}
}

// message is a Jupyter message: identities, delimiter, signature, header,
// parent header, metadata and content are its frames.
type message struct {
	identities [][]byte
	header     json.RawMessage
	kind       string
	content    struct {
		Code    string
		Restart bool
	}
}

const delimiter = "<IDS|MSG>"

// read takes a message apart; ok is false if it is not one or is not signed
// with our key.
func (e *explainer) read(frames [][]byte) (m message, ok bool) {
	for i, f := range frames {
		if string(f) != delimiter {
			continue
		}
		if len(frames) < i+6 || !hmac.Equal(frames[i+1], e.sign(frames[i+2:i+6])) {
			return m, false
		}
		var h struct {
			Kind string `json:"msg_type"`
		}
		if json.Unmarshal(frames[i+2], &h) != nil || json.Unmarshal(frames[i+5], &m.content) != nil {
			return m, false
		}
		m.identities, m.header, m.kind = frames[:i], frames[i+2], h.Kind
		return m, true
	}
	return m, false
}

// sign is the signature of four frames, empty without a key.
func (e *explainer) sign(frames [][]byte) []byte {
	if len(e.key) == 0 {
		return nil
	}
	h := hmac.New(sha256.New, e.key)
	for _, f := range frames {
		h.Write(f)
	}
	return []byte(hex.EncodeToString(h.Sum(nil)))
}

// send sends a message about parent.
func (e *explainer) send(to zmq4.Socket, parent message, kind string, content map[string]any) {
	header, err := json.Marshal(map[string]string{
		"msg_id": unique(), "session": e.session, "username": "kernel", "msg_type": kind, "version": "5.3",
		"date": time.Now().UTC().Format(time.RFC3339),
	})
	if err != nil {
		return // strings can always be marshalled
	}
	body, err := json.Marshal(content)
	if err != nil {
		return // content holds strings, numbers and maps of them
	}
	parts := [][]byte{header, parent.header, []byte("{}"), body}
	frames := append([][]byte{}, parent.identities...)
	frames = append(frames, []byte(delimiter), e.sign(parts))
	// A message that cannot be sent has nobody left to read it.
	_ = to.SendMulti(zmq4.NewMsgFrom(append(frames, parts...)...))
}

func unique() string { return rand.Text() }

// answer handles a message; it returns false when the kernel is to end.
func (e *explainer) answer(from zmq4.Socket, frames [][]byte) bool {
	m, ok := e.read(frames)
	if !ok {
		return true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.send(e.io, m, "status", map[string]any{"execution_state": "busy"})
	defer e.send(e.io, m, "status", map[string]any{"execution_state": "idle"})
	switch m.kind {
	case "kernel_info_request":
		e.send(from, m, "kernel_info_reply", map[string]any{
			"status": "ok", "protocol_version": "5.3", "implementation": "lightfast", "implementation_version": "1",
			"banner":        "Lightfast cannot start: " + e.why.Error(),
			"language_info": map[string]any{"name": "go", "version": "1", "mimetype": "text/x-go", "file_extension": ".go"},
		})
	case "execute_request":
		e.cells++
		wrong, remedy, _ := strings.Cut(e.why.Error(), "; ")
		text := []string{"The notebook kernel cannot start.", "", wrong}
		if remedy != "" {
			text = append(text, "", "What to do: "+remedy+".")
		}
		text = append(text, "", "In a terminal, go run ./reproduce kernel doctor says more. Then restart the kernel (Kernel > Restart).")
		failure := map[string]any{"ename": "Lightfast", "evalue": wrong, "traceback": text}
		e.send(e.io, m, "execute_input", map[string]any{"code": m.content.Code, "execution_count": e.cells})
		e.send(e.io, m, "error", failure)
		e.send(from, m, "execute_reply", map[string]any{"status": "error", "execution_count": e.cells, "ename": "Lightfast", "evalue": wrong, "traceback": text})
	case "interrupt_request":
		e.send(from, m, "interrupt_reply", map[string]any{"status": "ok"})
	case "shutdown_request":
		e.send(from, m, "shutdown_reply", map[string]any{"status": "ok", "restart": m.content.Restart})
		return false
	}
	return true
}
