package video

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxAspect is the largest aspect ratio of a pixel, either way. A larger one is taken to be
// corrupt.
const maxAspect = 8

// shown returns the size of the picture as a player shows it, and the clockwise rotation in
// degrees that makes it upright. Pixels that are not square change the width, never the height,
// as in players.
func (s *probeStream) shown() (w, h, rotation int) {
	w, h = s.Width, s.Height
	if num, den := ratio(s.SAR, ":"); num > 0 && den > 0 && num <= maxAspect*den && den <= maxAspect*num {
		w = max(1, int(math.Round(float64(w)*float64(num)/float64(den))))
	}
	for _, d := range s.SideData {
		if d.Rotation == nil || math.IsNaN(*d.Rotation) || math.Abs(*d.Rotation) > 360 {
			continue
		}
		// The display matrix counts anticlockwise.
		rotation = (int(math.Round(-*d.Rotation)) + 720) % 360
		if rotation == 90 || rotation == 270 {
			w, h = h, w
		}
		break
	}
	return w, h, rotation
}

// interlaced reports whether the pictures consist of fields. DV always has two (IEC 61834-2),
// whatever field order ffprobe reports.
func (s *probeStream) interlaced() bool {
	switch s.FieldOrder {
	case "tt", "bb", "tb", "bt":
		return true
	}
	return s.Codec == "dvvideo"
}

// dense reports whether pictures come faster than 25/s and all gaps together are shorter than
// maxStill. This needs a container that counts its pictures (ISO media); in others, the mean
// rate is only what the file declares.
func (s *probeStream) dense() bool {
	average, base := rate(s.FrameRate), rate(s.BaseRate)
	missing := seconds(s.Start).Seconds() + seconds(s.Duration).Seconds()*(1-average/base)
	return base > 0 && average > FrameRate && missing < maxStill.Seconds()
}

// slow reports whether pictures come less than once in longestGap: such a file shows no mouth that
// moves.
func (s *probeStream) slow() bool {
	rate := max(rate(s.FrameRate), rate(s.BaseRate))
	return rate > 0 && rate*longestGap.Seconds() < 1
}

// rate parses a fraction; 0 if there is none.
func rate(s string) float64 {
	num, den := ratio(s, "/")
	return float64(num) / float64(max(den, 1))
}

// decodedSize returns the even size at which a picture of w x h shown pixels is decoded so that
// its longer side is at most maxSide, and the number of shown pixels per decoded pixel.
func decodedSize(w, h, maxSide int) (dw, dh int, scale float64) {
	scale = 1
	if long := max(w, h); long > maxSide {
		scale = float64(long) / float64(maxSide)
	}
	even := func(n int) int { return max(2, 2*int(math.Round(float64(n)/scale/2))) }
	return even(w), even(h), scale
}

// maxSeconds is the longest time that is believed, 30 years; a time.Duration holds nine times more.
const maxSeconds = 1e9

// seconds parses a decimal number of seconds; 0 if there is none.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > maxSeconds {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// clockTime parses "00:00:08.040000000", as Matroska's tag DURATION has it; 0 if it is none.
func clockTime(s string) time.Duration {
	var h, m int
	var sec float64
	if n, err := fmt.Sscanf(s, "%d:%d:%f", &h, &m, &sec); n != 3 || err != nil || h < 0 || m < 0 || sec < 0 || float64(h) > maxSeconds/3600 {
		return 0
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec*float64(time.Second))
}

// ratio parses two integers separated by sep; 0, 0 if there are none.
func ratio(s, sep string) (num, den int) {
	a, b, ok := strings.Cut(s, sep)
	if !ok {
		return 0, 0
	}
	num, err1 := strconv.Atoi(a)
	den, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	return num, den
}
