package optim

// Halving is a learning rate that is halved every Every epochs; 0 keeps it
// constant.
type Halving struct {
	Rate  float64
	Every int
}

// At is the learning rate in the given epoch, counted from 0.
func (h Halving) At(epoch int) float64 {
	rate := h.Rate
	if h.Every > 0 {
		for range epoch / h.Every {
			rate /= 2
		}
	}
	return rate
}
