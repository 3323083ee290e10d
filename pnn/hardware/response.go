package hardware

import (
	"fmt"
	"math"
	"sort"
)

// Response is the phase that a spatial light modulator adds at its grey levels,
// as measured. Levels between those given are interpolated. The phases rise, or
// fall, from level to level and go through a whole turn.
type Response struct {
	Grey []int     // from 0 to the highest level, rising
	Rad  []float64 // radians, unwrapped
}

// ReadResponse reads a CSV table with the columns grey and phase_rad, for a
// modulator whose grey levels have so many bits.
func ReadResponse(path string, bits int) (*Response, error) {
	s, err := readSheet(path, "grey", "phase_rad")
	if err != nil {
		return nil, err
	}
	r := &Response{}
	for i := range s.rows {
		grey, err := s.integer(i, "grey")
		if err != nil {
			return nil, err
		}
		rad, err := s.number(i, "phase_rad")
		if err != nil {
			return nil, err
		}
		r.Grey, r.Rad = append(r.Grey, grey), append(r.Rad, rad)
	}
	if err := r.check(bits); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func (r *Response) check(bits int) error {
	if err := checkBits(bits); err != nil {
		return err
	}
	top := 1<<bits - 1
	if len(r.Grey) < 2 || len(r.Rad) != len(r.Grey) {
		return fmt.Errorf("hardware: a response of %d grey levels and %d phases, expected as many of both and at least 2", len(r.Grey), len(r.Rad))
	}
	if last := r.Grey[len(r.Grey)-1]; r.Grey[0] != 0 || last != top {
		return fmt.Errorf("hardware: the response goes from grey level %d to %d, expected 0 to %d for %d bits", r.Grey[0], last, top, bits)
	}
	sign := r.sign()
	for i, v := range r.Rad {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("hardware: row %d of the response: phase_rad is %g, expected a finite number", i+1, v)
		}
		if i == 0 {
			continue
		}
		if r.Grey[i] <= r.Grey[i-1] {
			return fmt.Errorf("hardware: row %d of the response: grey is %d behind %d, expected rising levels", i+1, r.Grey[i], r.Grey[i-1])
		}
		if !(float64(sign*v) > float64(sign*r.Rad[i-1])) {
			return fmt.Errorf("hardware: row %d of the response: phase_rad is %g behind %g although it changes from %g to %g over all; expected a monotonic response: unwrap the phases, and smooth the noise or leave rows out (levels between are interpolated)",
				i+1, v, r.Rad[i-1], r.Rad[0], r.Rad[len(r.Rad)-1])
		}
	}
	// A turn ends one level behind the last one, where the first comes again.
	span := math.Abs(r.Rad[len(r.Rad)-1] - r.Rad[0])
	need := float64(2 * math.Pi * (float64(top) / float64(top+1)))
	if span < float64(need*(1-1e-9)) {
		return fmt.Errorf("hardware: the response spans %.6g rad, expected 2 pi or at least %.6g rad, the last of %d levels of a turn; measure at the wavelength of the mask, or set the modulator to a larger range", span, need, top+1)
	}
	return nil
}

// sign is 1 if phases rise with the grey level, else -1.
func (r *Response) sign() float64 {
	if r.Rad[len(r.Rad)-1] < r.Rad[0] {
		return -1
	}
	return 1
}

// scale is the phase of every grey level in turns, counted from the lowest level
// on in the direction in which the phase changes, up to a whole turn; levels
// beyond it repeat the phases of lower ones and are not used.
type scale struct {
	first float64 // turns at level 0
	sign  float64
	turns []float64 // by level, rising from 0, below 1
	even  bool      // equal steps of 1/len(turns)
}

// newScale lays out the levels of a response (nil: a turn in equal steps).
func newScale(r *Response, bits int) *scale {
	n := 1 << bits
	s := &scale{sign: 1, turns: make([]float64, n)}
	if r == nil {
		s.even = true
		for k := range s.turns {
			s.turns[k] = float64(k) / float64(n)
		}
		return s
	}
	s.sign, s.first = r.sign(), r.Rad[0]/(2*math.Pi)
	row := 0
	for k := range n {
		for r.Grey[row+1] < k {
			row++
		}
		share := float64(k-r.Grey[row]) / float64(r.Grey[row+1]-r.Grey[row])
		rad := r.Rad[row] + float64(share*(r.Rad[row+1]-r.Rad[row]))
		s.turns[k] = float64(s.sign*(rad-r.Rad[0])) / (2 * math.Pi)
		if s.turns[k] >= 1 {
			s.turns = s.turns[:k]
			break
		}
	}
	return s
}

// level is the grey level whose phase is nearest to that many turns.
func (s *scale) level(turns float64) int {
	if s.even {
		return level(fraction(turns), len(s.turns))
	}
	f := fraction(float64(s.sign * (turns - s.first)))
	k := sort.SearchFloat64s(s.turns, f) // the first level at f or above it
	if k == len(s.turns) {
		if 1-f < f-s.turns[k-1] {
			return 0
		}
		return k - 1
	}
	if k > 0 && f-s.turns[k-1] <= s.turns[k]-f {
		return k - 1
	}
	return k
}

// at is the phase of a grey level in turns.
func (s *scale) at(k int) float64 { return s.first + float64(s.sign*s.turns[k]) }

// gap is the largest step from a level to the next in turns, also from the last
// one to the first of the next turn.
func (s *scale) gap() float64 {
	n := len(s.turns)
	g := 1 - s.turns[n-1]
	for k := 1; k < n; k++ {
		g = max(g, s.turns[k]-s.turns[k-1])
	}
	return g
}
