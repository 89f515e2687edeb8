package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/store"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

func open(t *testing.T, path string) *store.Journal {
	t.Helper()
	j, err := store.OpenJournal(path, store.Identity{Tool: "deepcheck test"}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func result(t *testing.T, path string) *verdict.Result {
	t.Helper()
	sum, size, err := video.HashFile(context.Background(), path)
	if err != nil {
		t.Error(err)
	}
	res := &verdict.Result{Path: path, SHA256: sum, Size: size, Verdict: verdict.Consistent, Frames: 25}
	res.Media.Path = path
	return res
}

// scanner returns a Scan that counts its calls; it fails or panics if the name of the file says
// so.
func scanner(t *testing.T, calls *atomic.Int64) func(context.Context, int, string) (*verdict.Result, error) {
	return func(ctx context.Context, worker int, path string) (*verdict.Result, error) {
		calls.Add(1)
		switch {
		case strings.Contains(path, "bad"):
			return nil, fmt.Errorf("reading %q: not a video", path)
		case strings.Contains(path, "panic"):
			return nil, errors.New(path[100:])
		}
		return result(t, path), nil
	}
}

func targets(paths ...string) []Target {
	var out []Target
	for _, p := range paths {
		out = append(out, Target{Path: p})
	}
	return out
}

func TestSweepOneRowEach(t *testing.T) {
	makeFiles(t, "1.mp4", "2.mp4", "bad.mp4", "panic.mp4", "5.mp4")
	for _, jobs := range []int{0, 1, 3, 50} {
		t.Run(fmt.Sprintf("%d jobs", jobs), func(t *testing.T) {
			var calls, finished atomic.Int64
			var shown []report.File
			s := Sweep{
				Targets:  append(targets("1.mp4", "bad.mp4", "2.mp4", "panic.mp4", "5.mp4"), Target{"shut", errors.New(`reading "shut": no`)}),
				Jobs:     jobs,
				Scan:     scanner(t, &calls),
				Finished: func(int, report.File, bool) { finished.Add(1) },
				Row: func(i int, row report.File) {
					if i != len(shown) {
						t.Errorf("row %d shown, want %d", i, len(shown))
					}
					shown = append(shown, row)
				},
			}
			rows, err := s.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				what := r.Err
				if r.Result != nil {
					what = string(r.Result.Verdict)
				}
				got = append(got, r.Path+": "+what)
			}
			want := []string{
				"1.mp4: consistent",
				`bad.mp4: reading "bad.mp4": not a video`,
				"2.mp4: consistent",
				`panic.mp4: reading "panic.mp4": internal error at sweep_test.go:N: runtime error: slice bounds out of range [100:9]`,
				"5.mp4: consistent",
				`shut: reading "shut": no`,
			}
			for i := range got {
				if a, b, ok := strings.Cut(got[i], "sweep_test.go:"); ok {
					got[i] = a + "sweep_test.go:N" + b[strings.Index(b, ":"):]
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if !reflect.DeepEqual(shown, rows) || finished.Load() != 6 || calls.Load() != 5 {
				t.Errorf("%d rows shown, %d finished, %d scanned, want 6, 6, 5", len(shown), finished.Load(), calls.Load())
			}
		})
	}
}

// A sweep that is stopped after any number of files and resumed returns the rows of an
// uninterrupted sweep. It does not scan a file with a result again.
func TestSweepResumes(t *testing.T) {
	paths := []string{"1.mp4", "bad.mp4", "2.mp4", "3.mp4", "4.mp4"}
	makeFiles(t, paths...)
	var calls atomic.Int64
	want, err := (&Sweep{Targets: targets(paths...), Scan: scanner(t, &calls)}).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for stop := range len(paths) {
		t.Run(fmt.Sprintf("after %d", stop), func(t *testing.T) {
			journal := fmt.Sprintf("journal-%d", stop)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var calls atomic.Int64
			inner := scanner(t, &calls)
			j := open(t, journal)
			first, err := (&Sweep{Targets: targets(paths...), Journal: j, Scan: func(ctx context.Context, w int, p string) (*verdict.Result, error) {
				if p == paths[stop] {
					cancel() // and return a result, which must not count
				}
				return inner(ctx, w, p)
			}}).Run(ctx)
			j.Close()
			if !Interrupted(err) || len(first) != stop {
				t.Fatalf("stopped with %v and %d rows, want %v and %d", err, len(first), context.Canceled, stop)
			}

			calls.Store(0)
			resumed := 0
			got, err := (&Sweep{Targets: targets(paths...), Journal: open(t, journal), Scan: scanner(t, &calls),
				Finished: func(_ int, _ report.File, old bool) {
					if old {
						resumed++
					}
				}}).Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got\n%+v, want\n%+v", got, want)
			}
			results := 0
			for _, p := range paths[:stop] {
				if p != "bad.mp4" {
					results++
				}
			}
			if resumed != results || int(calls.Load()) != len(paths)-results {
				t.Errorf("%d files resumed and %d scanned, want %d and %d", resumed, calls.Load(), results, len(paths)-results)
			}
		})
	}
}

func TestSweepStopsWhenTheJournalFails(t *testing.T) {
	makeFiles(t, "1.mp4", "2.mp4")
	var calls atomic.Int64
	j := open(t, "j")
	j.Close()
	_, err := (&Sweep{Targets: targets("1.mp4", "2.mp4"), Journal: j, Scan: scanner(t, &calls)}).Run(context.Background())
	if !errors.Is(err, os.ErrClosed) || !strings.Contains(err.Error(), `journal "j"`) {
		t.Errorf("got %v, want an error naming the journal", err)
	}
	if calls.Load() != 1 {
		t.Errorf("%d files scanned, want 1", calls.Load())
	}
}

// No two concurrent calls have the same worker number.
// With JournalFailed the sweep goes on, and says it once.
func TestSweepGoesOnWithoutItsJournal(t *testing.T) {
	makeFiles(t, "1.mp4", "2.mp4", "3.mp4")
	j := open(t, "j")
	j.Close() // every write fails
	var calls, failures atomic.Int64
	s := Sweep{Targets: targets("1.mp4", "2.mp4", "3.mp4"), Jobs: 2, Scan: scanner(t, &calls), Journal: j, JournalFailed: func(error) { failures.Add(1) }}
	rows, err := s.Run(t.Context())
	if err != nil || len(rows) != 3 || calls.Load() != 3 || failures.Load() != 1 {
		t.Errorf("%v: %d rows, %d scans, %d failures told", err, len(rows), calls.Load(), failures.Load())
	}
}

func TestSweepWorkers(t *testing.T) {
	var paths []string
	for i := range 40 {
		paths = append(paths, fmt.Sprintf("%d.mp4", i))
	}
	var busy [3]sync.Mutex
	s := Sweep{Targets: targets(paths...), Jobs: len(busy), Scan: func(_ context.Context, worker int, path string) (*verdict.Result, error) {
		if !busy[worker].TryLock() {
			t.Errorf("worker %d called twice at a time", worker)
			return nil, errors.New("busy")
		}
		defer busy[worker].Unlock()
		return &verdict.Result{Path: path}, nil
	}}
	if rows, err := s.Run(context.Background()); err != nil || len(rows) != len(paths) {
		t.Errorf("%d rows and %v, want %d and no error", len(rows), err, len(paths))
	}
}
