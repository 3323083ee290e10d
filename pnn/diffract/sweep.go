package diffract

import "lightfast/pnn/lane"

// strip is the number of pixels of one work item. It is a constant, so that
// items never depend on the number of workers; two strips of float64 numbers
// stay in the first-level cache.
const strip = 2048

// sweep shares out work on pixels. Its bodies are made once, so that a call
// allocates nothing.
type sweep struct {
	images, pixels int
	body           func(image, lo, hi int)
	item           func(item, worker int)
}

// newSweep returns a sweep that calls body for pixels lo..hi-1 of an image.
func newSweep(body func(image, lo, hi int)) *sweep {
	s := &sweep{body: body}
	s.item = func(item, _ int) {
		// Image by image for each strip: what belongs to its pixels stays in the cache.
		lo := item / s.images * strip
		s.body(item%s.images, lo, min(lo+strip, s.pixels))
	}
	return s
}

// run does all strips of all images.
func (s *sweep) run(pool *lane.Pool, images, pixels int) {
	if images == 0 {
		return
	}
	s.images, s.pixels = images, pixels
	pool.For(images*((pixels+strip-1)/strip), s.item)
}

// sums are sums over the pixels of images that strips contribute to: one number
// a strip, added in the order of the strips.
type sums struct {
	strips int
	part   []float64
}

// fit makes room for so many images.
func (s *sums) fit(images, pixels int) {
	s.strips = (pixels + strip - 1) / strip
	if n := images * s.strips; len(s.part) < n {
		s.part = make([]float64, n)
	}
}

// put stores what the strip from pixel lo on contributes to an image.
func (s *sums) put(image, lo int, v float64) { s.part[image*s.strips+lo/strip] = v }

// total is the sum of an image.
func (s *sums) total(image int) (t float64) {
	for _, v := range s.part[image*s.strips:][:s.strips] {
		t += v
	}
	return t
}
