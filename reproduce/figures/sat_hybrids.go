package figures

// hybridFigures lists the figures of networks before a mesh or a display-modulator product.
func hybridFigures() []Figure { return nil }
