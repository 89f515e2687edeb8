package store

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// ErrNoScan means that a history does not hold a scan, or that its file is damaged.
var ErrNoScan = errors.New("no such past scan")

const (
	scanEnding  = ".scan"
	tempPattern = ".new-*"
)

// scanID is the form of Key.ID.
var scanID = regexp.MustCompile(`^[0-9a-f]{64}-[0-9a-f]{16}$`)

// A History is a folder of past scans, one file each, that only its owner may read. The
// History of the empty path holds none. It is safe for concurrent use, and several processes
// can use the same folder; each lists what it found when it opened the folder, and what it
// stored.
type History struct {
	folder string

	mu    sync.Mutex
	index map[string]*Scan // by ID, without results
	old   map[string]bool  // IDs of files of another version, and of damaged ones
	fault error            // of the last Keep; nil if it succeeded
}

// OpenHistory opens the folder, or creates it, and ignores files that are not past scans. For
// an empty path it returns a History that keeps nothing.
func OpenHistory(folder string) (*History, error) {
	h := &History{folder: folder, index: map[string]*Scan{}, old: map[string]bool{}}
	if folder == "" {
		return h, nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), scanEnding)
		if !ok || !scanID.MatchString(id) {
			continue
		}
		s, err := h.open(id, false)
		switch {
		case err == nil:
			h.index[id] = s
		case errors.Is(err, errOld) || h.isOurs(id): // of another version, or damaged
			h.old[id] = true
		}
	}
	return h, nil
}

// Keep stores a scan and its result. If it fails, Trouble returns why.
func (h *History) Keep(s *Scan) {
	if h.folder == "" {
		return
	}
	id := s.Key().ID()
	err := h.write(id, s)
	listed := *s
	listed.Result = nil
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fault = err; err == nil {
		h.index[id] = &listed
		delete(h.old, id)
	}
}

// write writes the file under a temporary name first, so that it appears as a whole.
func (h *History) write(id string, s *Scan) error {
	if !scanID.MatchString(id) {
		return ErrNoScan
	}
	head, body, err := encode(s)
	if err != nil {
		return err
	}
	m := newMarker()
	b, err := appendRecord(historyKind.header(m), m, head, body)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(h.folder, tempPattern) // 0600
	if err != nil {
		return err
	}
	_, err = temp.Write(b)
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), h.path(id))
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return err
}

func (h *History) path(id string) string { return filepath.Join(h.folder, id+scanEnding) }

// Trouble returns why the last scan could not be stored; nil if it was stored.
func (h *History) Trouble() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fault
}

// HasSize reports whether there is a past scan of a file of this size.
func (h *History) HasSize(size int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.index {
		if s.Size == size {
			return true
		}
	}
	return false
}

// Find returns the past scan with this key, or ErrNoScan.
func (h *History) Find(k Key) (*Scan, error) {
	s, err := h.Get(k.ID())
	if err != nil || s.Key() != k {
		return nil, ErrNoScan
	}
	return s, nil
}

// Get returns the past scan with this ID, or ErrNoScan.
func (h *History) Get(id string) (*Scan, error) {
	h.mu.Lock()
	_, ok := h.index[id]
	h.mu.Unlock()
	if !ok {
		return nil, ErrNoScan
	}
	s, err := h.open(id, true)
	if err != nil {
		return nil, ErrNoScan
	}
	return s, nil
}

// open reads the file of a past scan, with its result only if whole is set. The error wraps
// errOld if the file is in the older form.
func (h *History) open(id string, whole bool) (*Scan, error) {
	f, err := os.Open(h.path(id))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(ErrNoScan, err)
	}
	m, cut, err := historyKind.readHeader(f)
	if err != nil || cut {
		return nil, errors.Join(ErrNoScan, err)
	}
	head, p, err := readHead(f, historyKind.headerLength(), info.Size(), m)
	if err != nil {
		return nil, err
	}
	s, err := decodeHead(head)
	if err != nil {
		return nil, err
	}
	if s.Key().ID() != id || p.end() != info.Size() {
		return nil, ErrNoScan
	}
	if whole {
		s.Result, err = readResult(f, p)
	}
	return s, err
}

// Forget deletes the past scan with this ID; all for an empty ID, those in the older form
// included. It returns ErrNoScan if there is no scan with this ID.
func (h *History) Forget(id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id != "" {
		if h.index[id] == nil {
			return ErrNoScan
		}
		return h.remove(id)
	}
	for id := range h.index {
		if err := h.remove(id); err != nil {
			return err
		}
	}
	for id := range h.old {
		if err := h.remove(id); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a file; h.mu is held.
func (h *History) remove(id string) error {
	if err := os.Remove(h.path(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	delete(h.index, id)
	delete(h.old, id)
	return nil
}

// All returns the past scans, without their results, in no particular order.
func (h *History) All() []*Scan {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Values(h.index))
}

// Len returns the number of past scans.
func (h *History) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.index)
}

// isOurs reports whether a file begins as those of a store do.
func (h *History) isOurs(id string) bool {
	f, err := os.Open(h.path(id))
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(formatName))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == formatName
}

// Old returns the number of past scans that cannot be read: those in the form of another version,
// and damaged ones. Forget deletes them with the others.
func (h *History) Old() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.old)
}
