package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/opencv"
	"github.com/deepcheck/deepcheck/weights"
)

const versionUsage = `usage: deepcheck version

Prints the version and commit of the program, what it was built with, and the
fingerprint of the weights built into it, which every report names.

example:

  $ deepcheck version

EXIT STATUS
  0 done   2 wrong usage
`

func versionCommand() command {
	return command{
		name:    "version",
		summary: "prints versions and the fingerprint of the built-in weights",
		usage:   versionUsage,
		run: func(_ context.Context, c *console, args []string) (int, error) {
			rest, err := parseFlags(newFlags("version"), args)
			if err != nil {
				return exitError, err
			}
			if len(rest) > 0 {
				return exitError, &usageError{"version", "version takes no arguments"}
			}
			return exitClean, writeVersion(c)
		},
	}
}

func writeVersion(c *console) error {
	tool := thisTool()
	fingerprint := "none built in"
	if w, err := weights.Default(); err == nil {
		fingerprint = w.Fingerprint()
	}
	_, err := fmt.Fprintf(c.stdout, "%s\nGo       %s %s/%s\nOpenCV   %s\nBLAS     %s\ndevice   %s\nweights  %s\n",
		identity(tool), tool.GoVersion, runtime.GOOS, runtime.GOARCH, opencv.Version(), network.BLAS, network.Device, fingerprint)
	return err
}

// changedMark ends the commit of a program that was built from changed source.
const changedMark = "+changed"

// thisTool says what this program is, as the Go tool has stamped it.
func thisTool() report.Tool {
	t := report.Tool{Name: "deepcheck", Version: "devel", GoVersion: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return t
	}
	// Between releases the Go tool makes a version from the commit, which is
	// named beside it anyway.
	if v := info.Main.Version; v != "" && v != "(devel)" && !strings.HasPrefix(v, "v0.0.0-") {
		t.Version, _, _ = strings.Cut(v, "+dirty")
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			t.Commit = s.Value + t.Commit
		case s.Key == "vcs.modified" && s.Value == "true":
			t.Commit += changedMark
		}
	}
	return t
}

// identity is a tool's name, version and commit in one line.
func identity(t report.Tool) string {
	if t.Commit == "" {
		return t.String()
	}
	return t.String() + " (commit " + t.Commit + ")"
}

// buildIdentity is the identity of the program by which stored scans are found again: identity,
// and the build id if the commit does not determine the program.
func buildIdentity(t report.Tool) string {
	if t.Commit != "" && !strings.HasSuffix(t.Commit, changedMark) {
		return identity(t)
	}
	return identity(t) + " (build " + buildID() + ")"
}

// buildID returns the beginning of the SHA-256 of the running program's file. If the file cannot
// be read, it returns a random text, so that no stored scan is taken for one of this program.
func buildID() string {
	path, err := os.Executable()
	if err != nil {
		return rand.Text()
	}
	sum, _, err := video.HashFile(context.Background(), path)
	if err != nil {
		return rand.Text()
	}
	return sum[:16]
}
