package video

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// SampleRate is the rate of the sound that a Source delivers, in samples/s.
const SampleRate = 16000

// DefaultMaxSide is the longer side, in pixels, to which larger pictures are reduced when
// decoded. The face mesh sees a face at 192 pixels, so more pixels add nothing unless the face
// is a sixth of the picture or less.
const DefaultMaxSide = 1280

// Options select what is decoded. The zero value decodes pictures and sound.
type Options struct {
	MaxSide int  // greatest longer side of the decoded pictures, in pixels; 0 means DefaultMaxSide
	NoVideo bool // skip the pictures; a file without any is then no error
	NoSound bool // skip the sound

	From, To time.Duration // the part to decode, in player time and whole frames; To 0: to the end

	SoundTrack int // number of the sound track to decode, from 1; 0 means the one that players play
	Channel    int // number of its only channel to decode, from 1 (left); 0 mixes all channels

	File *os.File // decoded in place of the file at path; stays open

	Threads int // decoder threads; 0 means 1; 2 are 1.4 times as fast but cost more CPU time
}

// A Source decodes one file: pictures at 25/s and sound at 16 kHz, both counted from the start
// that a player shows, or from Options.From.
//
// One ffmpeg process decodes both and writes to two pipes, because only one process gives both
// the same timeline in every container. Pictures and sound must therefore be read at the same
// time, by two goroutines: ffmpeg stops when one pipe is full, and then the other runs dry.
type Source struct {
	input   *input
	info    Info
	width   int // of the decoded pictures
	height  int
	stored  [2]int        // declared width and height of the stored pictures, turned upright
	length  time.Duration // declared, of the decoded part, 0 if unknown
	end     time.Duration // declared, of its pictures, 0 if unknown
	part    part
	ctx     context.Context
	cancel  context.CancelFunc
	cmd     *exec.Cmd
	process *process
	watch   *time.Timer
	stall   stall
	log     *stderrLog
	picture *os.File // nil with NoVideo
	frames  y4mReader
	sound   *soundReader
	notes   *os.File
	line    *timeline
	follow  sync.WaitGroup

	next      int // number of the next frame
	corrupt   int // frames read that may be corrupt
	pictureOK atomic.Bool

	closing  sync.Once
	closeErr error
	warnings []string
}

// Open starts to decode a file. The decoding ends when ctx is cancelled. The caller must always
// close the Source.
//
// Errors are ErrNotMedia, ErrNoPicture (also for a cover picture or a still), ErrNoSound (only
// with NoVideo), ErrNoTrack, ErrNoPart, ErrNotRegular, ErrNoFFmpeg, or those of package os.
func Open(ctx context.Context, path string, o Options) (*Source, error) {
	in, err := openInput(path, o.File)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, in, o)
	if err != nil {
		in.close()
	}
	return s, err
}

// open is Open for an input, which it closes with the Source.
func open(ctx context.Context, in *input, o Options) (*Source, error) {
	path := in.path
	pr, err := probe(ctx, in)
	if err != nil {
		return nil, err
	}
	silent := len(pr.audioStreams) == 0
	switch {
	case !o.NoVideo && pr.videoStream < 0 && pr.cover:
		return nil, fmt.Errorf("reading %q: %w, only a still picture", path, ErrNoPicture)
	case !o.NoVideo && pr.videoStream < 0 && silent:
		return nil, fmt.Errorf("reading %q: %w: it has neither pictures nor sound", path, ErrNotMedia)
	case !o.NoVideo && pr.videoStream < 0:
		return nil, fmt.Errorf("reading %q: %w", path, ErrNoPicture)
	case o.NoVideo && (silent || o.NoSound):
		return nil, fmt.Errorf("reading %q: %w", path, ErrNoSound)
	}
	if pr.encrypted && !o.NoVideo {
		return nil, fmt.Errorf("reading %q: %w: its pictures are encrypted (DRM): scan a copy without encryption", path, ErrDecode)
	}
	if pr.slow && !o.NoVideo {
		return nil, fmt.Errorf("reading %q: %w, only pictures more than %v apart", path, ErrNoPicture, longestGap)
	}
	if err := pr.choose(o.SoundTrack, o.Channel); err != nil {
		return nil, err
	}
	if err := o.checkPart(path, pr.info.Duration); err != nil {
		return nil, err
	}
	s := &Source{input: in, info: pr.info, end: pr.videoEnd, log: &stderrLog{}}
	s.line = newTimeline(s.log, pr.logged)
	if s.end == 0 && !pr.others { // a subtitle may outlast the pictures
		s.end = s.info.Duration
	}
	s.warnings = pr.remarks()
	s.length, s.end = o.within(s.info.Duration), o.within(s.end)
	if o.MaxSide <= 0 {
		o.MaxSide = DefaultMaxSide
	}
	if pr.videoStream >= 0 {
		s.width, s.height, s.info.Scale = decodedSize(s.info.Width, s.info.Height, o.MaxSide)
		s.stored = pr.stored
	}
	s.line.damage.intra = slices.Contains(intraOnly, s.info.VideoCodec)
	if err := s.start(ctx, pr, o); err != nil {
		return nil, err
	}
	return s, nil
}

// pipeSize is the size, in bytes, that an unprivileged process may request for a pipe on Linux:
// half a minute of sound, or most of a 1280x720 picture.
const pipeSize = 1 << 20

// start runs ffmpeg: pictures on descriptor 3, sound on the next one, notes among the log
// lines.
func (s *Source) start(ctx context.Context, pr *probed, o Options) (err error) {
	// Filters and encoders do almost nothing here: threads would cost more than they save.
	args := []string{"-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+level+warning", "-filter_threads", "1"}
	args = append(append(args, inputGuards...), pr.options...)
	// Where the picture's size changes, filter scale adapts; filters made anew would start again.
	args = append(args, "-threads", strconv.Itoa(max(1, o.Threads)), "-reinit_filter:v", "0")
	if s.part = o.part(pr.indexed()); s.part.seek > 0 {
		args = append(args, "-ss", decimalSeconds(s.part.seek))
	}
	args = append(args, "-i", "")
	inputAt := len(args) - 1 // set when its descriptor is known
	s.ctx, s.cancel = context.WithCancel(ctx)
	var child []*os.File // ffmpeg's ends of the pipes
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
		filters := []string{"select='" + withinGap() + "+" + keyNote + "'"}
		if s.info.Interlaced && min(s.info.Width, s.info.Height) >= fewestRows {
			filters = append(filters, deinterlace)
		}
		// Pictures are reduced before the timeline repeats them: if one picture lasts for
		// minutes, ffmpeg holds all its repetitions at once, and they share memory only if no
		// later filter changes them. If the timeline only drops pictures (dense), it comes first.
		small := s.scaleFilters()
		line := timelineFilters(pr.delay) + s.part.trim()
		if pr.dense {
			small, line = line, small
		}
		filters = append(filters, small, line)
		args = append(args, "-map", "0:"+strconv.Itoa(pr.videoStream), "-vf", strings.Join(filters, ","),
			"-threads", "1", "-f", "yuv4mpegpipe", "pipe:3")
	}
	if s.info.SoundTrack > 0 && !o.NoSound && pr.readable(s.info.SoundTrack-1) {
		r, err := ours(openPipe())
		if err != nil {
			return err
		}
		widen(r, pipeSize)
		s.sound = newSoundReader(s.ctx, batchingReader{r}, s.line, s.part, pr.soundDelay())
		filters := "aselect='" + withinGap() + "'," + pr.mix() + "aresample=" + strconv.Itoa(SampleRate) +
			",aformat=sample_fmts=s16:channel_layouts=mono,asetpts='" + soundNote + "'"
		if s.part.to > 0 { // so that ffmpeg stops there
			filters += ",atrim=end=" + decimalSeconds(FrameTime(s.part.to)+longestGap)
		}
		args = append(args, "-map", "0:"+strconv.Itoa(pr.audioStreams[s.info.SoundTrack-1]), "-af", filters,
			"-c:a", "pcm_s16le", "-threads", "1", "-f", "s16le", fmt.Sprintf("pipe:%d", 2+len(child)))
	}
	s.cmd = command(s.ctx, "ffmpeg", args...)
	if s.notes, err = ours(openPipe()); err != nil {
		return err
	}
	s.cmd.Stderr = child[len(child)-1]
	s.cmd.ExtraFiles = child[: len(child)-1 : len(child)-1]
	s.cmd.Args[1+inputAt] = s.input.attach(s.cmd)
	if s.process, err = start(s.cmd); err != nil {
		return startError(err)
	}
	s.watch = time.AfterFunc(stallTimeout/4, s.checkStall)
	s.follow.Go(func() { s.line.follow(s.ctx, s.notes) })
	return nil
}

// scaleFilters returns the filters that bring every picture to the decoded size. A picture of
// another shape than the declared one keeps its shape, with black beside it.
func (s *Source) scaleFilters() string {
	fit := func(side, of string) string {
		return fmt.Sprintf("if(eq(iw,%[1]d)*eq(ih,%[2]d)+eq(iw*sar*%[4]d,ih*%[3]d),%[5]s,max(2,2*round(%[6]s*min(%[3]d/(iw*sar),%[4]d/ih)/2)))",
			s.stored[0], s.stored[1], s.width, s.height, side, of)
	}
	return fmt.Sprintf("scale=w='%s':h='%s':eval=frame:flags=%s:out_range=tv,pad=%d:%d:(ow-iw)/2:(oh-ih)/2:eval=frame,setsar=1,format=yuv420p",
		fit(strconv.Itoa(s.width), "iw*sar"), fit(strconv.Itoa(s.height), "ih"), scaleFlags, s.width, s.height)
}

// longestGap is the longest accepted gap between the timestamps of two pictures, or two pieces
// of sound. Wrong timestamps in a damaged file would make ffmpeg fill hours and all memory.
const longestGap = time.Minute

// farthestGap is the longest gap that is filled. What follows a longer one is left out.
const farthestGap = 10 * time.Minute

// withinGap returns an ffmpeg expression that is true for a picture or a piece of sound whose
// timestamp is unknown, within longestGap of the last one selected (0 at the start), or within
// longestGap of the one before. If the one before was not selected and the two agree, the file
// does have a gap or restarts its clock.
func withinGap() string {
	return fmt.Sprintf("isnan(t)+(lt(abs(t-if(isnan(prev_selected_t),0,prev_selected_t)),%[1]g)+lt(abs(t-prev_t),%[1]g))*lt(t-if(isnan(prev_selected_t),0,prev_selected_t),%[2]g)",
		longestGap.Seconds(), farthestGap.Seconds())
}

// deinterlace reduces an interlaced picture to its first field, whose time is that of the
// picture. Otherwise a mouth would appear at two moments at once, in stripes. ffmpeg's bwdif
// keeps the rows of both fields where nothing moves and interpolates elsewhere (BBC R&D's
// Weston filter). Pictures that are not marked as interlaced pass unchanged.
const deinterlace = "bwdif=mode=send_frame:deint=interlaced"

// fewestRows is the smallest number of rows, and of columns, that bwdif accepts.
const fewestRows = 4

// scaleFlags select how pictures are reduced: bilinear, over the area that becomes one pixel.
const scaleFlags = "bilinear"

// Length returns the declared length of the decoded part; 0 if unknown.
func (s *Source) Length() time.Duration { return s.length }

// Info returns what the file declares about itself.
func (s *Source) Info() Info { return s.info }

// Next reads the next picture into p, whose planes it reuses if they are large enough. It
// returns io.EOF after the last picture, even if the file is cut off or damaged there: Close
// and Warnings report that.
func (s *Source) Next(p *Picture) error {
	if s.picture == nil {
		return io.EOF
	}
	size := s.width * s.height
	p.Index, p.Missing, p.Corrupt, p.Width, p.Height = s.next, false, false, s.width, s.height
	planes := resize(p.Y, size*3/2) // contiguous, so that one read can fill all three
	p.Y, p.U, p.V = planes[:size], planes[size:size*5/4], planes[size*5/4:]
	s.stall.begin()
	err := s.frames.next(planes)
	s.stall.end()
	if err != nil {
		if s.stall.found.Load() {
			return fmt.Errorf("reading %q: %w: ffmpeg made no progress for %v", s.info.Path, ErrDecode, stallTimeout)
		}
		if cerr := s.ctx.Err(); cerr != nil {
			return cerr
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			s.pictureOK.Store(true)
			return io.EOF
		}
		return fmt.Errorf("reading %q: %w", s.info.Path, WithoutPath(err))
	}
	p.Missing, p.Corrupt = s.line.about(s.part.from + s.next)
	if p.Corrupt {
		s.corrupt++
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

// Sound returns the sound as raw samples: 16 kHz, mono, signed 16-bit little-endian. A goroutine of
// its own must read it to its end while pictures are read. Sound returns nil if the file has no
// sound or NoSound was set.
func (s *Source) Sound() io.Reader {
	if s.sound == nil {
		return nil
	}
	return s.sound
}

// Close ends the decoding, waits for ffmpeg and frees everything. If pictures and sound were
// read to their ends, it returns an error if ffmpeg could not decode the file or ctx was
// cancelled. Otherwise it stops ffmpeg and returns nil. Close may be called more than once.
// Reads after Close fail.
func (s *Source) Close() error {
	s.closing.Do(func() {
		whole := (s.picture == nil || s.pictureOK.Load()) && (s.sound == nil || s.sound.done.Load())
		if !whole {
			s.cancel()
			s.closePipes()
		}
		err := s.process.wait()
		s.watch.Stop()
		cancelled := whole && s.ctx.Err() != nil
		s.cancel()
		s.follow.Wait()
		s.input.close()
		s.closePipes()
		switch {
		case !whole:
		case cancelled:
			s.closeErr = context.Canceled
		default:
			s.closeErr = s.diagnose(err)
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
		s.sound.close()
	}
}

// DamageWarning is the prefix of those Warnings that report what could not be decoded.
const DamageWarning = "damaged"

// missingEnd, and one part in missingPart of the declared duration, may be missing together without
// a warning: containers round, and sound is often slightly longer than the pictures.
const (
	missingEnd  = time.Second
	missingPart = 50 // 2 %
)

// diagnose determines, after the end of the decoding, what went wrong.
func (s *Source) diagnose(exit error) error {
	lines := s.log.all(s.input)
	if s.picture != nil && s.next == 0 || s.picture == nil && exit != nil {
		what := "no picture could be decoded"
		if s.picture == nil {
			what = "the sound could not be decoded"
		}
		if last := cmp.Or(s.log.last(s.input), s.line.other.last(s.input)); last != "" {
			what += ": " + last
		}
		return fmt.Errorf("reading %q: %w: %s", s.info.Path, ErrDecode, what)
	}
	if s.picture != nil {
		if got := FrameTime(s.next); s.end > 0 && s.end-got > missingEnd+s.end/missingPart {
			s.warnings = append(s.warnings, fmt.Sprintf("cut off: %.1f s announced, pictures for %.1f s", s.end.Seconds(), got.Seconds()))
		}
	}
	if exit != nil {
		s.warnings = append(s.warnings, fmt.Sprintf("ffmpeg stopped early: %v", exit))
	}
	what := DamageWarning + ": "
	if s.part.seek > 0 {
		what = DamageWarning + ", or started between key pictures: "
	}
	for _, l := range lines {
		s.warnings = append(s.warnings, what+l)
	}
	if s.corrupt > 0 {
		s.warnings = append(s.warnings, fmt.Sprintf("%s: %.1f s of pictures may be corrupt, from each error to the next key picture", DamageWarning, FrameTime(s.corrupt).Seconds()))
	}
	return nil
}

// Warnings returns what was wrong with a file whose pictures could be read nevertheless, for
// example that it is cut off; one line each. The list is complete after Close, and empty if the
// reading was stopped early.
func (s *Source) Warnings() []string { return s.warnings }
