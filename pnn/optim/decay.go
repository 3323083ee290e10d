package optim

// Schedule is a learning rate that depends on the epoch, counted from 0:
// [Halving], [Decay].
type Schedule interface {
	At(epoch int) float64
}

// Decay is a learning rate that is multiplied by Factor every Every epochs, as
// PyTorch's StepLR does; Every 0 keeps it constant.
type Decay struct {
	Rate, Factor float64
	Every        int
}

// At is the learning rate in the given epoch, counted from 0.
func (d Decay) At(epoch int) float64 {
	rate := d.Rate
	if d.Every > 0 {
		for range epoch / d.Every {
			rate *= d.Factor
		}
	}
	return rate
}
