package figures

import (
	"fmt"
	"lightfast/pnn/nearest"
	"strings"
)

// reference is a publication by its citation key.
type reference struct{ key, entry string }

// references lists the publications that figures and runs name.
var references = []reference{
	{"clanuwat2018", `@misc{clanuwat2018,
  author = {Clanuwat, Tarin and Bober-Irizar, Mikel and Kitamoto, Asanobu and Lamb, Alex and Yamamoto, Kazuaki and Ha, David},
  title  = {Deep Learning for Classical {Japanese} Literature},
  year   = {2018},
  eprint = {1812.01718},
  archiveprefix = {arXiv}
}`},
	{"clements2016", `@article{clements2016,
  author  = {Clements, William R. and Humphreys, Peter C. and Metcalf, Benjamin J. and Kolthammer, W. Steven and Walmsley, Ian A.},
  title   = {Optimal design for universal multiport interferometers},
  journal = {Optica},
  volume  = {3},
  number  = {12},
  pages   = {1460--1465},
  year    = {2016},
  doi     = {10.1364/OPTICA.3.001460}
}`},
	{"cohen2017", `@misc{cohen2017,
  author = {Cohen, Gregory and Afshar, Saeed and Tapson, Jonathan and van Schaik, Andr{\'e}},
  title  = {{EMNIST}: an extension of {MNIST} to handwritten letters},
  year   = {2017},
  eprint = {1702.05373},
  archiveprefix = {arXiv}
}`},
	{"fritsch1980", `@article{fritsch1980,
  author  = {Fritsch, Frederick N. and Carlson, Ralph E.},
  title   = {Monotone Piecewise Cubic Interpolation},
  journal = {SIAM Journal on Numerical Analysis},
  volume  = {17},
  number  = {2},
  pages   = {238--246},
  year    = {1980},
  doi     = {10.1137/0717021}
}`},
	{"guo2021", `@article{guo2021,
  author  = {Guo, Xianxin and Barrett, Thomas D. and Wang, Zhiming M. and Lvovsky, A. I.},
  title   = {Backpropagation through nonlinear units for the all-optical training of neural networks},
  journal = {Photonics Research},
  volume  = {9},
  number  = {3},
  pages   = {B71--B80},
  year    = {2021},
  doi     = {10.1364/PRJ.411104},
  eprint  = {1912.12256},
  archiveprefix = {arXiv}
}`},
	{"kingma2015", `@inproceedings{kingma2015,
  author    = {Kingma, Diederik P. and Ba, Jimmy},
  title     = {{Adam}: A Method for Stochastic Optimization},
  booktitle = {3rd International Conference on Learning Representations (ICLR)},
  year      = {2015},
  eprint    = {1412.6980},
  archiveprefix = {arXiv}
}`},
	{"lecun1998", `@article{lecun1998,
  author  = {LeCun, Yann and Bottou, L{\'e}on and Bengio, Yoshua and Haffner, Patrick},
  title   = {Gradient-based learning applied to document recognition},
  journal = {Proceedings of the IEEE},
  volume  = {86},
  number  = {11},
  pages   = {2278--2324},
  year    = {1998},
  doi     = {10.1109/5.726791}
}`},
	{"lin2018", `@article{lin2018,
  author  = {Lin, Xing and Rivenson, Yair and Yardimci, Nezih T. and Veli, Muhammed and Luo, Yi and Jarrahi, Mona and Ozcan, Aydogan},
  title   = {All-optical machine learning using diffractive deep neural networks},
  journal = {Science},
  volume  = {361},
  pages   = {1004--1008},
  year    = {2018},
  doi     = {10.1126/science.aat8084}
}`},
	{"matsushima2009", `@article{matsushima2009,
  author  = {Matsushima, Kyoji and Shimobaba, Tomoyoshi},
  title   = {Band-Limited Angular Spectrum Method for Numerical Simulation of Free-Space Propagation in Far and Near Fields},
  journal = {Optics Express},
  volume  = {17},
  pages   = {19662--19673},
  year    = {2009},
  doi     = {10.1364/OE.17.019662}
}`},
	{"pai2019", `@article{pai2019,
  author  = {Pai, Sunil and Bartlett, Ben and Solgaard, Olav and Miller, David A. B.},
  title   = {Matrix Optimization on Universal Unitary Photonic Devices},
  journal = {Physical Review Applied},
  volume  = {11},
  number  = {6},
  pages   = {064044},
  year    = {2019},
  doi     = {10.1103/PhysRevApplied.11.064044}
}`},
	{"reck1994", `@article{reck1994,
  author  = {Reck, Michael and Zeilinger, Anton and Bernstein, Herbert J. and Bertani, Philip},
  title   = {Experimental realization of any discrete unitary operator},
  journal = {Physical Review Letters},
  volume  = {73},
  number  = {1},
  pages   = {58--61},
  year    = {1994},
  doi     = {10.1103/PhysRevLett.73.58}
}`},
	{"ronneberger2015", `@inproceedings{ronneberger2015,
  author    = {Ronneberger, Olaf and Fischer, Philipp and Brox, Thomas},
  title     = {{U-Net}: Convolutional Networks for Biomedical Image Segmentation},
  booktitle = {Medical Image Computing and Computer-Assisted Intervention (MICCAI 2015)},
  series    = {Lecture Notes in Computer Science},
  volume    = {9351},
  pages     = {234--241},
  publisher = {Springer},
  year      = {2015},
  doi       = {10.1007/978-3-319-24574-4_28}
}`},
	{"russell2017", `@article{russell2017,
  author  = {Russell, Nicholas J. and Chakhmakhchyan, Levon and O'Brien, Jeremy L. and Laing, Anthony},
  title   = {Direct dialling of {Haar} random unitary matrices},
  journal = {New Journal of Physics},
  volume  = {19},
  number  = {3},
  pages   = {033007},
  year    = {2017},
  doi     = {10.1088/1367-2630/aa60ed}
}`},
	{"salmon2011", `@inproceedings{salmon2011,
  author    = {Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.},
  title     = {Parallel random numbers: as easy as 1, 2, 3},
  booktitle = {Proceedings of 2011 International Conference for High Performance Computing, Networking, Storage and Analysis (SC '11)},
  pages     = {16:1--16:12},
  publisher = {ACM},
  year      = {2011},
  doi       = {10.1145/2063384.2063405}
}`},
	{"williamson2020", `@article{williamson2020,
  author  = {Williamson, Ian A. D. and Hughes, Tyler W. and Minkov, Momchil and Bartlett, Ben and Pai, Sunil and Fan, Shanhui},
  title   = {Reprogrammable Electro-Optic Nonlinear Activation Functions for Optical Neural Networks},
  journal = {IEEE Journal of Selected Topics in Quantum Electronics},
  volume  = {26},
  number  = {1},
  pages   = {1--12},
  note    = {Art no. 7700412},
  year    = {2020},
  doi     = {10.1109/JSTQE.2019.2930455}
}`},
	{"wright2022", `@article{wright2022,
  author  = {Wright, Logan G. and Onodera, Tatsuhiro and Stein, Martin M. and Wang, Tianyu and Schachter, Darren T. and Hu, Zoey and McMahon, Peter L.},
  title   = {Deep physical neural networks trained with backpropagation},
  journal = {Nature},
  volume  = {601},
  number  = {7894},
  pages   = {549--555},
  year    = {2022},
  doi     = {10.1038/s41586-021-04223-6}
}`},
	{"xiao2017", `@misc{xiao2017,
  author = {Xiao, Han and Rasul, Kashif and Vollgraf, Roland},
  title  = {{Fashion-MNIST}: a Novel Image Dataset for Benchmarking Machine Learning Algorithms},
  year   = {2017},
  eprint = {1708.07747},
  archiveprefix = {arXiv}
}`},
	{"xu2026", `@article{xu2026,
  author  = {Xu, Tengji and others},
  title   = {Physical neural networks using sharpness-aware training},
  journal = {Nature Communications},
  year    = {2026},
  doi     = {10.1038/s41467-026-68470-9},
}`},
	{"zheng2023", `@article{zheng2023,
  author  = {Zheng, Ziyang and Duan, Zhengyang and Chen, Hang and Yang, Rui and Gao, Sheng and Zhang, Haiou and Xiong, Hongkai and Lin, Xing},
  title   = {Dual adaptive training of photonic neural networks},
  journal = {Nature Machine Intelligence},
  volume  = {5},
  number  = {10},
  pages   = {1119--1129},
  year    = {2023},
  doi     = {10.1038/s42256-023-00723-4}
}`},
	{"zhou2021", `@article{zhou2021,
  author  = {Zhou, Tiankuang and Lin, Xing and Wu, Jiamin and Chen, Yitong and Xie, Hao and Li, Yipeng and Fan, Jingtao and Wu, Huaqiang and Fang, Lu and Dai, Qionghai},
  title   = {Large-scale neuromorphic optoelectronic computing with a reconfigurable diffractive processing unit},
  journal = {Nature Photonics},
  volume  = {15},
  number  = {5},
  pages   = {367--373},
  year    = {2021},
  doi     = {10.1038/s41566-021-00796-w}
}`},
}

// BibTeX returns the entries of the given citation keys in their order, each
// once, with an empty line between them.
func BibTeX(keys []string) (string, error) {
	var entries, names []string
	seen := map[string]bool{}
	for _, key := range keys {
		if seen[key] {
			continue
		}
		seen[key] = true
		found := false
		for _, r := range references {
			if r.key == key {
				entries, found = append(entries, r.entry+"\n"), true
			}
		}
		if !found {
			for _, r := range references {
				names = append(names, r.key)
			}
			return "", fmt.Errorf("no reference %q%s; there are %s", key, nearest.Suggest(key, names), strings.Join(names, ", "))
		}
	}
	return strings.Join(entries, "\n"), nil
}
