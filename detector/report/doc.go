// Package report turns the results of a run into text, JSON, CSV and HTML.
//
//	detector.Result, one a file -> Run -> Text | JSON | CSV | HTML -> io.Writer
//	                                   -> Overview | JSONL | Summary, with a row a file
//
// Terms:
//
//   - A [Run] is the one model that every format is written from: the files,
//     and the record (tool, weights, options, time) that lets somebody else
//     repeat the scan.
//   - A [File] is one input, also where it could not be read.
//   - An [Output] is what a user asks for with -o json=PATH.
//
// All formats are written even when there is nothing to tell, keep the files
// in the order of the run, and give the same bytes for the same run: nothing
// here reads a clock, the machine's name or the environment. File names and
// messages are other people's text and may try to play with whatever shows
// them, so each format disarms them in its own way.
//
// Units: times are seconds from the start that a player shows, lags are
// milliseconds and positive where the sound is late, boxes are pixels as shown,
// mismatches and scores lie in 0..1. What is not known is null in JSON and
// empty in CSV, never NaN and never 0.
package report
