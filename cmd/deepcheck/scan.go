package main

import (
	"context"
	"runtime"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/report"
)

const scanUsage = `usage: deepcheck scan [FLAGS] FILE|FOLDER...

Judges video files: does the voice come from the mouth that is seen? Folders are
searched with all that lies below them. Every file gets a verdict: consistent,
suspect (weak, moderate or strong), inconclusive with its reasons, or an error.

  -o FORMAT=PATH  write a report: text, html, pdf (printed by Chromium), json, jsonl (a
                  line a file), csv (a row a frame), summary (CSV, a row a file);
                  overview: a page over all files, with the report of each in a
                  folder beside it; or the suspect segments of one file: edl, srt, otio.
                  "-" is stdout; may be given again. Text goes to stdout anyway
                  unless that is taken or text is written elsewhere.
  --jobs N        files scanned at a time (default: half of the processors)
  --from T, --to T   judge this part only, in seconds or as H:MM:SS (default: all)
  --sound-track N    judge this sound track, of those in the file, 1 is the first
                     (default: the one that players play)
  --sound-channel N  of it this channel alone, 1 is the left (default: all, mixed)
  --weights FILE  use these weights, not the built-in ones
  --journal FILE  note there what is done, and go on from there (default: a file
                  in the cache folder, for more than one file)
  --no-resume     scan all files, even those the journal says are done
  --embed-video   HTML reports carry the videos; else they point to them by path
  --unsigned      do not sign JSON and HTML reports (see deepcheck help verify)
  --quiet         no progress, and no text on stdout unless -o asks for it
  --no-color      no colours; NO_COLOR does the same

Ctrl-C stops; the same command goes on with files that are left or had errors.
SOURCE_DATE_EPOCH, in seconds, stands for the time of the scan in reports.

example:

  $ deepcheck scan clips/ -o overview=clips.html -o summary=clips.csv

EXIT STATUS
  0 nothing suspect   1 suspect   2 error or usage   3 inconclusive   130 interrupted
  Of several files the first that applies: interrupted, error, suspect, inconclusive.
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
		summary: "judges video files and folders of them",
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
		return nil, &usageError{"scan", "--to must be after --from"}
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
