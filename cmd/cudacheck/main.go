// Command cudacheck type-checks a build with tags that need C headers, such as cudnn,
// without the headers:
//
//	go run ./cmd/cudacheck [-tags cudnn] [DIR]
//
// It checks every package that `go list -deps` lists below DIR with go/types and
// accepts any use of package C, so that neither the CUDA headers nor a C compiler is
// needed. Function bodies are checked in the module itself and in Gorgonia; of other
// packages, only the declarations are checked. Whether the build also links and runs
// can only be tested on a machine with CUDA.
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
	fmt.Fprintf(stdout, "-tags %s: %d packages type-check, %d of them with function bodies, in %.1f s\n",
		*tags, len(packages), found.whole, time.Since(start).Seconds())
	return 0
}
