package video

import (
	"sync/atomic"
	"time"
)

// stallTimeout is how long ffmpeg may deliver nothing while a reader waits.
const stallTimeout = 2 * time.Minute

// A stall finds out that ffmpeg delivers nothing.
type stall struct {
	waiting atomic.Int32
	last    atomic.Int64 // when something was delivered, in nanoseconds since 1970
	found   atomic.Bool
}

// begin is called before a read that may wait, end after it.
func (s *stall) begin() {
	s.last.CompareAndSwap(0, time.Now().UnixNano())
	if s.waiting.Add(1) == 1 {
		s.last.Store(time.Now().UnixNano())
	}
}

func (s *stall) end() {
	s.waiting.Add(-1)
	s.last.Store(time.Now().UnixNano())
}

// checkStall ends the decoding if ffmpeg has stalled, and else looks again later.
func (s *Source) checkStall() {
	idle := time.Since(time.Unix(0, s.stall.last.Load()))
	if s.stall.waiting.Load() > 0 && idle > stallTimeout {
		s.stall.found.Store(true)
		s.cancel()
		return
	}
	s.watch.Reset(stallTimeout / 4)
}
