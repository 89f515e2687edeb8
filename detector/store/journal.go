package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// Errors that prevent the use of a journal, in addition to ErrNewer. Test with errors.Is.
var (
	ErrOtherScan  = errors.New("belongs to another scan") // another program, weights or options
	ErrNotJournal = errors.New("not a journal")           // not a journal; the file stays unchanged
	ErrBusy       = errors.New("in use by another deepcheck")
)

// A Journal is the file in which a sweep records its scans, so that a sweep that was stopped
// can be resumed. Records are appended and flushed to disk one by one. Files with an error are
// not recorded, because the cause of the error may disappear; they are scanned again.
type Journal struct {
	path     string
	id       Identity
	started  time.Time
	replaced bool
	done     map[Key]place  // records found by OpenJournal; read-only afterwards
	sizes    map[int64]bool // of the files in done
	names    map[string]bool

	mu     sync.Mutex
	file   *os.File
	marker marker
}

// OpenJournal opens the journal at path, or creates one for a sweep that starts at the given
// time. It drops damaged records and replaces a journal in the older form, see Replaced. The
// error wraps ErrOtherScan, ErrNotJournal, ErrNewer or ErrBusy in these cases; the file then
// stays unchanged.
func OpenJournal(path string, id Identity, started time.Time) (*Journal, error) {
	return openJournal(path, id, started, false)
}

// RestartJournal is OpenJournal, but drops the records of a journal at path, whatever scan the
// journal belongs to. It returns ErrNotJournal for any other file.
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
	// 0600: the journal shows which files the user scanned, and contains pictures of faces.
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
	j = &Journal{path: path, id: id, started: started, file: f}
	j.clear()
	end, err := j.read()
	switch {
	case errors.Is(err, errOld):
		end, err, j.replaced = 0, nil, !restart
	case errors.Is(err, errForeign):
		err = ErrNotJournal
	case restart && (err == nil || errors.Is(err, ErrOtherScan) || errors.Is(err, ErrNewer)):
		end, err, j.started = 0, nil, started
		j.clear()
	}
	if err != nil {
		return nil, err
	}
	return j, j.continueAt(end)
}

func (j *Journal) clear() {
	j.done, j.sizes, j.names = map[Key]place{}, map[int64]bool{}, map[string]bool{}
}

// read reads the heads of all intact records, and returns the offset after the last record; 0
// if the file has no whole header.
func (j *Journal) read() (end int64, err error) {
	info, err := j.file.Stat()
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, errForeign
	}
	m, cut, err := journalKind.readHeader(j.file)
	if err != nil || cut {
		return 0, err
	}
	j.marker = m
	return eachRecord(j.file, journalKind.headerLength(), info.Size(), m, func(head []byte, p place) error {
		s, err := decodeHead(head)
		if err != nil {
			return nil // the file is scanned again
		}
		if what := j.id.difference(s.Identity); what != "" {
			return fmt.Errorf("%w: %s", ErrOtherScan, what)
		}
		j.started = s.Started
		j.done[s.Key()], j.sizes[s.Size], j.names[s.Name] = p, true, true
		return nil
	})
}

// continueAt truncates the file at an offset, where records are appended. For offset 0 it
// writes the header.
func (j *Journal) continueAt(end int64) error {
	if err := j.file.Truncate(end); err != nil {
		return err
	}
	if _, err := j.file.Seek(end, 0); err != nil {
		return err
	}
	if end > 0 {
		return nil
	}
	j.marker = newMarker()
	return j.write(journalKind.header(j.marker))
}

// Path returns the path of the journal.
func (j *Journal) Path() string { return j.path }

// Started returns when the sweep began: in its first run that finished a file.
func (j *Journal) Started() time.Time { return j.started }

// Done returns the number of files in the journal when it was opened.
func (j *Journal) Done() int { return len(j.names) }

// Replaced reports whether OpenJournal found a journal in the form of an older version, which
// cannot be read: all its files are scanned again.
func (j *Journal) Replaced() bool { return j.replaced }

// Close closes the journal, from which the sweep can be resumed.
func (j *Journal) Close() error { return j.file.Close() }

// Remove closes the journal and deletes it.
func (j *Journal) Remove() error { return errors.Join(os.Remove(j.path), j.file.Close()) }

// Lookup returns the result of the content of the file at path, under that path; nil if the
// journal had none when it was opened. It reads the whole file only if the size is that of a
// file in the journal.
func (j *Journal) Lookup(ctx context.Context, path string) *verdict.Result {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || !j.sizes[info.Size()] {
		return nil
	}
	sum, size, err := video.HashFile(ctx, path)
	if err != nil {
		return nil
	}
	p, ok := j.done[Key{sum, size, j.id.Digest()}]
	if !ok {
		return nil
	}
	res, err := readResult(j.file, p)
	if err != nil {
		return nil
	}
	Rename(res, path)
	return res
}

// Add appends the result of the file at path and waits until it is on disk.
func (j *Journal) Add(path string, res *verdict.Result) error {
	err := j.add(&Scan{Name: path, SHA256: res.SHA256, Size: res.Size, Identity: j.id, Started: j.started, Result: res})
	if err != nil {
		return fmt.Errorf("journal %q: %w", j.path, video.WithoutPath(err))
	}
	return nil
}

func (j *Journal) add(s *Scan) error {
	head, body, err := encode(s)
	if err != nil {
		return err
	}
	b, err := appendRecord(nil, j.marker, head, body)
	if err != nil {
		return err
	}
	return j.write(b)
}

func (j *Journal) write(b []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(b); err != nil {
		return err
	}
	return j.file.Sync()
}
