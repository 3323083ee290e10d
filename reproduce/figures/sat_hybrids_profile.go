package figures

// Hybrids says how much of sharpness-aware training is run for networks before a mesh or a display-modulator product.
type Hybrids struct {
	Set   string `json:"set"`
	Train int    `json:"train"` // images; 0: all
	Test  int    `json:"test"`
	Seeds int    `json:"seeds"`
}

func quickHybrids() Hybrids    { return Hybrids{Set: "glyphs", Train: 1000, Test: 500, Seeds: 1} }
func standardHybrids() Hybrids { return Hybrids{Set: "mnist", Seeds: 1} }
func paperHybrids() Hybrids    { return Hybrids{Set: "mnist", Seeds: 3} }
