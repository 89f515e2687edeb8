package main

import (
	"context"
	"runtime"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/report"
)

const scanUsage = `usage: deepcheck scan [FLAGS] FILE|FOLDER...

Checks whether the voice in each video matches the speaker's lips. A folder means all
videos in it and in the folders below. The verdict is consistent, suspect (weak, moderate
or strong) or inconclusive. READING.md explains the reports.

  -o FORMAT=PATH     write a report; may be repeated; - as PATH is stdout
     text              for a terminal; goes to stdout unless -o uses stdout or text
     html, pdf         for people; pdf needs Chromium
     overview          a page over all files, with their html reports in a folder
                       beside it; the next run deletes the old reports there
     json, jsonl       for programs; jsonl has a line for each file
     csv, summary      for spreadsheets: a row for each frame, a row for each file
     edl, srt, otio    the suspect segments of one file, for editing programs
  --from T, --to T   scan this time range, in seconds or as H:MM:SS (default: all).
                     Choose it before you see other results: of many ranges, one
                     looks suspect by chance
  --sound-track N    scan this sound track, from 1 (default: the one that players play)
  --sound-channel N  scan this channel, 1 is the left (default: all, mixed)
  --jobs N           files scanned at a time (default: half of the processors)
  --weights FILE     use these weights (default: the built-in ones)
  --journal FILE     record finished files here, to resume (default: for two or more
                     files, a file in the cache folder, deleted when all is done)
  --no-resume        scan all files again
  --embed-video      put the videos into html reports (default: link to them)
  --unsigned         do not sign reports (see deepcheck help verify)
  --quiet            no progress, no notes; text only if -o asks for it
  --no-color         no colours; the environment variable NO_COLOR does the same

To resume a scan that was stopped, run the same command again. It also retries files with
errors. SOURCE_DATE_EPOCH, in seconds since 1970, replaces the time in reports.

example:

  $ deepcheck scan archive/ -o overview=archive.html -o summary=archive.csv

EXIT STATUS
  0 nothing suspect   1 suspect   2 error or usage   3 inconclusive   130 interrupted
  With several files the first of these counts: interrupted, error, suspect, inconclusive.
`

// scanOptions holds the flags and arguments of scan.
type scanOptions struct {
	inputs   []string
	outputs  []report.Output
	jobs     int
	weights  string // path; "": the built-in weights
	engine   detector.Options
	journal  string // path; "": the default
	noResume bool
	embed    bool
	unsigned bool
	quiet    bool
	noColor  bool
}

func scanCommand(open openScanner) command {
	return command{
		name:    "scan",
		summary: "scans video files and folders",
		usage:   scanUsage,
		run: func(ctx context.Context, c *console, args []string) (int, error) {
			o, err := parseScan(args)
			if err != nil {
				return exitError, err
			}
			return runScan(ctx, c, o, open)
		},
	}
}

// defaultJobs returns the default of --jobs. A scan keeps about two processors busy, decoder
// included.
func defaultJobs() int { return max(1, runtime.GOMAXPROCS(0)/2) }

func parseScan(args []string) (*scanOptions, error) {
	o := scanOptions{engine: detector.Options{Stills: stillsPerSegment}}
	fs := newFlags("scan")
	fs.Func("o", "", func(s string) error {
		out, err := report.ParseOutput(s)
		o.outputs = append(o.outputs, out)
		return err
	})
	fs.IntVar(&o.jobs, "jobs", defaultJobs(), "")
	timeVar(fs, &o.engine.Source.From, "from")
	timeVar(fs, &o.engine.Source.To, "to")
	countVar(fs, &o.engine.Source.SoundTrack, "sound-track")
	countVar(fs, &o.engine.Source.Channel, "sound-channel")
	fs.StringVar(&o.weights, "weights", "", "")
	fs.StringVar(&o.journal, "journal", "", "")
	fs.BoolVar(&o.noResume, "no-resume", false, "")
	fs.BoolVar(&o.embed, "embed-video", false, "")
	fs.BoolVar(&o.unsigned, "unsigned", false, "")
	fs.BoolVar(&o.quiet, "quiet", false, "")
	fs.BoolVar(&o.noColor, "no-color", false, "")
	var err error
	if o.inputs, err = parseFlags(fs, args); err != nil {
		return nil, err
	}
	if err := report.CheckOutputs(o.outputs); err != nil {
		return nil, &usageError{"scan", err.Error()}
	}
	switch {
	case o.jobs < 1:
		return nil, &usageError{"scan", "--jobs must be 1 or more"}
	case o.engine.Source.To > 0 && o.engine.Source.To <= o.engine.Source.From:
		return nil, &usageError{"scan", "--to must be at least 0.04 s (a frame) after --from"}
	case len(o.inputs) == 0:
		return nil, &usageError{"scan", "nothing to scan: name files or folders"}
	}
	return &o, nil
}

// textOnStdout reports whether the text report goes to stdout although no -o asks for it.
func (o *scanOptions) textOnStdout() bool {
	for _, out := range o.outputs {
		if out.Path == report.Stdout || out.Format == report.FormatText {
			return false
		}
	}
	return !o.quiet
}
