package video

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// SampleRate is the rate of the sound that a Source gives, in samples a second.
const SampleRate = 16000

// DefaultMaxSide is the longer side, in pixels, to which larger pictures are
// reduced when decoded. The face mesh sees a face in 192 pixels, so more tells
// it nothing unless the face is a sixth of the picture or less.
const DefaultMaxSide = 1280

// Options say what is decoded. The zero value decodes picture and sound.
type Options struct {
	MaxSide int  // longer side of the pictures at most, in pixels; 0 means DefaultMaxSide
	NoVideo bool // leave the pictures out; a file without any is then no error
	NoSound bool // leave the sound out

	From, To time.Duration // the part to decode, as a player counts, in whole frames; To 0 means up to the end

	SoundTrack int // the sound track to hear, 1 is the first; 0 means the one that players play
	Channel    int // of it this channel alone, 1 is the first (left); 0 means all, mixed

	Threads int // decoder threads; 0 means 1: a second one makes decoding 1.4 times faster but costs more CPU time in all
}

// A Source decodes one file: pictures at 25 a second and sound at 16 kHz, both
// counted from the start that a player shows, or from Options.From.
//
// One ffmpeg process decodes both, since only so do they share a time line in
// every container; it writes to two pipes. Pictures and sound must therefore
// be read at the same time, by two goroutines: when one pipe is full, the other
// runs dry.
type Source struct {
	info    Info
	width   int // of the pictures as decoded
	height  int
	length  time.Duration // announced, of the part that is decoded, 0 where unknown
	end     time.Duration // likewise, of the pictures
	part    part
	ctx     context.Context
	cancel  context.CancelFunc
	cmd     *exec.Cmd
	log     *stderrLog
	picture *os.File // nil with NoVideo
	frames  y4mReader
	sound   *soundReader
	notes   *os.File // likewise
	line    *timeline
	follow  sync.WaitGroup

	next      int // number of the next frame
	spoilt    int // frames read that are
	pictureOK atomic.Bool

	closing  sync.Once
	closeErr error
	warnings []string
}

// Open starts to decode a file. ctx ends the decoding whenever it is cancelled.
// The Source must be closed, whatever becomes of it.
//
// Errors are ErrNotMedia, ErrNoPicture (also for a cover picture or a still),
// ErrNoSound (only with NoVideo), ErrNoTrack, ErrNoPart, ErrNotRegular, ErrNoFFmpeg, or those of package os.
func Open(ctx context.Context, path string, o Options) (*Source, error) {
	if err := checkFile(path); err != nil {
		return nil, err
	}
	pr, err := probe(ctx, path)
	if err != nil {
		return nil, err
	}
	silent := len(pr.audioStreams) == 0
	switch {
	case !o.NoVideo && pr.videoStream < 0 && pr.cover:
		return nil, fmt.Errorf("reading %q: %w, only a still picture", path, ErrNoPicture)
	case !o.NoVideo && pr.videoStream < 0 && silent:
		return nil, fmt.Errorf("reading %q: %w: neither picture nor sound in it", path, ErrNotMedia)
	case !o.NoVideo && pr.videoStream < 0:
		return nil, fmt.Errorf("reading %q: %w", path, ErrNoPicture)
	case o.NoVideo && (silent || o.NoSound):
		return nil, fmt.Errorf("reading %q: %w", path, ErrNoSound)
	}
	if err := pr.choose(o.SoundTrack, o.Channel); err != nil {
		return nil, err
	}
	if err := o.checkPart(path, pr.info.Duration); err != nil {
		return nil, err
	}
	s := &Source{info: pr.info, end: pr.videoEnd, log: &stderrLog{}}
	if s.end == 0 {
		s.end = s.info.Duration
	}
	s.length, s.end = o.within(s.info.Duration), o.within(s.end)
	if o.MaxSide <= 0 {
		o.MaxSide = DefaultMaxSide
	}
	if pr.videoStream >= 0 {
		s.width, s.height, s.info.Scale = decodedSize(s.info.Width, s.info.Height, o.MaxSide)
	}
	if err := s.start(ctx, pr, o); err != nil {
		return nil, err
	}
	return s, nil
}

// pipeSize is what an unprivileged process may ask of a pipe on Linux: half a minute of sound, most
// of a 1280x720 picture.
const pipeSize = 1 << 20

// start runs ffmpeg: pictures on descriptor 3, sound on the one after it, notes among what it logs.
func (s *Source) start(ctx context.Context, pr *probed, o Options) (err error) {
	// Threads in filters and encoders, which do next to nothing here, cost more than they save.
	args := []string{"-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+error", "-filter_threads", "1",
		"-protocol_whitelist", "file,pipe",
		"-threads", strconv.Itoa(max(1, o.Threads))}
	if s.part = o.part(); s.part.seek > 0 {
		args = append(args, "-ss", decimalSeconds(s.part.seek))
	}
	args = append(args, "-i", "file:"+s.info.Path)
	s.ctx, s.cancel = context.WithCancel(ctx)
	var child []*os.File // ffmpeg's ends
	defer func() {
		for _, f := range child {
			f.Close()
		}
		if err != nil {
			s.closePipes()
			s.cancel()
		}
	}()
	ours := func(r, w *os.File, err error) (*os.File, error) {
		if err != nil {
			return nil, fmt.Errorf("opening a pipe: %w", err)
		}
		child = append(child, w)
		return r, nil
	}
	if !o.NoVideo {
		if s.picture, err = ours(openStream(pipeSize)); err != nil {
			return err
		}
		s.frames.r = s.picture
		filters := []string{"select='" + timely() + "+" + keyNote + "'"}
		if s.info.Interlaced && min(s.info.Width, s.info.Height) >= fewestRows {
			filters = append(filters, deinterlace)
		}
		// A picture is made smaller before the time line repeats it: of one that stands for minutes
		// ffmpeg holds all repetitions at once, but what they share only once. Where the time line drops pictures
		// and repeats none, behind it.
		small := fmt.Sprintf("scale=%d:%d:flags=%s:out_range=tv,setsar=1,format=yuv420p", s.width, s.height, scaleFlags)
		line := timelineFilters() + s.part.trim("")
		if pr.dense {
			small, line = line, small
		}
		filters = append(filters, small, line)
		args = append(args, "-map", "0:"+strconv.Itoa(pr.videoStream), "-vf", strings.Join(filters, ","),
			"-threads", "1", "-f", "yuv4mpegpipe", "pipe:3")
	}
	if s.info.SoundTrack > 0 && !o.NoSound {
		r, err := ours(openPipe())
		if err != nil {
			return err
		}
		widen(r, pipeSize)
		s.sound = &soundReader{f: patient{r}, ctx: s.ctx}
		// first_pts=0 begins the sound where the picture begins, async=1 fills
		// gaps with silence instead of closing them.
		filters := "aselect='" + timely() + "',aresample=async=1:first_pts=0" + s.part.trim("a")
		if c := s.info.Channel; c > 0 {
			filters = fmt.Sprintf("pan=mono|c0=c%d,", c-1) + filters
		}
		args = append(args, "-map", "0:"+strconv.Itoa(pr.audioStreams[s.info.SoundTrack-1]), "-af", filters,
			"-ac", "1", "-ar", strconv.Itoa(SampleRate), "-c:a", "pcm_s16le", "-threads", "1",
			"-f", "s16le", fmt.Sprintf("pipe:%d", 2+len(child)))
	}
	s.cmd = command(s.ctx, "ffmpeg", args...)
	s.cmd.ExtraFiles = child
	s.cmd.Stderr = s.log
	if !o.NoVideo {
		if s.notes, err = ours(openPipe()); err != nil {
			return err
		}
		s.cmd.Stderr = child[len(child)-1]
	}
	if err := s.cmd.Start(); err != nil {
		return startError(err)
	}
	if s.notes != nil {
		s.line = newTimeline(s.log, pr.ofPictures)
		s.follow.Go(func() { s.line.follow(s.ctx, s.notes) })
	}
	return nil
}

// longestGap is how far the time of a picture, or of a piece of sound, may lie from that of the one
// before: further on ffmpeg would fill hours, and all memory, where a damaged file has a wrong time.
const longestGap = time.Minute

// timely is true, as an expression of ffmpeg's, of a picture or a piece of sound that is no further than
// longestGap from the one kept last, which is taken to begin at 0, or from the one before it if that was not kept:
// then the file does have a gap, or counts anew.
func timely() string {
	return fmt.Sprintf("isnan(t)+lt(abs(t-if(isnan(prev_selected_t),0,prev_selected_t)),%[1]g)+lt(abs(t-prev_t),%[1]g)", longestGap.Seconds())
}

// deinterlace makes of an interlaced picture that of its first field, at whose time it
// is shown: else a mouth is seen at two moments at once, in stripes. (ffmpeg's bwdif:
// where nothing moves the rows of both fields, elsewhere the interpolation of BBC R&D's
// Weston filter.) Pictures that are not marked as interlaced pass untouched.
const deinterlace = "bwdif=mode=send_frame:deint=interlaced"

// fewestRows and columns are what bwdif takes.
const fewestRows = 4

// scaleFlags choose the reduction of pictures: bilinear over the area that
// becomes one pixel.
const scaleFlags = "bilinear"

// Length returns how long what is decoded is, by what the file announces; 0 where unknown.
func (s *Source) Length() time.Duration { return s.length }

// Info returns what the file says about itself.
func (s *Source) Info() Info { return s.info }

// Next reads the next picture into p, whose planes it uses again where they are
// large enough. It returns io.EOF behind the last picture, also where the file
// is cut off or damaged there: Close and Warnings tell.
func (s *Source) Next(p *Picture) error {
	if s.picture == nil {
		return io.EOF
	}
	size := s.width * s.height
	p.Index, p.Missing, p.Spoilt, p.Width, p.Height = s.next, false, false, s.width, s.height
	planes := resize(p.Y, size*3/2) // one after the other, so that one read may take all
	p.Y, p.U, p.V = planes[:size], planes[size:size*5/4], planes[size*5/4:]
	if err := s.frames.next(planes); err != nil {
		if cerr := s.ctx.Err(); cerr != nil {
			return cerr
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			s.pictureOK.Store(true)
			return io.EOF
		}
		return fmt.Errorf("reading %q: %w", s.info.Path, reason(err))
	}
	p.Missing, p.Spoilt = s.line.about(s.part.from + s.next)
	if p.Spoilt {
		s.spoilt++
	}
	s.next++
	return nil
}

func resize(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

// Sound returns the sound as a WAV stream: 16 kHz, one channel, 16 bits. Its header
// gives no length, since that is not known yet. The stream must be read to its
// end by a goroutine of its own while pictures are read. Sound is nil when the
// file has none or NoSound was set.
func (s *Source) Sound() io.Reader {
	if s.sound == nil {
		return nil
	}
	return s.sound
}

// A soundReader tells the end of the sound from a decoding that was cancelled.
type soundReader struct {
	f    patient
	ctx  context.Context
	done atomic.Bool
}

func (r *soundReader) Read(b []byte) (int, error) {
	n, err := r.f.Read(b)
	if err == nil {
		return n, nil
	}
	if cerr := r.ctx.Err(); cerr != nil {
		return n, cerr
	}
	if errors.Is(err, io.EOF) {
		r.done.Store(true)
	}
	return n, err
}

// Close ends the decoding, waits for ffmpeg and frees everything. Where
// pictures and sound were read to their ends it returns an error when ffmpeg could not
// decode the file; before that it stops ffmpeg and returns nil. It may be called more than
// once. Reading ends with an error then.
func (s *Source) Close() error {
	s.closing.Do(func() {
		whole := (s.picture == nil || s.pictureOK.Load()) && (s.sound == nil || s.sound.done.Load())
		if !whole {
			s.cancel()
			s.closePipes()
		}
		err := s.cmd.Wait()
		cancelled := whole && s.ctx.Err() != nil
		s.cancel()
		s.follow.Wait()
		s.closePipes()
		switch {
		case !whole:
		case cancelled:
			s.closeErr = context.Canceled
		default:
			s.closeErr = s.judge(err)
		}
	})
	return s.closeErr
}

func (s *Source) closePipes() {
	if s.picture != nil {
		s.picture.Close()
	}
	if s.notes != nil {
		s.notes.Close()
	}
	if s.sound != nil {
		s.sound.f.Close()
	}
}

// DamageWarning begins those of the Warnings that tell what could not be decoded.
const DamageWarning = "damaged"

// missingEnd is how much of the announced duration may be absent before it is
// said: containers round, and sound is often a little longer than the pictures.
const missingEnd = time.Second

// judge finds out, after the end of the decoding, what was wrong with it.
func (s *Source) judge(exit error) error {
	lines := s.log.all(s.info.Path)
	if s.picture != nil && s.next == 0 || s.picture == nil && exit != nil {
		what := "no picture could be decoded"
		if s.picture == nil {
			what = "the sound could not be decoded"
		}
		if last := s.log.last(s.info.Path); last != "" {
			what += ": " + last
		}
		return fmt.Errorf("reading %q: %w: %s", s.info.Path, ErrDecode, what)
	}
	if s.picture != nil {
		if got := FrameTime(s.next); s.end > 0 && s.end-got > missingEnd+s.end/50 {
			s.warnings = append(s.warnings, fmt.Sprintf("cut off: %.1f s announced, pictures for %.1f s", s.end.Seconds(), got.Seconds()))
		}
	}
	if exit != nil {
		s.warnings = append(s.warnings, fmt.Sprintf("ffmpeg stopped early: %v", exit))
	}
	what := DamageWarning + ": "
	if s.part.seek > 0 {
		what = DamageWarning + ", or begun between key pictures: "
	}
	for _, l := range lines {
		s.warnings = append(s.warnings, what+l)
	}
	if s.spoilt > 0 {
		s.warnings = append(s.warnings, fmt.Sprintf("%s: %.1f s of pictures may be spoilt, from each error to the next key picture", DamageWarning, FrameTime(s.spoilt).Seconds()))
	}
	return nil
}

// Warnings returns what was wrong with a file of which pictures could be read
// nevertheless, such as its being cut off; one line each. It is complete after
// Close, and empty where the reading was stopped early.
func (s *Source) Warnings() []string { return s.warnings }
