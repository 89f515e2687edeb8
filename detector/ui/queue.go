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

// A state is how far an item is.
type state string

const (
	receiving state = "receiving" // its bytes come in
	waiting   state = "waiting"
	scanning  state = "scanning"
	done      state = "done" // also where the file turned out not to be readable
	canceled  state = "canceled"
	removed   state = "removed" // of no more interest; kept so that every page hears of it
)

// What cannot be done with an item.
var (
	errNoItem = errors.New("no such file in the queue")
	errBusy   = errors.New("the file is being read or scanned")
	errGone   = errors.New("the copy of the file was deleted: choose the file again")
)

// An item is one file in the queue. All but its first fields belong to the queue's
// lock.
type item struct {
	id   int
	name string // as people know it: the path that was named, or what the browser said
	copy bool   // path is a copy that goes with the item

	path       string // of its bytes; empty where there are none (any more)
	size       int64
	sum        string // SHA-256, hexadecimal; empty until known
	state      state
	fraction   float64       // of the bytes received or the video scanned, 0..1
	at, end    time.Duration // of the video; end 0 where unknown
	ignorePast bool          // asked for anew: what is known of it does not count
	cancel     context.CancelFunc
	changed    uint64 // the queue's count when it last changed

	scan *scan       // done
	info os.FileInfo // of what was scanned
}

// A shown is an item as the page gets it.
type itemView struct {
	ID      int            `json:"id"`
	Name    string         `json:"name"`
	State   state          `json:"state"`
	Copy    bool           `json:"copy"` // came through the browser
	Part    float64        `json:"part"`
	At      float64        `json:"at_s"`
	End     float64        `json:"end_s"` // 0: unknown
	Glance  *report.Glance `json:"glance,omitempty"`
	Past    string         `json:"past,omitempty"`    // when it was scanned, where that was before
	Segment bool           `json:"segment,omitempty"` // there are marks to export
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

// keptCopies is how many bytes of copies stay after their scans, for the player:
// beyond it the oldest are deleted.
const keptCopies = 8 << 30

// A queue holds the items in the order in which they came.
type queue struct {
	mu    sync.Mutex
	items []*item
	count uint64        // of changes
	news  chan struct{} // closed at the next change
}

func newQueue() *queue { return &queue{news: make(chan struct{})} }

// touch notes that an item changed; q.mu is held.
func (q *queue) markChanged(it *item) {
	q.count++
	it.changed = q.count
	q.notifyLocked()
}

func (q *queue) notifyLocked() {
	close(q.news)
	q.news = make(chan struct{})
}

// wake has all pages look for news that are not of items.
func (q *queue) notify() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.notifyLocked()
}

// add puts a file that lies on this machine into the queue.
func (q *queue) add(name, path string) *item {
	return q.enter(&item{name: name, path: path, state: waiting})
}

// addFailed puts in a row that is an error from the start.
func (q *queue) addFailed(name string, s *scan) *item {
	return q.enter(&item{name: name, state: done, scan: s})
}

// receive puts in a file whose bytes are to come. The context ends when they are
// no more wanted.
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

// received says that all bytes of an item are at path, or why they are not.
func (q *queue) received(it *item, path, sum string, size int64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it.cancel()
	it.cancel = nil
	switch {
	case it.state != receiving: // canceled or removed meanwhile
		os.Remove(path)
	case err != nil:
		os.Remove(path)
		it.state = removed
	default:
		it.path, it.sum, it.size, it.state, it.fraction = path, sum, size, waiting, 0
	}
	q.markChanged(it)
}

// take waits for an item to scan; its context ends when it is canceled.
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

// least is by how much of its whole an item must have come on to be told of.
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

// finish ends a scan: s is nil where it was canceled.
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

// spare deletes the oldest copies of finished items beyond so many bytes; q.mu is
// held.
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

// drop deletes an item's copy; q.mu is held.
func (q *queue) deleteCopy(it *item) {
	if it.copy && it.path != "" {
		os.Remove(it.path)
	}
	it.path = ""
}

// find returns an item by its number; q.mu is held.
func (q *queue) find(id int) (*item, error) {
	if id < 1 || id > len(q.items) || q.items[id-1].state == removed {
		return nil, errNoItem
	}
	return q.items[id-1], nil
}

// cancel stops an item that is not done.
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

// halt stops an item; one under way says itself when it has ended. q.mu is held.
func (q *queue) stopItem(it *item) {
	switch it.state {
	case receiving:
		it.state = removed // of half a file nothing is left to start from
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

// remove takes an item out of the queue, stopped where it must be, and deletes
// its copy.
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

func (q *queue) discard(it *item) {
	busy := it.state == scanning
	if it.cancel != nil {
		it.cancel()
	}
	it.state, it.scan = removed, nil
	if !busy { // else finish does
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

// A place is where the bytes lie that were scanned.
type location struct {
	path string
	info os.FileInfo
}

// result returns the scan of an item and the place of its file.
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

// results returns the scans of all items that are done, and their numbers.
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

// holding returns the place of a file with this content among the items.
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

// since returns the items that changed after a count, the new count, and a
// channel that is closed at the next change.
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
