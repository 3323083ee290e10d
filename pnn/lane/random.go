package lane

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"
)

// Stream is a sequence of random numbers that is a pure function of
// (seed, purpose, index): Philox4x32-10 (Salmon et al., SC 2011) in counter
// mode. Two streams with different purposes or indices are independent, and a
// stream never depends on what was drawn elsewhere, so results do not depend on
// the order in which parts of a program run. The zero value is not useful; make
// one with [NewStream].
type Stream struct {
	key   [2]uint32
	index uint64
	block uint64
	buf   [4]uint32
	left  int

	spare    float64
	hasSpare bool
}

// NewStream starts the stream of (seed, purpose, index). purpose names what
// the numbers are for ("mesh phases", "shuffle", ...); index tells apart the
// members of a family (an epoch, a sample, a mesh).
func NewStream(seed uint64, purpose string, index uint64) *Stream {
	s := new(Stream)
	s.Begin(seed, []byte(purpose), index)
	return s
}

// Begin makes s the stream of (seed, purpose, index), as [NewStream] does, without
// allocating if the purpose is shorter than 120 bytes.
func (s *Stream) Begin(seed uint64, purpose []byte, index uint64) {
	var room [128]byte
	b := binary.LittleEndian.AppendUint64(room[:0], seed)
	sum := sha256.Sum256(append(b, purpose...))
	*s = Stream{
		key:   [2]uint32{binary.LittleEndian.Uint32(sum[:]), binary.LittleEndian.Uint32(sum[4:])},
		index: index,
	}
}

// philox is the ten-round Philox4x32 bijection of the counter c under the key k.
func philox(c [4]uint32, k [2]uint32) [4]uint32 {
	const m0, m1 = 0xD2511F53, 0xCD9E8D57
	const w0, w1 = 0x9E3779B9, 0xBB67AE85
	for range 10 {
		h0, l0 := bits.Mul32(m0, c[0])
		h1, l1 := bits.Mul32(m1, c[2])
		c = [4]uint32{h1 ^ c[1] ^ k[0], l1, h0 ^ c[3] ^ k[1], l0}
		k[0] += w0
		k[1] += w1
	}
	return c
}

// Uint32 returns 32 uniformly random bits.
func (s *Stream) Uint32() uint32 {
	if s.left == 0 {
		s.buf = philox([4]uint32{uint32(s.block), uint32(s.block >> 32), uint32(s.index), uint32(s.index >> 32)}, s.key)
		s.block++
		s.left = 4
	}
	s.left--
	return s.buf[3-s.left]
}

// Uint64 returns 64 uniformly random bits.
func (s *Stream) Uint64() uint64 { return uint64(s.Uint32())<<32 | uint64(s.Uint32()) }

// Float64 returns a number uniform in [0, 1), a multiple of 2^-53.
func (s *Stream) Float64() float64 { return float64(float64(s.Uint64()>>11) * 0x1p-53) }

// Intn returns an integer uniform in [0, n) without bias; n must be positive.
func (s *Stream) Intn(n int) int {
	// Lemire's multiply-and-reject.
	u := uint64(n)
	hi, lo := bits.Mul64(s.Uint64(), u)
	if lo < u {
		for threshold := -u % u; lo < threshold; {
			hi, lo = bits.Mul64(s.Uint64(), u)
		}
	}
	return int(hi)
}

// Normal returns a draw from N(0, 1) (Box and Muller).
func (s *Stream) Normal() float64 {
	if s.hasSpare {
		s.hasSpare = false
		return s.spare
	}
	u := 1 - s.Float64() // (0, 1]
	r := math.Sqrt(-2 * Log(u))
	sin, cos := SinCos(2 * math.Pi * s.Float64())
	s.spare, s.hasSpare = r*sin, true
	return r * cos
}

// Perm returns a uniformly random permutation of 0..n-1 (Fisher and Yates).
func (s *Stream) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		j := s.Intn(i + 1)
		p[i] = p[j]
		p[j] = i
	}
	return p
}
