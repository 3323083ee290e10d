package bench

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// blas are the peers that multiply matrices.
var blas = []string{openBLAS, pyTorch}

// products lists the matrix products of training and the sines of its phases.
func products() []Work {
	return []Work{
		product("sgemm", 1, 512, 512, 512),
		product("sgemm", 1, 128, 784, 512),
		product("sgemm TN", 1, 784, 128, 512),
		outer("sgemm NT", 1, 128, 512, 784),
		product("cgemm", 2, 64, 64, 512),
		outer("cgemm NC", 2, 64, 512, 64),
		sines(),
	}
}

// sized fills in what a product of m x k and k x n numbers of planes parts each
// takes: 4 real products make a complex one. The matrices fit into caches, so
// memory sets no limit.
func sized(w Work, planes, m, k, n int) Work {
	w.Name = fmt.Sprintf("%s %dx%dx%d", w.Name, m, k, n)
	w.FMAs = float64(planes*planes) * float64(m) * float64(k) * float64(n)
	w.Peers = blas
	return w
}

// product is a matrix of m x k numbers times k x n activations, n samples. A
// complex matrix is a real one of twice the size, real parts first. For lightfast
// a transposed matrix is another packed one, so TN is the same work.
func product(name string, planes, m, k, n int) Work {
	return sized(Work{Name: name, Ours: func(workers int) (func() error, error) {
		pool := lane.NewPool(workers)
		w := lane.NewPacked[float32](planes*m, planes*k)
		fill(w.Data)
		x, y := lane.NewBatch[float32](n, planes*k), lane.NewBatch[float32](n, planes*m)
		fill(x.Data)
		plan := lane.Dense(planes * k)
		return func() error {
			pool.For(lane.Groups(x.Blocks()), func(g, _ int) {
				lo, hi := g*lane.Group, min((g+1)*lane.Group, x.Blocks())
				lane.Product(y.Block(lo, hi), y.Rows, w, x.Block(lo, hi), x.Rows, hi-lo, plan, nil, lane.Store)
			})
			return nil
		}, nil
	}}, planes, m, k, n)
}

// outer is a weight gradient: m output gradients times n inputs, summed over k
// samples. Complex numbers give the products of all pairs of planes, from which
// the caller takes real and imaginary part.
func outer(name string, planes, m, k, n int) Work {
	return sized(Work{Name: name, Ours: func(workers int) (func() error, error) {
		const together = 2 // panels of rows that share the inputs they read
		pool := lane.NewPool(workers)
		x, y := lane.NewBatch[float32](k, planes*n), lane.NewBatch[float32](k, planes*m)
		fill(x.Data)
		fill(y.Data)
		dst := make([]float32, planes*m*planes*n)
		var px, py lane.Panels[float32]
		px.Fit(x.Rows, x.Blocks())
		py.Fit(y.Rows, y.Blocks())
		return func() error {
			pool.For(px.Count()+py.Count(), func(i, _ int) {
				if i < px.Count() {
					px.Pack(i, x.Data)
				} else {
					py.Pack(i-px.Count(), y.Data)
				}
			})
			pool.For((py.Count()+together-1)/together, func(i, _ int) {
				lane.OuterPanels(dst, i*together, min((i+1)*together, py.Count()), &py, &px)
			})
			return nil
		}, nil
	}}, planes, m, k, n)
}

// sines is the sine and cosine of 2^20 angles between -10 and 10.
func sines() Work {
	const n, chunk = 1 << 20, 1 << 14
	return Work{Name: "sincos 1M", Peers: []string{pyTorch}, Ours: func(workers int) (func() error, error) {
		pool := lane.NewPool(workers)
		x, s, c := make([]float32, n), make([]float32, n), make([]float32, n)
		fill(x)
		for i := range x {
			x[i] *= 10
		}
		return func() error {
			pool.For(n/chunk, func(i, _ int) {
				lo, hi := i*chunk, (i+1)*chunk
				lane.SinCosRows(s[lo:hi], c[lo:hi], x[lo:hi])
			})
			return nil
		}, nil
	}}
}

// fill writes numbers between -1 and 1, the same at every call.
func fill(v []float32) {
	s := lane.NewStream(1, "benchmark", math.MaxUint64)
	for i := range v {
		v[i] = float32(2*s.Float64() - 1)
	}
}
