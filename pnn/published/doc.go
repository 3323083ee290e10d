// Package published reads what the authors of the papers published beside them:
// trained weights and error samples in the layout of their repositories.
//
//	dat.go  dual adaptive training, mesh network (Zheng et al. 2023)
package published
