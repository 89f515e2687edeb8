package batch

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/store"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// A Sweep scans many files, several at a time.
type Sweep struct {
	// Targets are the files to scan, as Files returns them.
	Targets []Target

	// Jobs is the number of files scanned at a time; below 1 means 1.
	Jobs int

	// Scan scans one file; its errors name the file. It is called from Jobs goroutines
	// concurrently, each with its own worker number 0..Jobs-1. A panic becomes the error of
	// the file.
	Scan func(ctx context.Context, worker int, path string) (*verdict.Result, error)

	// Journal stores the results, and supplies those of an earlier run; nil for none.
	Journal *store.Journal

	// JournalFailed, if not nil, is called once if the journal cannot be written, from any
	// worker; the sweep then goes on without the journal. If it is nil, the sweep ends.
	JournalFailed func(error)

	// Finished, if not nil, is called once for each target as soon as it is finished, from
	// any worker. resumed is true if the row comes from the journal.
	Finished func(i int, row report.File, resumed bool)

	// Row, if not nil, is called once for each target in the order of the targets, as soon
	// as all targets before it are finished. Calls do not overlap.
	Row func(i int, row report.File)
}

// Run scans the targets and returns their rows in order. If ctx ends, or the journal cannot be
// written and JournalFailed is nil, it stops the running scans and returns an error and the
// finished rows. All goroutines have ended when Run returns.
func (s *Sweep) Run(ctx context.Context) ([]report.File, error) {
	r := sweepRun{Sweep: s, rows: make([]*report.File, len(s.Targets))}
	group, groupCtx := errgroup.WithContext(ctx)
	for worker := range min(max(1, s.Jobs), len(s.Targets)) {
		group.Go(func() error { return r.work(groupCtx, worker) })
	}
	err := group.Wait()
	var rows []report.File
	for _, row := range r.rows {
		if row != nil {
			rows = append(rows, *row)
		}
	}
	return rows, err
}

// A sweepRun is one call of Run.
type sweepRun struct {
	*Sweep
	next atomic.Int64 // index of the next target

	mu    sync.Mutex
	rows  []*report.File // nil if not finished
	shown int            // number of rows passed to Row

	unstored atomic.Bool // the journal cannot be written
}

func (r *sweepRun) work(ctx context.Context, worker int) error {
	for ctx.Err() == nil {
		i := int(r.next.Add(1)) - 1
		if i >= len(r.Targets) {
			return nil
		}
		row, resumed, err := r.target(ctx, worker, r.Targets[i])
		if err != nil {
			return err
		}
		if r.Finished != nil {
			r.Finished(i, row, resumed)
		}
		r.keep(i, row)
	}
	return ctx.Err()
}

// keep stores a row and passes to Row all rows that are complete from the start.
func (r *sweepRun) keep(i int, row report.File) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows[i] = &row
	for r.shown < len(r.rows) && r.rows[r.shown] != nil {
		if r.Row != nil {
			r.Row(r.shown, *r.rows[r.shown])
		}
		r.shown++
	}
}

// target returns the row of one target. An error ends the sweep.
func (r *sweepRun) target(ctx context.Context, worker int, t Target) (row report.File, resumed bool, err error) {
	if t.Err != nil {
		return report.File{Path: t.Path, Err: t.Err.Error()}, false, nil
	}
	if r.Journal != nil {
		if res := r.Journal.Lookup(ctx, t.Path); res != nil {
			return report.File{Path: t.Path, Result: res}, true, nil
		}
	}
	res, err := r.scan(ctx, worker, t.Path)
	if ctx.Err() != nil {
		// The result of a canceled scan may be wrong.
		return row, false, ctx.Err()
	}
	row = report.File{Path: t.Path, Result: res}
	switch {
	case err != nil:
		row.Err = err.Error()
		return row, false, nil
	case res == nil:
		row.Err = fmt.Sprintf("reading %q: no result", t.Path)
		return row, false, nil
	}
	return row, false, r.store(t.Path, res)
}

// store adds a result to the journal. It returns an error if that ends the sweep.
func (r *sweepRun) store(path string, res *verdict.Result) error {
	if r.Journal == nil || r.unstored.Load() {
		return nil
	}
	err := r.Journal.Add(path, res)
	if err == nil || r.JournalFailed == nil {
		return err
	}
	if r.unstored.CompareAndSwap(false, true) {
		r.JournalFailed(err)
	}
	return nil
}

// scan calls Scan and turns a panic into an error.
func (r *sweepRun) scan(ctx context.Context, worker int, path string) (res *verdict.Result, err error) {
	defer func() {
		if v := recover(); v != nil {
			res, err = nil, fmt.Errorf("reading %q: internal error%s: %s", path, panicPlace(), firstLine(v))
		}
	}()
	return r.Scan(ctx, worker, path)
}

// panicPlace returns " at file.go:12" for the code that panicked. It must be called by the
// function that recovers from the panic.
func panicPlace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs[:])])
	panicked := false
	for {
		f, more := frames.Next()
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf(" at %s:%d", filepath.Base(f.File), f.Line)
		}
		panicked = panicked || f.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}

func firstLine(v any) string {
	line, _, _ := strings.Cut(fmt.Sprint(v), "\n")
	return line
}

// Interrupted reports whether err, from Run or Files, means that the sweep was canceled.
func Interrupted(err error) bool { return errors.Is(err, context.Canceled) }
