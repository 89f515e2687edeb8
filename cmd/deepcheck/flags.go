package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/video"
)

// errHelp is the error of a command whose arguments ask for its usage.
var errHelp = flag.ErrHelp

// newFlags returns an empty flag set. It prints nothing: errors go through console.error.
func newFlags(command string) *flag.FlagSet {
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parseFlags parses flags and returns the other arguments. Flags may come before, between and
// after the arguments. Everything after "--" is an argument. The error is a *usageError or
// errHelp.
func parseFlags(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, errHelp
			}
			return nil, &usageError{fs.Name(), flagMessage(err)}
		}
		left := fs.Args()
		if len(left) == 0 {
			return rest, nil
		}
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			return append(rest, left...), nil
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// flagMessage rewrites an error of package flag in the style of deepcheck's messages.
func flagMessage(err error) string {
	s := err.Error()
	if name, ok := strings.CutPrefix(s, "flag provided but not defined: -"); ok {
		return "unknown flag " + flagName(name)
	}
	if name, ok := strings.CutPrefix(s, "flag needs an argument: -"); ok {
		return flagName(name) + " needs a value"
	}
	if value, rest, ok := strings.Cut(s, `" for flag -`); ok {
		name, why, _ := strings.Cut(rest, ": ")
		switch why {
		case "parse error", "value out of range":
			return flagName(name) + " " + strings.TrimPrefix(value, `invalid value "`) + ": not a number, or too large"
		}
		return why // from a parser of this package, which names flag and value
	}
	return s
}

// flagName returns a flag as the usage texts write it: -o, --jobs.
func flagName(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// timeVar defines a flag for a time in a file, in seconds or as H:MM:SS (90.5, 1:30.5, 1:02:03).
// It rounds the time down to a whole frame.
func timeVar(fs *flag.FlagSet, t *time.Duration, name string) {
	fs.Func(name, "", func(s string) error {
		at, ok := parseTime(s)
		if !ok {
			return fmt.Errorf("%s %s: not a time, want seconds or H:MM:SS", flagName(name), s)
		}
		if *t = at.Truncate(video.FrameDuration); *t == 0 && name == "to" {
			return fmt.Errorf("--to %s: less than one frame of %v", s, video.FrameDuration)
		}
		return nil
	})
}

// countVar defines a flag for a number of 1 or more.
func countVar(fs *flag.FlagSet, n *int, name string) {
	fs.Func(name, "", func(s string) error {
		var err error
		if *n, err = strconv.Atoi(s); err != nil || *n < 1 {
			return fmt.Errorf("%s %s: must be 1 or more", flagName(name), s)
		}
		return nil
	})
}

// maxTime is longer than any file.
const maxTime = 1000 * time.Hour

// parseTime parses S, M:S or H:M:S and rounds to milliseconds. Only S may have decimals; after
// a colon, numbers must be below 60. It returns false for anything else, and from maxTime on.
func parseTime(s string) (time.Duration, bool) {
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, false
	}
	var sum float64
	for i, part := range parts {
		x, err := strconv.ParseFloat(part, 64)
		last := i == len(parts)-1
		if err != nil || !(x >= 0) || i > 0 && x >= 60 || !last && x != math.Trunc(x) {
			return 0, false
		}
		sum = 60*sum + x
	}
	if !(sum < maxTime.Seconds()) {
		return 0, false
	}
	return time.Duration(math.Round(sum*1000)) * time.Millisecond, true
}
