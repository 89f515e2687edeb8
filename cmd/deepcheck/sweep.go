package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/store"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// stillsPerSegment is the number of stills of the mouth for each suspect segment of a report.
const stillsPerSegment = 8

// scanGCPercent is the garbage collector's target (see debug.SetGCPercent) during scans, unless
// GOGC is set. A scan of a long file keeps a few large slices of numbers. A collection of these
// takes 1 to 2 ms, and Go's default of 100 would double their memory.
const scanGCPercent = 10

// setScanGC sets scanGCPercent unless GOGC is set. The returned function restores the old value.
func setScanGC() (undo func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(scanGCPercent)
	return func() { debug.SetGCPercent(before) }
}

// A scanRun is one run of the scan command.
type scanRun struct {
	*scanOptions
	*console
	report  report.Run
	weights *weights.File
	targets []batch.Target
	journal *store.Journal // nil for none
	reports []*report.Target
}

// runScan scans the files and writes the reports. It checks everything that it can check about
// the command before it scans the first file.
func runScan(ctx context.Context, c *console, o *scanOptions, open openScanner) (status int, err error) {
	r := &scanRun{scanOptions: o, console: c}
	defer r.close()
	if err := r.prepare(ctx); err != nil {
		return exitError, r.describeStop(err, nil)
	}
	rows, err := r.sweep(ctx, open)
	if err != nil {
		return exitError, r.describeStop(err, rows)
	}
	r.report.Files = rows
	return scanStatus(rows), r.write(ctx)
}

// prepare fills all fields except report.Files.
func (r *scanRun) prepare(ctx context.Context) (err error) {
	if r.report.Started, err = startTime(); err != nil {
		return err
	}
	if r.weights, r.report.Weights, err = loadWeights(r.scanOptions.weights); err != nil {
		return err
	}
	r.report.Tool = thisTool()
	ffmpeg := video.FFmpegVersion(ctx)
	if note := ffmpegNote(ffmpeg); note != "" {
		r.note(note)
	}
	r.report.Command, r.report.Machine = r.repeatCommand(), machine(ffmpeg)
	r.report.Page.Embed = r.embed
	if slices.ContainsFunc(r.outputs, func(o report.Output) bool { return o.Format.Signed() }) {
		r.report.Signer = signer(r.unsigned, r.note)
	}
	r.report.Options = scanSettings(r.engine)
	if r.targets, err = batch.Files(ctx, r.inputs); err != nil {
		return err
	}
	if err := r.checkOverwrites(); err != nil {
		return err
	}
	for _, out := range r.outputs {
		if n := len(r.targets); n != 1 && out.Format.SingleFile() {
			return fmt.Errorf("output %q: takes one file, not %d", out, n)
		}
		t, err := out.Open(r.stdout)
		if err != nil {
			return err
		}
		r.reports = append(r.reports, t)
	}
	return r.openJournal()
}

// repeatCommand returns a command that gives the same results. It omits the flags that change
// only the speed, the display or the reports.
func (o *scanOptions) repeatCommand() string {
	words := []string{"deepcheck", "scan"}
	if o.weights != "" {
		words = append(words, "--weights", shellWord(o.weights))
	}
	for _, g := range sourceFlags(o.engine.Source) {
		words = append(words, "--"+g.name, g.value)
	}
	if slices.ContainsFunc(o.inputs, func(in string) bool { return strings.HasPrefix(in, "-") }) {
		words = append(words, "--")
	}
	for _, in := range o.inputs {
		words = append(words, shellWord(in))
	}
	return strings.Join(words, " ")
}

// A flagValue is a flag of scan that affects the results, and its value.
type flagValue struct{ name, value string }

// sourceFlags returns the flags that select a time range, a sound track or a channel.
func sourceFlags(o video.Options) (out []flagValue) {
	add := func(name string, given bool, value string) {
		if given {
			out = append(out, flagValue{name, value})
		}
	}
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }
	add("from", o.From > 0, seconds(o.From))
	add("to", o.To > 0, seconds(o.To))
	add("sound-track", o.SoundTrack > 0, strconv.Itoa(o.SoundTrack))
	add("sound-channel", o.Channel > 0, strconv.Itoa(o.Channel))
	return out
}

// scanSettings returns the options that affect the results of a scan, for the record of a report.
func scanSettings(o detector.Options) map[string]string {
	out := map[string]string{"strips": strconv.Itoa(o.Stills)}
	for _, g := range sourceFlags(o.Source) {
		out[strings.ReplaceAll(g.name, "-", "_")] = g.value
	}
	return out
}

// signer returns the user's key, nil for reports that are not to be signed. A scan
// can do without.
func signer(unsigned bool, note func(string)) *record.Key {
	if unsigned {
		return nil
	}
	folder, err := os.UserConfigDir()
	if err == nil {
		var key *record.Key
		if key, err = record.OpenKey(filepath.Join(folder, "deepcheck")); err == nil {
			return key
		}
	}
	note("reports are not signed: " + err.Error())
	return nil
}

// close closes the journal and the reports. It discards reports that write has not written.
func (r *scanRun) close() {
	for _, t := range r.reports {
		t.Close()
	}
	if r.journal != nil {
		r.journal.Close()
	}
}

// checkOverwrites returns an error if a report or the journal would overwrite a file that the
// scan reads, or if a report would overwrite the journal.
func (r *scanRun) checkOverwrites() error {
	read := []string{r.scanOptions.weights}
	for _, t := range r.targets {
		read = append(read, t.Path)
	}
	journal := r.scanOptions.journal
	if err := checkOverwrite(journal, read...); err != nil {
		return err
	}
	for _, out := range r.outputs {
		if err := checkOverwrite(out.Path, read...); err != nil {
			return err
		}
		if journal != "" && out.Path != report.Stdout && report.RealPath(out.Path) == report.RealPath(journal) {
			return fmt.Errorf("output %q is the journal", out)
		}
	}
	return nil
}

// checkOverwrite returns an error if path is one of the files read, under any name. It ignores
// empty names.
func checkOverwrite(path string, read ...string) error {
	out, err := os.Stat(path)
	if err != nil || !out.Mode().IsRegular() {
		return nil
	}
	for _, name := range read {
		if in, err := os.Stat(name); err == nil && os.SameFile(out, in) {
			return fmt.Errorf("output %q would overwrite %q, which is read", path, name)
		}
	}
	return nil
}

// listedFiles returns the paths of the lists and of all their clips.
func listedFiles(lists ...string) ([]string, error) {
	var out []string
	for _, list := range lists {
		clips, err := dataset.ReadList(list)
		if err != nil {
			return nil, err
		}
		out = append(out, list)
		for _, c := range clips {
			out = append(out, c.Path)
		}
	}
	return out, nil
}

// sweep scans the targets and draws the progress.
func (r *scanRun) sweep(ctx context.Context, open openScanner) (rows []report.File, err error) {
	scans := 0
	for _, t := range r.targets {
		if t.Err == nil {
			scans++
		}
	}
	workers := min(r.jobs, scans)
	pool, err := newScannerPool(workers, func() (scanner, error) { return open(r.weights, r.engine) })
	if err != nil {
		return nil, fmt.Errorf("loading %s weights: %w", r.report.Weights.Name, err)
	}
	defer setScanGC()()
	bar := newProgress(r.stderr, !r.quiet && canDraw(r.stderr), len(r.targets), workers)
	defer func() {
		bar.finish()
		err = errors.Join(err, pool.Close())
	}()
	s := batch.Sweep{
		Targets: r.targets,
		Jobs:    workers,
		Journal: r.journal,
		Scan: func(ctx context.Context, worker int, path string) (*verdict.Result, error) {
			defer bar.endFile(worker)
			return pool.scan(ctx, worker, path, func(done, total time.Duration) { bar.update(worker, done, total) })
		},
		Finished: func(int, report.File, bool) { bar.fileDone() },
	}
	if r.scanOptions.journal == "" {
		s.JournalFailed = func(err error) {
			bar.printAbove(func() { r.note("a stopped scan cannot resume: " + err.Error()) })
		}
	}
	if !(r.textOnStdout() && isTerminal(r.stdout)) { // the text report shows the errors itself
		s.Row = func(_ int, row report.File) {
			if row.Err != "" {
				bar.printAbove(func() { r.error(errors.New(row.Err)) })
			}
		}
	}
	return s.Run(ctx)
}

// describeStop returns the error to report after err ended the sweep. If the user interrupted
// it, the error says how many files are done and how to resume.
func (r *scanRun) describeStop(err error, rows []report.File) error {
	if !batch.Interrupted(err) {
		return err
	}
	if r.journal == nil {
		return &stoppedError{"interrupted", err}
	}
	failed := 0
	for i := range rows {
		if rows[i].Err != "" {
			failed++
		}
	}
	message := fmt.Sprintf("interrupted: %d of %d files are done", len(rows)-failed, len(r.targets))
	hint := "to resume, run the same command again"
	if r.noResume {
		hint += " without --no-resume"
	}
	if failed > 0 { // the journal omits files with errors, whose cause may go away
		message += fmt.Sprintf(", %d with errors", failed)
		hint += ": it also retries files with errors"
	}
	return &hintedError{&stoppedError{message, err}, fmt.Sprintf("%s (journal %s)", hint, r.journal.Path())}
}

// A stoppedError replaces the message of a context's error.
type stoppedError struct {
	message string
	cause   error
}

func (e *stoppedError) Error() string { return e.message }
func (e *stoppedError) Unwrap() error { return e.cause }

// write writes all reports and then removes the default journal. It writes to stdout last,
// because its reader may have exited.
func (r *scanRun) write(ctx context.Context) error {
	var errs []error
	for i, t := range r.reports {
		if r.outputs[i].Path != report.Stdout {
			errs = append(errs, t.Write(ctx, &r.report))
		}
	}
	for i, t := range r.reports {
		if r.outputs[i].Path == report.Stdout {
			errs = append(errs, t.Write(ctx, &r.report))
		}
	}
	if r.textOnStdout() {
		color := !r.noColor && canDraw(r.stdout) && os.Getenv("NO_COLOR") == ""
		errs = append(errs, report.Text(r.stdout, &r.report, color))
	}
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil || brokenPipe(err) })
	if len(errs) > 0 {
		for _, err := range errs[1:] {
			r.error(err)
		}
		return errs[0]
	}
	if r.journal != nil && r.scanOptions.journal == "" {
		r.journal.Remove() // an error is harmless: the reports are complete
		r.journal = nil
	}
	return nil
}

// openJournal opens the journal named by --journal, or, for two or more files, the default
// journal. If there can be no default journal, the scan continues, with a note.
func (r *scanRun) openJournal() error {
	path := r.scanOptions.journal
	if path == "" && len(r.targets) < 2 {
		return nil
	}
	id := store.Identity{Tool: storeIdentity(r.report.Tool) + ", " + r.report.Machine, Weights: r.report.Weights.Fingerprint, Options: r.report.Options}
	if path == "" {
		var err error
		if path, err = defaultJournal(id, r.inputs); err != nil {
			r.note("no journal, a stopped scan cannot resume: " + err.Error())
			return nil
		}
	}
	open := store.OpenJournal
	if r.noResume {
		open = store.RestartJournal
	}
	j, err := open(path, id, r.report.Started)
	if r.scanOptions.journal == "" && errors.Is(err, store.ErrNotJournal) {
		// A damaged file in deepcheck's own cache, under a name that only this scan uses.
		if err = os.Remove(path); err == nil {
			j, err = open(path, id, r.report.Started)
		}
	}
	switch {
	case err != nil && r.scanOptions.journal == "":
		r.note("no journal, a stopped scan cannot resume: " + err.Error())
		return nil
	case errors.Is(err, store.ErrOtherScan):
		return &hintedError{err, "name another journal, or start this one over with --no-resume"}
	case err != nil:
		return err
	}
	r.journal, r.report.Started = j, j.Started()
	if j.Replaced() {
		r.note(fmt.Sprintf("journal %s was written by an older deepcheck: its files are scanned again", j.Path()))
	}
	if n := j.Done(); n > 0 {
		r.note(fmt.Sprintf("resuming: %d files are done (journal %s)", n, j.Path()))
	}
	return nil
}

// note writes a "note:" line unless --quiet is set.
func (r *scanRun) note(s string) {
	if !r.quiet {
		r.console.note(s)
	}
}

// defaultJournal returns the path of the journal for a scan of these inputs,
// which are relative to the working folder.
func defaultJournal(id store.Identity, inputs []string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	key, err := json.Marshal([]any{id, dir, inputs})
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "deepcheck", fmt.Sprintf("scan-%.8x.journal", sha256.Sum256(key))), nil
}

// builtIn is the name of the weights inside the program.
const builtIn = "built-in"

// loadWeights opens the weights at path, or the built-in weights if path is "".
func loadWeights(path string) (*weights.File, report.WeightsInfo, error) {
	var w *weights.File
	var err error
	name := builtIn
	if path == "" {
		w, err = weights.Default()
	} else {
		name = filepath.Base(path)
		w, err = weights.Open(path)
	}
	switch {
	case errors.Is(err, weights.ErrVersion):
		err = &hintedError{err, "a newer deepcheck can read it"}
	case errors.Is(err, weights.ErrTruncated), errors.Is(err, weights.ErrAltered):
		err = &hintedError{err, "copy the file again and compare its SHA-256 with that of the original"}
	}
	if err != nil {
		return nil, report.WeightsInfo{}, err
	}
	return w, report.WeightsInfo{Name: name, Fingerprint: w.Fingerprint()}, nil
}

// startTime returns the time for the reports: SOURCE_DATE_EPOCH if it is set
// (reproducible-builds.org), or the current time.
func startTime() (time.Time, error) {
	s := os.Getenv("SOURCE_DATE_EPOCH")
	if s == "" {
		return time.Now().UTC().Truncate(time.Second), nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, want seconds since 1970", s)
	}
	return time.Unix(n, 0).UTC(), nil
}
