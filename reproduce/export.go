package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lightfast/pnn/artifact"
	"lightfast/pnn/diffract"
	"lightfast/pnn/experiment"
	"lightfast/pnn/hardware"
	"lightfast/pnn/nearest"
	"lightfast/pnn/whole"
	"lightfast/reproduce/engine"
)

// exportForms are what --to takes, in the order in which files are written.
var exportForms = []string{"slm", "height", "stl", "amplitude", "csv", "heaters"}

// exportLaws are what --law takes.
var exportLaws = []struct {
	name string
	law  diffract.Law
}{
	{"sigmoid", diffract.PhaseSigmoid}, {"radians", diffract.PhaseRadians}, {"turns", diffract.PhaseTurns},
	{"amplitude-sigmoid", diffract.AmplitudeSigmoid}, {"amplitude", diffract.AmplitudeClipped},
}

// export writes what a checkpoint holds in the forms that laboratories take.
type export struct {
	path, out         string
	to, tensors       []string
	law               string
	pitch, wavelength float64 // um, nm
	panel, response   string
	panelPitch        float64 // um
	bits              []int
	lowBits           bool
	right, down       int
	carrier           hardware.Carrier
	index, base       float64 // of refraction; mm
	power             bool
	calibration       string
	heater            hardware.Heater
	sourceBits        int
	sourceVolts       float64
	test              bool
	images            int
	data              string
	trial             *trial // nil: accuracies are not asked for
	w, remarks        io.Writer
	provenance        artifact.Provenance
	written           map[string]bool
}

func exportCommand() *cobra.Command {
	var e export
	c := &cobra.Command{
		Use:   "export CHECKPOINT",
		Short: "Write trained masks and meshes as what a laboratory takes",
		Long: `Writes what a checkpoint holds in the forms that hardware takes, reads each file
back, and says how far its phases are from the trained ones. With --test it also
classifies the test set of the run with the settings that were read back, on the
system that the run was measured on, and prints the accuracy beside that of the
settings as trained; several numbers of --bits make a table.

  slm        a picture for a spatial light modulator (PNG, 1 to 16 bits)
  height     a height map of a plate of some refractive index (PNG, 16 bits)
  stl        that plate as a closed surface (binary STL, millimetres)
  amplitude  a grey mask (PNG, 1 to 16 bits)
  csv        phases, with --index also heights, or amplitudes of all pixels
  heaters    phases, powers and voltages of all heaters of the meshes (CSV)

Masks are tensors with rows and columns. Where the unit of a tensor does not say
what its numbers are, --law does. Pitch and wavelength come from the configuration
of the run or from --pitch-um and --wavelength-nm.`,
		Example: `  go run ./reproduce export mask.checkpoint.arrow --to slm --pitch-um 8 --wavelength-nm 532
  go run ./reproduce export mask.checkpoint.arrow --to slm --panel 1920x1200 --panel-pitch-um 8 \
      --bits 8 --response lut.csv --carrier-period 8
  go run ./reproduce export mask.checkpoint.arrow --to height,stl,csv --index 1.46 --base-mm 1
  go run ./reproduce export artifacts/dat/runs/quick/dpnn1x3_in-silico_glyphs_93acecf2.checkpoint.arrow \
      --to slm --bits 1,2,3,4,6,8 --test
  go run ./reproduce export artifacts/dat/runs/quick/in-silico_glyphs_ffe0c07b.checkpoint.arrow \
      --to heaters --turn-power-mw 25 --resistance-ohm 1000 --source-bits 12 --source-v 6`,
		Args: want(1, 1, "one checkpoint file"),
		RunE: func(c *cobra.Command, args []string) error {
			e.path, e.w, e.remarks = args[0], c.OutOrStdout(), c.ErrOrStderr()
			return e.run(c.Context())
		},
	}
	f := c.Flags()
	f.StringSliceVar(&e.to, "to", nil, "what to write: "+strings.Join(exportForms, ", "))
	f.StringVar(&e.out, "out", ".", "folder for the files")
	f.StringSliceVar(&e.tensors, "tensor", nil, "masks or meshes to write, by name (default: all)")
	f.StringVar(&e.law, "law", "", "what the numbers of a mask are: sigmoid, radians, turns (phases), amplitude-sigmoid or amplitude")
	f.Float64Var(&e.pitch, "pitch-um", 0, "pitch of the mask in micrometres")
	f.Float64Var(&e.wavelength, "wavelength-nm", 0, "wavelength in nanometres")
	f.StringVar(&e.panel, "panel", "1920x1080", "pixels of the modulator, columns x rows")
	f.Float64Var(&e.panelPitch, "panel-pitch-um", 8, "pitch of the modulator in micrometres")
	f.IntSliceVar(&e.bits, "bits", []int{8}, "bits of a grey level of the modulator or of the grey mask, 1 to 16; several, such as 2,4,8, write a file each")
	f.StringVar(&e.response, "response", "", "CSV table of the measured phases of grey levels, grey and phase_rad (default: linear)")
	f.BoolVar(&e.lowBits, "low-bits", false, "put grey levels into the low bits of samples instead of the high ones")
	f.IntVar(&e.right, "right", 0, "pixels of the modulator that the mask lies right of the middle")
	f.IntVar(&e.down, "down", 0, "pixels of the modulator that the mask lies below the middle")
	f.Float64Var(&e.carrier.Period, "carrier-period", 0, "period of a blazed carrier in pixels of the modulator (default: none)")
	f.Float64Var(&e.carrier.Direction, "carrier-degrees", 0, "direction of the carrier: 0 to the right, 90 downwards")
	f.Float64Var(&e.index, "index", 0, "refractive index of the plate, such as 1.46")
	f.Float64Var(&e.base, "base-mm", 1, "thickness of the plate where it is thinnest, in millimetres")
	f.BoolVar(&e.power, "power", false, "samples of the grey mask are power instead of amplitude transmission")
	f.StringVar(&e.calibration, "calibration", "", "CSV table of heaters: mesh, layer, pair, heater, turn_power_mW, offset_rad[, resistance_ohm, max_power_mW]")
	f.Float64Var(&e.heater.TurnPower, "turn-power-mw", 0, "power of a heater for a phase of 2 pi, in milliwatts, where the table has none")
	f.Float64Var(&e.heater.Offset, "offset-rad", 0, "phase of a heater without power, likewise")
	f.Float64Var(&e.heater.Resistance, "resistance-ohm", 0, "resistance of a heater, likewise, for voltages")
	f.Float64Var(&e.heater.MaxPower, "max-power-mw", 0, "power that a heater stands, likewise")
	f.IntVar(&e.sourceBits, "source-bits", 0, "bits of the voltage source (default: continuous)")
	f.Float64Var(&e.sourceVolts, "source-v", 0, "full scale of the voltage source in volts")
	f.BoolVar(&e.test, "test", false, "classify the test set with what was written and read back (runs of systems mpnn, dpnn and d2nn)")
	f.IntVar(&e.images, "images", 0, "test images to classify, the first of the set (default: as many as the run)")
	f.StringVar(&e.data, "data", "", "folder with the data set of the run (default: $LIGHTFAST_DATA, else downloaded once; glyphs need none)")
	if err := c.MarkFlagRequired("to"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

func (e *export) run(ctx context.Context) error {
	if len(e.to) == 0 {
		return fmt.Errorf("--to names nothing to write: expected some of %s", strings.Join(exportForms, ", "))
	}
	for _, t := range e.to {
		if !slices.Contains(exportForms, t) {
			return fmt.Errorf("--to %q: expected some of %s%s", t, strings.Join(exportForms, ", "), nearest.Suggest(t, exportForms))
		}
	}
	if err := e.checkBits(); err != nil {
		return err
	}
	ts, p, err := artifact.ReadCheckpoint(e.path)
	if err != nil {
		return err
	}
	e.provenance, e.written = p, map[string]bool{}
	chips, err := hardware.Chips(ts)
	if err != nil {
		return fmt.Errorf("%s: %w", e.path, err)
	}
	planes := hardware.Planes(ts)
	var names []string
	for _, c := range chips {
		names = append(names, c.Name)
	}
	for _, t := range planes {
		names = append(names, t.Name)
	}
	for _, t := range e.tensors {
		if !slices.Contains(names, t) {
			return fmt.Errorf("--tensor %q: expected one of %s%s", t, strings.Join(names, ", "), nearest.Suggest(t, names))
		}
	}
	unwanted := func(name string) bool { return len(e.tensors) > 0 && !slices.Contains(e.tensors, name) }
	chips = slices.DeleteFunc(chips, func(c hardware.Chip) bool { return unwanted(c.Name) })
	planes = slices.DeleteFunc(planes, func(t artifact.Tensor) bool { return unwanted(t.Name) })
	heaters := slices.Contains(e.to, "heaters")
	switch {
	case heaters && len(chips) == 0:
		return fmt.Errorf("%s: no meshes to write heaters of; it holds %s", e.path, holds(names))
	case len(planes) == 0 && !(heaters && len(e.to) == 1):
		return fmt.Errorf("%s: no masks to write; it holds %s%s", e.path, holds(names), map[bool]string{true: "; meshes go --to heaters"}[len(chips) > 0])
	}
	if e.trial, err = e.openTrial(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(e.out, 0o755); err != nil {
		return whole.Explain(e.out, err)
	}
	if len(e.to) > 1 || !heaters {
		e.warn()
		for _, t := range planes {
			if err := e.mask(t); err != nil {
				return err
			}
		}
	}
	if heaters {
		if err := e.heaters(chips); err != nil {
			return err
		}
	}
	return e.trial.report(ctx, e.w)
}

// warn says where masks were trained with light that is propagated less than exactly.
func (e *export) warn() {
	r, err := experiment.ParseRun(e.provenance.Config)
	if err != nil {
		return // not of a run: nothing is known of distances
	}
	for _, w := range engine.Warnings(r) {
		fmt.Fprintln(e.remarks, "warning:", w)
	}
}

// checkBits finds numbers of bits that would write one file twice.
func (e *export) checkBits() error {
	for i, b := range e.bits {
		if slices.Contains(e.bits[:i], b) {
			return fmt.Errorf("--bits has %d twice, expected different numbers", b)
		}
	}
	return nil
}

// ofBits is the ending of a file of grey levels.
func (e *export) ofBits(form string, bits int) string {
	if len(e.bits) == 1 {
		return "." + form + ".png"
	}
	return fmt.Sprintf(".%s.%d-bit.png", form, bits)
}

func holds(names []string) string {
	if len(names) == 0 {
		return "neither masks nor meshes"
	}
	return strings.Join(names, ", ")
}

// file is where something of a tensor is written.
func (e *export) file(tensor, ending string) (string, error) {
	base := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(e.path), ".arrow"), ".checkpoint")
	safe := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, tensor)
	path := filepath.Join(e.out, base+"."+safe+ending)
	if e.written[strings.ToLower(path)] {
		return "", fmt.Errorf("%s: two tensors would be written to this file; write them one by one with --tensor into folders of their own", path)
	}
	e.written[strings.ToLower(path)] = true
	return path, nil
}

// lawOf is what the numbers of a tensor are.
func (e *export) lawOf(t artifact.Tensor) (diffract.Law, string, error) {
	if e.law != "" {
		var names []string
		for _, l := range exportLaws {
			if l.name == e.law {
				return l.law, "--law", nil
			}
			names = append(names, l.name)
		}
		return 0, "", fmt.Errorf("--law %q: expected one of %s%s", e.law, strings.Join(names, ", "), nearest.Suggest(e.law, names))
	}
	switch t.Unit {
	case "rad":
		return diffract.PhaseRadians, "its unit", nil
	case "turns":
		return diffract.PhaseTurns, "its unit", nil
	}
	if len(e.to) == 1 && e.to[0] == "amplitude" {
		return diffract.AmplitudeSigmoid, "the default; see --law", nil
	}
	return diffract.PhaseSigmoid, "the default; see --law", nil
}

// gridOf is the plane of the masks.
func (e *export) gridOf() (g diffract.Grid, err error) {
	var known diffract.Grid // of a run, whose system may be enough to tell
	if r, err := experiment.ParseRun(e.provenance.Config); err == nil {
		known, _ = r.Grid()
	}
	for _, f := range []struct {
		flag, key string
		given     float64
		unit      float64
		known     float64
		to        *float64
	}{{"--pitch-um", "pitch", e.pitch, 1e-6, known.Pitch, &g.Pitch}, {"--wavelength-nm", "wavelength", e.wavelength, 1e-9, known.Wavelength, &g.Wavelength}} {
		*f.to = f.given * f.unit
		if f.given != 0 {
			continue
		}
		if f.known != 0 {
			*f.to = f.known
			continue
		}
		found := configured(e.provenance.Config, f.key)
		if len(found) != 1 {
			return g, fmt.Errorf("%s: its configuration names %d numbers called %s, expected one; give %s", e.path, len(found), f.key, f.flag)
		}
		*f.to = found[0]
	}
	return g, nil
}

// configured lists the different numbers, in metres, that a configuration calls
// by a name, in any letter case and also with _m behind it.
func configured(config []byte, name string) (found []float64) {
	var root any
	if json.Unmarshal(config, &root) != nil {
		return nil
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, of := range v {
				x, ok := of.(float64)
				if key = strings.TrimSuffix(strings.ToLower(key), "_m"); ok && key == name && !slices.Contains(found, x) {
					found = append(found, x)
				}
				walk(of)
			}
		case []any:
			for _, of := range v {
				walk(of)
			}
		}
	}
	walk(root)
	return found
}

// mask writes a mask in all forms that are asked for.
func (e *export) mask(t artifact.Tensor) error {
	law, from, err := e.lawOf(t)
	if err != nil {
		return err
	}
	g, err := e.gridOf()
	if err != nil {
		return err
	}
	m, err := hardware.Weights(t, g, law)
	if err != nil {
		return fmt.Errorf("%s: %w", e.path, err)
	}
	fmt.Fprintf(e.w, "%s: %v, %v (%s)\n", t.Name, m.Grid, law, from)
	if law == diffract.AmplitudeSigmoid || law == diffract.AmplitudeClipped {
		if e.trial != nil {
			return fmt.Errorf("--test: the masks of %s are of phases; leave out --law %s, or --test", e.trial.of.Run.ID(), e.law)
		}
		return e.amplitude(t.Name, m)
	}
	p, err := hardware.PhaseOf(m)
	if err != nil {
		return err
	}
	for _, form := range exportForms {
		if !slices.Contains(e.to, form) || form == "heaters" {
			continue
		}
		if form == "amplitude" {
			return fmt.Errorf("--to amplitude: %s is a mask of phases (%v); choose --law amplitude or amplitude-sigmoid if it is not", t.Name, law)
		}
		each := []int{0}
		if form == "slm" {
			each = e.bits
		}
		for _, bits := range each {
			path, what, back, err := e.phase(form, t.Name, p, bits)
			if err != nil {
				return err
			}
			off := p.Apart(back)
			e.trial.wrote(variant(form, bits), off, t.Name, back.Rad)
			fmt.Fprintf(e.w, "  %s  %s; read back: at most %.3g rad off\n", path, what, off)
		}
	}
	return nil
}

// phase writes a mask of phases in a form, a picture with so many bits, and reads
// it back.
func (e *export) phase(form, name string, p hardware.PhaseMask, bits int) (path, what string, back hardware.PhaseMask, err error) {
	ending := map[string]string{"slm": e.ofBits(form, bits), "height": ".height.png", "stl": ".stl", "csv": ".csv"}[form]
	if path, err = e.file(name, ending); err != nil {
		return
	}
	if form == "slm" {
		what, back, err = e.slm(path, p, bits)
		return
	}
	if form == "csv" && e.index == 0 {
		if err = p.WriteCSV(path); err == nil {
			back, err = hardware.ReadPhaseCSV(path)
		}
		return path, "phases in rad", back, err
	}
	if e.index == 0 {
		err = fmt.Errorf("--to %s: give the refractive index of the plate with --index, such as 1.46", form)
		return
	}
	r, err := hardware.Material{Index: e.index, Base: e.base * 1e-3}.Relief(p)
	if err != nil {
		return
	}
	write, read := r.WritePNG, hardware.ReadRelief
	switch form {
	case "stl":
		write, read = r.WriteSTL, hardware.ReadSTL
	case "csv":
		write, read = r.WriteCSV, hardware.ReadReliefCSV
	}
	if err = write(path); err != nil {
		return
	}
	if r, err = read(path); err != nil {
		return
	}
	back, err = r.Phase()
	what = fmt.Sprintf("%.6g mm and up to %.6g um", e.base, p.Grid.Wavelength/(e.index-1)*1e6)
	return
}

// slm writes the picture of a mask.
func (e *export) slm(path string, p hardware.PhaseMask, bits int) (what string, back hardware.PhaseMask, err error) {
	s := hardware.SLM{Pitch: e.panelPitch * 1e-6, Bits: bits, LowBits: e.lowBits, Right: e.right, Down: e.down, Carrier: e.carrier}
	cols, rows, ok := strings.Cut(e.panel, "x")
	if s.Cols, err = strconv.Atoi(cols); err == nil && ok {
		s.Rows, err = strconv.Atoi(rows)
	}
	if err != nil || !ok {
		return "", back, fmt.Errorf("--panel %q: expected columns x rows, as 1920x1080", e.panel)
	}
	if e.response != "" {
		if s.Response, err = hardware.ReadResponse(e.response, bits); err != nil {
			return "", back, err
		}
	}
	b, err := s.Bitmap(p)
	if err != nil {
		return "", back, err
	}
	if err := b.WritePNG(path); err != nil {
		return "", back, err
	}
	if b, err = hardware.ReadBitmap(path); err != nil {
		return "", back, err
	}
	half, err := s.Resolution()
	if err != nil {
		return "", back, err
	}
	back, err = b.Phase()
	return fmt.Sprintf("%d x %d pixels, %s, half a level is %.3g rad", s.Cols, s.Rows, bitsOf(s.Bits), half), back, err
}

// amplitude writes a mask of amplitudes.
func (e *export) amplitude(name string, m *diffract.Modulator[float64]) error {
	a, err := hardware.AmplitudeOf(m)
	if err != nil {
		return err
	}
	for _, form := range exportForms {
		if !slices.Contains(e.to, form) || form == "heaters" {
			continue
		}
		if form != "amplitude" && form != "csv" {
			return fmt.Errorf("--to %s: %s is a mask of amplitudes (%v); choose --law sigmoid, radians or turns if it is not", form, name, m.Law)
		}
		each := []int{0}
		if form == "amplitude" {
			each = e.bits
		}
		for _, bits := range each {
			path, back, err := e.transmission(form, name, a, bits)
			if err != nil {
				return err
			}
			worst := 0.0
			for i, v := range a.Amplitude {
				worst = max(worst, v-back.Amplitude[i], back.Amplitude[i]-v)
			}
			fmt.Fprintf(e.w, "  %s  amplitudes; read back: at most %.3g off\n", path, worst)
		}
	}
	return nil
}

// transmission writes a mask of amplitudes in a form, a picture with so many bits,
// and reads it back.
func (e *export) transmission(form, name string, a hardware.AmplitudeMask, bits int) (path string, back hardware.AmplitudeMask, err error) {
	if form == "csv" {
		if path, err = e.file(name, ".csv"); err != nil {
			return
		}
		if err = a.WriteCSV(path); err == nil {
			back, err = hardware.ReadAmplitudeCSV(path)
		}
		return
	}
	if path, err = e.file(name, e.ofBits(form, bits)); err != nil {
		return
	}
	if err = a.WritePNG(path, hardware.Grey{Bits: bits, Power: e.power}); err == nil {
		back, _, err = hardware.ReadAmplitude(path)
	}
	return
}

// heaters writes one table for all meshes.
func (e *export) heaters(chips []hardware.Chip) error {
	c := hardware.Calibration{Default: e.heater, Bits: e.sourceBits, FullScale: e.sourceVolts}
	var err error
	if e.calibration != "" {
		if c.Each, err = hardware.ReadCalibration(e.calibration); err != nil {
			return err
		}
	} else if e.heater.TurnPower == 0 {
		return errors.New("--to heaters: give the heaters' calibration with --calibration FILE, or --turn-power-mw for all")
	}
	var all []hardware.Setting
	for _, chip := range chips {
		s, err := hardware.Settings(chip.Name, chip.Layout, chip.Phases, c)
		if err != nil {
			return fmt.Errorf("%s: %w", e.path, err)
		}
		all = append(all, s...)
	}
	path, err := e.file("heaters", ".csv")
	if err != nil {
		return err
	}
	if err := hardware.WriteSettings(path, all); err != nil {
		return err
	}
	back, err := hardware.ReadSettings(path)
	if err != nil {
		return err
	}
	var power, off float64
	for _, s := range back {
		power += s.Power
		off = max(off, s.Off())
	}
	for _, chip := range chips {
		q, err := hardware.Phases(back, chip.Name, chip.Layout)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, of := range []struct {
			name string
			rad  []float64
		}{{".theta", q.Theta}, {".phi", q.Phi}, {".gamma", q.Gamma}} {
			e.trial.wrote("heaters", off, chip.Name+of.name, of.rad)
		}
	}
	fmt.Fprintf(e.w, "%s  %d heaters of %d meshes, %.4g W in all; read back: at most %.3g rad off\n", path, len(back), len(chips), power/1e3, off)
	return nil
}
