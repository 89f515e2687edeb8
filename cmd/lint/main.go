package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	dir := "."
	switch len(args) {
	case 0:
	case 1:
		dir = args[0]
	default:
		fmt.Fprintf(stderr, "error: want one folder, got %d arguments\n", len(args))
		return 2
	}
	tree, err := parseTree(os.DirFS(dir))
	if err != nil {
		fmt.Fprintln(stderr, "error:", err)
		return 2
	}
	breaches := check(tree)
	notices, err := checkLinked(dir)
	if err != nil {
		fmt.Fprintln(stderr, "error:", err)
		return 2
	}
	breaches = append(breaches, notices...)
	for _, b := range breaches {
		fmt.Fprintln(stdout, b)
	}
	if len(breaches) > 0 {
		return 1
	}
	return 0
}
