// Package device is the physical system as a trainer sees it: something whose
// parameters can be set and whose light can be measured, and nothing else.
//
//	device.go      the interface, what a device can give and what a method needs
//	reversible.go  devices through which light can also be sent backward
//	chip.go        a simulated chip of interferometer meshes with fabrication errors
//	laboratory.go  a simulated diffractive network: misaligned, noisy, drifting
//
// The next device may sit behind a network in a laboratory; therefore every
// call takes a context, works on a batch and can fail. Simulated devices keep
// their errors to themselves: no method can peek.
package device

import (
	"context"
	"fmt"
	"slices"

	"lightfast/pnn/lane"
)

// Parameter is something that can be set.
type Parameter struct {
	Name     string
	Shape    []int
	Unit     string
	Min, Max float64 // the range that can be set
}

// Capabilities is what a device can give, or what a method needs of one, beyond
// the intensities at the output.
type Capabilities struct {
	// States lists the stages, counted from 0, behind which the light inside
	// can be measured.
	States []int
	// Phase says that inside the phase can be measured too, not only the
	// intensity.
	Phase bool
	// Reversed says that light can be sent backward; see Reversible.
	Reversed bool
}

// Check tells whether a device with capabilities c gives what is needed.
func (c Capabilities) Check(method string, need Capabilities) error {
	for _, s := range need.States {
		if !slices.Contains(c.States, s) {
			return fmt.Errorf("device: method %s measures the light behind stage %d, this device gives internal states behind stages %v; use a device with taps there or a method without internal states", method, s+1, oneBased(c.States))
		}
	}
	if need.Phase && !c.Phase {
		return fmt.Errorf("device: method %s needs amplitude and phase of internal states, this device measures intensities only; use a device with coherent detection or the unitary mode", method)
	}
	if need.Reversed && !c.Reversed {
		return fmt.Errorf("device: method %s sends light backward through the device, this one takes it forward only; use a reversible device or train on a computer", method)
	}
	return nil
}

func oneBased(s []int) []int {
	t := make([]int, len(s))
	for i, v := range s {
		t[i] = v + 1
	}
	return t
}

// Want says what a measurement shall give beyond the output.
type Want struct {
	States []int // stages behind which to measure
	Phase  bool  // amplitude and phase there
	// Shot numbers the measurement: noise is a function of it, so that a
	// resumed run sees the noise that an undisturbed one would have seen.
	Shot uint64
}

// Reading is what was measured for one batch. Its memory is reused by the next
// measurement into it.
type Reading struct {
	// Output holds the intensities at the output ports, one row a port.
	Output *lane.Batch[float32]
	// States holds the intensities behind the wanted stages, by stage; nil
	// elsewhere.
	States []*lane.Batch[float32]
	// Fields holds the complex amplitudes behind the wanted stages if the phase
	// was wanted.
	Fields []*lane.Batch[float32]
}

// Device is a physical system.
type Device interface {
	Parameters() []Parameter
	Capabilities() Capabilities
	// Set sets all parameters, in the order of Parameters.
	Set(ctx context.Context, values [][]float64) error
	// Measure sends a batch of complex amplitudes (2N rows) through the device.
	Measure(ctx context.Context, in *lane.Batch[float32], want Want, into *Reading) error
}
