package landscape

import (
	"context"

	"lightfast/pnn/lane"
)

// krylov is an orthonormal basis q_1, q_2, ... in which the Hessian is tridiagonal
// (Lanczos),
//
//	H q_j = beta_(j-1) q_(j-1) + alpha_j q_j + beta_j q_(j+1).
//
// Each vector is made orthogonal to all before it: without that, eigenvalues
// already found come back as copies.
type krylov struct {
	l           *Landscape
	basis       [][]float64 // one more than alpha, unless it spans everything
	alpha, beta []float64
	top         float64 // largest entry so far
	seed, fresh uint64  // of starts, and how many there were
}

// begin starts with a vector, which becomes part of the basis.
func (l *Landscape) begin(start []float64, seed uint64) *krylov {
	scale(start, 1/l.norm(start))
	return &krylov{l: l, basis: [][]float64{start}, seed: seed}
}

// extend takes one step. A beta of zero says that the basis was closed under H; the
// vector behind it is then a random one.
func (k *krylov) extend(ctx context.Context) error {
	l, m := k.l, len(k.alpha)
	q, w := k.basis[m], make([]float64, k.l.size)
	if err := l.product(ctx, w, q); err != nil {
		return err
	}
	alpha := l.dot(q, w)
	l.orthogonalise(w, k.basis)
	beta := l.norm(w)
	k.top = max(k.top, alpha, -alpha, beta)
	k.alpha = append(k.alpha, alpha)
	if m+1 == l.size {
		k.beta = append(k.beta, 0)
		return nil
	}
	if beta <= 1e-12*k.top {
		beta = 0
		k.fresh++
		w = l.normal(k.seed, "landscape restart", k.fresh)
		l.orthogonalise(w, k.basis)
		scale(w, 1/l.norm(w))
	} else {
		scale(w, 1/beta)
	}
	k.beta = append(k.beta, beta)
	k.basis = append(k.basis, w)
	return nil
}

// solve returns the eigenvalues of the tridiagonal matrix and the given rows of its
// eigenvectors, all rows if there are none given.
func (k *krylov) solve(rows ...int) (values []float64, vectors [][]float64, err error) {
	m := len(k.alpha)
	if len(rows) == 0 {
		for i := range m {
			rows = append(rows, i)
		}
	}
	for _, r := range rows {
		row := make([]float64, m)
		row[r] = 1
		vectors = append(vectors, row)
	}
	values = append(values, k.alpha...)
	err = tridiagonal(values, append([]float64(nil), k.beta[:m-1]...), vectors)
	return values, vectors, err
}

// normal draws a vector from N(0, 1).
func (l *Landscape) normal(seed uint64, purpose string, index uint64) []float64 {
	v := make([]float64, l.size)
	s := lane.NewStream(seed, purpose, index)
	for i := range v {
		v[i] = s.Normal()
	}
	return v
}

// signs draws a vector of +1 and -1 (Rademacher).
func (l *Landscape) signs(seed uint64, purpose string, index uint64) []float64 {
	v := make([]float64, l.size)
	s := lane.NewStream(seed, purpose, index)
	for i := range v {
		v[i] = float64(int64(s.Uint32()&1)<<1 - 1)
	}
	return v
}
