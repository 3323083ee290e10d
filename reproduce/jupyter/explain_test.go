//go:build unix

package jupyter

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// A kernel whose module has moved away answers a cell with what to do, and ends
// when Jupyter says so.
func TestKernelThatCannotStartExplainsItself(t *testing.T) {
	home, _ := sandbox(t)
	t.Chdir(home)
	ports := map[string]any{"transport": "tcp", "ip": "127.0.0.1", "key": "secret", "signature_scheme": "hmac-sha256"}
	at := map[string]string{}
	for _, name := range []string{"shell", "control", "stdin", "hb", "iopub"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports[name+"_port"] = l.Addr().(*net.TCPAddr).Port
		at[name] = "tcp://" + l.Addr().String()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	connection, err := json.Marshal(ports)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(home, "connection.json")
	write(t, file, string(connection))

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- Start{Connection: file, Module: filepath.Join(home, "gone"), Bin: home}.Run(ctx)
	}()

	e := &explainer{key: []byte("secret"), session: "test"}
	shell := zmq4.NewDealer(ctx)
	if err := shell.Dial(at["shell"]); err != nil {
		t.Fatal(err)
	}
	heard := func() (kind string, content map[string]any) {
		t.Helper()
		m, err := shell.Recv()
		if err != nil {
			t.Fatal(err)
		}
		frames := m.Frames
		if len(frames) != 6 || string(frames[0]) != delimiter || string(frames[1]) != string(e.sign(frames[2:])) {
			t.Fatalf("not a signed message: %q", frames)
		}
		var h struct {
			Kind string `json:"msg_type"`
		}
		if err := json.Unmarshal(frames[2], &h); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(frames[5], &content); err != nil {
			t.Fatal(err)
		}
		return h.Kind, content
	}
	ask := message{header: json.RawMessage("{}")}

	e.send(shell, ask, "kernel_info_request", map[string]any{})
	if kind, c := heard(); kind != "kernel_info_reply" || !strings.Contains(fmt.Sprint(c["banner"]), "cannot start") {
		t.Errorf("%s: %v", kind, c)
	}
	forger := &explainer{key: []byte("wrong"), session: "test"}
	forger.send(shell, ask, "shutdown_request", map[string]any{}) // must be ignored
	for i := 1; i <= 2; i++ {
		e.send(shell, ask, "execute_request", map[string]any{"code": "x"})
		kind, c := heard()
		text := fmt.Sprint(c["traceback"])
		if kind != "execute_reply" || c["status"] != "error" || c["execution_count"] != float64(i) ||
			!strings.Contains(text, "gone") || !strings.Contains(text, "What to do:") || !strings.Contains(text, "kernel install") {
			t.Errorf("cell %d: %s: %v", i, kind, c)
		}
	}
	e.send(shell, ask, "shutdown_request", map[string]any{"restart": true})
	if kind, c := heard(); kind != "shutdown_reply" || c["restart"] != true {
		t.Errorf("%s: %v", kind, c)
	}
	select {
	case err := <-ended:
		mentions(t, err, "gone", "install the kernel again")
	case <-ctx.Done():
		t.Error("does not end")
	}
}

func TestStartWithoutConnectionFile(t *testing.T) {
	mentions(t, Start{}.Run(t.Context()), "no connection file", "kernel install")
	home, _ := sandbox(t)
	t.Chdir(home)
	comma := filepath.Join(home, "a,b")
	write(t, filepath.Join(comma, "go.mod"), "module lightfast\ngo 1.26.0\n")
	_, err := Start{Module: comma}.root(home)
	mentions(t, err, "comma", "rename")
	mentions(t, Start{Connection: "nowhere.json", Module: home}.Run(t.Context()), "neither around this notebook", "nowhere.json")
}
