package ui

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

const pastSchema = "deepcheck/history/1"

// errNoPast: a past scan is not there, or its file is damaged.
var errNoPast = errors.New("no such past scan")

// A past is what is known of a past scan without reading its result. On disk it is
// the first line of its file, as JSON; the rest is the detector.Result by
// encoding/gob, which keeps every bit of every number.
type past struct {
	Schema  string             `json:"schema"`
	Name    string             `json:"name"`
	SHA256  string             `json:"sha256"` // of the file that was scanned
	Size    int64              `json:"size_bytes"`
	Started time.Time          `json:"started_utc"`
	Tool    report.Tool        `json:"tool"`
	Weights report.WeightsInfo `json:"weights"`
	Options map[string]string  `json:"options"`
	Machine string             `json:"machine"`
	Glance  report.Glance      `json:"glance"`

	id string // the name of its file, less the ending
}

const pastEnding = ".scan"

// pastID is what an id looks like: the file's SHA-256 and a little of that of the
// tool's identity.
var pastID = regexp.MustCompile(`^[0-9a-f]{64}-[0-9a-f]{16}$`)

// A history is the past scans in a folder that only its owner may read, a file
// each. The zero history keeps none.
type history struct {
	folder string

	mu    sync.Mutex
	index map[string]*past // by id
	fault error            // the last that kept a scan from being stored
}

// openHistory reads what the folder holds; what is no past scan is passed over.
// An empty folder is that of a history that keeps none.
func openHistory(folder string) (*history, error) {
	h := &history{folder: folder, index: map[string]*past{}}
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
		id, ok := strings.CutSuffix(e.Name(), pastEnding)
		if !ok || !pastID.MatchString(id) {
			continue
		}
		if p, _, err := h.open(id, false); err == nil {
			h.index[id] = p
		}
	}
	return h, nil
}

// idOf returns the id of the scan of a content by what makes the run what it is.
func idOf(sum string, r *report.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q", r.Tool.String(), r.Tool.Commit, r.Weights.Fingerprint)
	for _, name := range slices.Sorted(maps.Keys(r.Options)) {
		fmt.Fprintf(&b, " %q=%q", name, r.Options[name])
	}
	return fmt.Sprintf("%s-%.8x", sum, sha256.Sum256([]byte(b.String())))
}

// keep stores the scan of a run's one file. Where that fails the scan is as good
// as any; trouble tells.
func (h *history) keep(r *report.Run, glance report.Glance) {
	if h.folder == "" {
		return
	}
	f := &r.Files[0]
	p := &past{Schema: pastSchema, Name: f.Path, SHA256: f.Result.SHA256, Size: f.Result.Size, Started: r.Started, Tool: r.Tool,
		Weights: r.Weights, Options: r.Options, Machine: r.Machine, Glance: glance, id: idOf(f.Result.SHA256, r)}
	err := h.store(p, f.Result)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fault = err; err == nil {
		h.index[p.id] = p
	}
}

// store writes the file under another name first: it is there whole or not at all.
func (h *history) store(p *past, res *verdict.Result) error {
	if !pastID.MatchString(p.id) {
		return fmt.Errorf("SHA-256 %q: %w", p.SHA256, errNoPast)
	}
	head, err := json.Marshal(p)
	if err != nil {
		return err
	}
	b := bytes.NewBuffer(append(head, '\n'))
	if err := gob.NewEncoder(b).Encode(res); err != nil {
		return err
	}
	temp, err := os.CreateTemp(h.folder, ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = temp.Write(b.Bytes())
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), h.path(p.id))
	}
	if err != nil {
		os.Remove(temp.Name())
	}
	return err
}

func (h *history) path(id string) string { return filepath.Join(h.folder, id+pastEnding) }

// trouble returns why the last scan was not stored; nil where it was.
func (h *history) trouble() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fault
}

// sized tells whether any past scan is of a file of this size.
func (h *history) sized(size int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.index {
		if p.Size == size {
			return true
		}
	}
	return false
}

// find returns the past scan of a content by what makes the run what it is.
func (h *history) find(sum string, r *report.Run) (*past, *verdict.Result, error) {
	return h.get(idOf(sum, r))
}

// get returns a past scan and its result.
func (h *history) get(id string) (*past, *verdict.Result, error) {
	h.mu.Lock()
	_, ok := h.index[id]
	h.mu.Unlock()
	if !ok {
		return nil, nil, errNoPast
	}
	return h.open(id, true)
}

// open reads a past scan, its result only where asked.
func (h *history) open(id string, whole bool) (*past, *verdict.Result, error) {
	f, err := os.Open(h.path(id))
	if err != nil {
		return nil, nil, errNoPast
	}
	defer f.Close()
	r := bufio.NewReader(f)
	line, err := r.ReadBytes('\n')
	p := &past{id: id}
	if err != nil || json.Unmarshal(line, p) != nil || p.Schema != pastSchema || !strings.HasPrefix(id, p.SHA256+"-") {
		return nil, nil, errNoPast
	}
	if !whole {
		return p, nil, nil
	}
	res := new(verdict.Result)
	if err := gob.NewDecoder(r).Decode(res); err != nil || res.SHA256 != p.SHA256 {
		return nil, nil, errNoPast
	}
	return p, res, nil
}

// forget deletes a past scan; all for an empty id.
func (h *history) forget(id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id != "" && h.index[id] == nil {
		return errNoPast
	}
	for other := range h.index {
		if id == "" || other == id {
			if err := os.Remove(h.path(other)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			delete(h.index, other)
		}
	}
	return nil
}

// mostListed is how many past scans are listed at a time.
const mostListed = 100

// A listed is a past scan as the page gets it.
type listed struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	SHA256  string        `json:"sha256"`
	Started string        `json:"started_utc"`
	Tool    string        `json:"tool"`
	Same    bool          `json:"same"` // by this very tool, with these weights
	Glance  report.Glance `json:"glance"`
}

// list returns the past scans whose name or SHA-256 holds the words, the latest
// first, and how many there are.
func (h *history) list(words string, r *report.Run) (out []listed, all int) {
	h.mu.Lock()
	found := slices.Collect(maps.Values(h.index))
	h.mu.Unlock()
	words = strings.ToLower(strings.TrimSpace(words))
	found = slices.DeleteFunc(found, func(p *past) bool {
		return !strings.Contains(strings.ToLower(p.Name), words) && !strings.HasPrefix(p.SHA256, words)
	})
	slices.SortFunc(found, func(a, b *past) int {
		return cmp.Or(b.Started.Compare(a.Started), strings.Compare(a.Name, b.Name), strings.Compare(a.id, b.id))
	})
	out = []listed{}
	for _, p := range found[:min(len(found), mostListed)] {
		out = append(out, listed{p.id, p.Name, p.SHA256, p.Started.Format(time.RFC3339), p.Tool.String(), p.id == idOf(p.SHA256, r), p.Glance})
	}
	return out, len(found)
}

// len returns how many past scans there are.
func (h *history) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.index)
}
