// Command skips turns the results of `go test -json` on standard input into the usual lines of
// `go test` and fails if a test failed or was skipped without permission:
//
//	go test -json ./... | go run ./cmd/skips ALLOWED
//
// ALLOWED is a text file with one test per line that may be skipped: the folder of
// its package, its name, and the reason. Lines that begin with # are comments. The
// last line of the output is "N passed, N failed, N skipped", which counts tests and
// subtests.
//
// Exit status: 0 all is well, 1 a test or a build failed, a test was skipped that is
// not in ALLOWED, or ALLOWED names a test that no longer exists, 2 wrong usage.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintf(stderr, "error: want one file of allowed skips, got %d arguments\n", len(args))
		return 2
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		fmt.Fprintln(stderr, "error:", err)
		return 2
	}
	allowed, err := parseAllowed(string(text))
	if err != nil {
		fmt.Fprintf(stderr, "error: reading %q: %v\n", args[0], err)
		return 2
	}
	r := newResults(stdout)
	lines := bufio.NewReader(stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.add(line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Fprintln(stderr, "error: reading the results:", err)
			return 2
		}
	}
	if !r.finish(allowed) {
		return 1
	}
	return 0
}
