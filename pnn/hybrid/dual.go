package hybrid

import (
	"fmt"

	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/sepn"
)

// dual is what dual adaptive training adds to a mesh: networks that predict the
// errors of the field z behind it, whose predictions are added,
//
//	z' = z + sum_k SEPN_k(z),
//
// and measured intensities in place of the model's own on the way back.
type dual[T lane.Float] struct {
	Nets []*sepn.Net[T]
	// Correct adds the predictions.
	Correct bool
	// Teach keeps the sums that gradients of the nets are made of.
	Teach bool
	// Observed, if not nil, are measured intensities: gradients are then those at
	// the field that has their amplitude and the model's phase.
	Observed *lane.Batch[T]

	raw   *lane.Batch[T]      // fields behind the mesh
	rooms []dualRoom[T]       // by worker
	parts [][]sepn.Partial[T] // by net and group
}

// dualRoom is the memory of one worker for one group.
type dualRoom[T lane.Float] struct {
	work              *sepn.Workspace[T]
	out, pulled, back []T
	fused, norm, read []T
}

// predictors makes count nets for fields of ports complex numbers.
func predictors(count, ports int, features [3]int, seed uint64) ([]*sepn.Net[float32], error) {
	side := 1
	for side*side < ports {
		side++
	}
	if side*side != ports {
		return nil, fmt.Errorf("hybrid: error prediction sees the %d ports as a square picture, expected a square number of them", ports)
	}
	var nets []*sepn.Net[float32]
	for i := range count {
		n, err := sepn.UNet[float32](fmt.Sprintf("cn%d", i+1), side, side, features)
		if err != nil {
			return nil, err
		}
		n.Initialise(seed, i)
		nets = append(nets, n)
	}
	return nets, nil
}

// parameters are those of all nets.
func (d *dual[T]) parameters() (ps []*optim.Parameter) {
	for _, n := range d.Nets {
		ps = append(ps, n.Parameters()...)
	}
	return ps
}

// prepare makes room for a batch.
func (d *dual[T]) prepare(workers, samples, ports int) {
	if len(d.Nets) == 0 {
		return
	}
	if d.raw == nil {
		d.raw = lane.NewBatch[T](0, 2*ports)
		d.parts = make([][]sepn.Partial[T], len(d.Nets))
	}
	d.raw.Resize(samples)
	n := ports * lane.Group * lane.Width
	for len(d.rooms) < workers {
		d.rooms = append(d.rooms, dualRoom[T]{
			work: d.Nets[0].NewWorkspace(lane.Group),
			out:  make([]T, 2*n), pulled: make([]T, 2*n), back: make([]T, 2*n),
			fused: make([]T, 2*n), norm: make([]T, lane.Group*lane.Width), read: make([]T, n),
		})
	}
	if d.Teach {
		for k, net := range d.Nets {
			for len(d.parts[k]) < lane.Groups(d.raw.Blocks()) {
				d.parts[k] = append(d.parts[k], net.NewPartial())
			}
		}
	}
}

// add computes out = raw + predictions for some blocks.
func (d *dual[T]) add(out, raw []T, blocks, worker int) {
	r := &d.rooms[worker]
	copy(out, raw)
	for _, net := range d.Nets {
		net.Forward(r.work, r.out, raw, blocks)
		for i := range out {
			out[i] += r.out[i]
		}
	}
}

// pull turns the gradient g behind the predictions into that in front of them.
// Activations are computed once more: to keep those of all groups would take a
// gigabyte.
func (d *dual[T]) pull(g, raw []T, blocks, group, worker int) {
	r := &d.rooms[worker]
	behind := r.pulled[:len(g)]
	copy(behind, g)
	for k, net := range d.Nets {
		var sums sepn.Partial[T]
		if d.Teach {
			sums = d.parts[k][group]
		}
		net.Forward(r.work, r.out, raw, blocks)
		net.Backward(r.work, r.back, behind, blocks, sums)
		for i := range g {
			g[i] += r.back[i]
		}
	}
}

// fuse returns the fields of blocks lo..hi-1 with the observed amplitudes, and
// what their intensities are divided by.
func (d *dual[T]) fuse(field []T, lo, hi, n, worker int) (fused, norm []T) {
	r := &d.rooms[worker]
	seen, blocks := d.Observed.Block(lo, hi), hi-lo
	model.Normalise(r.read, r.norm, seen, n, n, blocks)
	model.Fuse(r.fused, field, seen, n, blocks)
	return r.fused[:len(field)], r.norm
}

// collect adds the gradients of all nets for a batch to those of their parameters.
func (d *dual[T]) collect(pool *lane.Pool) {
	groups := lane.Groups(d.raw.Blocks())
	layers := d.Nets[0].Layers()
	pool.For(len(d.Nets)*layers, func(i, _ int) {
		d.Nets[i/layers].CollectLayer(i%layers, d.parts[i/layers][:groups])
	})
}

// update makes changed parameters of the nets take effect.
func (d *dual[T]) update(pool *lane.Pool) {
	if len(d.Nets) == 0 {
		return
	}
	layers := d.Nets[0].Layers()
	pool.For(len(d.Nets)*layers, func(i, _ int) { d.Nets[i/layers].UpdateLayer(i % layers) })
}
