// Command deepcheck turns video files into a verdict: does this voice come from
// this mouth?
//
//	arguments -> command (scan, ui, verify, eval, train, ablate, version, help) -> exit status
//
// Each command is one file here: its usage text, its flags, and one function
// that calls the packages which do the work. Only this package reads flags and
// the environment, writes to stdout and stderr, draws progress and ends the
// process; "deepcheck help" is its documentation.
package main
