package train

import (
	"context"
	"fmt"

	"lightfast/pnn/device"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
)

// Adaptive is adaptive training (Zhou et al., Nat. Photon. 15, 367 (2021)):
// the network is deployed stage by stage. After the stages 0..k-1 are on the
// device, the light measured behind them is the input with which the stages
// from k on are trained further in silico. The epochs are shared out equally
// among k = 0 (in silico), 1, ... Stages-1.
type Adaptive struct{ Epochs, Stages int }

// Name implements [Method].
func (Adaptive) Name() string { return "AT" }

// Needs implements [Method]: the light behind every stage but the last, with its
// phase if that goes on to the next.
func (a Adaptive) Needs(m *model.Network[float32]) (bool, device.Capabilities) {
	var c device.Capabilities
	for i := range a.Stages - 1 {
		c.States = append(c.States, i)
	}
	c.Phase = coherent(m, c.States)
	return true, c
}

// Check finds a plan that cannot be followed.
func (a Adaptive) Check(m *model.Network[float32]) error {
	if a.Epochs < 1 || a.Stages < 1 || a.Stages > len(m.Stages) {
		return fmt.Errorf("adaptive training of %d stages in %d epochs, expected 1 to %d stages and at least one epoch", a.Stages, a.Epochs, len(m.Stages))
	}
	return nil
}

// Corrects implements [Method]: the model is ideal.
func (Adaptive) Corrects(int) bool { return false }

// deployed is the number of stages that are on the device in an epoch.
func (a Adaptive) deployed(epoch int) int { return min(epoch*a.Stages/a.Epochs, a.Stages-1) }

// Step implements [Method].
func (a Adaptive) Step(ctx context.Context, s *Session, b Batch) (Loss, error) {
	k := a.deployed(len(s.Curve))
	s.enter(b)
	if k > 0 {
		s.tap[0] = k - 1
		r, err := s.measure(ctx, b, s.tap[:])
		if err != nil {
			return Loss{}, err
		}
		s.pass = pass{first: k, reading: r}
		s.groups(s.body.deploy)
	}
	optim.ZeroGrad(s.elements)
	loss := s.descend(pass{first: k})
	s.step(k)
	return loss, nil
}

// deployGroup lets what was measured behind the deployed stages enter the next.
func (s *Session) deployGroup(_, _, lo, hi int) {
	k, r := s.pass.first, s.pass.reading
	s.Model.Enter(k-1, s.trace.In[k], r.States[k-1], r.Fields[k-1], lo, hi)
}
