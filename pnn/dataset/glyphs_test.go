package dataset

import (
	"bytes"
	"context"
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"
)

// allGlyphs is the set that the quick profile is made of, drawn once for all tests.
var allGlyphs = sync.OnceValue(func() Pair { return Glyphs(60000, 10000) })

// The sums that every machine must come to: amd64 and arm64, with and without
// fused multiply-add. Results that were computed from this set name them.
const (
	glyphsTrain    = "2b25ee94166c3201bc896f6302031b1f7eac6148d82be803671ede3665920c25"
	glyphsTest     = "cccf1607f35435341fd18311853b30e15f71e6712285904608ab2d1e8eb73bb0"
	glyphsTrain100 = "7df73323112f564d12ecd16bf5de4680d6858bd688490f476d244ebc03e01fe1"
	glyphsTest50   = "fa5c1738262b7ab142b41d45a82593f4462a59a5de0f4e0c036ee07b75936858"
)

func TestGlyphsGolden(t *testing.T) {
	p := Glyphs(100, 50)
	if p.Train.SHA256 != glyphsTrain100 || p.Test.SHA256 != glyphsTest50 {
		t.Errorf("Glyphs(100, 50) has sums %s and %s, expected %s and %s", p.Train.SHA256, p.Test.SHA256, glyphsTrain100, glyphsTest50)
	}
	if testing.Short() {
		return
	}
	p = allGlyphs()
	if p.Train.SHA256 != glyphsTrain || p.Test.SHA256 != glyphsTest {
		t.Errorf("Glyphs(60000, 10000) has sums %s and %s, expected %s and %s", p.Train.SHA256, p.Test.SHA256, glyphsTrain, glyphsTest)
	}
	// A tenth of the images in each class, give or take five standard deviations.
	for _, s := range []*Set{p.Train, p.Test} {
		var count [classes]int
		for _, l := range s.Labels {
			count[l]++
		}
		mean := float64(s.Len()) / classes
		for l, n := range count {
			if math.Abs(float64(n)-mean) > 5*math.Sqrt(mean*(1-1.0/classes)) {
				t.Errorf("%d of %d images show a %d, about %.0f were expected", n, s.Len(), l, mean)
			}
		}
	}
	if err := errors.Join(p.Train.Demand(28, 28, 10), p.Test.Demand(28, 28, 10)); err != nil {
		t.Error(err)
	}
}

func TestGlyphsPrefix(t *testing.T) {
	big, small := Glyphs(300, 130), Glyphs(129, 1)
	for _, c := range []struct{ big, small *Set }{{big.Train, small.Train}, {big.Test, small.Test}} {
		n := c.small.Len()
		if !bytes.Equal(c.small.Images, c.big.Images[:n*784]) || !bytes.Equal(c.small.Labels, c.big.Labels[:n]) {
			t.Errorf("the first %d of %d images are not those of a set of %d", n, c.big.Len(), n)
		}
		h, err := c.big.Head(n)
		if err != nil || h.SHA256 != c.small.SHA256 {
			t.Errorf("Head(%d): %v", n, err)
		}
	}
	if bytes.Equal(big.Train.Image(0), big.Test.Image(0)) {
		t.Error("the parts begin with the same image")
	}
	for _, n := range []int{0, -1} {
		if p := Glyphs(n, n); p.Train.Len() != 0 || p.Test.Len() != 0 || len(p.Train.Images) != 0 {
			t.Errorf("Glyphs(%d, %d) holds images", n, n)
		}
	}
	p, err := Load(context.Background(), "glyphs", Options{Train: 100, Test: 50, Offline: true})
	if err != nil || p.Train.SHA256 != glyphsTrain100 || p.Test.SHA256 != glyphsTest50 {
		t.Errorf("Load gives another set than Glyphs (%v)", err)
	}
}

// Every form of every digit leaves ink, on black paper, inside the image.
func TestGlyphsAreLegible(t *testing.T) {
	s := Glyphs(3000, 0).Train
	var seen [classes]bool
	edge := 0
	for i := range s.Len() {
		seen[s.Labels[i]] = true
		img := s.Image(i)
		lit, most := 0, uint8(0)
		for _, v := range img {
			if v > 127 {
				lit++
			}
			most = max(most, v)
		}
		if lit < 15 || lit > 784/2 || most < 150 {
			t.Errorf("image %d, a %d: %d bright pixels, the brightest %d", i, s.Labels[i], lit, most)
		}
		for k := range side {
			if max(img[k], img[(side-1)*side+k], img[k*side], img[k*side+side-1]) > 127 {
				edge++
				break
			}
		}
	}
	if edge > s.Len()/20 {
		t.Errorf("%d of %d images reach the edge", edge, s.Len())
	}
	for l, ok := range seen {
		if !ok {
			t.Errorf("no image shows a %d", l)
		}
	}
}

func TestGlyphsOnAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(n)
		if p := Glyphs(100, 50); p.Train.SHA256 != glyphsTrain100 || p.Test.SHA256 != glyphsTest50 {
			t.Errorf("on %d processors the sums are %s and %s", n, p.Train.SHA256, p.Test.SHA256)
		}
	}
}

func TestGlyphsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p, err := Load(ctx, "glyphs", Options{})
	contains(t, err, "dataset: glyphs: context canceled")
	if !errors.Is(err, context.Canceled) || p.Train != nil || p.Test != nil {
		t.Errorf("cancelled, it gave %v, %v and %v", p.Train, p.Test, err)
	}
}

// The set is neither trivial nor hopeless: where 4000 images of MNIST teach this
// classifier 89 % of the first 1000 test images, glyphs teach it 82 %.
func TestGlyphsAreNeitherTrivialNorHopeless(t *testing.T) {
	p := Glyphs(4000, 1000)
	got := linear(p.Train, p.Test, 8)
	t.Logf("a linear classifier is right on %.1f %% of the test images", 100*got)
	if got < 0.75 || got > 0.95 {
		t.Errorf("a linear classifier is right on %.1f %%, 75 to 95 were expected", 100*got)
	}
}

// linear trains a softmax classifier from zero with minibatches of 20 in order,
// so that nothing about it is random, and returns its accuracy.
func linear(train, test *Set, epochs int) float64 {
	const n, batch, rate = side * side, 20, 0.1
	var w, grad [classes][n + 1]float64
	scores := func(img []uint8, x *[n + 1]float64) (s [classes]float64) {
		for k, v := range img {
			x[k] = float64(v) / 255
		}
		x[n] = 1
		for c := range s {
			for k, v := range x {
				if v != 0 {
					s[c] += v * w[c][k]
				}
			}
		}
		return s
	}
	best := func(s [classes]float64) (at int) {
		for c := range s {
			if s[c] > s[at] {
				at = c
			}
		}
		return at
	}
	var x [n + 1]float64
	for range epochs {
		for i := range train.Len() {
			s := scores(train.Image(i), &x)
			top, sum := s[best(s)], 0.0
			for c := range s {
				s[c] = math.Exp(s[c] - top)
				sum += s[c]
			}
			for c := range s {
				e := s[c] / sum
				if c == int(train.Labels[i]) {
					e--
				}
				for k, v := range x {
					if v != 0 {
						grad[c][k] += e * v
					}
				}
			}
			if (i+1)%batch == 0 {
				for c := range w {
					for k := range w[c] {
						w[c][k] -= rate / batch * grad[c][k]
					}
				}
				grad = [classes][n + 1]float64{}
			}
		}
	}
	right := 0
	for i := range test.Len() {
		if best(scores(test.Image(i), &x)) == int(test.Labels[i]) {
			right++
		}
	}
	return float64(right) / float64(test.Len())
}
