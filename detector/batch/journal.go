package batch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// What keeps a journal from being used, to be tested with errors.Is.
var (
	// ErrOtherScan: the journal is of a scan by another tool, with other
	// weights or other options.
	ErrOtherScan = errors.New("belongs to another scan")
	// ErrNotJournal: the file is something else; it is left alone.
	ErrNotJournal = errors.New("not a journal")
	// ErrJournalBusy: another process is writing it.
	ErrJournalBusy = errors.New("in use by another deepcheck")
)

// An Identity is all that decides, besides a file's content, what its result is.
type Identity struct {
	Tool    string            `json:"tool"`    // name, version and commit
	Weights string            `json:"weights"` // fingerprint
	Options map[string]string `json:"options"` // of the scan
}

// A Journal is the record on disk of what a sweep has done: JSON lines, the
// first a journalHead, then one journalEntry for each file with a result. Lines
// are appended and flushed to the disk one by one. Files with an error are not
// in it, since the cause may go away; they are tried again.
type Journal struct {
	path    string
	started time.Time
	done    map[string]journalLine // by path, as found by OpenJournal; then only read

	mu   sync.Mutex
	file *os.File
}

const journalSchema = "deepcheck/journal/1"

type journalHead struct {
	Schema string `json:"schema"`
	Identity
	Started time.Time `json:"started"`
}

// A journalEntry is one finished file. It counts only as long as the file's
// content is the same; the time of its last change says too little about that.
type journalEntry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Result is a detector.Result by encoding/gob, which keeps every bit of
	// every number, NaN included.
	Result []byte `json:"result"`
}

// A journalLine is where in the file an entry stands: the results of a long
// sweep would fill the memory.
type journalLine struct {
	start  int64
	length int
}

// OpenJournal opens the journal at path, or begins one with the given start of
// the sweep. A line that was not written to its end is cut off. The error wraps
// ErrOtherScan, ErrNotJournal or ErrJournalBusy where it is one of these; in
// all cases the file stays as it was.
func OpenJournal(path string, id Identity, started time.Time) (*Journal, error) {
	return openJournal(path, id, started, false)
}

// RestartJournal is OpenJournal, but drops all that a journal at path holds, of
// whatever scan. It still returns ErrNotJournal for any other file.
func RestartJournal(path string, id Identity, started time.Time) (*Journal, error) {
	return openJournal(path, id, started, true)
}

func openJournal(path string, id Identity, started time.Time, restart bool) (j *Journal, err error) {
	defer func() {
		if err != nil {
			j, err = nil, fmt.Errorf("journal %q: %w", path, video.WithoutPath(err))
		}
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	// 0600: it tells which files somebody looked at, and has faces in it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := Lock(f); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
	j = &Journal{path: path, started: started, file: f, done: map[string]journalLine{}}
	whole, err := j.read(id)
	if restart && (err == nil || errors.Is(err, ErrOtherScan)) {
		whole, err, j.started = 0, nil, started
		clear(j.done)
	}
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(whole); err != nil {
		return nil, err
	}
	if _, err := f.Seek(whole, io.SeekStart); err != nil {
		return nil, err
	}
	if whole == 0 {
		return j, j.append(journalHead{Schema: journalSchema, Identity: id, Started: started})
	}
	return j, nil
}

// read takes in the lines that are there and returns how many bytes of the file
// are whole lines, 0 where not even the first is.
func (j *Journal) read(id Identity) (whole int64, err error) {
	lines := bufio.NewReaderSize(j.file, 1<<16)
	line, err := lines.ReadBytes('\n')
	if err != nil && err != io.EOF {
		return 0, err
	}
	if err == io.EOF {
		// The very first line may have been cut short, but not another file.
		begin := []byte(`{"schema":"` + journalSchema + `"`)
		if !bytes.HasPrefix(line, begin) && !bytes.HasPrefix(begin, line) {
			return 0, ErrNotJournal
		}
		return 0, nil
	}
	var head journalHead
	if json.Unmarshal(line, &head) != nil || head.Schema != journalSchema {
		return 0, ErrNotJournal
	}
	if what := id.difference(head.Identity); what != "" {
		return 0, fmt.Errorf("%w: %s", ErrOtherScan, what)
	}
	j.started = head.Started
	for whole = int64(len(line)); ; whole += int64(len(line)) {
		if line, err = lines.ReadBytes('\n'); err == io.EOF {
			return whole, nil
		}
		if err != nil {
			return 0, err
		}
		var e journalEntry
		if json.Unmarshal(line, &e) != nil || e.Path == "" {
			return whole, nil // what follows is scanned again
		}
		j.done[e.Path] = journalLine{whole, len(line)}
	}
}

// difference says in words how other differs, "" where it does not.
func (id Identity) difference(other Identity) string {
	switch {
	case id.Tool != other.Tool:
		return fmt.Sprintf("made by %s, this is %s", other.Tool, id.Tool)
	case id.Weights != other.Weights:
		return fmt.Sprintf("made with weights %.12s, these are %.12s", other.Weights, id.Weights)
	case !maps.Equal(id.Options, other.Options):
		return "made with other options"
	}
	return ""
}

// Path returns where the journal is.
func (j *Journal) Path() string { return j.path }

// Started returns when the sweep was begun, in its first run.
func (j *Journal) Started() time.Time { return j.started }

// Done returns how many files the journal held when it was opened.
func (j *Journal) Done() int { return len(j.done) }

// Close leaves the journal to be resumed from.
func (j *Journal) Close() error { return j.file.Close() }

// Remove closes the journal and deletes it.
func (j *Journal) Remove() error { return errors.Join(os.Remove(j.path), j.file.Close()) }

// lookup returns the result of a file that is done and has not changed since,
// else nil. It reads the file.
func (j *Journal) lookup(ctx context.Context, path string) *verdict.Result {
	at, ok := j.done[path]
	if !ok {
		return nil
	}
	line := make([]byte, at.length)
	var e journalEntry
	if _, err := j.file.ReadAt(line, at.start); err != nil || json.Unmarshal(line, &e) != nil {
		return nil
	}
	if sum, err := hashFile(ctx, path, e.Size); err != nil || sum != e.SHA256 {
		return nil
	}
	res := new(verdict.Result)
	if gob.NewDecoder(bytes.NewReader(e.Result)).Decode(res) != nil {
		return nil
	}
	return res
}

// add appends a finished file and waits until it is on the disk.
func (j *Journal) add(path string, res *verdict.Result) error {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(res)
	if err == nil {
		err = j.append(journalEntry{Path: path, Size: res.Size, SHA256: res.SHA256, Result: b.Bytes()})
	}
	if err != nil {
		return fmt.Errorf("journal %q: %w", j.path, video.WithoutPath(err))
	}
	return nil
}

func (j *Journal) append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

// hashFile returns the SHA-256 of a file in hexadecimal, or an error if it is
// not of that size.
func hashFile(ctx context.Context, path string, size int64) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if st.Size() != size {
		return "", errors.New("changed")
	}
	sum, _, err := video.HashFile(ctx, path)
	return sum, err
}
