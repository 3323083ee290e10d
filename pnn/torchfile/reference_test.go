package torchfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// referenceEnv names a folder with dat-mpnn/ and sat/: the files published with
// Zheng et al. 2023 (dual adaptive training) and with the sharpness-aware
// training of physical networks.
const referenceEnv = "LIGHTFAST_REFERENCE"

func referenceDir(t *testing.T) string {
	dir := os.Getenv(referenceEnv)
	if dir == "" {
		t.Skipf("%s is not set; point it at a folder with dat-mpnn/ and sat/", referenceEnv)
	}
	return dir
}

// shapes is what a network's file must hold, by name.
type shapes map[string][]int

// batchNorm adds the five tensors of a batch norm over n channels.
func (s shapes) batchNorm(name string, n int) {
	for _, part := range []string{"weight", "bias", "running_mean", "running_var"} {
		s[name+"."+part] = []int{n}
	}
	s[name+".num_batches_tracked"] = []int{}
}

func (s shapes) mesh(name string) {
	s[name+".theta"] = []int{64, 32}
	s[name+".phi"] = []int{64, 32}
	s[name+".gamma"] = []int{1, 64}
}

func ringNetwork() shapes {
	s := shapes{
		"conv1.weight": {6, 1, 5, 5}, "conv1.bias": {6}, "conv2.weight": {16, 6, 5, 5}, "conv2.bias": {16},
		"fc1.weight": {120, 400}, "fc1.bias": {120}, "fc2.weight": {84, 120}, "fc2.bias": {84},
		"fc3.weight": {10, 84}, "fc3.bias": {10},
	}
	for i, n := range []int{6, 16, 120, 84} {
		s.batchNorm("norm"+string(rune('1'+i)), n)
	}
	return s
}

func meshHybrid() shapes {
	s := shapes{
		"conv1.weight": {6, 1, 5, 5}, "conv1.bias": {6}, "conv2.weight": {16, 6, 5, 5}, "conv2.bias": {16},
		"fc1.weight": {120, 400}, "fc1.bias": {120}, "fc2.weight": {64, 120}, "fc2.bias": {64},
	}
	for i, n := range []int{6, 16, 120} {
		s.batchNorm("norm"+string(rune('1'+i)), n)
	}
	s.mesh("layer1")
	return s
}

func meshNetwork() shapes {
	s := shapes{}
	for _, name := range []string{"RM_block0", "RM_block1", "RM_block2"} {
		s.mesh(name)
	}
	return s
}

func freeSpace() shapes {
	return shapes{"fc1.weight": {144, 784}, "fc1.bias": {144}, "fc2.weight": {10, 144}, "fc2.bias": {10}}
}

func diffractive() shapes {
	s := shapes{"phase_0": {128, 128}, "phase_1": {128, 128}}
	for _, name := range []string{"distance_0", "distance_1", "distance_2", "distance_3", "diffractive_layers.0.distance",
		"diffractive_layers.1.distance", "lens_layer2.distance", "last_diffractive_layer.distance"} {
		s[name] = []int{1}
	}
	return s
}

// networkOf returns what the file at a path below the folder must hold, and how
// many tensors beside that (those of the error-predicting networks).
func networkOf(path string) (want shapes, others int) {
	switch {
	case strings.Contains(path, "System1"):
		return ringNetwork(), 0
	case strings.HasSuffix(path, "05-DAT.pth"):
		return meshHybrid(), 6 * 121
	case strings.Contains(path, "System2"):
		return meshHybrid(), 0
	case strings.Contains(path, "System3-Free"):
		return freeSpace(), 0
	case strings.Contains(path, "System3-D2NN"):
		return diffractive(), 0
	case filepath.Base(filepath.Dir(path)) == "dat":
		return meshNetwork(), 168
	}
	return meshNetwork(), 0
}

// published lists the files below dir with an extension, in lexical order.
func published(t *testing.T, dir, ext string) []string {
	var paths []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && filepath.Ext(path) == ext {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestPublishedStates(t *testing.T) {
	dir := referenceDir(t)
	read, empty := 0, 0
	for _, path := range published(t, dir, ".pth") {
		s, err := ReadState(path)
		if info, statErr := os.Stat(path); statErr != nil {
			t.Fatal(statErr)
		} else if info.Size() == 0 {
			wantError(t, err, path, "empty (0 bytes)")
			empty++
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		read++
		want, others := networkOf(strings.TrimPrefix(path, dir))
		for name, shape := range want {
			if _, err := s.Want(name, shape...); err != nil {
				t.Error(err)
			}
		}
		if got := len(s.Tensors); got != len(want)+others {
			t.Errorf("%s: %d tensors, want %d and %d others", path, got, len(want), others)
		}
		for _, x := range s.Tensors {
			if want[x.Name] == nil && !strings.HasPrefix(x.Name, "cn") {
				t.Errorf("%s: unexpected tensor %q", path, x.Name)
			}
			if err := x.check(); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			if err := x.CheckFinite(path); err != nil {
				t.Error(err)
			}
		}
	}
	if read == 0 {
		t.Errorf("no .pth file below %s", dir)
	}
	t.Logf("%d state dicts read, %d empty files refused", read, empty)
}

// Values that the papers or their code print: batch-norm update counts of
// System 1, distances (metres) of the diffractive network, and formats.
func TestPublishedValues(t *testing.T) {
	dir := referenceDir(t)
	one := func(file, name, dtype string) Tensor {
		s, err := ReadState(filepath.Join(dir, "sat", file))
		if err != nil {
			t.Fatal(err)
		}
		x, ok := s.Get(name)
		if !ok || x.DType != dtype {
			t.Fatalf("%s: %s has dtype %q, want %s", file, name, x.DType, dtype)
		}
		return x
	}
	for stem, updates := range map[string]float64{
		"01-Standard BP": 21900, "02-Standard NJ": 109500, "04-SAT": 40660, "05-PAT": 40660,
		"01-Standard BP-lambda": 19074, "03-Pruning-lambda": 295538, "04-SAT-lambda": 61147,
	} {
		x := one("System1-MRR Weight Bank/Training results/"+stem+".pth", "norm1.num_batches_tracked", "i8")
		sameBits(t, x.Values, []float64{updates})
	}
	for i, metres := range []float32{.004, .002, .004, .005} {
		x := one("System3-D2NN/Training Results/sat.pth", "distance_"+string(rune('0'+i)), "f4")
		sameBits(t, x.Values, []float64{float64(metres)})
	}
	one("System2-MZI Mesh/Training Results/05-DAT.pth", "layer1.theta", "f8")

	s, err := ReadState(filepath.Join(dir, "sat/System2-MZI Mesh/Training Results/05-DAT.pth"))
	if err != nil {
		t.Fatal(err)
	}
	complexes := 0
	for _, x := range s.Tensors {
		if !x.Complex {
			continue
		}
		complexes++
		if x.DType != "c8" || !strings.HasSuffix(x.Name, "running_mean") || len(x.Values) != 2*x.Shape[0] {
			t.Errorf("complex tensor %s %s %v with %d values", x.Name, x.DType, x.Shape, len(x.Values))
		}
	}
	if complexes == 0 {
		t.Error("05-DAT has no complex tensor, expected the running means of its complex batch norms")
	}
}

func TestPublishedArrays(t *testing.T) {
	dir := referenceDir(t)
	paths := published(t, dir, ".npy")
	if len(paths) == 0 {
		t.Fatalf("no .npy file below %s", dir)
	}
	for _, path := range paths {
		x, err := ReadNPY(path)
		if err != nil {
			t.Error(err)
			continue
		}
		// Columns by pairs; System 2 keeps its splitter errors as lines by layers.
		shape, dtype := []int{64, 32}, "f8"
		if strings.Contains(path, "bsE0.15") {
			shape = []int{64, 64}
		} else if strings.Contains(path, "phaseE0.15") {
			dtype = "f4"
		}
		if !slices.Equal(x.Shape, shape) || x.DType != dtype {
			t.Errorf("%s: %s %v, want %s %v", path, x.DType, x.Shape, dtype, shape)
		}
		if err := x.CheckFinite(path); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d arrays read", len(paths))
}
