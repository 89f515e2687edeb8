package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
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

// stripMouths is how many mouths of each suspect segment a report can show.
const stripMouths = 8

// scanGC is how far, in percent, the heap may grow before garbage is collected
// in a scan, once the model is loaded, unless GOGC says otherwise. What a scan keeps of a long file is a
// few large slices of numbers, which cost the collector next to nothing to look
// at, a millisecond or two a time; Go's own 100 would double what they take.
const scanGC = 10

// collectOften sets scanGC and returns what undoes it.
func collectOften() (undo func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(scanGC)
	return func() { debug.SetGCPercent(before) }
}

// A scanRun is one scan command under way.
type scanRun struct {
	*scanOptions
	*console
	report  report.Run
	weights *weights.File
	targets []batch.Target
	journal *store.Journal // nil for none
	reports []*report.Target
}

// runScan scans and reports. Whatever can be wrong with the command is found
// out before the first file is touched.
func runScan(ctx context.Context, c *console, o *scanOptions, open openScanner) (status int, err error) {
	r := &scanRun{scanOptions: o, console: c}
	defer r.close()
	if err := r.prepare(ctx); err != nil {
		return exitError, r.stopped(err, nil)
	}
	rows, err := r.sweep(ctx, open)
	if err != nil {
		return exitError, r.stopped(err, rows)
	}
	r.report.Files = rows
	return scanStatus(rows), r.write()
}

// prepare fills all fields but the report's files.
func (r *scanRun) prepare(ctx context.Context) (err error) {
	if r.report.Started, err = startTime(); err != nil {
		return err
	}
	if r.weights, r.report.Weights, err = loadWeights(r.scanOptions.weights); err != nil {
		return err
	}
	r.report.Tool = thisTool()
	r.report.Command, r.report.Machine = r.repeatable(), machine()
	r.report.Page.Embed = r.embed
	if slices.ContainsFunc(r.outputs, func(o report.Output) bool { return o.Format.Signed() }) {
		r.report.Signer = signer(r.unsigned, r.note)
	}
	r.report.Options = scanSettings(r.engine)
	if r.targets, err = batch.Files(ctx, r.inputs); err != nil {
		return err
	}
	if err := r.spareInputs(); err != nil {
		return err
	}
	for _, out := range r.outputs {
		if n := len(r.targets); n != 1 && out.Format.SingleFile() {
			return fmt.Errorf("output %q: markers are of one file, and there are %d", out, n)
		}
		t, err := out.Open(r.stdout)
		if err != nil {
			return err
		}
		r.reports = append(r.reports, t)
	}
	return r.openJournal()
}

// repeatable is the command that gives the same results again: without the flags
// that change only how long it takes, what is shown, or where reports go.
func (o *scanOptions) repeatable() string {
	words := []string{"deepcheck", "scan"}
	if o.weights != "" {
		words = append(words, "--weights", shellWord(o.weights))
	}
	for _, g := range given(o.engine.Source) {
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

// machine says what kind of machine this is, without its name.
func machine() string {
	return fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
}

// An option is a flag of scan that changes what is judged, and its value.
type option struct{ name, value string }

// given returns the options that choose a part of a file or of its sound.
func given(o video.Options) (out []option) {
	add := func(name string, given bool, value string) {
		if given {
			out = append(out, option{name, value})
		}
	}
	seconds := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }
	add("from", o.From > 0, seconds(o.From))
	add("to", o.To > 0, seconds(o.To))
	add("sound-track", o.SoundTrack > 0, strconv.Itoa(o.SoundTrack))
	add("sound-channel", o.Channel > 0, strconv.Itoa(o.Channel))
	return out
}

// scanSettings are the options of a scan that can change its results.
func scanSettings(o detector.Options) map[string]string {
	out := map[string]string{"strips": strconv.Itoa(o.Stills)}
	for _, g := range given(o.Source) {
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

// close gives up what write has not finished.
func (r *scanRun) close() {
	for _, t := range r.reports {
		t.Close()
	}
	if r.journal != nil {
		r.journal.Close()
	}
}

// spareInputs returns an error where a report, or the journal, would take the place of what is read, or a
// report that of the journal.
func (r *scanRun) spareInputs() error {
	read := []string{r.scanOptions.weights}
	for _, t := range r.targets {
		read = append(read, t.Path)
	}
	journal := r.scanOptions.journal
	if err := spare(journal, read...); err != nil {
		return err
	}
	for _, out := range r.outputs {
		if err := spare(out.Path, read...); err != nil {
			return err
		}
		if journal != "" && out.Path != report.Stdout && report.RealPath(out.Path) == report.RealPath(journal) {
			return fmt.Errorf("output %q is the journal", out)
		}
	}
	return nil
}

// spare returns an error where a file at path would take the place of one that is read, by
// whatever name. Empty names are of none.
func spare(path string, read ...string) error {
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

// listed returns the names of lists and of all clips that are in them.
func listed(lists ...string) ([]string, error) {
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

// sweep scans the targets and shows how far it is.
func (r *scanRun) sweep(ctx context.Context, open openScanner) (rows []report.File, err error) {
	scans := 0
	for _, t := range r.targets {
		if t.Err == nil {
			scans++
		}
	}
	workers := min(r.jobs, scans)
	crew, err := newCrew(workers, func() (scanner, error) { return open(r.weights, r.engine) })
	if err != nil {
		return nil, fmt.Errorf("loading %s weights: %w", r.report.Weights.Name, err)
	}
	defer collectOften()()
	bar := newProgress(r.stderr, !r.quiet && drawsOn(r.stderr), len(r.targets), workers)
	defer func() {
		bar.finish()
		err = errors.Join(err, crew.Close())
	}()
	s := batch.Sweep{
		Targets: r.targets,
		Jobs:    workers,
		Journal: r.journal,
		Scan: func(ctx context.Context, worker int, path string) (*verdict.Result, error) {
			defer bar.left(worker)
			return crew.scan(ctx, worker, path, func(done, total time.Duration) { bar.at(worker, done, total) })
		},
		Finished: func(int, report.File, bool) { bar.fileDone() },
	}
	if !(r.textOnStdout() && isTerminal(r.stdout)) { // else the report says it to the same eyes
		s.Row = func(_ int, row report.File) {
			if row.Err != "" {
				bar.above(func() { r.error(errors.New(row.Err)) })
			}
		}
	}
	return s.Run(ctx)
}

// stopped says of an error that ended the sweep what has become of the work.
func (r *scanRun) stopped(err error, rows []report.File) error {
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
	says := fmt.Sprintf("interrupted: %d of %d files are done", len(rows)-failed, len(r.targets))
	hint := "the same command goes on from there"
	if failed > 0 { // a journal has no errors: their cause may go away
		says += fmt.Sprintf(", %d with errors", failed)
		hint += " and tries files with errors again"
	}
	return &hintedError{&stoppedError{says, err}, fmt.Sprintf("%s (journal %s)", hint, r.journal.Path())}
}

// A stoppedError puts its own words to the error of a context.
type stoppedError struct {
	message string
	cause   error
}

func (e *stoppedError) Error() string { return e.message }
func (e *stoppedError) Unwrap() error { return e.cause }

// write writes all reports, stdout last since its reader may have gone, and
// then lets go of the journal.
func (r *scanRun) write() error {
	var errs []error
	for i, t := range r.reports {
		if r.outputs[i].Path != report.Stdout {
			errs = append(errs, t.Write(&r.report))
		}
	}
	for i, t := range r.reports {
		if r.outputs[i].Path == report.Stdout {
			errs = append(errs, t.Write(&r.report))
		}
	}
	if r.textOnStdout() {
		color := !r.noColor && drawsOn(r.stdout) && os.Getenv("NO_COLOR") == ""
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
		r.journal.Remove() // the reports are there; what is left of it does no harm
		r.journal = nil
	}
	return nil
}

// openJournal opens the journal that the flags ask for: the one named; else,
// for more than one file, one in the cache folder whose name is made from all
// that makes this scan what it is. A scan can do without the latter.
func (r *scanRun) openJournal() error {
	path := r.scanOptions.journal
	if path == "" && len(r.targets) < 2 {
		return nil
	}
	id := store.Identity{Tool: storeIdentity(r.report.Tool), Weights: r.report.Weights.Fingerprint, Options: r.report.Options}
	if path == "" {
		var err error
		if path, err = defaultJournal(id, r.inputs); err != nil {
			r.note("no journal, a scan that is stopped starts anew: " + err.Error())
			return nil
		}
	}
	open := store.OpenJournal
	if r.noResume {
		open = store.RestartJournal
	}
	j, err := open(path, id, r.report.Started)
	switch {
	case err != nil && r.scanOptions.journal == "":
		r.note("no journal, a scan that is stopped starts anew: " + err.Error())
		return nil
	case errors.Is(err, store.ErrOtherScan):
		return &hintedError{err, "name another journal, or start this one over with --no-resume"}
	case err != nil:
		return err
	}
	r.journal, r.report.Started = j, j.Started()
	if j.Replaced() {
		r.note(fmt.Sprintf("journal %s is of an older deepcheck: its files are scanned again", j.Path()))
	}
	if n := j.Done(); n > 0 {
		r.note(fmt.Sprintf("resuming: %d files are done (journal %s)", n, j.Path()))
	}
	return nil
}

// note writes a note unless the user wants none.
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

// builtIn is what the weights inside the program are called.
const builtIn = "built-in"

// loadWeights opens the weights at path, or the built-in ones for "".
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

// startTime returns the time to write into reports: now, or SOURCE_DATE_EPOCH
// (reproducible-builds.org).
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
