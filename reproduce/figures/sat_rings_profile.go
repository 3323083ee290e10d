package figures

// Rings says how much of sharpness-aware training is run for networks before a bank of microrings.
type Rings struct {
	Set   string `json:"set"`
	Train int    `json:"train"` // images; 0: all
	Test  int    `json:"test"`
	Seeds int    `json:"seeds"`
}

func quickRings() Rings    { return Rings{Set: "glyphs", Train: 1000, Test: 500, Seeds: 1} }
func standardRings() Rings { return Rings{Set: "mnist", Seeds: 1} }
func paperRings() Rings    { return Rings{Set: "mnist", Seeds: 3} }
