package optim

// Optimiser is a rule that updates parameters from their gradients: [Adam],
// [SGD]. Its learning rate is given step by step, by a [Schedule] or otherwise.
type Optimiser interface {
	// Step updates the parameters with learning rate lr.
	Step(lr float64)
	// StepFrom updates the parameters from number first on and leaves those
	// before it, and what is remembered of them, as they are.
	StepFrom(first int, lr float64)
	// State is what must be kept to go on later with the same bits: the number of
	// steps and, to be restored by writing into their values, what is remembered
	// of each parameter.
	State() (steps int, memory []*Parameter)
	// SetSteps continues the count of steps.
	SetSteps(n int)
}

// spansOf divides parameters into the parts that work items take.
func spansOf(params []*Parameter) (spans []span) {
	for i, p := range params {
		for lo := 0; lo < len(p.Value); lo += spanLength {
			spans = append(spans, span{i, lo, min(lo+spanLength, len(p.Value))})
		}
	}
	return spans
}
