// Package mesh simulates meshes of Mach-Zehnder interferometers: N waveguides
// (lines) crossed by columns of 2x2 interferometers, which together multiply a
// vector of N complex amplitudes by a unitary N x N matrix.
//
//	layout.go     where the interferometers stand: rectangular, triangular
//	errors.go     phase-shifter and beam-splitter errors of a fabricated chip
//	mesh.go       the mesh as a trainable element: compiled matrix, forward, adjoint
//	              (transfer matrices of interferometers: lane.Interferometers)
//	haar.go       initial phases that give Haar-random matrices
//	decompose.go  phases of a given unitary matrix (Reck 1994, Clements 2016)
//
// # Conventions
//
// Amplitudes enter as v_k = x_k exp(i gamma_k). Then, column by column, each
// interferometer acts on two neighbouring lines (u, d) by
//
//	M = 1/2 | e^(i phi) (pp a - nn b)    i e^(i phi) (np a + pn b) |
//	        | i (pn a + np b)            pp b - nn a               |
//
// with the differential internal phase a = exp(i theta/2), b = exp(-i theta/2),
// the external phase phi on the upper arm behind the interferometer, and
// nn, np, pn, pp = sqrt((1 -+ e_l)(1 -+ e_r)) the imbalance of the left and right
// beam splitter. Without errors
//
//	M = i | e^(i phi) sin(theta/2)   e^(i phi) cos(theta/2) |
//	      | cos(theta/2)             -sin(theta/2)          |
//
// All phases are in radians. These are the conventions of the rectangular mesh
// of Neurophox, which the authors of dual adaptive training and of
// sharpness-aware training build on.
package mesh
