package video

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxStill is how long a picture may be repeated before its repetitions count as missing: no
// camera is that slow, and a face that is frozen for so long says nothing.
const maxStill = time.Second

// minLead is the longest delay of the first picture that leaves no gap: sound often begins
// slightly earlier, by the time that its codec needs to start.
const minLead = 3 * FrameDuration / 2

// A timeline records for each frame whether the file has a picture for it.
//
// ffmpeg's fps filter repeats the picture before a gap, and the first picture into a leading
// gap, without reporting either. Therefore the filter chain prints a note before and after that
// filter, into one pipe: "in" with the time of each picture that arrives, "out" with the number
// of each frame that leaves. The fps filter releases a picture only when the next one has
// arrived or the stream has ended. So the notes before "out n" determine frame n, and
// waiting for "out n" after frame n was read cannot deadlock.
//
// The pipe is ffmpeg's standard error. Errors of the decoder appear among the notes where they
// occurred, which shows which pictures may be corrupt.
type timeline struct {
	mu     sync.Mutex
	more   *sync.Cond
	frames []frameSource // from frame base on, those not yet queried
	base   int
	sounds []soundPiece  // not yet queried
	at     int64         // timestamp of the next of them
	shown  time.Duration // time of the last picture
	closed bool
	asked  chan struct{} // a reader waits for a note
	log    *stderrLog    // gets the errors in pictures and sound
	other  stderrLog     // gets the other errors
	damage damage
}

// A frameSource is the picture that one frame shows.
type frameSource struct {
	start   time.Duration // time of the picture
	until   time.Duration // time of the next one, or of this frame if the stream has ended
	corrupt bool          // the picture may be corrupt, see damage
}

// An arrival is a picture that reached the timeline.
type arrival struct {
	at      time.Duration
	corrupt bool
}

// newTimeline returns an empty timeline. kindOf classifies a line of ffmpeg's log. Errors in
// pictures and sound go to log.
func newTimeline(log *stderrLog, kindOf func(line string) errorKind) *timeline {
	t := &timeline{asked: make(chan struct{}, 1), log: log, damage: damage{kindOf: kindOf}}
	t.more = sync.NewCond(&t.mu)
	return t
}

// timelineFilters returns the filters that convert pictures to 25/s and print the notes that
// follow reads. The time base is microseconds because ffmpeg prints seconds with only six
// digits. delay is subtracted from the timestamps.
func timelineFilters(delay time.Duration) string {
	print := func(key string) string {
		return "metadata=mode=add:key=" + key + ":value=1,metadata=mode=print:key=" + key + ":direct=1:file='pipe\\:2'"
	}
	early := ""
	if delay > 0 {
		early = fmt.Sprintf("setpts=PTS-%d,", delay.Microseconds())
	}
	return "settb=AVTB," + early + print("in") + ",fps=" + strconv.Itoa(FrameRate) + ":start_time=0," + print("out")
}

// lookEvery is how often notes are read while nobody waits for one. ffmpeg writes four lines a
// picture; reading each one at once would cost as many system calls.
const lookEvery = 20 * time.Millisecond

// noteBuffer is the size of a pipe on Linux, in bytes, so that one read empties it: a damaged file
// may log more lines than it has pictures.
const noteBuffer = 1 << 16

// A lazyReader reads on request, and every lookEvery so that the pipe does not stay full.
type lazyReader struct {
	io.Reader
	asked <-chan struct{}
	ended <-chan struct{} // closed when nothing is left to wait for
}

func (l lazyReader) Read(b []byte) (int, error) {
	select {
	case <-l.asked:
	case <-l.ended:
	case <-time.After(lookEvery):
	}
	return l.Reader.Read(b)
}

// follow reads the notes until r ends. A note is two lines: "frame:3 pts:250000 pts_time:0.25"
// and "in=1" or "out=1". Before the "in" of a key picture comes the line that keyNote prints.
// The beginning of a log line may precede a note on the same line.
func (t *timeline) follow(ctx context.Context, r io.Reader) {
	r = lazyReader{r, t.asked, ctx.Done()}
	lines := bufio.NewReaderSize(r, noteBuffer)
	var pts int64
	var known bool
	var ins []arrival // pictures that may still be the source of a frame
	for {
		b, err := lines.ReadSlice('\n') // or as much of a line as fits
		if err != nil && len(b) == 0 {
			break
		}
		switch line := strings.TrimRight(string(b), "\r\n"); {
		case strings.Contains(line, "frame:") && strings.Contains(line, " pts_time:"):
			pts, known = notePTS(line)
		case strings.HasSuffix(line, "in=1") && known:
			at := time.Duration(pts) * time.Microsecond
			ins = append(ins, arrival{at, t.damage.next()})
			t.mu.Lock()
			t.shown = max(t.shown, at)
			t.more.Broadcast()
			t.mu.Unlock()
		case strings.HasSuffix(line, "out=1") && known:
			t.mu.Lock()
			var src frameSource
			ins, src = sourceOf(int(pts), ins)
			// A change of picture size restarts ffmpeg's filters: the fps filter counts from
			// frame 0 again, and ffmpeg drops the frames that it has already output.
			if int(pts) == t.base+len(t.frames) {
				t.frames = append(t.frames, src)
				t.more.Broadcast()
			}
			t.mu.Unlock()
		case strings.HasSuffix(line, keyLine):
			t.damage.key = true
		case t.noteSound(line):
		default:
			switch t.damage.note(line) {
			case noError:
				if isErrorLine(line) {
					t.other.Write(b)
				}
			default:
				t.log.Write(b)
			}
		}
	}
	t.mu.Lock()
	t.closed = true
	t.more.Broadcast()
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

// frameOf returns the frame nearest to a time, rounded as by the fps filter.
func frameOf(t time.Duration) int {
	return int((t + FrameDuration/2) / FrameDuration)
}

// sourceOf finds the picture that frame n shows: the last one whose time rounds to frame n or
// an earlier frame, or else the first. It drops older pictures from ins.
func sourceOf(n int, ins []arrival) ([]arrival, frameSource) {
	for len(ins) > 1 && frameOf(ins[1].at) <= n {
		ins = ins[1:]
	}
	src := frameSource{start: FrameTime(n), until: FrameTime(n)}
	if len(ins) > 0 {
		src.start, src.corrupt = ins[0].at, ins[0].corrupt
	}
	if len(ins) > 1 {
		src.until = ins[1].at
	}
	return ins, src
}

// about reports whether frame n, which has been read, repeats a picture into a gap, and whether
// that picture may be corrupt (see damage). Frames must be queried in order.
func (t *timeline) about(n int) (missing, corrupt bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for n >= t.base+len(t.frames) && !t.closed {
		t.ask()
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
		return src.start > minLead, src.corrupt
	}
	return n > first && max(src.until, FrameTime(n))-src.start > maxStill, src.corrupt
}

// noteSound takes a line of soundNote: a timestamp, then a number of samples. It reports whether
// the line is one.
func (t *timeline) noteSound(line string) bool {
	x, ok := readSoundNote(line)
	if !ok {
		return false
	}
	if x < countMark-markReach {
		t.at = int64(x - ptsMark)
		return true
	}
	t.mu.Lock()
	t.sounds = append(t.sounds, soundPiece{t.at, int(x - countMark)})
	t.more.Broadcast()
	t.mu.Unlock()
	return true
}

// sound returns the next piece of sound. It waits for its note; ok is false if the notes have
// ended.
func (t *timeline) sound() (p soundPiece, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.sounds) == 0 && !t.closed {
		t.ask()
		t.more.Wait()
	}
	if len(t.sounds) == 0 {
		return soundPiece{}, false
	}
	p, t.sounds = t.sounds[0], t.sounds[1:]
	return p, true
}

// ask makes follow read at once. t.mu is held.
func (t *timeline) ask() {
	select {
	case t.asked <- struct{}{}:
	default:
	}
}

// reachTimeout is how long reaches waits for a picture.
const reachTimeout = 10 * time.Second

// reaches reports whether there is a picture within longestGap before a time, or after it. It waits
// for the pictures, but not if they make no progress: then it reports false.
func (t *timeline) reaches(ctx context.Context, at time.Duration) bool {
	stop := context.AfterFunc(ctx, t.more.Broadcast)
	defer stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	last, since := t.shown, time.Now()
	timer := time.AfterFunc(reachTimeout, t.more.Broadcast)
	defer timer.Stop()
	for t.shown < at-longestGap && !t.closed && ctx.Err() == nil && time.Since(since) < reachTimeout {
		t.ask()
		t.more.Wait()
		if t.shown > last {
			last, since = t.shown, time.Now()
			timer.Reset(reachTimeout)
		}
	}
	return t.shown >= at-longestGap
}
