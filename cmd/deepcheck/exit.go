package main

import (
	"errors"

	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// The exit statuses, which every usage text lists.
const (
	exitClean        = 0   // scan: nothing suspect; other commands: done
	exitSuspect      = 1   // scan: a file is suspect; verify: not verified
	exitError        = 2   // an error or a wrong command line; scan: or a file could not be read
	exitInconclusive = 3   // scan: a file is inconclusive, none is suspect; verify: a reservation
	exitInterrupted  = 130 // stopped by Ctrl-C, SIGTERM or SIGHUP: 128 + SIGINT, as in shells
)

// scanStatus returns the exit status of a scan of these files. An error takes precedence over
// suspect, suspect over inconclusive.
func scanStatus(files []report.File) int {
	var suspect, inconclusive bool
	for _, f := range files {
		switch {
		case f.Err != "" || f.Result == nil:
			return exitError
		case f.Result.Verdict == verdict.Suspect:
			suspect = true
		case f.Result.Verdict == verdict.Inconclusive:
			inconclusive = true
		}
	}
	switch {
	case suspect:
		return exitSuspect
	case inconclusive:
		return exitInconclusive
	}
	return exitClean
}

// errorStatus returns the exit status after an error that ended a command.
func errorStatus(err error) int {
	if batch.Interrupted(err) {
		return exitInterrupted
	}
	return exitError
}

// A usageError is an error in the command line. Its hint names the help to read.
type usageError struct {
	command string // whose help the hint names; "": the general help
	message string
}

func (e *usageError) Error() string { return e.message }

// A hintedError is an error with a hint for the user.
type hintedError struct {
	error
	hint string
}

func (e *hintedError) Unwrap() error { return e.error }

// hint returns the hint of an error, or "".
func hint(err error) string {
	var usage *usageError
	var hinted *hintedError
	switch {
	case errors.As(err, &usage) && usage.command == "":
		return `see "deepcheck help"`
	case errors.As(err, &usage):
		return `see "deepcheck help ` + usage.command + `"`
	case errors.As(err, &hinted):
		return hinted.hint
	}
	return ""
}
