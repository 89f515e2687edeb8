package main

import (
	"errors"
	"flag"
	"io"
	"strings"
)

// errHelp is returned by a command that was asked for its usage.
var errHelp = flag.ErrHelp

// newFlags returns an empty flag set that prints nothing itself.
func newFlags(command string) *flag.FlagSet {
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parseFlags reads flags that may stand before, between and behind the other
// arguments, which it returns. After "--" everything is an argument. The error
// is a *usageError or errHelp.
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

// flagMessage puts package flag's words into ours.
func flagMessage(err error) string {
	s := err.Error()
	if name, ok := strings.CutPrefix(s, "flag provided but not defined: -"); ok {
		return "unknown flag " + dashes(name)
	}
	if name, ok := strings.CutPrefix(s, "flag needs an argument: -"); ok {
		return dashes(name) + " needs a value"
	}
	if value, rest, ok := strings.Cut(s, `" for flag -`); ok {
		name, why, _ := strings.Cut(rest, ": ")
		switch why {
		case "parse error", "value out of range":
			return dashes(name) + " " + strings.TrimPrefix(value, `invalid value "`) + ": not a number, or too large a one"
		}
		return why // from our own parsing, which names the value
	}
	return s
}

// dashes writes a flag as the usage texts do: -o, --jobs.
func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
