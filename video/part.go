package video

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrNoPart: a file does not have the requested part.
var ErrNoPart = errors.New("no such part")

// checkPart returns an error if a file of the given length does not have the requested part. A
// length of 0 means unknown.
func (o *Options) checkPart(path string, length time.Duration) error {
	switch {
	case o.From < 0 || o.To < 0 || o.To > 0 && o.To <= o.From:
		return fmt.Errorf("reading %q: %w: from %v to %v", path, ErrNoPart, o.From, o.To)
	case length > 0 && o.From >= length:
		return fmt.Errorf("reading %q: %w: from %v, where the file has %v", path, ErrNoPart, o.From, length.Round(10*time.Millisecond))
	}
	return nil
}

// within returns how much of a length lies in the part. A length of 0 means unknown.
func (o *Options) within(length time.Duration) time.Duration {
	if o.To > 0 && (length == 0 || length > o.To) {
		length = o.To
	}
	return max(0, length-o.From)
}

// unindexedLead is how much is decoded before a part in a container without an index: ffmpeg seeks
// to a time there, not to a key picture, which may lie some seconds earlier.
const unindexedLead = 20 * time.Second

// maxLead is how much is decoded before a part, at most: the pictures before its start decide
// which picture is shown there.
const maxLead = time.Second

// A part is the range of a file that is decoded: frames [from, to), counted from seek.
type part struct {
	seek time.Duration // where ffmpeg starts; it decodes from the key picture before
	from int           // first frame
	to   int           // end, exclusive; 0 means the end of the file
}

// part returns the part of a file. indexed says that ffmpeg's seeking finds the key picture before
// a time.
func (o *Options) part(indexed bool) part {
	most := maxLead
	if !indexed {
		most = unindexedLead
	}
	lead := min(o.From, most)
	p := part{seek: o.From - lead, from: int(lead / FrameDuration)}
	if o.To > 0 {
		p.to = int((o.To - p.seek) / FrameDuration)
	}
	return p
}

// trim returns the filters that keep only the pictures of the part. Timestamps behind them count
// from the start of the part.
func (p *part) trim() string {
	if p.from == 0 && p.to == 0 {
		return ""
	}
	f := ",trim=start=" + decimalSeconds(FrameTime(p.from))
	if p.to > 0 {
		f += ":end=" + decimalSeconds(FrameTime(p.to))
	}
	return f + ",setpts=PTS-STARTPTS"
}

// decimalSeconds formats a time for ffmpeg: seconds, to the microsecond that ffmpeg resolves.
func decimalSeconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }
