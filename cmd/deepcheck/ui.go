package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/ui"
)

const uiUsage = `usage: deepcheck ui [FLAGS] [FILE|FOLDER...]

Opens a page in your browser on which you drop or choose video files, watch them
being scanned, and read the reports. The page is served by this program on
127.0.0.1 to the one browser that opens its link; nothing leaves the machine. The
verdicts and numbers are those of deepcheck scan. Files and folders that are named
here are scanned where they lie; those chosen on the page are copied to a private
folder, which is deleted in the end.

Past scans are kept and found again by the contents of the file, in
deepcheck/history of the user's data folder, until they are forgotten on the page.

  --jobs N        files scanned at a time (default: half of the processors)
  --weights FILE  use these weights, not the built-in ones
  --port N        listen there (default: any free port)
  --no-browser    only print the link, do not open it
  --no-history    keep no past scans, and look into none
  --unsigned      do not sign JSON and HTML reports (see deepcheck help verify)

Ctrl-C, or Quit on the page, ends it.

example:

  $ deepcheck ui interview.mp4

EXIT STATUS
  0 ended   2 error or usage
`

// uiOptions are the flags and arguments of ui.
type uiOptions struct {
	inputs    []string
	jobs      int
	weights   string // path, "" for the built-in ones
	port      int
	noBrowser bool
	noHistory bool
	unsigned  bool
}

func uiCommand(open openScanner) command {
	return command{
		name:    "ui",
		summary: "opens a page in your browser to scan and read on",
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

// runUI serves the page until ctx ends or somebody quits on it.
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
		return uiEnd(err)
	}
	copies, err := ui.CopyFolder(cacheFolder())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copies.Close()) }()
	engine := detector.Options{Stills: stripMouths}
	crew, err := newCrew(o.jobs, func() (scanner, error) { return open(w, engine) })
	if err != nil {
		return fmt.Errorf("loading %s weights: %w", info.Name, err)
	}
	defer func() { err = errors.Join(err, crew.Close()) }()
	defer collectOften()()
	page, err := ui.Open(ui.Config{
		Scan: crew.scan,
		Jobs: o.jobs,
		Run: report.Run{Tool: thisTool(), Weights: info, Machine: machine(), Options: scanSettings(engine),
			Signer: signer(o.unsigned, c.note)},
		Identity: storeIdentity(thisTool()),
		Now: func() time.Time {
			t, _ := startTime() // looked at above
			return t
		},
		Command: func(paths ...string) string {
			return (&scanOptions{weights: o.weights, inputs: paths}).repeatable()
		},
		Copies:  copies.Path(),
		History: o.history(c),
	}, o.port)
	if err != nil {
		return err
	}
	if n := page.OldScans(); n > 0 {
		c.note(fmt.Sprintf("%d past scans are of an older deepcheck and cannot be shown: their files are scanned again, \"Forget all\" deletes them", n))
	}
	page.Add(targets)
	link := page.Link()
	fmt.Fprintf(c.stdout, "deepcheck is at this link, which lets one browser in, once:\n\n  %s\n\nCtrl-C ends it.\n", link)
	if !o.noBrowser {
		if err := browse(link); err != nil {
			c.note("open the link yourself: " + err.Error())
		}
	}
	return uiEnd(page.Serve(ctx))
}

// uiEnd returns an error of the page: that it was told to end is none.
func uiEnd(err error) error {
	if batch.Interrupted(err) {
		return nil
	}
	return err
}

// history is the folder of past scans, empty where none are to be kept.
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

// dataFolder is where programs keep what a user would miss: the XDG base directory
// specification has a place of its own for it.
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

// cacheFolder is where copies of chosen files go: folders for temporary files are
// often in memory, and videos are large.
func cacheFolder() string {
	if folder, err := os.UserCacheDir(); err == nil {
		return filepath.Join(folder, "deepcheck")
	}
	return filepath.Join(os.TempDir(), "deepcheck")
}

// browse opens an address in the user's browser.
func browse(address string) error {
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
	go cmd.Wait() // it may last as long as the browser
	return nil
}
