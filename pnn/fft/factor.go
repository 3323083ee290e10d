package fft

// The lengths that one pass can transform, with what a pass of that radix costs
// an element of sixteen lanes, in hundredths of a nanosecond (measured with
// AVX-512 on lines of about 400). Passes cost much the same: fewer passes win, and
// of as many the evenly divided ones. The numbers decide the factors of a length
// and with them the bits of its transforms: they stay what they are.
var radices = []struct{ radix, cost int }{
	{10, 272}, {8, 251}, {7, 309}, {6, 250}, {5, 250}, {4, 250}, {3, 252}, {2, 255},
}

// factors writes n as the product of radices that costs least, the largest
// first. It returns nil if n has a prime factor above 7, and an empty slice for
// n = 1.
func factors(n int) []int {
	best, _ := cheapest(n, 0)
	return best
}

func cheapest(n, from int) (radix []int, cost int) {
	if n == 1 {
		return []int{}, 0
	}
	for i := from; i < len(radices); i++ {
		r := radices[i]
		if n%r.radix != 0 {
			continue
		}
		rest, c := cheapest(n/r.radix, i)
		if rest == nil {
			continue
		}
		if c += r.cost; radix == nil || c < cost {
			radix, cost = append([]int{r.radix}, rest...), c
		}
	}
	return radix, cost
}

// windowed orders the radices of a transform of which often only half of the
// inputs are there or half of the outputs wanted: the first and the last of them
// are, if there are such, radices that can leave out half a line.
func windowed(radix []int) []int {
	a, b := -1, -1 // the largest and the smallest
	for i, r := range radix {
		if halves(r) {
			if a < 0 {
				a = i
			}
			b = i
		}
	}
	if a < 0 {
		return radix
	}
	out := []int{radix[a]}
	for i, r := range radix {
		if i != a && i != b {
			out = append(out, r)
		}
	}
	if b != a {
		out = append(out, radix[b])
	}
	return out
}

// smoothLength is the length of at least n without prime factors above 7 that
// costs least to transform.
func smoothLength(n int) int {
	best, bestCost := 0, 0
	for m := n; m < 2*n; m++ {
		rest := m
		for _, p := range [4]int{2, 3, 5, 7} {
			for rest%p == 0 {
				rest /= p
			}
		}
		if rest > 1 {
			continue
		}
		if _, cost := cheapest(m, 0); best == 0 || m*cost < bestCost {
			best, bestCost = m, m*cost
		}
	}
	return best
}
