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
// [Packed.Load], but of the gradient no more is kept than sum has room for: those rows.
func LearnOuterPanels[T Float](l *Learning, w *Packed[T], sum []float64, lo, hi int, y, x *Panels[T]) {
	first, end := lo*panel, min(hi*panel, y.Rows)
	done := learnTurned(l, w, sum, first, end, y, x)
	if done == end-first {
		return
	}
	addPanels(sum, true, lo+done/panel, hi, y, x)
	at, to := (first+done)*x.Rows, end*x.Rows
	l.Apply(l.Value[at:to], l.M[at:to], l.V[at:to], sum[:to-at])
	w.loadFrom(done, l.Value[first*x.Rows:], x.Rows, 1)
}
