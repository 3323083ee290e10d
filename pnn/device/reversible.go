package device

import (
	"context"

	"lightfast/pnn/lane"
)

// Exposure is how a batch is sent through a device.
type Exposure struct {
	// Shot numbers the batch: noise, and what shutters close, are functions of it.
	Shot uint64
	// Shutters says that neurons are shut at random (dropout), on devices that can.
	Shutters bool
}

// Amplitudes are measured real amplitudes of one batch by stage: In before the
// weights, Out behind them. Images are laid out as in package nn. Its memory is
// reused by the next measurement into it.
type Amplitudes struct{ In, Out []*lane.Batch[float32] }

// Reversible is a device of real amplitudes through which light can also be sent
// backward. One with Capabilities.Reversed is one.
type Reversible interface {
	Device
	// Forward sends a batch through the device and measures the amplitudes before
	// and behind all weights; those behind the last are its output.
	Forward(ctx context.Context, in *lane.Batch[float32], e Exposure, into *Amplitudes) error
	// Reverse sends light backward from the output, through the same weights and
	// past the neurons as the last Forward left them, and measures in into.Out
	// what comes to behind each stage's weights; behind the last it is errors.
	Reverse(ctx context.Context, errors *lane.Batch[float32], into *Amplitudes) error
}
