// Package dataset holds the image classification sets that physical neural
// networks are trained on: small grey images, one label each, in a training and
// a test part.
//
//	"mnist"            handwritten digits (LeCun, Cortes, Burges)
//	"fashion-mnist"    articles of clothing (Xiao, Rasul, Vollgraf, 2017)
//	"kmnist"           cursive Japanese characters (Clanuwat et al., 2018)
//	"emnist-balanced"  handwritten digits and letters (Cohen et al., 2017)
//	"glyphs"           handwriting-like digits drawn by this package: no files, no network
//
// All but EMNIST, which has 112,800 + 18,800 in 47 classes, have 60,000 + 10,000
// images of 28x28 pixels in 10 classes, so that one can stand in for another by
// name. None ever does so on its own: a set that cannot be had is an error.
//
// # Where the files come from
//
// A folder given in [Options].Dir, or else by the environment variable
// LIGHTFAST_DATA, is the only place looked at; nothing is downloaded then. With
// neither, the files are downloaded once from public mirrors into the user's
// cache. Either way their content must have the SHA-256 written in this
// package: the same name means the same pixels, everywhere and always. Of kmnist
// and emnist-balanced the sums are not written here yet; files of the right shape
// are taken, and a warning names the sum that they have.
//
// # Map
//
//	set.go       Set and Pair, and the hash that identifies their content
//	load.go      Load: the sets by name
//	pins.go      names, sizes, sums and mirrors of the published files
//	idx.go       the IDX format
//	folder.go    files in a folder, LoadFolder and LoadIDX for data of one's own
//	download.go  mirrors, resumption, the cache
//	unpinned.go  sets whose sums are not known here
//	glyphs.go    the generated set; alphabet.go its letters, pen.go the drawing of one
//	fourier.go   FourierCrop, which turns images into the complex fields that networks take in
package dataset
