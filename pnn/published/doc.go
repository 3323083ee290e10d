// Package published reads what the authors of the papers published beside them:
// trained weights and error samples in the layout of their repositories.
//
//	dat.go   dual adaptive training, mesh network (Zheng et al. 2023)
//	sat.go   sharpness-aware training, which system a weight file belongs to and how it
//	         is loaded (Xu et al. 2026)
//	satchip.go  the stored chip of its mesh system
//	d2nn.go  sharpness-aware training, nonlinear diffractive network (Xu et al. 2026)
package published
