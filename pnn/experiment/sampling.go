package experiment

import (
	"slices"

	"lightfast/pnn/diffract"
)

// Warnings are the ways in which the light of a run is propagated less than exactly,
// in numbers and with what to change, each once; see [diffract.Sampling]. Runs of
// systems without free space have none. It fails, saying why, where a distance cannot
// be carried at all.
func (r Run) Warnings() (list []string, err error) {
	if _, ok := r.Grid(); !ok {
		return nil, nil
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	r.Method = InSilico // error predictors are large and bend no light
	net, err := r.network()
	if err != nil {
		return nil, err
	}
	for _, stage := range net.Stages {
		b, ok := stage.Element.(*diffract.Block[float32])
		if !ok {
			continue
		}
		for _, s := range b.Sampling() {
			for _, w := range s.Warnings() {
				if !slices.Contains(list, w) {
					list = append(list, w)
				}
			}
		}
	}
	return list, nil
}
