package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

var start = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

func testIdentity() Identity {
	return Identity{Tool: "deepcheck test", Weights: strings.Repeat("ab", 32), Options: map[string]string{"strips": "4"}}
}

// files creates files that contain their names in a new folder, and makes the folder the
// current one.
func files(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, n := range names {
		if err := os.WriteFile(n, []byte(n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path, testIdentity(), start)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func result(t *testing.T, path string) *verdict.Result {
	t.Helper()
	sum, size, err := video.HashFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return &verdict.Result{Path: path, SHA256: sum, Size: size, Verdict: verdict.Consistent, Frames: 25}
}

// journalOf writes a journal of these files and returns its content.
func journalOf(t *testing.T, path string, names ...string) []byte {
	t.Helper()
	j := open(t, path)
	for _, n := range names {
		if err := j.Add(n, result(t, n)); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestJournalReturnsResults(t *testing.T) {
	files(t, "a.mp4")
	want := result(t, "a.mp4")
	sum, size := want.SHA256, want.Size
	n := 0
	fill(t, reflect.ValueOf(want).Elem(), &n, seventh)
	want.Path, want.SHA256, want.Size, want.Media.Path = "a.mp4", sum, size, "a.mp4"
	j := open(t, "j")
	if err := j.Add("a.mp4", want); err != nil {
		t.Fatal(err)
	}
	if j.Lookup(t.Context(), "a.mp4") != nil {
		t.Error("a result of this sweep is taken for one of an earlier run")
	}
	j.Close()
	if got := open(t, "j").Lookup(t.Context(), "a.mp4"); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}

// Results belong to the content, not to the name of the file.
func TestJournalLookup(t *testing.T) {
	tests := []struct {
		name   string
		path   string
		change func() error
		want   bool
	}{
		{"unchanged", "a.mp4", func() error { return nil }, true},
		{"other time", "a.mp4", func() error { return os.Chtimes("a.mp4", start, start) }, true},
		{"renamed", "b.mp4", func() error { return os.Rename("a.mp4", "b.mp4") }, true},
		{"other bytes of the same length and time", "a.mp4", func() error {
			st, err := os.Stat("a.mp4")
			return errors.Join(err, os.WriteFile("a.mp4", []byte("A.mp4"), 0o644), os.Chtimes("a.mp4", st.ModTime(), st.ModTime()))
		}, false},
		{"longer", "a.mp4", func() error { return os.WriteFile("a.mp4", []byte("a.mp4a"), 0o644) }, false},
		{"deleted", "a.mp4", func() error { return os.Remove("a.mp4") }, false},
		{"a folder", "a.mp4", func() error { return errors.Join(os.Remove("a.mp4"), os.Mkdir("a.mp4", 0o755)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files(t, "a.mp4")
			journalOf(t, "j", "a.mp4")
			if err := tt.change(); err != nil {
				t.Fatal(err)
			}
			got := open(t, "j").Lookup(t.Context(), tt.path)
			if (got != nil) != tt.want {
				t.Fatalf("found: %v, want %v", got != nil, tt.want)
			}
			if got != nil && got.Path != tt.path {
				t.Errorf("the result belongs to %q, want %q", got.Path, tt.path)
			}
		})
	}
}

// A process that is killed leaves any part of its last record behind. The records before it
// stay valid, and further records can be added.
func TestJournalCutAnywhere(t *testing.T) {
	files(t, "a.mp4", "b.mp4")
	first := len(journalOf(t, "j", "a.mp4"))
	both := journalOf(t, "j", "b.mp4")
	for cut := range both {
		if cut > 200 && cut%5 > 0 && cut != first-1 && cut != first+1 { // each takes a file
			continue
		}
		if err := os.WriteFile("cut", both[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal("cut", testIdentity(), start.Add(time.Hour))
		if cut > 0 && cut < len(formatName) { // could be any text
			if !errors.Is(err, ErrNotJournal) {
				t.Fatalf("cut to %d bytes: got %v, want %v", cut, err, ErrNotJournal)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut to %d of %d bytes: %v", cut, len(both), err)
		}
		want, started := 0, start.Add(time.Hour)
		if cut >= first {
			want, started = 1, start
		}
		if j.Done() != want || !j.Started().Equal(started) {
			t.Fatalf("cut to %d bytes: %d files, started %v, want %d, %v", cut, j.Done(), j.Started(), want, started)
		}
		if cut%50 == 0 { // adding waits for the disk
			if err := j.Add("b.mp4", result(t, "b.mp4")); err != nil {
				t.Fatal(err)
			}
			j.Close()
			j = open(t, "cut")
			if j.Done() != want+1 || j.Lookup(t.Context(), "b.mp4") == nil {
				t.Fatalf("cut to %d bytes: what was added is missing", cut)
			}
		}
		j.Close()
	}
}

// A flipped bit costs the record that it is in, and no other.
func TestJournalFlippedBit(t *testing.T) {
	files(t, "a.mp4", "b.mp4", "c.mp4")
	names := []string{"a.mp4", "b.mp4", "c.mp4"}
	ends := []int{int(journalKind.headerLength())}
	var whole []byte
	for _, name := range names {
		whole = journalOf(t, "j", name)
		ends = append(ends, len(whole))
	}
	hit := func(record, at int) bool { return at >= ends[record] && at < ends[record+1] }
	for at := range whole {
		b := bytes.Clone(whole)
		b[at] ^= 1 << (at % 8)
		if at >= ends[0] && at%37 > 0 { // most without a file, which takes long
			var got, want []string
			_, err := eachRecord(bytes.NewReader(b), int64(ends[0]), int64(len(b)), marker(b[ends[0]-headerSum-markerLength:]), func(head []byte, _ place) error {
				s, err := decodeHead(head)
				got = append(got, s.Name)
				return err
			})
			for i, name := range names {
				if !hit(i, at) {
					want = append(want, name)
				}
			}
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("byte %d flipped: found %v, %v, want %v", at, got, err, want)
			}
			continue
		}
		if err := os.WriteFile("flipped", b, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal("flipped", testIdentity(), start)
		if at < ends[0] {
			if err == nil {
				t.Fatalf("bit flipped in the header: byte %d", at)
			}
			if after, _ := os.ReadFile("flipped"); !bytes.Equal(after, b) {
				t.Fatalf("byte %d of the header flipped: the file was changed", at)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			if found := j.Lookup(t.Context(), name) != nil; found == hit(i, at) {
				t.Fatalf("byte %d flipped: %s found: %v", at, name, found)
			}
		}
		j.Close()
	}
}

// A record that was written only in part, with others after it, costs only itself.
func TestJournalPartialRecordBetween(t *testing.T) {
	files(t, "a.mp4", "b.mp4", "c.mp4")
	first := len(journalOf(t, "j", "a.mp4"))
	second := len(journalOf(t, "j", "b.mp4"))
	b := journalOf(t, "j", "c.mp4")
	if err := os.WriteFile("j", append(bytes.Clone(b[:second-40]), b[second:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, "j")
	if j.Lookup(t.Context(), "a.mp4") == nil || j.Lookup(t.Context(), "b.mp4") != nil || j.Lookup(t.Context(), "c.mp4") == nil {
		t.Errorf("%d files found of records at %d and %d, want the first and the last", j.Done(), first, second)
	}
}

const (
	oldJournal = `{"schema":"deepcheck/journal/1","tool":"deepcheck test","weights":"ab","options":{"strips":"4"},"started":"2024-05-06T07:08:09Z"}` + "\n" +
		`{"path":"a.mp4","size":5,"sha256":"00","result":"AAAA"}` + "\n"
	oldScan = `{"schema":"deepcheck/history/1","name":"a.mp4"}` + "\n"
)

func TestJournalRefuses(t *testing.T) {
	files(t, "a.mp4")
	good := string(journalOf(t, "j", "a.mp4"))
	scan := string(historyKind.header(newMarker()))
	same := func(*Identity) {}
	tests := []struct {
		name    string
		content string
		change  func(*Identity)
		want    error
		says    string
	}{
		{"other weights", good, func(id *Identity) { id.Weights = strings.Repeat("cd", 32) }, ErrOtherScan, "made with weights abababababab, these are cdcdcdcdcdcd"},
		{"other tool", good, func(id *Identity) { id.Tool = "deepcheck 2" }, ErrOtherScan, "made by deepcheck test, this is deepcheck 2"},
		{"other options", good, func(id *Identity) { id.Options = map[string]string{"strips": "5"} }, ErrOtherScan, "other options"},
		{"newer", strings.Replace(good, "store 1", "store 12", 1), same, ErrNewer, ""},
		{"text file", "my notes\n", same, ErrNotJournal, ""},
		{"text file without an end of line", "my notes", same, ErrNotJournal, ""},
		{"one letter", "d", same, ErrNotJournal, ""},
		{"text that begins alike", "deepcheck store room", same, ErrNotJournal, ""},
		{"text that begins like a later version", "deepcheck store 2\n", same, ErrNotJournal, ""},
		{"other JSON file", `{"schema":"x"}` + "\n", same, ErrNotJournal, ""},
		{"other JSON file without an end of line", `{"schema":"someone/else/1","precious":"data"}`, same, ErrNotJournal, ""},
		{"past scan", scan, same, ErrNotJournal, ""},
		{"past scan in the older form", oldScan, same, ErrNotJournal, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			id := testIdentity()
			tt.change(&id)
			_, err := OpenJournal(path, id, start)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want %v saying %q", err, tt.want, tt.says)
			}
			if after, _ := os.ReadFile(path); string(after) != tt.content {
				t.Errorf("the file was changed to %q", after)
			}
			j, err := RestartJournal(path, id, start)
			if tt.want == ErrNotJournal {
				if after, _ := os.ReadFile(path); !errors.Is(err, ErrNotJournal) || string(after) != tt.content {
					t.Errorf("restarted: got %v and %q", err, after)
				}
				return
			}
			if err != nil || j.Done() != 0 {
				t.Fatalf("restarted: %v", err)
			}
			j.Close()
		})
	}
}

func TestJournalBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j := open(t, path)
	if _, err := OpenJournal(path, testIdentity(), start); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v, want %v", err, ErrBusy)
	}
	if err := j.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("still there after Remove")
	}
}

func TestRestartJournal(t *testing.T) {
	files(t, "a.mp4")
	journalOf(t, "j", "a.mp4")
	other := testIdentity()
	other.Weights = "other"
	later := start.Add(time.Hour)
	j, err := RestartJournal("j", other, later)
	if err != nil {
		t.Fatal(err)
	}
	if j.Done() != 0 || !j.Started().Equal(later) || j.Lookup(t.Context(), "a.mp4") != nil {
		t.Errorf("%d files done, started %v, want none, started %v", j.Done(), j.Started(), later)
	}
	if err := j.Add("a.mp4", result(t, "a.mp4")); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if j, err = OpenJournal("j", other, start); err != nil || j.Done() != 1 || !j.Started().Equal(later) {
		t.Fatalf("opened again: %v", err)
	}
	j.Close()
}

// A journal in the older form is replaced, and says so once.
func TestOldJournal(t *testing.T) {
	files(t, "a.mp4")
	if err := os.WriteFile("j", []byte(oldJournal), 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, "j")
	if !j.Replaced() || j.Done() != 0 || !j.Started().Equal(start) {
		t.Errorf("replaced %v, %d files done", j.Replaced(), j.Done())
	}
	if err := j.Add("a.mp4", result(t, "a.mp4")); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if j = open(t, "j"); j.Replaced() || j.Lookup(t.Context(), "a.mp4") == nil {
		t.Error("the new journal is not found")
	}
}

// FuzzOpen: whatever a file contains, opening it does not panic, does not change a file that is
// not a journal, and returns no result of content that is not there.
func FuzzOpen(f *testing.F) {
	m := marker([]byte("0123456789abcdef"))
	head, body, err := encode(&Scan{Name: "a.mp4", SHA256: strings.Repeat("ab", 32), Size: 5, Identity: testIdentity(), Started: start, Result: &verdict.Result{}})
	if err != nil {
		f.Fatal(err)
	}
	whole, err := appendRecord(journalKind.header(m), m, head, body)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	f.Add(append(bytes.Clone(whole), whole[journalKind.headerLength():]...))
	f.Add([]byte(oldJournal))
	f.Fuzz(func(t *testing.T, b []byte) {
		folder := t.TempDir()
		path := filepath.Join(folder, "j")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := OpenJournal(path, testIdentity(), start)
		if err != nil {
			if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
				t.Fatalf("%v, but the file was changed", err)
			}
			return
		}
		defer j.Close()
		for k, p := range j.done {
			readResult(j.file, p)
			if k.SHA256 == "" {
				continue
			}
			video := filepath.Join(folder, "v")
			if err := os.WriteFile(video, make([]byte, min(max(k.Size, 0), 100)), 0o600); err != nil {
				t.Fatal(err)
			}
			if j.Lookup(context.Background(), video) != nil {
				t.Fatal("a result of other content")
			}
		}
	})
}
