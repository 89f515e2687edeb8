package ui

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/deepcheck/deepcheck/detector/report"
)

// A state is the state of an item.
type state string

const (
	receiving state = "receiving" // its content is being uploaded
	waiting   state = "waiting"
	scanning  state = "scanning"
	done      state = "done" // also if the file could not be read
	canceled  state = "canceled"
	removed   state = "removed" // stays in the queue so that every page is notified
)

// Why an action on an item is refused.
var (
	errNoItem = errors.New("no such file in the queue")
	errBusy   = errors.New("the file is being read or scanned")
	errGone   = errors.New("the copy of the file was deleted: choose the file again")
)

// An item is one file in the queue. The mutex of the queue protects the fields from path on; id,
// name and copy do not change.
type item struct {
	id   int
	name string // as the user knows it: the path, or the name from the browser
	copy bool   // path is a copy, which is deleted with the item

	path       string // of its content; empty if there is none, or the copy was deleted
	size       int64
	sum        string // SHA-256, hexadecimal; empty until known
	state      state
	fraction   float64       // share of the content received or of the video scanned, 0..1
	at, end    time.Duration // position in the video and its end; end is 0 if unknown
	ignorePast bool          // the user asked for a new scan
	cancel     context.CancelFunc
	changed    uint64 // count of the queue at its last change

	scan *scan       // nil until done
	info os.FileInfo // of the scanned file
}

// An itemView is an item in the form in which the page gets it.
type itemView struct {
	ID      int            `json:"id"`
	Name    string         `json:"name"`
	State   state          `json:"state"`
	Copy    bool           `json:"copy"` // uploaded by the browser
	Part    float64        `json:"part"`
	At      float64        `json:"at_s"`
	End     float64        `json:"end_s"` // 0: unknown
	Glance  *report.Glance `json:"glance,omitempty"`
	Past    string         `json:"past,omitempty"`    // time of a past scan
	Segment bool           `json:"segment,omitempty"` // has markers to export
	Again   bool           `json:"again,omitempty"`   // can be scanned again
}

func (it *item) view() itemView {
	out := itemView{ID: it.id, Name: it.name, State: it.state, Copy: it.copy, Part: math.Round(it.fraction*1000) / 1000, At: it.at.Seconds(), End: it.end.Seconds()}
	if s := it.scan; s != nil {
		out.Glance, out.Past, out.Segment = &s.glance, s.past, len(s.segments()) > 0
	}
	out.Again = it.path != "" && (it.state == canceled || it.state == done)
	return out
}

// keptCopies is the maximum size, in bytes, of all copies that are kept for the player after
// their scans. Beyond it the oldest are deleted.
const keptCopies = 8 << 30

// A queue holds the items in the order in which they were added.
type queue struct {
	mu    sync.Mutex
	items []*item
	count uint64        // number of changes
	news  chan struct{} // closed at the next change
}

func newQueue() *queue { return &queue{news: make(chan struct{})} }

// markChanged notes that an item changed, and notifies the pages. q.mu is held.
func (q *queue) markChanged(it *item) {
	q.count++
	it.changed = q.count
	q.notifyLocked()
}

// notifyLocked makes the pages look for changes. q.mu is held.
func (q *queue) notifyLocked() {
	close(q.news)
	q.news = make(chan struct{})
}

// notify makes the pages look for changes other than those of items.
func (q *queue) notify() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.notifyLocked()
}

// add adds a local file.
func (q *queue) add(name, path string) *item {
	return q.enter(&item{name: name, path: path, state: waiting})
}

// addFailed adds an item that has already failed.
func (q *queue) addFailed(name string, s *scan) *item {
	return q.enter(&item{name: name, state: done, scan: s})
}

// receive adds an item that is about to be uploaded. The context ends when the item is canceled
// or removed.
func (q *queue) receive(ctx context.Context, name string) (*item, context.Context) {
	ctx, stop := context.WithCancel(ctx)
	return q.enter(&item{name: name, copy: true, state: receiving, cancel: stop}), ctx
}

func (q *queue) enter(it *item) *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, it)
	it.id = len(q.items)
	q.markChanged(it)
	return it
}

// received notes that the content of an item is at path, or the error that prevented this.
func (q *queue) received(it *item, path, sum string, size int64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it.cancel()
	it.cancel = nil
	switch {
	case it.state != receiving: // removed in the meantime
		os.Remove(path)
	case err != nil:
		os.Remove(path)
		it.state = removed
	default:
		it.path, it.sum, it.size, it.state, it.fraction = path, sum, size, waiting, 0
	}
	q.markChanged(it)
}

// take waits for an item to scan. The returned context ends when the item is canceled.
func (q *queue) take(ctx context.Context) (*item, context.Context, error) {
	for {
		q.mu.Lock()
		i := slices.IndexFunc(q.items, func(it *item) bool { return it.state == waiting })
		news := q.news
		if i >= 0 {
			it := q.items[i]
			ctx, it.cancel = context.WithCancel(ctx)
			it.state, it.fraction, it.at, it.end, it.scan = scanning, 0, 0, 0, nil
			q.markChanged(it)
			q.mu.Unlock()
			return it, ctx, nil
		}
		q.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-news:
		}
	}
}

// minProgress is the share of an item below which progress is not reported, unless it is a second
// of video.
const minProgress = 0.002

func (q *queue) progress(it *item, at, end time.Duration, part float64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if math.Abs(part-it.fraction) < minProgress && at-it.at < time.Second {
		return
	}
	it.at, it.end, it.fraction = at, end, part
	q.markChanged(it)
}

// finish notes the end of a scan; s is nil if the scan was canceled.
func (q *queue) finish(it *item, s *scan, info os.FileInfo) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it.cancel()
	it.cancel = nil
	switch {
	case it.state == removed:
		q.deleteCopy(it)
	case s == nil:
		it.state, it.fraction = canceled, 0
	default:
		it.state, it.scan, it.info, it.fraction, it.ignorePast = done, s, info, 1, false
	}
	q.markChanged(it)
	q.limitCopies(keptCopies)
}

// limitCopies deletes the oldest copies of finished items until the rest has at most the given
// number of bytes. q.mu is held.
func (q *queue) limitCopies(most int64) {
	var sum int64
	for _, it := range slices.Backward(q.items) {
		if !it.copy || it.path == "" || it.state != done {
			continue
		}
		if sum += it.size; sum > most {
			q.deleteCopy(it)
			q.markChanged(it)
		}
	}
}

// deleteCopy deletes the copy of an item. q.mu is held.
func (q *queue) deleteCopy(it *item) {
	if it.copy && it.path != "" {
		os.Remove(it.path)
	}
	it.path = ""
}

// find returns the item with a number. q.mu is held.
func (q *queue) find(id int) (*item, error) {
	if id < 1 || id > len(q.items) || q.items[id-1].state == removed {
		return nil, errNoItem
	}
	return q.items[id-1], nil
}

// cancel cancels an item that is not done.
func (q *queue) cancel(id int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	it, err := q.find(id)
	if err == nil {
		q.stopItem(it)
	}
	return err
}

func (q *queue) cancelAll() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		q.stopItem(it)
	}
}

// stopItem cancels an item. A running scan changes its state in finish. q.mu is held.
func (q *queue) stopItem(it *item) {
	switch it.state {
	case receiving:
		it.state = removed // an incomplete upload cannot be resumed
		it.cancel()
	case waiting:
		it.state = canceled
	case scanning:
		it.cancel()
	default:
		return
	}
	q.markChanged(it)
}

// remove cancels an item if necessary, removes it from the queue and deletes its copy.
func (q *queue) remove(id int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	it, err := q.find(id)
	if err == nil {
		q.discard(it)
	}
	return err
}

// clear removes all items that are done or canceled.
func (q *queue) clear() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		if it.state == done || it.state == canceled {
			q.discard(it)
		}
	}
}

// discard is remove for one item. q.mu is held.
func (q *queue) discard(it *item) {
	busy := it.state == scanning
	if it.cancel != nil {
		it.cancel()
	}
	it.state, it.scan = removed, nil
	if !busy { // otherwise finish deletes it
		q.deleteCopy(it)
	}
	q.markChanged(it)
}

// rescan puts a finished or canceled item back into the queue.
func (q *queue) rescan(id int) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	it, err := q.find(id)
	switch {
	case err != nil:
		return err
	case it.state != done && it.state != canceled:
		return errBusy
	case it.path == "":
		return errGone
	}
	it.ignorePast = it.ignorePast || it.state == done
	it.state, it.fraction, it.scan = waiting, 0, nil
	q.markChanged(it)
	return nil
}

// A location is the path of a scanned file, and its info at the time of the scan.
type location struct {
	path string
	info os.FileInfo
}

// result returns the scan of an item and the location of its file.
func (q *queue) result(id int) (*scan, location, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it, err := q.find(id)
	if err == nil && it.scan == nil {
		err = errNoItem
	}
	if err != nil {
		return nil, location{}, err
	}
	return it.scan, location{it.path, it.info}, nil
}

// results returns the scans of all finished items, and the numbers of the items.
func (q *queue) results() (scans []*scan, ids []int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		if it.state == done && it.scan != nil {
			scans, ids = append(scans, it.scan), append(ids, it.id)
		}
	}
	return scans, ids
}

// withContent returns the location of a file among the items by its SHA-256; false if there is
// none.
func (q *queue) withContent(sum string) (location, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		if it.path != "" && it.scan != nil && it.scan.file.Result != nil && it.scan.file.Result.SHA256 == sum {
			return location{it.path, it.info}, true
		}
	}
	return location{}, false
}

// changedSince returns the items that changed after a count, the new count, and a channel that is
// closed at the next change.
func (q *queue) changedSince(count uint64) ([]itemView, uint64, <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := []itemView{}
	for _, it := range q.items {
		if it.changed > count && (count > 0 || it.state != removed) {
			out = append(out, it.view())
		}
	}
	return out, q.count, q.news
}
