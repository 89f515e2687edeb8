package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

const (
	// unitsPerFile is how finely the bar shows the part of a file that is done.
	unitsPerFile = 1000
	redraw       = 100 * time.Millisecond
)

// A progress is one line that shows how far a scan has come. Workers may call
// it at the same time.
type progress struct {
	bar *progressbar.ProgressBar

	mu        sync.Mutex
	files     int
	done      int
	fractions []float64 // 0..1, of the file that each worker is at
}

// newProgress shows the line on w, or nothing at all.
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

func (p *progress) description() string {
	if p.files == 1 {
		return "scanning"
	}
	return fmt.Sprintf("scanning, %d of %d files done", p.done, p.files)
}

// at says that a worker has done so much of its file.
func (p *progress) update(worker int, done, total time.Duration) {
	if total <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fractions[worker] = min(1, float64(done)/float64(total))
	p.draw()
}

// left says that a worker is no longer at a file.
func (p *progress) endFile(worker int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fractions[worker] = 0
}

// fileDone counts a file.
func (p *progress) fileDone() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.bar.Describe(p.description())
	p.draw()
}

// draw is called with mu held.
func (p *progress) draw() {
	sum := float64(p.done)
	for _, part := range p.fractions {
		sum += part
	}
	p.bar.Set(int(sum * unitsPerFile))
}

// above calls f, which may write lines to the terminal, with the bar out of the
// way.
func (p *progress) printAbove(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Clear()
	f()
}

// finish takes the line away.
func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Clear()
}
