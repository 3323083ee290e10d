package artifact

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestManifest(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.arrow", "a/z.arrow", "a-b.arrow", "a/notes.txt"} {
		put(t, filepath.Join(dir, filepath.FromSlash(name)), name)
	}
	if err := WriteManifest(dir); err != nil {
		t.Fatal(err)
	}
	// The digests are those of sha256sum (coreutils).
	want := "25f9bd130725c9253400c2bf474520f9e8e6a20f0d07d74f3a72491e0f471eb1  a-b.arrow\n03b95778d90d09c4a69ae111c7ccfffb42986ac72ba13b7f623ae73bb494b867  a/z.arrow\n268c75375e2ac82eaabffc1e6d47c492ec88608901915e9298caf3cd19246b9e  b.arrow\n"
	if got := string(mustBytes(t, filepath.Join(dir, "SHA256SUMS"))); got != want {
		t.Fatalf("manifest:\n%swant:\n%s", got, want)
	}
	verify := func(want ...Problem) {
		t.Helper()
		got, err := VerifyManifest(dir)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("found %v, %v; want %v", got, err, want)
		}
	}
	verify()
	put(t, filepath.Join(dir, "a-b.arrow"), "a-b.arroW")
	put(t, filepath.Join(dir, "a", "new.arrow"), "")
	if err := os.Remove(filepath.Join(dir, "b.arrow")); err != nil {
		t.Fatal(err)
	}
	verify(Problem{"a-b.arrow", Damaged}, Problem{"a/new.arrow", Unlisted}, Problem{"b.arrow", Missing})
	if err := WriteManifest(dir); err != nil {
		t.Fatal(err)
	}
	verify()
}

func TestDamagedManifestIsRefused(t *testing.T) {
	sum := strings.Repeat("0a", 32)
	for name, text := range map[string]string{
		"short digest":   sum[1:] + "  a.arrow\n",
		"upper case":     strings.ToUpper(sum) + "  a.arrow\n",
		"one space":      sum + " a.arrow\n",
		"not an arrow":   sum + "  a.txt\n",
		"outside":        sum + "  ../a.arrow\n",
		"absolute":       sum + "  /a.arrow\n",
		"twice":          sum + "  a.arrow\n" + sum + "  a.arrow\n",
		"truncated line": sum + "  a.arrow\n" + sum[:20],
	} {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "SHA256SUMS"), text)
		if _, err := VerifyManifest(dir); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := VerifyManifest(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no manifest: %v", err)
	}
}

// Every flipped bit of the manifest shows up as a problem or an error.
func TestEveryFlippedBitOfTheManifestIsFound(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.arrow"), "a")
	put(t, filepath.Join(dir, "b.arrow"), "b")
	if err := WriteManifest(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "SHA256SUMS")
	whole := mustBytes(t, path)
	for at := range whole {
		for bit := range 8 {
			text := append([]byte{}, whole...)
			text[at] ^= 1 << bit
			put(t, path, string(text))
			if problems, err := VerifyManifest(dir); err == nil && len(problems) == 0 {
				t.Errorf("byte %d, bit %d: nothing found", at, bit)
			}
		}
	}
}

func TestManifestRefusesLinks(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.txt"), "a")
	if err := os.Symlink("a.txt", filepath.Join(dir, "a.arrow")); err != nil {
		t.Fatal(err)
	}
	if err := WriteManifest(dir); err == nil || !strings.Contains(err.Error(), "a.arrow") {
		t.Errorf("a link: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "SHA256SUMS")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a manifest was written: %v", err)
	}
}

func TestManifestOfAFolderThatIsALink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.Mkdir(real, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip("no links here: ", err)
	}
	if err := os.WriteFile(filepath.Join(real, "a.arrow"), []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteManifest(link); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(real, manifestName))
	if err != nil || !strings.Contains(string(sums), "a.arrow") {
		t.Errorf("manifest %q, %v", sums, err)
	}
}
