package main

import (
	"errors"

	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// The exit statuses, as every usage text has them.
const (
	exitClean        = 0   // nothing suspect; for other commands than scan: done
	exitSuspect      = 1   // a file is suspect
	exitError        = 2   // a file could not be read, or the command line is wrong
	exitInconclusive = 3   // a file could not be judged, and none is suspect
	exitInterrupted  = 130 // stopped by Ctrl-C, SIGTERM or a hang-up: 128 + SIGINT, as shells have it
)

// scanStatus returns the exit status for all the files of a scan: an error
// counts before suspect, suspect before inconclusive.
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

// errorStatus returns the exit status for an error that ended a command.
func errorStatus(err error) int {
	if batch.Interrupted(err) {
		return exitInterrupted
	}
	return exitError
}

// A usageError is a fault of the command line: the message is followed by a
// hint where to read on.
type usageError struct {
	command string // whose help to read, "" for the general one
	message string
}

func (e *usageError) Error() string { return e.message }

// A hintedError is an error with what to type next.
type hintedError struct {
	error
	hint string
}

func (e *hintedError) Unwrap() error { return e.error }

// hint returns what to do about an error, "" where there is nothing to say.
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
