package hardware

import (
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

func layout(t *testing.T, kind string, ports int) *mesh.Layout {
	t.Helper()
	make := mesh.Rectangular
	if kind == "triangular" {
		make = mesh.Triangular
	}
	l, err := make(ports)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func randomPhases(l *mesh.Layout, seed uint64) *mesh.Phases {
	s := lane.NewStream(seed, "test phases", 0)
	p := &mesh.Phases{Theta: make([]float64, l.Slots()), Phi: make([]float64, l.Slots()), Gamma: make([]float64, l.Ports)}
	for _, v := range [][]float64{p.Theta, p.Phi, p.Gamma} {
		for i := range v {
			v[i] = 30 * (s.Float64() - 0.5)
		}
	}
	return p
}

// TestPowerByHand: 25 mW for a turn, 1 rad at no power.
func TestPowerByHand(t *testing.T) {
	h := Heater{TurnPower: 25, Offset: 1, Resistance: 1000}
	for _, c := range []struct{ phase, power, volts float64 }{
		{1, 0, 0}, {1 + math.Pi, 12.5, math.Sqrt(12.5)}, {0, 25 * (1 - 1/(2*math.Pi)), math.Sqrt(25 * (1 - 1/(2*math.Pi)))}, {1 + 5*math.Pi, 12.5, math.Sqrt(12.5)},
	} {
		if p := h.Power(c.phase); math.Abs(p-c.power) > 1e-12 {
			t.Errorf("a phase of %g needs %g mW, want %g", c.phase, p, c.power)
		}
		if v := h.Voltage(c.power); math.Abs(v-c.volts) > 1e-12 {
			t.Errorf("%g mW are %g V, want %g", c.power, v, c.volts)
		}
		if d := apart(h.Phase(c.power), c.phase); d > 1e-12 {
			t.Errorf("%g mW set %g, want %g", c.power, h.Phase(c.power), c.phase)
		}
	}
}

// TestSettingsComeBack writes tables of meshes and gets the transfer matrix back,
// also where every heater has a calibration of its own.
func TestSettingsComeBack(t *testing.T) {
	dir := t.TempDir()
	for _, kind := range []string{"rectangular", "triangular"} {
		for _, ports := range []int{2, 3, 4, 7, 8} {
			l := layout(t, kind, ports)
			m, err := mesh.New[float64]("mesh1", l, nil)
			if err != nil {
				t.Fatal(err)
			}
			randomPhases(l, 9).CopyTo(m.Theta.Value, m.Phi.Value, m.Gamma.Value)
			m.Update(nil)
			want := m.TransferMatrix()

			c := Calibration{Each: map[Place]Heater{}}
			s := lane.NewStream(3, "test heaters", 0)
			table := "mesh,layer,pair,heater,turn_power_mW,offset_rad,resistance_ohm,max_power_mW\n"
			for _, p := range wiring("mesh1", l) {
				table += fmt.Sprintf("%s,%d,%d,%s,%v,%v,%v,\n", p.Mesh, p.Layer, p.Pair, p.Shifter, 20+10*s.Float64(), 8*(s.Float64()-0.5), 900+200*s.Float64())
			}
			if c.Each, err = ReadCalibration(write(t, "heaters.csv", table)); err != nil {
				t.Fatal(err)
			}
			name, phases := PhasesOf(m)
			set, err := Settings(name, l, phases, c)
			if err != nil {
				t.Fatal(err)
			}
			if len(set) != ports+ports*(ports-1) {
				t.Errorf("%s %d: %d heaters, want %d", kind, ports, len(set), ports+ports*(ports-1))
			}
			path := filepath.Join(dir, "mesh.csv")
			if err := WriteSettings(path, set); err != nil {
				t.Fatal(err)
			}
			back, err := ReadSettings(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := range set {
				if set[i] != back[i] {
					t.Fatalf("%s %d: read %+v, wrote %+v", kind, ports, back[i], set[i])
				}
			}
			p, err := Phases(back, name, l)
			if err != nil {
				t.Fatal(err)
			}
			for i := range m.Theta.Value {
				m.Theta.Value[i] = 1 // so that it is the table that sets it
			}
			restore, err := ShowPhases(nil, m, p)
			if err != nil {
				t.Fatal(err)
			}
			for i, z := range m.TransferMatrix() {
				if d := cmplx.Abs(z - want[i]); d > 1e-12 {
					t.Fatalf("%s %d: element %d is %g off", kind, ports, i, d)
				}
			}
			restore()
			if m.Theta.Value[0] != 1 {
				t.Errorf("%s %d: restore left theta at %g", kind, ports, m.Theta.Value[0])
			}
		}
	}
}

// TestLinesOfTheTable crosses one interferometer at a time and looks which lines
// change places.
func TestLinesOfTheTable(t *testing.T) {
	for _, kind := range []string{"rectangular", "triangular"} {
		for _, ports := range []int{2, 3, 6, 7} {
			l := layout(t, kind, ports)
			m, err := mesh.New[float64]("m", l, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range m.Theta.Value {
				m.Theta.Value[i] = math.Pi // straight on
			}
			_, phases := PhasesOf(m)
			set, err := Settings("m", l, phases, Calibration{Default: Heater{TurnPower: 25}})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range set {
				if s.Shifter != Theta {
					continue
				}
				theta := phaseAt(phases, l, s.Place)
				*theta = 0
				m.Update(nil)
				v := m.TransferMatrix()
				if cmplx.Abs(v[s.Upper*ports+s.Lower]) < 0.999 || cmplx.Abs(v[s.Lower*ports+s.Upper]) < 0.999 {
					t.Errorf("%s %d: %v does not swap lines %d and %d", kind, ports, s.Place, s.Upper, s.Lower)
				}
				*theta = math.Pi
			}
		}
	}
}

// TestChipDoesWhatTheMeshDoes multiplies the matrices of a chip whose heaters are
// on single arms, set as the table says, and compares with the simulation.
func TestChipDoesWhatTheMeshDoes(t *testing.T) {
	turn := func(a float64) complex128 { return cmplx.Exp(complex(0, a)) }
	for _, kind := range []string{"rectangular", "triangular"} {
		for _, ports := range []int{2, 3, 4, 5, 8} {
			l := layout(t, kind, ports)
			m, err := mesh.New[float64]("m", l, nil)
			if err != nil {
				t.Fatal(err)
			}
			randomPhases(l, uint64(ports)).CopyTo(m.Theta.Value, m.Phi.Value, m.Gamma.Value)
			m.Update(nil)
			_, phases := PhasesOf(m)
			h := Heater{TurnPower: 20, Offset: 2}
			set, err := Settings("m", l, phases, Calibration{Default: h})
			if err != nil {
				t.Fatal(err)
			}
			u := make([][]complex128, ports) // rows
			for i := range u {
				u[i] = make([]complex128, ports)
				u[i][i] = 1
			}
			theta := 0.0
			for _, s := range set { // in the order in which light meets them
				phase := 2 + 2*math.Pi*s.Power/20 // not wrapped: what the heater really does
				a, b := u[s.Upper], u[s.Lower]
				for k := range u {
					switch s.Shifter {
					case Gamma:
						a[k] *= turn(phase)
					case Theta:
						theta = phase
					case Phi: // splitter, upper arm, splitter, upper arm
						x, y := (a[k]+1i*b[k])/math.Sqrt2, (1i*a[k]+b[k])/math.Sqrt2
						x *= turn(theta)
						a[k], b[k] = turn(phase)*(x+1i*y)/math.Sqrt2, (1i*x+y)/math.Sqrt2
					}
				}
			}
			for i, want := range m.TransferMatrix() {
				if d := cmplx.Abs(u[i/ports][i%ports] - want); d > 1e-11 {
					t.Fatalf("%s %d: element %d of the chip is %.3g off", kind, ports, i, d)
				}
			}
		}
	}
}

// TestVoltageSource: bits of the source move phases by no more than half a step.
func TestVoltageSource(t *testing.T) {
	l := layout(t, "rectangular", 6)
	want := randomPhases(l, 2)
	h := Heater{TurnPower: 25, Offset: 0.2, Resistance: 1000}
	for _, bits := range []int{1, 8, 12, 16} {
		set, err := Settings("m", l, want, Calibration{Default: h, Bits: bits, FullScale: 5.5})
		if err != nil {
			t.Fatal(err)
		}
		step, moved := 5.5/(math.Ldexp(1, bits)-1), 0
		for _, s := range set {
			if k := s.Voltage / step; math.Abs(k-math.Round(k)) > 1e-9 {
				t.Fatalf("%d bits: %v at %g V, not a level", bits, s.Place, s.Voltage)
			}
			exact := h.Voltage(h.Power(s.Phase))
			if !(math.Abs(s.Voltage-exact) <= step/2+1e-9) || math.Abs(s.Power-s.Voltage*s.Voltage) > 1e-9 {
				t.Errorf("%d bits: %v at %g V and %g mW, exact %g V", bits, s.Place, s.Voltage, s.Power, exact)
			}
			if s.Off() > 1e-9 {
				moved++
			}
		}
		if moved == 0 {
			t.Errorf("%d bits moved no phase", bits)
		}
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := WriteSettings(path, set); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadSettings(path); err != nil {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}

func TestBadHeaters(t *testing.T) {
	l := layout(t, "rectangular", 4)
	good := Heater{TurnPower: 25, Resistance: 1000}
	for _, c := range []struct {
		name string
		c    Calibration
		say  []string
	}{
		{"nothing", Calibration{}, []string{"no calibration", "gamma of m, line 0", "default"}},
		{"no power", Calibration{Default: Heater{Offset: 1}}, []string{"0 mW", "positive"}},
		{"NaN offset", Calibration{Default: Heater{TurnPower: 1, Offset: math.NaN()}}, []string{"offset is NaN"}},
		{"a weak heater", Calibration{Default: good, Each: map[Place]Heater{{"m", 2, 1, Phi}: {TurnPower: 25, MaxPower: 1}}}, []string{"heater phi of m, layer 2, pair 1", "up to 1 mW"}},
		{"elsewhere", Calibration{Default: good, Each: map[Place]Heater{{"m", 9, 1, Phi}: good, {"m", 8, 1, Phi}: good, {"n", 70, 1, Phi}: good}}, []string{"layer 8, pair 1", "not in the rectangular mesh of 4 ports"}},
		{"17 bits", Calibration{Default: good, Bits: 17, FullScale: 5}, []string{"17 bits", "1 to 16"}},
		{"no full scale", Calibration{Default: good, Bits: 8}, []string{"0 V"}},
		{"a weak source", Calibration{Default: good, Bits: 8, FullScale: 1}, []string{"source gives up to 1 V"}},
		{"no resistance", Calibration{Default: Heater{TurnPower: 25}, Bits: 8, FullScale: 5}, []string{"resistance"}},
	} {
		_, err := Settings("m", l, randomPhases(l, 1), c.c)
		wants(t, c.name, err, c.say...)
	}
	p := randomPhases(l, 1)
	p.Phi[2] = math.Inf(1)
	_, err := Settings("m", l, p, Calibration{Default: good})
	wants(t, "infinite phase", err, "heater phi of m, layer 1, pair 0", "Inf")
	p.Gamma = nil
	_, err = Settings("m", l, p, Calibration{Default: good})
	wants(t, "no gamma", err, "m.gamma has 0 phases, expected 4")

	head := "mesh,layer,pair,heater,turn_power_mW,offset_rad\n"
	for _, c := range []struct {
		name, text string
		say        []string
	}{
		{"twice", head + "m,0,0,phi,20,0\nm,0,0,phi,21,0\n", []string{"line 3", "second calibration"}},
		{"no such heater", head + "m,0,0,psi,20,0\n", []string{"line 2", `heater is "psi"`, "theta, phi or gamma"}},
		{"gamma in a layer", head + "m,0,0,gamma,20,0\n", []string{"line 2", "layer", "-1"}},
		{"no power", head + "m,0,0,phi,0,0\n", []string{"line 2", "0 mW"}},
		{"NaN", head + "m,0,0,phi,20,NaN\n", []string{"line 2", "offset_rad"}},
		{"no mesh", head + ",0,0,phi,20,0\n", []string{"line 2", "mesh"}},
		{"a layer of words", head + "m,first,0,phi,20,0\n", []string{"line 2", `layer is "first"`}},
		{"too few fields", head + "m,0,0,phi,20\n", []string{"line 2"}},
		{"no column", "mesh,layer,pair,heater,turn_power_mW\n", []string{"no column offset_rad"}},
	} {
		_, err := ReadCalibration(write(t, "bad.csv", c.text))
		wants(t, c.name, err, append(c.say, "bad.csv")...)
	}
}

func TestBadSettings(t *testing.T) {
	l := layout(t, "rectangular", 4)
	set, err := Settings("m", l, randomPhases(l, 1), Calibration{Default: Heater{TurnPower: 25, MaxPower: 25}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Phases(set[1:], "m", l)
	wants(t, "one missing", err, "gamma of m, line 0", "not set")
	_, err = Phases(append(set, set[3]), "m", l)
	wants(t, "one twice", err, "gamma of m, line 3", "twice")
	_, err = Phases(set, "m", layout(t, "rectangular", 3))
	wants(t, "another mesh", err, "not in the rectangular mesh of 3 ports")
	_, err = Phases(set, "mesh", l)
	wants(t, "another name", err, "of mesh", "not set")

	path := filepath.Join(t.TempDir(), "a.csv")
	if err := WriteSettings(path, set); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for _, c := range []struct {
		power string
		say   []string
	}{{"26", []string{"line 4", "power_mW", "0 to 25"}}, {"-1", []string{"line 4", "0 to 25"}}, {"much", []string{"line 4", "finite"}}} {
		f := strings.Split(lines[3], ",")
		f[7] = c.power
		bad := append([]string(nil), lines...)
		bad[3] = strings.Join(f, ",")
		_, err := ReadSettings(write(t, "bad.csv", strings.Join(bad, "\n")))
		wants(t, c.power, err, append(c.say, "bad.csv")...)
	}
}
