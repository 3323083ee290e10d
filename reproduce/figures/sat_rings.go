package figures

// ringFigures lists the figures of networks before a bank of microrings.
func ringFigures() []Figure { return nil }
