// Command deepcheck turns video files into verdicts: does the voice match the speaker's lips?
//
//	arguments -> command (scan, ui, verify, eval, train, ablate, version, help) -> exit status
//
// Each command has a file: its usage text, its flags, and one function that calls the packages
// that do the work. Only this package reads flags and the environment, writes to stdout and
// stderr, draws progress and ends the process. "deepcheck help" is the user documentation.
package main
