package lane

// tile is how many interferometers are treated together: the numbers in double
// precision of one register of 512 bits.
const tile = 8

// Rows of a tile of [Interferometers].
const (
	rowTheta = iota // phases in rad
	rowPhi
	rowNN // imbalance of the splitters, see package mesh
	rowNP
	rowPN
	rowPP
	rowAr // a = exp(i theta/2)
	rowAi
	rowFr // f = exp(i phi)
	rowFi
	rowDTheta // gradients
	rowDPhi
	tileRows
)

// Interferometers holds Mach-Zehnder interferometers: internal phase theta,
// external phase phi and the imbalance of the splitters (nn, np, pn, pp). Their
// transfer matrices are, with a = exp(i theta/2), b its conjugate and
// f = exp(i phi),
//
//	M = 1/2 | f (pp a - nn b)      i f (np a + pn b) |
//	        | i (pn a + np b)      pp b - nn a       |
//
// All arithmetic is in double precision, each operation rounded.
type Interferometers struct {
	n     int
	tiles [][tileRows][tile]float64
}

// NewInterferometers returns n balanced interferometers with phases zero.
func NewInterferometers(n int) *Interferometers {
	s := &Interferometers{n: n, tiles: make([][tileRows][tile]float64, (n+tile-1)/tile)}
	for i := range len(s.tiles) * tile {
		s.SetSplitters(i, 1, 1, 1, 1)
	}
	return s
}

// Padded is n rounded up to whole tiles: the room that rotors need.
func Padded(n int) int { return (n + tile - 1) / tile * tile }

// SetSplitters sets the imbalance of interferometer i.
func (s *Interferometers) SetSplitters(i int, nn, np, pn, pp float64) {
	t, k := &s.tiles[i/tile], i%tile
	t[rowNN][k], t[rowNP][k], t[rowPN][k], t[rowPP][k] = nn, np, pn, pp
}

// SetPhases sets the phases of interferometer i in rad.
func (s *Interferometers) SetPhases(i int, theta, phi float64) {
	t, k := &s.tiles[i/tile], i%tile
	t[rowTheta][k], t[rowPhi][k] = theta, phi
}

// Gradient returns what the last [TransferGradients] computed for
// interferometer i.
func (s *Interferometers) Gradient(i int) (dTheta, dPhi float64) {
	t, k := &s.tiles[i/tile], i%tile
	return t[rowDTheta][k], t[rowDPhi][k]
}

// TransferMatrices computes the transfer matrices of all interferometers.
// rotors has room for [Padded] ones.
func TransferMatrices[T Float](rotors []Rotor[T], s *Interferometers) {
	transferMatrices(rotors[:len(s.tiles)*tile], s.tiles)
}

// transferMatricesGo is the meaning of the kernel behind [TransferMatrices].
func transferMatricesGo[T Float](rotors []Rotor[T], tiles [][tileRows][tile]float64) {
	for i := range tiles {
		t := &tiles[i]
		for k := range tile {
			t[rowAi][k], t[rowAr][k] = SinCos(t[rowTheta][k] / 2)
			t[rowFi][k], t[rowFr][k] = SinCos(t[rowPhi][k])
			m := transfer(t, k)
			rotors[i*tile+k] = Rotor[T]{T(m[0].re), T(m[0].im), T(m[1].re), T(m[1].im), T(m[2].re), T(m[2].im), T(m[3].re), T(m[3].im)}
		}
	}
}

// TransferGradients computes the gradients of the phases from those of the
// transfer matrices, g[p][i] for part p of a batch and interferometer i, which
// are added in the order of the parts:
//
//	dM/dtheta = 1/4 | i f (pp a + nn b)    -f (np a - pn b)   |
//	                | -(pn a - np b)       -i (pp b + nn a)   |
//	dM/dphi   = i times the upper row of M, 0
//
// The phases must be those of the last [TransferMatrices].
func TransferGradients[T Float](s *Interferometers, g [][]Rotor[T]) {
	for _, p := range g {
		_ = p[:len(s.tiles)*tile]
	}
	transferGradients(s.tiles, g)
}

// transferGradientsGo is the meaning of the kernel behind [TransferGradients].
func transferGradientsGo[T Float](tiles [][tileRows][tile]float64, g [][]Rotor[T]) {
	for i := range tiles {
		t := &tiles[i]
		for k := range tile {
			var sum [4]complexPair
			for _, p := range g {
				r := p[i*tile+k]
				for j, v := range [4]complexPair{{float64(r.Ar), float64(r.Ai)}, {float64(r.Br), float64(r.Bi)}, {float64(r.Cr), float64(r.Ci)}, {float64(r.Dr), float64(r.Di)}} {
					sum[j].re += v.re
					sum[j].im += v.im
				}
			}
			t[rowDTheta][k], t[rowDPhi][k] = gradient(t, k, sum)
		}
	}
}

// transfer returns the four elements of M of interferometer k by rows.
func transfer(t *[tileRows][tile]float64, k int) (m [4]complexPair) {
	a, f := complexPair{t[rowAr][k], t[rowAi][k]}, complexPair{t[rowFr][k], t[rowFi][k]}
	nn, np, pn, pp := t[rowNN][k], t[rowNP][k], t[rowPN][k], t[rowPP][k]
	m[0] = f.times(blend(0.5, pp, -nn, a))
	m[1] = f.times(blend(0.5, np, pn, a).timesI())
	m[2] = blend(0.5, pn, np, a).timesI()
	m[3] = blend(0.5, -nn, pp, a)
	return m
}

// gradient returns dL/dtheta and dL/dphi of interferometer k from
// g = dL/dRe M + i dL/dIm M.
func gradient(t *[tileRows][tile]float64, k int, g [4]complexPair) (dTheta, dPhi float64) {
	a, f := complexPair{t[rowAr][k], t[rowAi][k]}, complexPair{t[rowFr][k], t[rowFi][k]}
	nn, np, pn, pp := t[rowNN][k], t[rowNP][k], t[rowPN][k], t[rowPP][k]
	d := [4]complexPair{
		f.times(blend(0.25, pp, nn, a).timesI()),
		f.times(blend(-0.25, np, -pn, a)),
		blend(-0.25, pn, -np, a),
		blend(-0.25, nn, pp, a).timesI(),
	}
	for i := range d {
		dTheta += g[i].dot(d[i])
	}
	m0, m1 := f.times(blend(0.5, pp, -nn, a)), f.times(blend(0.5, np, pn, a).timesI())
	return dTheta, g[0].dot(m0.timesI()) + g[1].dot(m1.timesI())
}

// complexPair is a complex number whose arithmetic is spelled out, each product
// rounded: the complex operators of the language may be fused on some machines.
type complexPair struct{ re, im float64 }

func (x complexPair) times(y complexPair) complexPair {
	return complexPair{float64(x.re*y.re) - float64(x.im*y.im), float64(x.re*y.im) + float64(x.im*y.re)}
}

func (x complexPair) timesI() complexPair { return complexPair{-x.im, x.re} }

// blend returns k (p a + q conj(a)).
func blend(k, p, q float64, a complexPair) complexPair {
	return complexPair{k * (float64(p*a.re) + float64(q*a.re)), k * (float64(p*a.im) - float64(q*a.im))}
}

// dot is the change of a loss with gradient x under the change d.
func (x complexPair) dot(d complexPair) float64 { return float64(x.re*d.re) + float64(x.im*d.im) }
