package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoBrowser means that neither Chromium nor Chrome is installed.
var ErrNoBrowser = errors.New("no Chromium or Chrome to print with: install the Debian package chromium, or write an HTML report and print it")

// ErrNoSandbox means that the browser refuses to run because no sandbox is available,
// as is common in containers.
var ErrNoSandbox = errors.New("the browser finds no sandbox to run in: install the Debian package chromium-sandbox, or write an HTML report and print it")

// browsers lists the names of the Chromium and Chrome programs.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// patience is the time limit for one page. The report of an hour of video prints in
// seconds.
const patience = 3 * time.Minute

// A Printer prints with one browser.
type Printer struct{ path string }

// Find looks for a browser on the PATH. The only error is ErrNoBrowser.
func Find() (*Printer, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return &Printer{path}, nil
		}
	}
	return nil, ErrNoBrowser
}

// Print writes an HTML page to w as PDF. The browser runs with an empty profile and
// cannot resolve host names. The error wraps ErrNoSandbox if the browser found no
// sandbox; an error from the browser holds the last line that it printed.
func (p *Printer) Print(ctx context.Context, w io.Writer, page []byte) (err error) {
	folder, err := os.MkdirTemp("", "deepcheck-pdf-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	in, out := filepath.Join(folder, "report.html"), filepath.Join(folder, "report.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return err
	}
	limited, stop := context.WithTimeout(ctx, patience)
	defer stop()
	cmd := exec.CommandContext(limited, p.path, p.arguments(folder, in, out)...)
	cmd.WaitDelay = 5 * time.Second
	ownGroup(cmd)
	// Keep settings, caches and crash reports of the browser in the folder too.
	cmd.Env = append(os.Environ(), "HOME="+folder, "XDG_CONFIG_HOME="+folder, "XDG_CACHE_HOME="+folder)
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if bytes.Contains(said, []byte("No usable sandbox")) {
		return fmt.Errorf("printing with %s: %w", filepath.Base(p.path), ErrNoSandbox)
	}
	if err != nil {
		return fmt.Errorf("printing with %s: %w: %s", filepath.Base(p.path), err, lastLine(said))
	}
	f, err := os.Open(out)
	if err != nil {
		return fmt.Errorf("printing with %s: no PDF written: %s", filepath.Base(p.path), lastLine(said))
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

func (p *Printer) arguments(folder, in, out string) []string {
	args := []string{"--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking",
		"--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + filepath.Join(folder, "profile"),
		"--no-pdf-header-footer", "--print-to-pdf-no-header", "--print-to-pdf=" + out}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to run as root with a sandbox
	}
	return append(args, "file://"+in)
}

func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
