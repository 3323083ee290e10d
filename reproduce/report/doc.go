// Package report writes the page that a reproduction ends with: every figure,
// its numbers beside those of the paper, curves to zoom into, where each result
// comes from, and what to cite. It is one HTML file that needs nothing else and
// opens from a disk; without JavaScript it still reads, with the figures as
// pictures.
//
// The bytes of a page are a function of the artifacts, the table of timings and
// the notebooks that are there: no clock and no order of a map goes into it.
//
//	report.go      Report, and the page as a whole
//	card.go        one figure on the page
//	values.go      ours beside the paper's: the table and its little bars
//	strip.go       all differences of a figure on one axis
//	chart.go       the panels of a figure as data for interactive charts
//	colour.go      colours and markers of the charts, on light and on dark
//	learning.go    learning curves of the runs of a figure
//	origin.go      provenance, artifacts and notebooks behind a figure
//	cite.go        references as a person reads them
//	picture.go     the static picture and its thumbnail
//	timings.go     how long runs took
//	page.html      the page; page.css its looks; chart.js, loupe.js and app.js
//	               what moves on it
package report
