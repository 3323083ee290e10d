// Package bundle packs figures with everything that they rest on into one file
// that can be sent to somebody, published with a paper, checked and run again
// years later.
//
// A bundle is a zip archive, which opens everywhere with a double click:
//
//	README.md                          what it is, how to read it and run it again
//	CITATION.cff LICENSE               of the software, as the project has them
//	references.bib                     the publications that the figures rest on
//	ro-crate-metadata.json             RO-Crate 1.1: authors, licence, files, runs, citations
//	configuration/bundle.json          profile, figures and data sets
//	configuration/runs/RUN.json        each run; its SHA-256 begins with the digits RUN ends in
//	artifacts/dat/runs/PROFILE/        results of the runs (Arrow)
//	artifacts/PAPER/FIGURE/PROFILE/    table and picture of each figure
//	artifacts/SHA256SUMS               so that the unpacked folder serves as --out of reproduce
//	notebooks/                         those whose names contain a figure's
//	SHA256SUMS                         all files but itself, as sha256sum -c reads it
//
// The same files give the same bundle, byte for byte: names are sorted, times
// are those of zip's epoch, nothing is compressed (the artifacts already are), no
// clock is read.
//
// A bundle comes from anywhere, so Open trusts nothing: the archive must be laid
// out exactly as Write does it, which leaves no room for links, paths that lead
// elsewhere, doubled names, hidden or overlapping data, or anything that unpacks
// to more than it is. Nothing of it is ever written under a name that it chose.
//
//	options.go        what to bundle and where to
//	write.go          from an output folder to an archive
//	collect.go        results and pictures, or which command makes them
//	fresh.go          does the table behind a figure follow from its runs
//	configuration.go  profile, figures and runs as JSON
//	limits.go         runs that a stranger's bundle may ask for
//	notebooks.go      those of a figure
//	citation.go       authors, licence and version from CITATION.cff
//	bibtex.go         publications as the metadata lists them
//	crate.go          RO-Crate metadata, with crate_entities.go
//	crate_check.go    are they true
//	readme.go         README.md
//	names.go          which names files may have
//	sums.go           SHA256SUMS
//	archive.go        the bytes of a zip file
//	unpack.go         reading one that may be hostile
//	open.go           what is in it, as SHA256SUMS and configuration say
//	verify.go         checksums, seals, metadata
//	rerun.go          are the bits the same again
package bundle
