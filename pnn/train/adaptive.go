package train

import (
	"context"

	"lightfast/pnn/device"
	"lightfast/pnn/optim"
)

// Adaptive is adaptive training (Zhou et al., Nat. Photon. 15, 367 (2021)):
// the network is deployed stage by stage. After the stages 0..k-1 are on the
// device, the fields measured behind them are the input with which the stages
// from k on are trained further in silico. The epochs are shared out equally
// among k = 0 (in silico), 1, ... Stages-1.
type Adaptive struct{ Epochs, Stages int }

// Name implements [Method].
func (Adaptive) Name() string { return "AT" }

// Needs implements [Method]: amplitude and phase behind every stage but the last.
func (a Adaptive) Needs() (bool, device.Capabilities) {
	c := device.Capabilities{Phase: true}
	for i := range a.Stages - 1 {
		c.States = append(c.States, i)
	}
	return true, c
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
		r, err := s.measure(ctx, b, s.tap[:], true)
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

// deployGroup lets the field measured behind the deployed stages enter the next.
func (s *Session) deployGroup(_, _, lo, hi int) {
	k := s.pass.first
	s.Model.Activate(k-1, s.trace.In[k], s.pass.reading.Fields[k-1], lo, hi)
}
