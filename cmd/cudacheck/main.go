// Command cudacheck type-checks a build with tags whose C headers are not
// installed, such as cudnn:
//
//	go run ./cmd/cudacheck [-tags cudnn] [DIR]
//
// It reads every package that `go list -deps` names below DIR with go/types,
// believing whatever is said of C, so that neither the headers of CUDA nor a
// compiler is needed. Bodies of functions are checked in the module itself and
// in Gorgonia; of other packages only what they declare. That what it accepts
// also links and runs, only a machine with CUDA can tell.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("cudacheck", flag.ContinueOnError)
	flags.SetOutput(stderr)
	tags := flags.String("tags", "cudnn", "build `tags`, separated by commas")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	dir := "."
	if flags.NArg() > 0 {
		dir = flags.Arg(0)
	}
	start := time.Now()
	packages, err := list(ctx, dir, *tags)
	if err != nil {
		fmt.Fprintln(stderr, "error:", err)
		return 2
	}
	found := checkAll(packages)
	for _, err := range found.errs {
		fmt.Fprintln(stdout, err)
	}
	if len(found.errs) > 0 {
		return 1
	}
	fmt.Fprintf(stdout, "-tags %s: %d packages type-check, %d of them whole, in %.1f s\n",
		*tags, len(packages), found.whole, time.Since(start).Seconds())
	return 0
}
