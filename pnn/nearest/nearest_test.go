package nearest

import "testing"

func TestSuggest(t *testing.T) {
	names := []string{"mnist", "fashion-mnist", "glyphs"}
	for typed, want := range map[string]string{
		"minst":   ` (did you mean "mnist"?)`,
		"Glyphs":  ` (did you mean "glyphs"?)`,
		"fmnist":  ` (did you mean "mnist"?)`,
		"glifs":   ` (did you mean "glyphs"?)`,
		"cifar10": "",
		"":        "",
	} {
		if got := Suggest(typed, names); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", typed, got, want)
		}
	}
}
