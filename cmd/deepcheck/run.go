package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// A command is a subcommand of deepcheck, such as scan.
type command struct {
	name    string
	summary string // one line for the list of commands
	usage   string // the text of "deepcheck help NAME"; TestUsage checks its form
	run     func(ctx context.Context, c *console, args []string) (status int, err error)
}

// commands returns all commands in the order of the help. Those that scan open their scanners
// with scan.
func commands(scan openScanner) []command {
	return []command{
		scanCommand(scan),
		uiCommand(scan),
		verifyCommand(),
		evalCommand(),
		trainCommand(),
		ablateCommand(),
		versionCommand(),
	}
}

// A console holds the streams that a command writes to.
type console struct {
	stdout, stderr io.Writer
}

// error writes an "error:" line, and a "hint:" line if the error has a hint.
func (c *console) error(err error) {
	fmt.Fprintf(c.stderr, "error: %s\n", oneLine(err.Error()))
	if h := hint(err); h != "" {
		fmt.Fprintf(c.stderr, "hint: %s\n", h)
	}
}

// note writes a "note:" line.
func (c *console) note(s string) { fmt.Fprintf(c.stderr, "note: %s\n", oneLine(s)) }

// run runs deepcheck with the real engine and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return runWith(ctx, commands(openEngine), args, stdout, stderr)
}

// runWith runs one of the commands and returns the exit status.
func runWith(ctx context.Context, list []command, args []string, stdout, stderr io.Writer) int {
	ctx, stop := untilSignal(ctx)
	defer stop()
	c := &console{stdout: stdout, stderr: stderr}
	status, err := dispatch(ctx, list, c, args)
	if err != nil && !brokenPipe(err) {
		c.error(err)
		return errorStatus(err)
	}
	return status
}

// dispatch finds the command in args[0] and runs it. Without arguments it prints the help.
func dispatch(ctx context.Context, list []command, c *console, args []string) (int, error) {
	if len(args) == 0 {
		fmt.Fprint(c.stderr, helpText(list))
		return exitError, nil
	}
	name, args := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return exitClean, help(list, c, args)
	case "-version", "--version":
		name = "version"
	}
	for _, cmd := range list {
		if cmd.name != name {
			continue
		}
		status, err := cmd.run(ctx, c, args)
		if errors.Is(err, errHelp) {
			_, err = io.WriteString(c.stdout, cmd.usage)
			return exitClean, err
		}
		return status, err
	}
	if _, err := os.Stat(name); err == nil {
		return exitError, &hintedError{fmt.Errorf("unknown command %q", name), fmt.Sprintf("to scan this file: deepcheck scan %s", shellWord(name))}
	}
	return exitError, &usageError{message: fmt.Sprintf("unknown command %q", name)}
}

// help writes the general help, or the usage of the command in args[0].
func help(list []command, c *console, args []string) error {
	if len(args) == 0 {
		_, err := io.WriteString(c.stdout, helpText(list))
		return err
	}
	if args[0] == "help" {
		return help(list, c, nil)
	}
	for _, cmd := range list {
		if cmd.name == args[0] {
			_, err := io.WriteString(c.stdout, cmd.usage)
			return err
		}
	}
	return &usageError{message: fmt.Sprintf("no help on %q: no such command", args[0])}
}

// helpText returns the text of "deepcheck help".
func helpText(list []command) string {
	var b strings.Builder
	b.WriteString(`deepcheck checks whether the voice in a video matches the speaker's lips, and shows where
it does not.

usage: deepcheck COMMAND [FLAGS] [FILE...]

`)
	for _, cmd := range list {
		fmt.Fprintf(&b, "  %-10s%s\n", cmd.name, cmd.summary)
	}
	b.WriteString(`  help      explains a command: deepcheck help scan

example:

  $ deepcheck scan interview.mp4 -o html=interview.html

EXIT STATUS of scan
  0 nothing suspect   1 suspect   2 error or usage   3 inconclusive   130 interrupted
`)
	return b.String()
}

// oneLine makes a message safe for a terminal: one line, no control characters. Messages quote
// file names and the output of other programs.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 {
			return '?'
		}
		return r
	}, strings.TrimSpace(s))
}

// shellWord returns a word for a POSIX shell, quoted if necessary.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=:,+@%", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// canDraw reports whether w is a terminal that has colours and can redraw a line.
func canDraw(w io.Writer) bool { return isTerminal(w) && os.Getenv("TERM") != "dumb" }

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
