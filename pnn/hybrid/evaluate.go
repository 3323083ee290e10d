package hybrid

import (
	"context"
	"math"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
)

// evaluate tests model and device.
func (s *Session) evaluate(ctx context.Context, e *Epoch) error {
	e.DeviceTest, e.DeviceRunning = math.NaN(), math.NaN()
	for _, t := range []struct {
		mode          nn.Mode
		model, device *float64
	}{{nn.EvaluateBatch, &e.ModelTest, &e.DeviceTest}, {nn.Evaluate, &e.ModelRunning, &e.DeviceRunning}} {
		var right, measured int
		if t.mode == nn.Evaluate && len(s.buffers) == 0 {
			e.ModelRunning, e.DeviceRunning = e.ModelTest, e.DeviceTest // there are no norms
			break
		}
		err := s.TestScores(ctx, t.mode, func(model, device *lane.Batch[float32], labels []uint8) {
			_, k := s.objective.Score(s.Pool, nil, model, labels)
			right += k
			if device != nil {
				_, k = s.objective.Score(s.Pool, nil, device, labels)
				measured += k
			}
		})
		if err != nil {
			return err
		}
		n := float64(s.data.Test.Len())
		*t.model = float64(right) / n
		if s.Device != nil {
			*t.device = float64(measured) / n
		}
	}
	return nil
}

// TestScores calls use with the scores of model and device (nil: none) for the test
// images, in batches of the authors' size, and with their labels.
func (s *Session) TestScores(ctx context.Context, mode nn.Mode, use func(model, device *lane.Batch[float32], labels []uint8)) error {
	if s.Device != nil {
		if err := s.Device.Set(ctx, s.back, s.behind); err != nil {
			return err
		}
	}
	if d, ok := s.Method.(DAT); ok {
		s.System.mesh.dual.Correct = d.Corrects(len(s.Curve))
		defer func() { s.System.mesh.dual.Correct = false }()
	}
	return s.System.each(ctx, s.Pool, s.data.Test, mode, func(in *lane.Batch[float32], labels []uint8) error {
		model := s.System.Back.Forward(&nn.Pass{Pool: s.Pool, Mode: mode}, in)
		if s.Device == nil {
			use(model, nil, labels)
			return nil
		}
		device, err := s.Device.Measure(ctx, in, mode, shotOfTests+s.steps)
		if err == nil {
			use(model, device, labels)
		}
		return err
	})
}

// shotOfTests is more than there are steps.
const shotOfTests = 1 << 40

// each sends all images of a set through the front end, a test batch at a time.
func (y *System) each(ctx context.Context, pool *lane.Pool, set *dataset.Set, mode nn.Mode, use func(in *lane.Batch[float32], labels []uint8) error) error {
	b := newBatch(y.Encoding)
	for lo := 0; lo < set.Len(); lo += y.TestBatch {
		if err := ctx.Err(); err != nil {
			return err
		}
		index := make([]int, min(y.TestBatch, set.Len()-lo))
		for i := range index {
			index[i] = lo + i
		}
		b.load(set, index)
		if err := use(y.enter(&nn.Pass{Pool: pool, Mode: mode}, b.Images), b.Labels); err != nil {
			return err
		}
	}
	return nil
}
