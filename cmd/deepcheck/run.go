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

// A command is one word after "deepcheck".
type command struct {
	name    string
	summary string // one line for the list of commands
	usage   string // one screen, with an example and the exit statuses
	run     func(ctx context.Context, c *console, args []string) (status int, err error)
}

// commands lists all commands in the order of the help.
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

// A console is where a command writes to.
type console struct {
	stdout, stderr io.Writer
}

// error writes one "error:" line, and a "hint:" line where there is a hint.
func (c *console) error(err error) {
	fmt.Fprintf(c.stderr, "error: %s\n", oneLine(err.Error()))
	if h := hint(err); h != "" {
		fmt.Fprintf(c.stderr, "hint: %s\n", h)
	}
}

// note writes a line that is neither result nor error.
func (c *console) note(s string) { fmt.Fprintf(c.stderr, "note: %s\n", oneLine(s)) }

// run is the whole program. It returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return runWith(ctx, commands(openEngine), args, stdout, stderr)
}

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

// dispatch finds the command and runs it.
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

// help writes the overview, or the usage of one command.
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

// overview is the text of "deepcheck help".
func helpText(list []command) string {
	var b strings.Builder
	b.WriteString(`deepcheck asks of every frame of a video: does this voice come from this mouth?

usage: deepcheck COMMAND [FLAGS] [FILE...]

`)
	for _, cmd := range list {
		fmt.Fprintf(&b, "  %-10s%s\n", cmd.name, cmd.summary)
	}
	b.WriteString(`  help      tells more of a command: deepcheck help scan

example:

  $ deepcheck scan interview.mp4 -o html=interview.html

EXIT STATUS of scan
  0 nothing suspect   1 suspect   2 error or usage   3 inconclusive   130 interrupted
`)
	return b.String()
}

// oneLine keeps a message that holds others' text on one line and free of
// control characters.
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

// shellWord quotes a file name for a POSIX shell where it needs it.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=:,+@%", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// drawsOn tells whether w is a terminal that can colour and draw over what it shows.
func canDraw(w io.Writer) bool { return isTerminal(w) && os.Getenv("TERM") != "dumb" }

// isTerminal tells whether somebody looks at what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
