package lane

// Learning is a step of Adam by which a matrix of weights, row by row in Value, is
// updated; M and V are its moments. All are equally long.
type Learning struct {
	AdamStep
	Value, M, V []float64
}

// LearnOuterPanels takes the step for the rows of panels lo..hi-1 whose gradient
// [AddOuterPanels] would compute from y and x, and rounds them into w, which begins
// with the first of them: the same bits as of AddOuterPanels, [AdamStep.Apply] and
// [Packed.Load], but of the gradient only as many rows as there are in sum are kept.
func LearnOuterPanels[T Float](l *Learning, w *Packed[T], sum []float64, lo, hi int, y, x *Panels[T]) {
	first, end := lo*panel, min(hi*panel, y.Rows)
	addPanels(sum, true, lo, hi, y, x)
	at, to := first*x.Rows, end*x.Rows
	l.Apply(l.Value[at:to], l.M[at:to], l.V[at:to], sum[:to-at])
	w.Load(l.Value[at:], x.Rows, 1)
}
