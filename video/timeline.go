package video

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxStill is how long one picture may stand before the frames that repeat it
// count as missing: no camera is that slow, and a face that stands still for so
// long tells nothing.
const maxStill = time.Second

// minLead is how late the first picture may be without leaving a gap: sound often
// begins a little before it, by what its codec needs to start.
const minLead = 3 * FrameDuration / 2

// A timeline says of each frame whether the file has a picture for it.
//
// ffmpeg's fps filter repeats the picture before a gap, and the first picture
// into a leading gap, without a sign. So the filter chain prints a note before
// and behind that filter, into one pipe: "in" with the time of each picture that
// arrives and "out" with the number of each frame that leaves. The fps filter lets go
// of a picture only when the next has come (or the stream has ended), so
// whatever is before "out n" in the pipe is enough to judge frame n, and waiting
// for "out n" after frame n was read cannot deadlock.
//
// The pipe is ffmpeg's standard error, so that what its decoder complains of stands among the
// notes where it happened, and tells which pictures are spoilt.
type timeline struct {
	mu     sync.Mutex
	more   *sync.Cond
	frames []frameSource // by frame number from base on, those not yet asked for
	base   int
	closed bool
	asked  chan struct{} // somebody waits for a note
	log    *stderrLog    // of the other lines
	damage damage
}

// A frameSource is where the picture of one frame came from.
type frameSource struct {
	start  time.Duration // time of the picture
	until  time.Duration // time of the next one, or of this frame where the stream has ended
	spoilt bool          // it may be damaged, see damage
}

// An arrival is a picture that reached the time line.
type arrival struct {
	at     time.Duration
	spoilt bool
}

// newTimeline returns the time line of the pictures of which tells says whether a line that ffmpeg logs
// complains. Such lines go to log.
func newTimeline(log *stderrLog, tells func(line string) bool) *timeline {
	t := &timeline{asked: make(chan struct{}, 1), log: log, damage: damage{tells: tells}}
	t.more = sync.NewCond(&t.mu)
	return t
}

// timelineFilters returns the filters that bring pictures to the 25/s line and
// print the notes that follow reads. Microseconds are the time base
// because ffmpeg prints seconds with six digits only.
func timelineFilters() string {
	print := func(key string) string {
		return "metadata=mode=add:key=" + key + ":value=1,metadata=mode=print:key=" + key + ":direct=1:file='pipe\\:2'"
	}
	return "settb=AVTB," + print("in") + ",fps=" + strconv.Itoa(FrameRate) + ":start_time=0," + print("out")
}

// lookEvery is how often notes are read that nobody waits for. ffmpeg writes four
// a picture, each in two parts, and to take each as it comes would cost as many
// system calls.
const lookEvery = 20 * time.Millisecond

// A lazyReader reads when somebody asks, and now and then, so that a pipe does not
// stay full.
type lazyReader struct {
	io.Reader
	asked <-chan struct{}
	ended <-chan struct{} // there is nothing to wait for any more
}

func (l lazyReader) Read(b []byte) (int, error) {
	select {
	case <-l.asked:
	case <-l.ended:
	case <-time.After(lookEvery):
	}
	return l.Reader.Read(b)
}

// follow reads the notes until r ends. A note is two lines: "frame:3
// pts:250000 pts_time:0.25" and "in=1" or "out=1"; one of a key picture, before its "in", is what keyNote prints. A
// line that ffmpeg has only begun to log may stand before either.
func (t *timeline) follow(ctx context.Context, r io.Reader) {
	r = lazyReader{r, t.asked, ctx.Done()}
	lines := bufio.NewReaderSize(r, 1<<16) // all that is in a pipe: a damaged file may log more than it has pictures
	var pts int64
	var known bool
	var ins []arrival // that may still be the source of a frame
	for {
		b, err := lines.ReadSlice('\n') // or as much of a line as there is room for
		if err != nil && len(b) == 0 {
			break
		}
		switch line := strings.TrimRight(string(b), "\r\n"); {
		case strings.Contains(line, "frame:") && strings.Contains(line, " pts_time:"):
			pts, known = notePTS(line)
		case strings.HasSuffix(line, "in=1") && known:
			ins = append(ins, arrival{time.Duration(pts) * time.Microsecond, t.damage.next()})
		case strings.HasSuffix(line, "out=1") && known:
			t.mu.Lock()
			var src frameSource
			ins, src = sourceOf(int(pts), ins)
			// A change of picture size restarts ffmpeg's filters, and the
			// fps filter then begins at frame 0 again; ffmpeg drops what it
			// has had.
			if int(pts) == t.base+len(t.frames) {
				t.frames = append(t.frames, src)
				t.more.Signal()
			}
			t.mu.Unlock()
		case strings.HasSuffix(line, keyLine):
			t.damage.key = true
		default:
			t.damage.note(line)
			t.log.Write(b)
		}
	}
	t.mu.Lock()
	t.closed = true
	t.more.Signal()
	t.mu.Unlock()
}

func notePTS(line string) (int64, bool) {
	_, rest, ok := strings.Cut(line, " pts:")
	if !ok {
		return 0, false
	}
	num, _, _ := strings.Cut(rest, " ")
	pts, err := strconv.ParseInt(num, 10, 64)
	return pts, err == nil
}

// frameOf returns the frame nearest to a time, as the fps filter rounds.
func frameOf(t time.Duration) int {
	return int((t + FrameDuration/2) / FrameDuration)
}

// sourceOf finds the picture that frame n shows, the last one that rounds to n or
// before, or else the first, and drops older ones from ins.
func sourceOf(n int, ins []arrival) ([]arrival, frameSource) {
	for len(ins) > 1 && frameOf(ins[1].at) <= n {
		ins = ins[1:]
	}
	src := frameSource{start: FrameTime(n), until: FrameTime(n)}
	if len(ins) > 0 {
		src.start, src.spoilt = ins[0].at, ins[0].spoilt
	}
	if len(ins) > 1 {
		src.until = ins[1].at
	}
	return ins, src
}

// about reports whether frame n, which has been read, repeats a picture into a
// gap, and whether that is spoilt, see damage. Frames are to be asked for in order.
func (t *timeline) about(n int) (missing, spoilt bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n >= t.base+len(t.frames) && !t.closed {
		select {
		case t.asked <- struct{}{}:
		default:
		}
		t.more.Wait()
	}
	if n < t.base || n >= t.base+len(t.frames) {
		return false, false
	}
	src := t.frames[n-t.base]
	t.frames = t.frames[n-t.base+1:]
	t.base = n + 1
	first := frameOf(src.start)
	if n < first {
		return src.start > minLead, src.spoilt
	}
	return n > first && max(src.until, FrameTime(n))-src.start > maxStill, src.spoilt
}
