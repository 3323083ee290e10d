package dataset

// A file of a published set, as its authors made it.
type pin struct {
	file   string // without .gz
	magic  uint32
	count  int    // images or labels
	size   int64  // of file.gz, bytes; 0: unpinned, as are the sums
	packed string // SHA-256 of file.gz: what a mirror must send
	plain  string // SHA-256 of file: what a folder must hold, however it was packed
}

// published is one set that exists as files elsewhere.
type published struct {
	name    string
	folders []string // inside a data folder, the most specific first; torchvision's names included
	mirrors []string // what stands before file.gz in an address
	files   [4]pin   // train images, train labels, test images, test labels
	classes int

	// unpinned says that nobody has written the sums of the files here yet: what
	// a folder or a mirror holds is taken if it has the right shape.
	unpinned bool
	// archive is the zip in which mirrors have the files, and md5 that of what
	// mirrors send as others print it (hex, by file, or the archive's alone).
	archive string
	md5     []string
	// transposed says that files hold images with rows and columns exchanged.
	transposed bool
}

// Every published set here has images of this side, and all but EMNIST these
// numbers of them.
const (
	side       = 28
	classes    = 10
	trainCount = 60000
	testCount  = 10000
)

// catalogue lists the published sets. The sums are those of the files their
// authors published (MD5 of MNIST's train images f68b3c2dcbeaaa9fbdd348bbdeb94873,
// of Fashion-MNIST's 8d4fb7e6c68d591d4c3dfef9ec88bf0d, as printed by both).
var catalogue = []published{
	{
		name:    "mnist",
		classes: classes,
		folders: []string{"mnist", "MNIST/raw", "."},
		mirrors: []string{
			"https://ossci-datasets.s3.amazonaws.com/mnist/",
			"https://storage.googleapis.com/cvdf-datasets/mnist/",
		},
		files: [4]pin{
			{"train-images-idx3-ubyte", magicImages, trainCount, 9912422,
				"440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
				"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
			{"train-labels-idx1-ubyte", magicLabels, trainCount, 28881,
				"3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
				"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
			{"t10k-images-idx3-ubyte", magicImages, testCount, 1648877,
				"8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
				"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
			{"t10k-labels-idx1-ubyte", magicLabels, testCount, 4542,
				"f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
				"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
		},
	},
	{
		name:    "fashion-mnist",
		classes: classes,
		folders: []string{"fashion-mnist", "FashionMNIST/raw", "."},
		// The first serves plain HTTP only; the sums make that safe.
		mirrors: []string{
			"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
			"https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
		},
		files: [4]pin{
			{"train-images-idx3-ubyte", magicImages, trainCount, 26421880,
				"3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
				"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
			{"train-labels-idx1-ubyte", magicLabels, trainCount, 29515,
				"a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
				"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
			{"t10k-images-idx3-ubyte", magicImages, testCount, 4422102,
				"346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
				"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
			{"t10k-labels-idx1-ubyte", magicLabels, testCount, 5148,
				"67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
				"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
		},
	},
	{
		// Kuzushiji-MNIST (Clanuwat et al., arXiv 1812.01718): cursive Japanese.
		name:    "kmnist",
		classes: classes,
		folders: []string{"kmnist", "KMNIST/raw"},
		mirrors: []string{"http://codh.rois.ac.jp/kmnist/dataset/kmnist/"},
		files: [4]pin{
			{file: "train-images-idx3-ubyte", magic: magicImages, count: trainCount},
			{file: "train-labels-idx1-ubyte", magic: magicLabels, count: trainCount},
			{file: "t10k-images-idx3-ubyte", magic: magicImages, count: testCount},
			{file: "t10k-labels-idx1-ubyte", magic: magicLabels, count: testCount},
		},
		unpinned: true,
		md5: []string{"bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
			"5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"},
	},
	{
		// EMNIST (Cohen et al., arXiv 1702.05373), its balanced split: digits and
		// letters, of which 15 look the same in both cases and are one class.
		name:    "emnist-balanced",
		classes: 47,
		folders: []string{"emnist-balanced", "emnist", "EMNIST/raw", "gzip"},
		mirrors: []string{"https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/"},
		archive: "gzip.zip",
		files: [4]pin{
			{file: "emnist-balanced-train-images-idx3-ubyte", magic: magicImages, count: 112800},
			{file: "emnist-balanced-train-labels-idx1-ubyte", magic: magicLabels, count: 112800},
			{file: "emnist-balanced-test-images-idx3-ubyte", magic: magicImages, count: 18800},
			{file: "emnist-balanced-test-labels-idx1-ubyte", magic: magicLabels, count: 18800},
		},
		unpinned:   true,
		md5:        []string{"58c8d27c78d21e728a6bc7b3cc06412e"},
		transposed: true,
	},
}
