package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/ui"
	"github.com/deepcheck/deepcheck/video"
)

const uiUsage = `usage: deepcheck ui [FLAGS] [FILE|FOLDER...]

Opens a page in your browser. There you choose videos or drop them, watch the scans, read
and save the reports, and find past scans again. The results are those of deepcheck scan.

deepcheck serves the page on 127.0.0.1. Its link lets one browser in, once. Nothing leaves
the machine.

Files and folders on the command line are scanned where they are. Files chosen in the
browser are copied to a private folder, which is deleted when ui ends.

Past scans are kept in deepcheck/history in your data folder (on Linux ~/.local/share)
until you forget them on the page.

  --jobs N        files scanned at a time (default: half of the processors)
  --weights FILE  use these weights (default: the built-in ones)
  --port N        serve the page on this port (default: any free port)
  --no-browser    print the link, but open no browser
  --no-history    keep no past scans, and show none
  --unsigned      do not sign reports (see deepcheck help verify)

Ctrl-C, or Quit on the page, ends it.

example:

  $ deepcheck ui interview.mp4

From another machine (then open the printed link there):

  $ ssh -L 8000:127.0.0.1:8000 HOST deepcheck ui --no-browser --port 8000

EXIT STATUS
  0 ended   2 error or usage
`

// uiOptions holds the flags and arguments of ui.
type uiOptions struct {
	inputs    []string
	jobs      int
	weights   string // path; "": the built-in weights
	port      int
	noBrowser bool
	noHistory bool
	unsigned  bool
}

func uiCommand(open openScanner) command {
	return command{
		name:    "ui",
		summary: "scans, and shows reports, in your browser",
		usage:   uiUsage,
		run: func(ctx context.Context, c *console, args []string) (int, error) {
			o, err := parseUI(args)
			if err != nil {
				return exitError, err
			}
			if err := runUI(ctx, c, o, open); err != nil {
				return exitError, err
			}
			return exitClean, nil
		},
	}
}

func parseUI(args []string) (*uiOptions, error) {
	var o uiOptions
	fs := newFlags("ui")
	fs.IntVar(&o.jobs, "jobs", defaultJobs(), "")
	fs.StringVar(&o.weights, "weights", "", "")
	fs.IntVar(&o.port, "port", 0, "")
	fs.BoolVar(&o.noBrowser, "no-browser", false, "")
	fs.BoolVar(&o.noHistory, "no-history", false, "")
	fs.BoolVar(&o.unsigned, "unsigned", false, "")
	var err error
	if o.inputs, err = parseFlags(fs, args); err != nil {
		return nil, err
	}
	switch {
	case o.jobs < 1:
		return nil, &usageError{"ui", "--jobs must be 1 or more"}
	case o.port < 0 || o.port > 65535:
		return nil, &usageError{"ui", "--port must be from 1 to 65535"}
	}
	return &o, nil
}

// runUI serves the page until ctx ends or the user clicks Quit.
func runUI(ctx context.Context, c *console, o *uiOptions, open openScanner) (err error) {
	if _, err := startTime(); err != nil {
		return err
	}
	w, info, err := loadWeights(o.weights)
	if err != nil {
		return err
	}
	targets, err := batch.Files(ctx, o.inputs)
	if err != nil {
		return ignoreInterrupt(err)
	}
	copies, err := ui.CopyFolder(cacheFolder())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copies.Close()) }()
	engine := detector.Options{Stills: stillsPerSegment}
	pool, err := newScannerPool(o.jobs, func() (scanner, error) { return open(w, engine) })
	if err != nil {
		return fmt.Errorf("loading %s weights: %w", info.Name, err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	defer setScanGC()()
	ffmpeg := video.FFmpegVersion(ctx)
	if ffmpeg == "" {
		c.note(video.ErrNoFFmpeg.Error())
	} else if note := ffmpegNote(ffmpeg); note != "" {
		c.note(note)
	}
	onMachine := machine(ffmpeg)
	page, err := ui.Open(ui.Config{
		Scan: pool.scan,
		Jobs: o.jobs,
		Run: report.Run{Tool: thisTool(), Weights: info, Machine: onMachine, Options: scanSettings(engine),
			Signer: signer(o.unsigned, c.note)},
		Identity: storeIdentity(thisTool()) + ", " + onMachine,
		Now: func() time.Time {
			t, _ := startTime() // checked above
			return t
		},
		Command: func(paths ...string) string {
			return (&scanOptions{weights: o.weights, inputs: paths}).repeatCommand()
		},
		Copies:  copies.Path(),
		History: o.history(c),
	}, o.port)
	if err != nil {
		return err
	}
	defer page.Close()
	if n := page.OldScans(); n > 0 {
		c.note(fmt.Sprintf("%d past scans are of another version or damaged and cannot be shown: their files are scanned again, \"Forget all\" deletes them", n))
	}
	page.Add(targets)
	link := page.Link()
	fmt.Fprintf(c.stdout, "Open this link in your browser. It works once:\n\n  %s\n\nCtrl-C ends deepcheck.\n", link)
	if !o.noBrowser {
		if err := openLink(copies.Path(), link); err != nil {
			c.note("cannot start a browser, open the link yourself: " + err.Error())
		}
	}
	return ignoreInterrupt(page.Serve(ctx))
}

// ignoreInterrupt returns err, or nil if err is an interruption: Ctrl-C is the normal end of ui.
func ignoreInterrupt(err error) error {
	if batch.Interrupted(err) {
		return nil
	}
	return err
}

// history returns the folder of past scans, or "" if none are kept.
func (o *uiOptions) history(c *console) string {
	if o.noHistory {
		return ""
	}
	folder, err := dataFolder()
	if err != nil {
		c.note("past scans are not kept: " + err.Error())
		return ""
	}
	return filepath.Join(folder, "deepcheck", "history")
}

// dataFolder returns the folder for user data, where programs keep files that a user would miss.
// On Linux it follows the XDG Base Directory Specification.
func dataFolder() (string, error) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return os.UserConfigDir()
	}
	if folder := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(folder) {
		return folder, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share"), err
}

// cacheFolder returns the folder for copies of files chosen in the browser. The folder for
// temporary files is often in memory, which is too small for videos.
func cacheFolder() string {
	if folder, err := os.UserCacheDir(); err == nil {
		return filepath.Join(folder, "deepcheck")
	}
	return filepath.Join(os.TempDir(), "deepcheck")
}

// openLink opens a link in the user's browser, by a file in a private folder: every user of the
// machine can read the command lines of its processes, and the link lets in whoever has it.
func openLink(folder, link string) error {
	path := filepath.Join(folder, "open.html")
	page := fmt.Sprintf("<!DOCTYPE html>\n<meta http-equiv=\"refresh\" content=\"0;url=%s\">\n", html.EscapeString(link))
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		return err
	}
	return openBrowser((&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
}

// openBrowser opens an address in the user's browser.
func openBrowser(address string) error {
	words := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		words = []string{"open"}
	case "windows":
		words = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	cmd := exec.Command(words[0], append(words[1:], address)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() // may take as long as the browser runs
	return nil
}
