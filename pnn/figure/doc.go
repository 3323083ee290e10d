// Package figure draws the project's figures in one house style, as PNG and
// SVG from the same drawing code.
//
// A figure is data: a [Figure] holds a grid of panels, and a panel is one of
// [Lines] (curves with error bars), [Bars] (groups of bars), [Matrix]
// (confusion and energy matrices with row and column names) or [Map] (phase
// masks, intensities and other images). Nothing is drawn until [Figure.Save],
// [Figure.WritePNG] or [Figure.WriteSVG]; before that everything is checked,
// and what is wrong is named by panel and series.
//
// The house style:
//   - a method has the same colour and marker in every figure ([MethodStyle]);
//     colours are Okabe and Ito's, told apart by colour-blind readers, and the
//     marker tells the same again;
//   - values from a paper are hollow and dashed in the colour of the method
//     they are compared with;
//   - every axis and colour bar is labelled, with its unit; error bars where
//     there are repeats; NaN is a gap in a curve and neutral grey in a map;
//   - legends stand below the data, never on it;
//   - a footer on the face says which profile and data set made it ([Footer]).
//
// The same figure gives the same bytes on every call: there is no clock and no
// random number, and no result depends on the order of a map. Files:
//
//	figure.go    Figure, its checks and the grid that places the panels
//	write.go     PNG, SVG, Save
//	panel.go     what every kind of panel must do
//	lines.go     Lines        curve.go  one curve: gaps, error bars, thinning
//	bars.go      Bars         barnotes.go  the numbers at the bars
//	matrix.go    Matrix
//	map.go       Map          cells.go  coloured cells that both share
//	axis.go      ranges, ticks and their labels
//	colourbar.go the bar beside matrices and maps
//	legend.go    the legend below the panels
//	style.go     colours and markers of the methods
//	colourmap.go sequential, diverging and cyclic colour maps
//	marker.go    marker shapes
//	surface.go   strokes, fills and images on a gonum/plot canvas
//	indexed.go   fewer colours for smaller PNG files
//	text.go      Liberation Sans, superscripts, wrapping
package figure
