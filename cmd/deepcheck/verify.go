package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/video"
)

const verifyUsage = `usage: deepcheck verify [FLAGS] REPORT FILE

Checks a JSON report, an HTML report or an overview, and prints a line for each check:

  report   it was not changed since it was signed
  file     it is about FILE, byte for byte; the name may differ
  key      your own key signed it, or that of --key
  weights  it was made with the built-in weights, or those of --weights
  version  it was made with this version of deepcheck

  --key HEX       public key that must have signed the report (default: your own)
  --weights FILE  weights to compare with (default: the built-in ones)

deepcheck makes a signing key on first use and keeps it in deepcheck/signing.key in your
config folder (on Linux ~/.config). Every signed report contains the public key. Anybody
can change a report and sign it with another key: compare the key with the one that its
owner gives you.

example:

  $ deepcheck verify interview.html interview.mp4

EXIT STATUS
  0 all checks passed
  1 the report was changed, or is not about this file
  2 error or usage
  3 the report is unchanged and about this file, but key, weights or version differ
`

// verifyOptions holds the flags and arguments of verify.
type verifyOptions struct {
	report, file string
	key          string // hexadecimal; "": the user's own key
	weights      string // path; "": the built-in weights
}

func verifyCommand() command {
	return command{
		name:    "verify",
		summary: "checks that a report is unchanged and about a file",
		usage:   verifyUsage,
		run: func(ctx context.Context, c *console, args []string) (int, error) {
			o, err := parseVerify(args)
			if err != nil {
				return exitError, err
			}
			return runVerify(ctx, c, o)
		},
	}
}

func parseVerify(args []string) (*verifyOptions, error) {
	var o verifyOptions
	fs := newFlags("verify")
	fs.StringVar(&o.key, "key", "", "")
	fs.StringVar(&o.weights, "weights", "", "")
	rest, err := parseFlags(fs, args)
	if err != nil {
		return nil, err
	}
	if len(rest) != 2 {
		return nil, &usageError{"verify", "verify takes a report and a file"}
	}
	if b, err := hex.DecodeString(o.key); o.key != "" && (err != nil || len(b) != 32) {
		return nil, &usageError{"verify", "--key must be 64 hexadecimal digits"}
	}
	o.key = strings.ToLower(o.key)
	o.report, o.file = rest[0], rest[1]
	return &o, nil
}

// maxReport is the size of the largest report that verify reads, in bytes: an hour of embedded
// video has some hundred megabytes.
const maxReport = 1 << 30

// readRegular reads a regular file. Other files, such as pipes, and files of more than maxReport
// bytes are an error.
func readRegular(path string) ([]byte, error) {
	f, err := video.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > maxReport {
		return nil, fmt.Errorf("reading %q: not a report: it has %d bytes, more than %d", path, info.Size(), maxReport)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	return b, nil
}

// A finding is the result of one check: one line of verify's output.
type finding struct {
	subject  string
	holds    bool
	required bool // if the check fails, the report is not verified
	text     string
}

// runVerify checks a report and returns the exit status.
func runVerify(ctx context.Context, c *console, o *verifyOptions) (int, error) {
	doc, err := readRegular(o.report)
	if err != nil {
		return exitError, err
	}
	sealed, err := record.Open(doc)
	if err != nil {
		return exitError, fmt.Errorf("reading %q: %w", o.report, err)
	}
	sum, _, err := video.HashFile(ctx, o.file)
	if err != nil {
		return exitError, err
	}
	_, w, err := loadWeights(o.weights)
	if err != nil {
		return exitError, err
	}
	findings := []finding{
		checkSignature(sealed),
		checkFile(sealed, o.file, sum),
		o.checkKey(sealed),
		checkEqual("weights", sealed.Weights, w.Fingerprint),
		checkEqual("version", sealed.Tool, identity(thisTool())),
	}
	return conclude(c.stdout, findings)
}

// checkSignature checks that the report was not changed since it was signed.
func checkSignature(s *record.Sealed) finding {
	if s.Whole {
		return finding{"report", true, true, "unchanged since it was signed"}
	}
	return finding{"report", false, true, "CHANGED since it was signed, or not signed with the key that it names"}
}

// checkFile checks that the report is about the file at path, whose SHA-256 is sum.
func checkFile(s *record.Sealed, path, sum string) finding {
	found := s.Find(sum)
	if len(found) == 0 {
		return finding{"file", false, true, fmt.Sprintf("NOT in the report: %s has SHA-256 %s", path, sum)}
	}
	return finding{"file", true, true, fmt.Sprintf("in the report as %s: %s (SHA-256 %s)", found[0].Path, found[0].Verdict, sum)}
}

// checkKey checks that --key, or the user's own key, signed the report.
func (o *verifyOptions) checkKey(s *record.Sealed) finding {
	want, whose := o.key, "that of --key"
	if want == "" {
		whose = "your own"
		if folder, err := os.UserConfigDir(); err == nil {
			want = record.OwnPublic(filepath.Join(folder, "deepcheck"))
		}
	}
	if want == "" {
		return finding{"key", false, false, s.Public + "; you have no readable key of your own: ask its owner whether it is theirs"}
	}
	if s.Public == want {
		return finding{"key", true, false, whose + ": " + s.Public}
	}
	return finding{"key", false, false, "not " + whose + ": " + s.Public + "; ask its owner whether it is theirs"}
}

// checkEqual checks that a value of the report (theirs) equals that of this program (ours).
func checkEqual(about, theirs, ours string) finding {
	if theirs == ours {
		return finding{about, true, false, "the same: " + ours}
	}
	return finding{about, false, false, fmt.Sprintf("different: %s in the report, %s here", orUnknown(theirs), orUnknown(ours))}
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// conclude writes the findings and a conclusion, and returns the exit status.
func conclude(w io.Writer, findings []finding) (int, error) {
	status, end := exitClean, "verified: the report is unchanged and about this file"
	for _, f := range findings {
		mark := "ok "
		if !f.holds {
			mark = "-- "
		}
		if _, err := fmt.Fprintf(w, "%s %-8s %s\n", mark, f.subject, oneLine(f.text)); err != nil {
			return exitError, err
		}
		switch {
		case !f.holds && f.required:
			status, end = exitSuspect, "NOT verified: do not rely on this report for this file"
		case !f.holds && status == exitClean:
			status, end = exitInconclusive, "verified with reservations: the report is unchanged and about this file; see the lines marked --"
		}
	}
	_, err := fmt.Fprintln(w, end)
	return status, err
}
