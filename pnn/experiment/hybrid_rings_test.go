package experiment

import (
	"context"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/landscape"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/ring"
)

// What is stored about rings after training: confusions agree with the drift sweep,
// the Hessian with the surface, and controls with the network.
func TestRingsAreLookedAt(t *testing.T) {
	for _, method := range []string{SAT, InSilico} {
		t.Run(method, func(t *testing.T) {
			r, l := hybridRun(hybrid.Rings, method), lab(t)
			res, err := l.Execute(context.Background(), r)
			if err != nil {
				t.Fatal(err)
			}
			s, err := res.Sweep()
			if err != nil {
				t.Fatal(err)
			}
			if len(s.At) != 31 || math.IsNaN(s.Share(1)) || math.IsNaN(s.Share(-2)) {
				t.Errorf("the sweep has %d temperatures, expected 31 from -2 to 1 K", len(s.At))
			}
			few, all, err := res.Cold()
			if err != nil {
				t.Fatal(err)
			}
			var right, images int64
			for i := range all {
				right += all[i][i]
				for k, n := range all[i] {
					images += n
					if n != few[i][k] {
						t.Fatal("a set of less than 100 images has other confusions than its first 100")
					}
				}
			}
			if len(all) != 10 || images != int64(r.Test) || float64(right)/float64(images) != s.Share(ColdKelvin) {
				t.Errorf("%d classes, %d of %d images right, %g in the sweep", len(all), right, images, s.Share(ColdKelvin))
			}
			hs, err := res.RingHessians()
			if err != nil || len(hs) != 2 || hs[0].AsPublished || !hs[1].AsPublished || hs[0].Images != 4 {
				t.Fatalf("%+v, %v", hs, err)
			}
			for _, h := range hs {
				if a, b := math.Abs(h.Eigenvalues[0]), math.Abs(h.Eigenvalues[1]); !(a >= b) || !(b > 0) || !h.Converged || h.Residuals[0] > 0.02*a {
					t.Errorf("%+v: expected two eigenvalues, the larger first, found", h)
				}
			}
			surface, err := res.RingSurface()
			if err != nil || !slices.Equal(surface.At, []float64{-10, 0, 10}) {
				t.Fatalf("%+v, %v", surface, err)
			}
			if v := surface.Loss[1][1]; math.Abs(v/hs[0].Loss-1) > 1e-4 {
				t.Errorf("loss %g in the middle of the surface, %g where the Hessian is", v, hs[0].Loss)
			}
			x, err := res.RingControls()
			if err != nil || len(x) != 61470 {
				t.Fatalf("%d controls: %v", len(x), err)
			}
			y, err := res.Hybrid(nil)
			if err != nil {
				t.Fatal(err)
			}
			want := y.Weights[0].Value[7]
			if !y.InCurrents() {
				want = r.Hybrid.curve().Control(want)
			}
			if x[7] != want {
				t.Errorf("control 7 is %g, expected %g", x[7], want)
			}
		})
	}
}

// The surface is that of package landscape, in the precision of training.
func TestSurfaceIsThatOfTheLandscape(t *testing.T) {
	ctx := context.Background()
	y, err := hybridRun(hybrid.Rings, SAT).hybridSystem()
	if err != nil {
		t.Fatal(err)
	}
	y.Initialise(1)
	test := few(dataset.Glyphs(1, 40).Test, 4)
	net, err := inControls[float64](y, ring.Training(), false)
	if err != nil {
		t.Fatal(err)
	}
	net.Update(nil)
	x := hybrid.Encode[float64](hybrid.Encoding{}, test, 0, test.Len())
	system, err := landscape.OfNet(net, &nn.Pass{Mode: nn.Evaluate}, nn.CrossEntropy[float64]{}, x, test.Labels)
	if err != nil {
		t.Fatal(err)
	}
	l, err := landscape.New(system)
	if err != nil {
		t.Fatal(err)
	}
	along := make([][]float64, 2)
	for i := range along {
		if along[i], err = l.RandomDirection(1, uint64(i)); err != nil {
			t.Fatal(err)
		}
		for k := range along[i] {
			along[i][k] /= 100 // a tenth of the parameters at the reach of the surface
		}
	}
	single, err := inControls[float32](y, ring.Training(), false)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ringSurface(ctx, nil, single, test, along, 3)
	if err != nil {
		t.Fatal(err)
	}
	want, err := l.Surface(ctx, along[0], along[1], s.At, s.At)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		if got := s.Loss[i/3][i%3]; math.Abs(got/w-1) > 1e-3 {
			t.Errorf("point %d: loss %g, in double precision %g", i, got, w)
		}
	}
	if s.Loss[0][0] == s.Loss[2][2] || s.Loss[0][2] == s.Loss[2][0] {
		t.Error("a surface that is the same everywhere")
	}
}

// What is looked at afterwards does not train again, and gives the same bits.
func TestRingsAreLookedAtAgain(t *testing.T) {
	r, l := hybridRun(hybrid.Rings, PAT), lab(t)
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	was := contents(t, l.Dir, r)
	for _, what := range []string{"cold", "hessian", "surface"} {
		if err := os.Remove(file(l.Dir, r, what)); err != nil {
			t.Fatal(err)
		}
	}
	l.Progress, l.Pool = func(Progress) { t.Error("an epoch was trained twice") }, lane.NewPool(3)
	if _, err := l.Execute(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(contents(t, l.Dir, r), was) {
		t.Error("other contents the second time")
	}
}

func TestLooksAtRingsAreChecked(t *testing.T) {
	for _, c := range []struct {
		change func(*Run)
		want   string
	}{
		{func(r *Run) { r.Hybrid.SurfacePoints = 1 }, "surface_points is 1"},
		{func(r *Run) { r.Hybrid.SurfacePoints = -3 }, "surface_points is -3"},
		{func(r *Run) { r.Hybrid.SurfacePoints = 1000 }, "surface_points is 1000"},
		{func(r *Run) { r.Hybrid.HessianImages = -1 }, "hessian_images is -1"},
		{func(r *Run) {
			*r = hybridRun(hybrid.Space, SAT)
			r.Hybrid.SurfacePoints = 5
		}, "surface_points"},
		{func(r *Run) {
			*r = hybridRun(hybrid.Space, SAT)
			r.Hybrid.HessianImages = 5
		}, "hessian_images"},
	} {
		r := hybridRun(hybrid.Rings, SAT)
		c.change(&r)
		if err := r.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, expected %q", err, c.want)
		}
	}
	res := &Result{Run: hybridRun(hybrid.Mesh, SAT)}
	_, _, cold := res.Cold()
	_, hessian := res.RingHessians()
	_, surface := res.RingSurface()
	_, controls := res.RingControls()
	for _, err := range []error{cold, hessian, surface, controls} {
		if err == nil || !strings.Contains(err.Error(), "no rings") {
			t.Errorf("a mesh is read as rings: %v", err)
		}
	}
}
