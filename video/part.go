package video

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrNoPart: a file does not have the part that was asked for.
var ErrNoPart = errors.New("no such part")

// checkPart returns an error where the part asked for is not in a file of so long, 0
// where that is unknown.
func (o *Options) checkPart(path string, length time.Duration) error {
	switch {
	case o.From < 0 || o.To < 0 || o.To > 0 && o.To <= o.From:
		return fmt.Errorf("reading %q: %w: from %v to %v", path, ErrNoPart, o.From, o.To)
	case length > 0 && o.From >= length:
		return fmt.Errorf("reading %q: %w: from %v, where the file has %v", path, ErrNoPart, o.From, length.Round(10*time.Millisecond))
	}
	return nil
}

// within returns how much of a length, 0 where unknown, is in the part.
func (o *Options) within(length time.Duration) time.Duration {
	if o.To > 0 && (length == 0 || length > o.To) {
		length = o.To
	}
	return max(0, length-o.From)
}

// maxLead is how much before a part is decoded with it: which picture is shown at its
// start follows from those before.
const maxLead = time.Second

// A part is what of a file is decoded.
type part struct {
	seek time.Duration // where ffmpeg begins, from the key picture before that on
	from int           // frames after that, of which the first is the part's
	to   int           // and the one behind its last; 0 for none
}

func (o *Options) part() part {
	lead := min(o.From, maxLead)
	p := part{seek: o.From - lead, from: int(lead / FrameDuration)}
	if o.To > 0 {
		p.to = int((o.To - p.seek) / FrameDuration)
	}
	return p
}

// trim returns the filters that keep the part: "" for pictures, "a" for sound. Both
// then count from its start.
func (p *part) trim(kind string) string {
	if p.from == 0 && p.to == 0 {
		return ""
	}
	f := fmt.Sprintf(",%strim=start=%s", kind, decimalSeconds(FrameTime(p.from)))
	if p.to > 0 {
		f += ":end=" + decimalSeconds(FrameTime(p.to))
	}
	return f + "," + kind + "setpts=PTS-STARTPTS"
}

// decimalSeconds writes a time as ffmpeg reads it.
func decimalSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }
