// Package report turns the results of a run into text, JSON, CSV, HTML and other reports.
//
//	verdict.Result per file -> Run -> Text | JSON | CSV | HTML | PDF -> io.Writer
//	                               -> Overview | JSONL | Summary, one row per file
//	                               -> EDL | SRT | OTIO, see package markers
//
// Terms:
//
//   - A [Run] is the model behind every format: the files, and the record (tool, weights,
//     options, time) that is needed to repeat the scan.
//   - A [File] is one input, even if it could not be read.
//   - An [Output] is a report that the user requested with -o FORMAT=PATH.
//   - The suspicion of a frame is the logit by which segments are found; reports show it as
//     "smoothed mismatch", a probability.
//   - A lane is one of the narrow plots below the mismatch curve of a track.
//   - A column is a group of consecutive frames that share one place of a plot.
//
// Every format is written even without findings, keeps the files in the order of the run and
// gives the same bytes for the same run. The package reads neither the clock nor the host name
// nor the environment. File names and messages are untrusted text. Each format escapes them in
// its own way.
//
// Units: times are seconds from the start that a player shows; lags are milliseconds, positive
// if the sound is late; boxes are pixels as displayed; mismatches and scores are in [0, 1]. An
// unknown value is null in JSON and empty in CSV, never NaN or 0.
package report
