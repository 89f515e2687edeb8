package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

const (
	unitsPerFile = 1000                   // steps of the bar for each file
	redraw       = 100 * time.Millisecond // shortest time between two drawings of a bar
)

// A progress is one line that shows the progress of a scan. It is safe for concurrent use.
type progress struct {
	bar *progressbar.ProgressBar

	mu        sync.Mutex
	files     int
	done      int
	fractions []float64 // by worker: how much of its current file is done, 0 to 1
}

// newProgress returns a line that draws on w, or draws nothing unless show is set.
func newProgress(w io.Writer, show bool, files, workers int) *progress {
	p := &progress{files: files, fractions: make([]float64, workers)}
	p.bar = progressbar.NewOptions(files*unitsPerFile,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetVisibility(show),
		progressbar.OptionSetDescription(p.description()),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(redraw),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionUseANSICodes(true),
	)
	return p
}

// description returns the text before the bar.
func (p *progress) description() string {
	if p.files == 1 {
		return "scanning"
	}
	return fmt.Sprintf("scanning, %d of %d files done", p.done, p.files)
}

// update records the time that a worker has reached in its file, and the length of the file. It
// does nothing if the length is unknown (0).
func (p *progress) update(worker int, done, total time.Duration) {
	if total <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fractions[worker] = min(1, float64(done)/float64(total))
	p.draw()
}

// endFile records that a worker has ended its file, done or not.
func (p *progress) endFile(worker int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fractions[worker] = 0
}

// fileDone counts a finished file.
func (p *progress) fileDone() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.bar.Describe(p.description())
	p.draw()
}

// draw draws the bar. The caller holds mu.
func (p *progress) draw() {
	sum := float64(p.done)
	for _, part := range p.fractions {
		sum += part
	}
	p.bar.Set(int(sum * unitsPerFile))
}

// printAbove clears the bar and calls f, which may write lines to the terminal.
func (p *progress) printAbove(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Clear()
	f()
}

// finish clears the line.
func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Clear()
}
