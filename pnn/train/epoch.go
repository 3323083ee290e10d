package train

import (
	"context"
	"fmt"
	"math"
)

// Epoch is one row of a learning curve. Accuracies are fractions; those that
// were not measured are NaN.
type Epoch struct {
	Number                 int // from 1
	TaskLoss, Similarity   float64
	TrainAccuracy          float64 // during the epoch, on changing parameters
	ModelTest, DeviceTest  float64
	ModelValid, DeviceTune float64 // on the validation set, under HeldOut
}

// NewEpoch is an epoch of which nothing was measured.
func NewEpoch(number int) Epoch {
	return Epoch{Number: number, ModelTest: math.NaN(), DeviceTest: math.NaN(), ModelValid: math.NaN(), DeviceTune: math.NaN()}
}

// Learn trains on samples in their order, batch by batch, and writes down the mean
// loss and the share of right predictions on the way. step trains on the samples
// with the numbers it gets, at a learning rate that only an error names: a loss that
// is no finite number ends the epoch, as does the end of ctx.
func (e *Epoch) Learn(ctx context.Context, order []int, batch int, rate float64, step func(index []int) (Loss, error)) error {
	batches, correct := 0, 0
	e.TaskLoss, e.Similarity = 0, 0
	for lo := 0; lo < len(order); lo += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		loss, err := step(order[lo:min(lo+batch, len(order))])
		if err != nil {
			return err
		}
		if math.IsNaN(loss.Task) || math.IsInf(loss.Task, 0) || math.IsNaN(loss.Similarity) {
			return fmt.Errorf("train: the loss became %g (similarity %g) in epoch %d; a smaller learning rate than %g may help", loss.Task, loss.Similarity, e.Number, rate)
		}
		batches++
		e.TaskLoss += loss.Task
		e.Similarity += loss.Similarity
		correct += loss.Correct
	}
	e.TaskLoss /= float64(batches)
	e.Similarity /= float64(batches)
	e.TrainAccuracy = float64(correct) / float64(len(order))
	return nil
}
