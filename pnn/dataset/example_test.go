package dataset_test

import (
	"context"
	"fmt"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
)

// The generated set needs no files and no network, and has the same pixels
// everywhere. Load(ctx, "mnist", dataset.Options{}) is used the same way.
func ExampleLoad() {
	pair, err := dataset.Load(context.Background(), "glyphs", dataset.Options{Train: 100, Test: 50})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d + %d images of %dx%d, %d classes\n", pair.Train.Len(), pair.Test.Len(), pair.Train.Rows, pair.Train.Cols, pair.Train.Classes)
	fmt.Println("labels", pair.Train.Labels[:5], "content", pair.Train.SHA256[:16])

	_, err = dataset.Load(context.Background(), "Fashion MNIST", dataset.Options{})
	fmt.Println(err)
	// Output:
	// 100 + 50 images of 28x28, 10 classes
	// labels [1 2 9 5 7] content 7df73323112f564d
	// dataset: no data set "Fashion MNIST" (did you mean "fashion-mnist"?); there are mnist, fashion-mnist, kmnist, emnist-balanced, glyphs; LoadFolder reads your own
}

// An image as a network draws it in: 64 complex amplitudes of mean modulus 1.
func ExampleFourierCrop() {
	set := dataset.Glyphs(100, 0).Train
	fields, err := dataset.FourierCrop(set, 8, lane.NewPool(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fields.Len(), "samples of", fields.Rows, "numbers")
	// Output: 100 samples of 128 numbers
}

// A digit as text.
func ExampleSet_Image() {
	set := dataset.Glyphs(1, 0).Train
	img := set.Image(0)
	fmt.Println("label", set.Labels[0])
	for row := 2; row < set.Rows-2; row += 2 {
		line := ""
		for col := 4; col < set.Cols-4; col++ {
			line += string(" .:-=+*#%@"[int(img[row*set.Cols+col])*9/255])
		}
		fmt.Printf("|%s|\n", line)
	}
	// Output:
	// label 1
	// |                    |
	// |            -##=    |
	// |         .*%%%%:    |
	// |       :*%#-%#=     |
	// |      +%#: *%#      |
	// |          =@#:      |
	// |         -#%=       |
	// |        :%#*        |
	// |       .*%#.        |
	// |      .#@%.         |
	// |      *%#:          |
	// |      :=.           |
}
