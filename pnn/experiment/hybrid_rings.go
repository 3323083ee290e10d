package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/landscape"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/optim"
	"lightfast/pnn/ring"
)

// RingHessian is how steeply the loss of a trained network of rings rises around its
// controls, biases and norms, on some test images, batch norms using running
// statistics. Weights that were trained as such count as the controls that give
// them.
type RingHessian struct {
	// AsPublished is the network in which the authors look for eigenvalues whatever
	// they have trained: without rectifiers behind norm3 and norm4, with normalised
	// inputs. Else it is the network that was trained.
	AsPublished bool
	Images      int
	Loss        float64
	// Eigenvalues are the two of largest magnitude, each with how far from one it
	// may be; the authors print the second.
	Eigenvalues, Residuals [2]float64
	Converged              bool
}

// RingSurface is the loss of such a network, as it was trained, along the two
// eigenvectors of its Hessian: Loss[i][j] is where the first has been followed for
// At[i] and the second for At[j].
type RingSurface struct {
	At   []float64
	Loss [][]float64
}

// ColdKelvin is the change of temperature at which the authors look at confusions.
const ColdKelvin = -1.3

// What is looked at if the run does not say.
const (
	ringImages    = 100 // whose loss the Hessian is of
	surfacePoints = 51  // along each axis
	surfaceReach  = 10  // of an eigenvector, as published
	mostPoints    = 201
)

// few are as many test images as the authors look at: from their first one on, or of
// smaller sets the first there are.
func few(test *dataset.Set, count int) *dataset.Set {
	first := sweepFirst
	if test.Len() < sweepFirst+count {
		first = 0
	}
	count = min(count, test.Len())
	s := *test
	s.Images = test.Images[first*test.Rows*test.Cols:][:count*test.Rows*test.Cols]
	s.Labels = test.Labels[first:][:count]
	return &s
}

// curve is the tuning curve of the rings.
func (h *Hybrid) curve() ring.Curve {
	c := ring.Training()
	if h.HalfWidth != 0 {
		c.HalfWidth = h.HalfWidth
	}
	return c
}

// inControls is a trained network of rings with controls for all weights.
func inControls[T lane.Float](y *hybrid.System, c ring.Curve, linear bool) (*nn.Net[T], error) {
	shape := hybrid.InCurrents(c)
	shape.Linear = linear
	net, err := hybrid.NewRingLeNet[T](shape)
	if err != nil {
		return nil, err
	}
	from := append(y.Parameters(), y.Buffers()...)
	for i, p := range append(net.Parameters(), net.Buffers()...) {
		if i >= len(from) || from[i].Name != p.Name || copy(p.Value, from[i].Value) != len(p.Value) {
			return nil, fmt.Errorf("experiment: parameter %s of a network of rings is not where it is in the one that was trained", p.Name)
		}
		if y.InCurrents() || len(p.Shape) < 2 { // biases and norms are no rings
			continue
		}
		for k, w := range p.Value {
			if p.Value[k] = c.Control(w); math.IsInf(p.Value[k], 0) {
				return nil, fmt.Errorf("experiment: %s[%d] is %g, which rings reach at no finite control; train with clamp %g", p.Name, k, w, hybrid.WeightLimit)
			}
		}
	}
	return net, nil
}

// ringHessian looks for the two largest eigenvalues, and returns their vectors too.
func ringHessian(ctx context.Context, pool *lane.Pool, net *nn.Net[float64], e hybrid.Encoding, test *dataset.Set) (RingHessian, [][]float64, error) {
	h := RingHessian{Images: test.Len()}
	net.Update(pool)
	x := hybrid.Encode[float64](e, test, 0, test.Len())
	system, err := landscape.OfNet(net, &nn.Pass{Pool: pool, Mode: nn.Evaluate}, nn.CrossEntropy[float64]{}, x, test.Labels)
	if err != nil {
		return h, nil, err
	}
	l, err := landscape.New(system)
	if err != nil {
		return h, nil, err
	}
	l.Pool = pool
	if h.Loss, err = l.Loss(ctx); err != nil {
		return h, nil, err
	}
	// The error of an eigenvalue is far smaller than its residual.
	found, err := l.Lanczos(ctx, landscape.Lanczos{Count: len(h.Eigenvalues), Tolerance: 1e-2, Steps: 60})
	if err != nil {
		return h, nil, err
	}
	h.Converged = found.Converged
	var vectors [][]float64
	for i, p := range found.Pairs {
		h.Eigenvalues[i], h.Residuals[i] = p.Value, p.Residual
		vectors = append(vectors, p.Vector)
	}
	return h, vectors, nil
}

// ringSurface computes the loss around values along two directions, in the
// precision of training: it shows no more than that.
func ringSurface(ctx context.Context, pool *lane.Pool, net *nn.Net[float32], test *dataset.Set, along [][]float64, points int) (*RingSurface, error) {
	x := hybrid.Encode[float32](hybrid.Encoding{}, test, 0, test.Len())
	pass, o := &nn.Pass{Pool: pool, Mode: nn.Evaluate}, nn.Objective[float32]{Loss: nn.CrossEntropy[float32]{}}
	center := make([][]float64, len(net.Parameters()))
	for i, p := range net.Parameters() {
		center[i] = slices.Clone(p.Value)
	}
	s := &RingSurface{At: landscape.Axis(-surfaceReach, surfaceReach, points)}
	for _, a := range s.At {
		line := make([]float64, 0, points)
		for _, b := range s.At {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			k := 0
			for i, p := range net.Parameters() {
				for n, v := range center[i] {
					p.Value[n] = v + float64(a*along[0][k]) + float64(b*along[1][k])
					k++
				}
				p.Round()
			}
			net.Update(pool)
			loss, _ := o.Score(pool, nil, net.Forward(pass, x), test.Labels)
			line = append(line, loss)
		}
		s.Loss = append(s.Loss, line)
	}
	return s, nil
}

// storeRings looks at a network of rings whose training is over.
func (l *Lab) storeRings(ctx context.Context, r Run) error {
	y, pair, refs, err := l.reopen(ctx, r)
	if err != nil {
		return err
	}
	p := provenance(r, refs)
	if err := writeCold(ctx, l.Pool, file(l.Dir, r, "cold"), p, y, pair.Test); err != nil {
		return err
	}
	images, points := r.Hybrid.HessianImages, r.Hybrid.SurfacePoints
	if images == 0 {
		images = ringImages
	}
	if points == 0 {
		points = surfacePoints
	}
	test := few(pair.Test, images)
	var found []RingHessian
	for _, published := range []bool{false, true} {
		net, err := inControls[float64](y, r.Hybrid.curve(), published)
		if err != nil {
			return err
		}
		e := hybrid.Encoding{}
		if published {
			e = hybrid.Normalised
		}
		h, along, err := ringHessian(ctx, l.Pool, net, e, test)
		if err != nil {
			return err
		}
		h.AsPublished = published
		found = append(found, h)
		if published {
			continue
		}
		single, err := inControls[float32](y, r.Hybrid.curve(), false)
		if err != nil {
			return err
		}
		s, err := ringSurface(ctx, l.Pool, single, test, along, points)
		if err != nil {
			return err
		}
		if err := writeSurface(file(l.Dir, r, "surface"), p, s); err != nil {
			return err
		}
	}
	return writeHessians(file(l.Dir, r, "hessian"), p, found)
}

// writeCold stores confusions of a cold chip, of the authors' images if there are
// as many and of all.
func writeCold(ctx context.Context, pool *lane.Pool, path string, p artifact.Provenance, y *hybrid.System, test *dataset.Set) error {
	var images, truth, class, count []int64
	for _, set := range []*dataset.Set{few(test, sweepCount), test} {
		c, err := hybrid.Drifted(ctx, y, set, sweepCount, ColdKelvin, pool)
		if err != nil {
			return err
		}
		for i := range c {
			for j := range c[i] {
				images, truth, class, count = append(images, int64(set.Len())), append(truth, int64(i)), append(class, int64(j)), append(count, c[i][j])
			}
		}
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "images", Unit: "1", Ints: images}, {Name: "true_class", Ints: truth}, {Name: "class", Ints: class}, {Name: "count", Unit: "1", Ints: count},
	}})
	return err
}

func writeHessians(path string, p artifact.Provenance, found []RingHessian) error {
	var published, converged []bool
	var images, rank []int64
	var loss, value, residual []float64
	for _, h := range found {
		for i, v := range h.Eigenvalues {
			published, converged, images, rank = append(published, h.AsPublished), append(converged, h.Converged), append(images, int64(h.Images)), append(rank, int64(i+1))
			loss, value, residual = append(loss, h.Loss), append(value, v), append(residual, h.Residuals[i])
		}
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "as_published", Bools: published}, {Name: "images", Unit: "1", Ints: images}, {Name: "loss", Unit: "1", Floats: loss}, {Name: "rank", Ints: rank},
		{Name: "eigenvalue", Unit: "1", Floats: value}, {Name: "residual", Unit: "1", Floats: residual}, {Name: "converged", Bools: converged},
	}})
	return err
}

func writeSurface(path string, p artifact.Provenance, s *RingSurface) error {
	var first, second, loss []float64
	for i, a := range s.At {
		for j, b := range s.At {
			first, second, loss = append(first, a), append(second, b), append(loss, s.Loss[i][j])
		}
	}
	_, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{
		{Name: "first", Unit: "1", Floats: first}, {Name: "second", Unit: "1", Floats: second}, {Name: "loss", Unit: "1", Floats: loss},
	}})
	return err
}

// ringsOnly refuses what only networks of rings have.
func (r *Result) ringsOnly() error {
	if r.Run.Hybrid == nil || r.Run.Hybrid.System != hybrid.Rings {
		return fmt.Errorf("experiment: run %s has no rings; hybrid networks of system %s have", r.Run.ID(), hybrid.Rings)
	}
	return nil
}

// Cold reads how many test images of each class, the first index, are taken for
// which by rings that are as much colder as [ColdKelvin] says: of the authors'
// hundred images, or the first there are of smaller sets, and of all.
func (r *Result) Cold() (hundred, all [][]int64, err error) {
	if err := r.ringsOnly(); err != nil {
		return nil, nil, err
	}
	c, err := r.columns("cold", "count")
	if err != nil {
		return nil, nil, err
	}
	n := int(math.Sqrt(float64(len(c[0].Ints)) / 2))
	var both [2][][]int64
	for i := range 2 * n {
		both[i/n] = append(both[i/n], c[0].Ints[i*n:(i+1)*n])
	}
	return both[0], both[1], nil
}

// RingHessians reads how steep the loss is: of the network that was trained, and of
// that in which the authors look for eigenvalues.
func (r *Result) RingHessians() (found []RingHessian, err error) {
	if err := r.ringsOnly(); err != nil {
		return nil, err
	}
	c, err := r.columns("hessian", "as_published", "images", "loss", "eigenvalue", "residual", "converged")
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(c[0].Bools); i += 2 {
		h := RingHessian{AsPublished: c[0].Bools[i], Images: int(c[1].Ints[i]), Loss: c[2].Floats[i], Converged: c[5].Bools[i]}
		copy(h.Eigenvalues[:], c[3].Floats[i:])
		copy(h.Residuals[:], c[4].Floats[i:])
		found = append(found, h)
	}
	return found, nil
}

// RingSurface reads the loss around the trained network.
func (r *Result) RingSurface() (*RingSurface, error) {
	if err := r.ringsOnly(); err != nil {
		return nil, err
	}
	c, err := r.columns("surface", "second", "loss")
	if err != nil {
		return nil, err
	}
	n := int(math.Sqrt(float64(len(c[0].Floats))))
	s := &RingSurface{At: c[0].Floats[:n]}
	for i := range n {
		s.Loss = append(s.Loss, c[1].Floats[i*n:(i+1)*n])
	}
	return s, nil
}

// weightsOf are those parameters that rings hold.
func weightsOf(ps []*optim.Parameter) (ws []*optim.Parameter) {
	for _, p := range ps {
		if len(p.Shape) >= 2 {
			ws = append(ws, p)
		}
	}
	return ws
}

// RingControls reads the controls of all rings, layer by layer: where weights were
// trained, those that give them.
func (r *Result) RingControls() ([]float64, error) {
	if err := r.ringsOnly(); err != nil {
		return nil, err
	}
	y, err := r.Hybrid(nil)
	if err != nil {
		return nil, err
	}
	var x []float64
	c := r.Run.Hybrid.curve()
	for _, p := range weightsOf(y.Parameters()) {
		for _, v := range p.Value {
			if !y.InCurrents() {
				v = c.Control(v)
			}
			x = append(x, v)
		}
	}
	return x, nil
}
