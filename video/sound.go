package video

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// soundNote is an ffmpeg expression, for filter asetpts, that keeps the timestamp of a piece of
// sound and prints it and the number of samples, see soundPiece.
const soundNote = "print(2e15+PTS,16)*0+print(3e15+NB_SAMPLES,16)*0+PTS"

// What soundNote adds to a timestamp and to a number of samples, so that both can be told from
// other lines. A float64 holds the sums exactly.
const (
	ptsMark   = 2e15
	countMark = 3e15
	markReach = 5e14
)

// A soundPiece is a piece of decoded sound as ffmpeg delivers it.
type soundPiece struct {
	at      int64 // timestamp, in samples
	samples int   // samples
}

// readSoundNote returns the number that soundNote printed at the end of a line.
func readSoundNote(line string) (x float64, ok bool) {
	number, ok := strings.CutSuffix(line, ".000000")
	if !ok {
		return 0, false
	}
	if i := strings.LastIndexByte(number, ' '); i >= 0 {
		number = number[i+1:]
	}
	x, err := strconv.ParseFloat(number, 64)
	return x, err == nil && x > ptsMark-markReach
}

const (
	// maxJitter is the deviation of a timestamp from the sound before it, in samples, that is
	// ignored: 4 ms. Some containers store milliseconds.
	maxJitter = SampleRate / 250

	// maxStretch is the deviation, in samples, that is corrected by stretching the sound: 50 ms, as
	// of a recorder whose clock is wrong. A larger one is a gap, or an overlap.
	maxStretch = SampleRate / 20

	// stretchShare is the reciprocal of the largest share of a piece by which it is stretched.
	stretchShare = 50
)

// A soundReader puts the sound on the timeline of the pictures. ffmpeg's own filters cannot: they
// start again whenever the number of channels or the sample rate changes. A piece of sound is
// placed at its timestamp: a gap is filled with silence, an overlap is cut, and a slow deviation
// is corrected by linear interpolation.
type soundReader struct {
	raw  *bufio.Reader
	file batchingReader
	ctx  context.Context
	line *timeline
	done atomic.Bool

	delay   int64 // samples by which the decoder's sound is late
	next    int64 // timestamp of the next sample to deliver
	end     int64 // timestamp at which the sound ends; 0: none
	started bool  // something was delivered
	ended   bool
	pending []byte // samples to deliver
	buffer  []byte
}

func newSoundReader(ctx context.Context, f batchingReader, line *timeline, p part, delay int64) *soundReader {
	r := &soundReader{raw: bufio.NewReaderSize(f, 1<<16), file: f, ctx: ctx, line: line, delay: delay, next: samplesOf(FrameTime(p.from))}
	if p.to > 0 {
		r.end = samplesOf(FrameTime(p.to))
	}
	return r
}

func samplesOf(d time.Duration) int64 { return int64(d) * SampleRate / int64(time.Second) }

// Read implements io.Reader. It distinguishes the end of the sound from a cancelled decoding.
func (r *soundReader) Read(b []byte) (int, error) {
	for len(r.pending) == 0 {
		if err := r.fill(); err != nil {
			if cerr := r.ctx.Err(); cerr != nil {
				return 0, cerr
			}
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				r.done.Store(true)
				return 0, io.EOF
			}
			return 0, err
		}
	}
	n := copy(b, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

// fill makes samples pending: a piece of sound, or part of the silence before it.
func (r *soundReader) fill() error {
	if _, err := r.raw.Peek(1); err != nil {
		return err
	}
	piece, ok := r.line.sound()
	if !ok { // the notes have ended before the sound
		piece = soundPiece{r.next + r.delay, r.raw.Buffered() / 2}
	}
	if piece.at == math.MinInt64 {
		piece.at = r.next + r.delay
	}
	if cap(r.buffer) < 2*piece.samples {
		r.buffer = make([]byte, 2*piece.samples)
	}
	samples := r.buffer[:2*piece.samples]
	n, err := io.ReadFull(r.raw, samples)
	samples = samples[:n&^1]
	if err != nil && n == 0 {
		return err
	}
	r.place(piece.at, samples)
	return nil
}

// place appends samples with a timestamp to pending.
func (r *soundReader) place(at int64, samples []byte) {
	off := at - r.delay - r.next
	switch {
	case r.ended:
		return
	case !r.started || off < -maxStretch || off > maxStretch:
		if off > 0 && !r.silence(off) {
			return
		}
		if off < 0 {
			samples = samples[min(2*-off, int64(len(samples))):]
		}
	case off < -maxJitter || off > maxJitter:
		n := int64(len(samples) / 2)
		most := max(n/stretchShare, 1)
		samples = stretched(samples, int(n+min(max(off, -most), most)))
	}
	r.deliver(samples)
}

// deliver appends samples to pending, up to the end.
func (r *soundReader) deliver(samples []byte) {
	if r.end > 0 && r.next+int64(len(samples)/2) >= r.end {
		samples = samples[:2*max(0, r.end-r.next)]
		r.ended = true
	}
	r.started = r.started || len(samples) > 0
	r.pending = append(r.pending, samples...)
	r.next += int64(len(samples) / 2)
}

// silence appends n samples of silence, if the pictures go on for so long; else the sound ends.
func (r *soundReader) silence(n int64) bool {
	if n > samplesOf(longestGap) && !r.line.reaches(r.ctx, time.Duration(r.next+n)*time.Second/SampleRate) {
		r.ended = true
		return false
	}
	r.deliver(make([]byte, 2*n))
	return !r.ended
}

// stretched returns samples, 16 bits each, interpolated linearly to n samples.
func stretched(samples []byte, n int) []byte {
	old := len(samples) / 2
	if old < 2 || n < 1 {
		return samples
	}
	at := func(i int) float64 { return float64(int16(uint16(samples[2*i]) | uint16(samples[2*i+1])<<8)) }
	out := make([]byte, 2*n)
	for i := range n {
		x := float64(i) * float64(old-1) / float64(max(n-1, 1))
		k := min(int(x), old-2)
		v := uint16(int16(math.Round(at(k) + (x-float64(k))*(at(k+1)-at(k)))))
		out[2*i], out[2*i+1] = byte(v), byte(v>>8)
	}
	return out
}

func (r *soundReader) close() { r.file.Close() }
