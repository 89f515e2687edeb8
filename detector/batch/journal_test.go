package batch

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

var start = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

func identity() Identity {
	return Identity{Tool: "deepcheck test", Weights: strings.Repeat("ab", 32), Options: map[string]string{"strips": "4"}}
}

func open(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path, identity(), start)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// fill sets every field below v to something that is not zero.
func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("x", 1+*n%7))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(1 + *n%255))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Struct:
		if at, ok := v.Addr().Interface().(*time.Time); ok { // which says itself what it holds
			*at = time.Unix(int64(*n), 0).UTC()
			return
		}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				t.Fatalf("%s.%s is not exported: the journal would lose it", v.Type(), v.Type().Field(i).Name)
			}
			fill(t, v.Field(i), n)
		}
	default:
		t.Fatalf("cannot fill a %s", v.Type())
	}
}

// Whatever detector.Result comes to hold, the journal gives it back.
func TestJournalKeepsEveryField(t *testing.T) {
	tree(t, "a.mp4")
	var want verdict.Result
	n := 0
	fill(t, reflect.ValueOf(&want).Elem(), &n)
	identify(t, &want, "a.mp4")
	j := open(t, "j")
	if err := j.add("a.mp4", &want); err != nil {
		t.Fatal(err)
	}
	j.Close()
	got := open(t, "j").lookup(context.Background(), "a.mp4")
	if !reflect.DeepEqual(got, &want) {
		t.Errorf("got\n%+v, want\n%+v", got, &want)
	}
}

func TestJournalKeepsNaN(t *testing.T) {
	tree(t, "a.mp4")
	res := result(t, "a.mp4")
	res.Tracks = []verdict.Track{{Score: math.NaN()}}
	j := open(t, "j")
	if err := j.add("a.mp4", res); err != nil {
		t.Fatal(err)
	}
	j.Close()
	got := open(t, "j").lookup(context.Background(), "a.mp4")
	if got == nil || !math.IsNaN(got.Tracks[0].Score) {
		t.Errorf("got %+v, want a score of NaN", got)
	}
}

func identify(t *testing.T, res *verdict.Result, path string) {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	res.Path, res.Size = path, st.Size()
	if res.SHA256, err = hashFile(context.Background(), path, res.Size); err != nil {
		t.Fatal(err)
	}
}

func result(t *testing.T, path string) *verdict.Result {
	res := &verdict.Result{Verdict: verdict.Consistent, Frames: 25}
	identify(t, res, path)
	return res
}

func TestJournalForgetsChangedFiles(t *testing.T) {
	tests := []struct {
		name   string
		change func() error
		want   bool
	}{
		{"untouched", func() error { return nil }, true},
		{"touched only", func() error { return os.Chtimes("a.mp4", start, start) }, true},
		{"other bytes of the same length and time", func() error {
			st, err := os.Stat("a.mp4")
			return errors.Join(err, os.WriteFile("a.mp4", []byte("A.mp4"), 0o644), os.Chtimes("a.mp4", st.ModTime(), st.ModTime()))
		}, false},
		{"longer", func() error { return os.WriteFile("a.mp4", []byte("a.mp4a"), 0o644) }, false},
		{"gone", func() error { return os.Remove("a.mp4") }, false},
		{"a folder now", func() error { return errors.Join(os.Remove("a.mp4"), os.Mkdir("a.mp4", 0o755)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree(t, "a.mp4")
			j := open(t, "j")
			if err := j.add("a.mp4", result(t, "a.mp4")); err != nil {
				t.Fatal(err)
			}
			j.Close()
			if err := tt.change(); err != nil {
				t.Fatal(err)
			}
			if got := open(t, "j").lookup(context.Background(), "a.mp4") != nil; got != tt.want {
				t.Errorf("found: %v, want %v", got, tt.want)
			}
		})
	}
}

// A process that is killed leaves any part of its last line behind. However
// long that part, the lines before it count, and further ones can be added.
func TestJournalTornAnywhere(t *testing.T) {
	tree(t, "a.mp4", "b.mp4")
	j := open(t, "j")
	for _, p := range []string{"a.mp4", "b.mp4"} {
		if err := j.add(p, result(t, p)); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	whole, err := os.ReadFile("j")
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if err := os.WriteFile("torn", whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal("torn", identity(), start.Add(time.Hour))
		if err != nil {
			t.Fatalf("cut to %d of %d bytes: %v", cut, len(whole), err)
		}
		lines := bytes.Count(whole[:cut], []byte("\n"))
		if want := max(0, lines-1); j.Done() != want {
			t.Fatalf("cut to %d bytes: %d files done, want %d", cut, j.Done(), want)
		}
		if lines > 0 && !j.Started().Equal(start) {
			t.Fatalf("cut to %d bytes: started %v, want that of the first run, %v", cut, j.Started(), start)
		}
		if cut%50 == 0 { // adding waits for the disk
			if err := j.add("b.mp4", result(t, "b.mp4")); err != nil {
				t.Fatal(err)
			}
			j.Close()
			j = open(t, "torn")
			if j.lookup(context.Background(), "b.mp4") == nil {
				t.Fatalf("cut to %d bytes: what was added is not there", cut)
			}
		}
		j.Close()
	}
}

func TestJournalRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	open(t, "j").Close()
	good, err := os.ReadFile("j")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		content string
		change  func(*Identity)
		want    error
		says    string
	}{
		{"other weights", string(good), func(id *Identity) { id.Weights = strings.Repeat("cd", 32) }, ErrOtherScan, "made with weights abababababab, these are cdcdcdcdcdcd"},
		{"other tool", string(good), func(id *Identity) { id.Tool = "deepcheck 2" }, ErrOtherScan, "made by deepcheck test, this is deepcheck 2"},
		{"other options", string(good), func(id *Identity) { id.Options = map[string]string{"strips": "5"} }, ErrOtherScan, "other options"},
		{"a text file", "my notes\n", func(*Identity) {}, ErrNotJournal, ""},
		{"a text file without an end of line", "my notes", func(*Identity) {}, ErrNotJournal, ""},
		{"another JSON file without an end of line", `{"schema":"someone/else/1","precious":"data"}`, func(*Identity) {}, ErrNotJournal, ""},
		{"another JSON file", "{\"schema\":\"x\"}\n", func(*Identity) {}, ErrNotJournal, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			id := identity()
			tt.change(&id)
			_, err := OpenJournal(path, id, start)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %v saying %q", err, tt.want, tt.says)
			}
			if after, _ := os.ReadFile(path); string(after) != tt.content {
				t.Errorf("the file was changed to %q", after)
			}
		})
	}
}

func TestJournalBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j := open(t, path)
	if _, err := OpenJournal(path, identity(), start); !errors.Is(err, ErrJournalBusy) {
		t.Errorf("got %v, want %v", err, ErrJournalBusy)
	}
	if err := j.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("still there after Remove")
	}
}

func TestRestartJournal(t *testing.T) {
	tree(t, "a.mp4", "notes")
	j := open(t, "j")
	if err := j.add("a.mp4", result(t, "a.mp4")); err != nil {
		t.Fatal(err)
	}
	j.Close()
	other := identity()
	other.Weights = "other"
	later := start.Add(time.Hour)
	j, err := RestartJournal("j", other, later)
	if err != nil {
		t.Fatal(err)
	}
	if j.Done() != 0 || !j.Started().Equal(later) || j.lookup(context.Background(), "a.mp4") != nil {
		t.Errorf("%d files done, started %v, want none, started %v", j.Done(), j.Started(), later)
	}
	j.Close()
	if j, err = OpenJournal("j", other, start); err != nil || !j.Started().Equal(later) {
		t.Fatalf("opened again: %v", err)
	}
	j.Close()
	if _, err := RestartJournal("notes", identity(), start); !errors.Is(err, ErrNotJournal) {
		t.Errorf("a text file: got %v, want %v", err, ErrNotJournal)
	}
}

// FuzzJournal: whatever is in the file, opening it neither panics nor hands out
// a result for content that is not there.
func FuzzJournal(f *testing.F) {
	head := `{"schema":"deepcheck/journal/1","tool":"deepcheck test","weights":"` + strings.Repeat("ab", 32) + `","options":{"strips":"4"},"started":"2024-05-06T07:08:09Z"}` + "\n"
	f.Add([]byte(head))
	f.Add([]byte(head + `{"path":"a.mp4","size":5,"sha256":"00","result":"AAAA"}` + "\n"))
	f.Add([]byte(head + "{"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal(path, identity(), start)
		if err != nil {
			return
		}
		defer j.Close()
		for p := range j.done {
			if _, err := os.Stat(p); err != nil && j.lookup(context.Background(), p) != nil {
				t.Fatalf("a result for %q, which does not exist", p)
			}
		}
	})
}
