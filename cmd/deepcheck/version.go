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

// version is the version of the program. CHANGELOG.md begins with the same one, and
// `make version` prints it.
const version = "v0.2.0"

const versionUsage = `usage: deepcheck version

Prints the version of the program and, if known, its commit; what it was built
with; and the fingerprint of the built-in weights. Every report names version,
commit and fingerprint. "build" identifies the build: version and commit, or
version and SHA-256 of the program if the commit is unknown or the source was
changed.

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
	build, err := buildIdentity(tool, hashProgram)
	if err != nil {
		build = "unknown: " + err.Error()
	}
	_, err = fmt.Fprintf(c.stdout, "%s\nbuild    %s\nGo       %s %s/%s\nOpenCV   %s\nBLAS     %s\ndevice   %s\nweights  %s\n",
		identity(tool), build, tool.GoVersion, runtime.GOOS, runtime.GOARCH, opencv.Version(), network.BLAS, network.Device, fingerprint)
	return err
}

// thisTool describes this program. The version is always [version]. The commit is the
// one that the Go tool stamped on a build in a checkout, with changedMark if the source
// differed from it. It is empty if there was no git, no checkout (a source archive) or
// the build had -buildvcs=false.
func thisTool() report.Tool {
	info, _ := debug.ReadBuildInfo()
	return toolOf(info)
}

// changedMark follows the commit if the source differed from it.
const changedMark = "+changed"

// toolOf describes the program that info, which may be nil, was stamped on.
func toolOf(info *debug.BuildInfo) report.Tool {
	t := report.Tool{Name: "deepcheck", Version: version, GoVersion: runtime.Version()}
	if info == nil {
		return t
	}
	changed := ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			t.Commit = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = changedMark
		}
	}
	if t.Commit != "" {
		t.Commit += changed
	}
	return t
}

// buildIdentity returns a string that differs between any two builds whose results may
// differ through their source, such as the key of stored results:
//
//   - VERSION+COMMIT if the commit is known and the source is unchanged;
//   - VERSION+COMMIT+changed+SHA256 if the source was changed;
//   - VERSION+SHA256 if the commit is unknown.
//
// SHA256 is that of the program's file, in hexadecimal, from hash; the error is hash's.
// Builds of one commit with different tags or libraries have the same identity.
func buildIdentity(t report.Tool, hash func() (string, error)) (string, error) {
	parts := []string{t.Version}
	if t.Commit != "" {
		parts = append(parts, t.Commit)
	}
	if t.Commit == "" || strings.HasSuffix(t.Commit, changedMark) {
		sum, err := hash()
		if err != nil {
			return "", err
		}
		parts = append(parts, sum)
	}
	return strings.Join(parts, "+"), nil
}

// hashProgram returns the SHA-256 of the file of this program, in hexadecimal.
func hashProgram() (string, error) {
	// On Linux the file that runs, even if another has taken its place since.
	path := "/proc/self/exe"
	if _, err := os.Stat(path); err != nil {
		if path, err = os.Executable(); err != nil {
			return "", err
		}
	}
	sum, _, err := video.HashFile(context.Background(), path)
	return sum, err
}

// identity is a tool's name, version and commit in one line.
func identity(t report.Tool) string {
	if t.Commit == "" {
		return t.String()
	}
	return t.String() + " (commit " + t.Commit + ")"
}

// storeIdentity returns the identity by which stored scans are found again. If the program's file
// cannot be read it returns a random text, so that no stored scan is taken for one of this program.
func storeIdentity(t report.Tool) string {
	id, err := buildIdentity(t, hashProgram)
	if err != nil {
		return rand.Text()
	}
	return id
}
