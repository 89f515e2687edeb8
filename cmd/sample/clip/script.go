package clip

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/cmd/sample/face"
	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// FrameRate is the frame rate of every clip, in frames/s.
const FrameRate = 25

// Options describes a clip. The zero value is a genuine clip of ten seconds with the
// person of seed 0.
type Options struct {
	Seed          uint64
	Text          string       // sentences to say; "" picks sentences by seed
	Voice         speech.Voice // fields that are "" or 0 are picked by seed
	Seconds       float64      // length of the clip; 0 is that of Text, or 10 without Text
	Width, Height int          // pixels, even; 0 is 640 x 480

	Lag       time.Duration // delay of the sound relative to the picture; < 0: sound is early
	Replace   *Interval     // sound from other sentences in this interval; nil: none
	Swap      bool          // all sound comes from other sentences
	Silent    bool          // the sound track holds only room noise
	NoSound   bool          // no sound track
	NoFace    bool          // nobody in the picture
	MouthShut bool          // the mouth stays shut
}

// An Interval is a part of the time line, in seconds.
type Interval struct {
	Start float64 `json:"start_s"`
	End   float64 `json:"end_s"`
}

// A Line is one sentence and the interval in which it is spoken.
type Line struct {
	Interval
	Text string `json:"text"`
}

// A Script is a planned clip that is not drawn yet.
type Script struct {
	Options
	Look       face.Look
	Voice      speech.Voice  // complete, unlike Options.Voice
	MouthLines []Line        // sentences that the mouth speaks
	VoiceLines []Line        // sentences that the voice speaks; times before the lag
	Mouth      *speech.Mouth // speaks phones

	frames int
	phones []speech.Phone // phones that the mouth speaks
	sound  []float64      // the final sound at speech.Rate, as long as the frames
}

const (
	leadIn     = .4  // s before the first sentence
	leadOut    = .5  // s after the last sentence
	maxSeconds = 600 // longest clip, s
)

// Plan makes the sound and the mouth movements of a clip. It returns an error if the
// options are invalid or espeak-ng fails.
func Plan(ctx context.Context, o Options) (*Script, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Width == 0 {
		o.Width, o.Height = 640, 480
	}
	s := &Script{Options: o, Look: face.NewLook(o.Seed)}
	r := rand.New(rand.NewPCG(o.Seed, 0x766f696365))
	s.Voice = pickVoice(r, o.Voice, s.Look.Feminine > .5)
	texts := slices.Clone(sentences(s.Voice.Name))
	r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	sp := &speaker{voice: s.Voice, random: r, texts: texts}
	openScale := .85 + .3*r.Float64()

	script := split(o.Text)
	if o.Text != "" && len(script) == 0 {
		return nil, fmt.Errorf("text %q holds no words", o.Text)
	}
	length := o.Seconds
	if length == 0 && o.Text == "" {
		length = 10
	}
	said, err := sp.speak(ctx, script, leadIn, length-leadOut)
	if err != nil {
		return nil, err
	}
	if length == 0 {
		length = said.end() + leadOut
	}
	s.frames = max(1, int(length*FrameRate+.5))
	length = float64(s.frames) / FrameRate
	s.MouthLines = said.lines
	s.phones = said.phones
	if o.MouthShut {
		s.MouthLines, s.phones = nil, nil
	}
	s.Mouth = speech.NewMouth(s.phones, openScale)
	heard, err := s.tamper(ctx, sp, said, length)
	if err != nil {
		return nil, err
	}
	s.sound = inRoom(heard, s.frames*speech.Rate/FrameRate, o.Lag.Seconds(), o.Seed)
	return s, nil
}

// check returns an error if an option is out of range or contradicts another.
func (o *Options) check() error {
	switch {
	case o.Width < 0 || o.Height < 0 || o.Width%2 != 0 || o.Height%2 != 0 || (o.Width == 0) != (o.Height == 0):
		return fmt.Errorf("size %dx%d: width and height must be even and above 0", o.Width, o.Height)
	case o.Width > 4096 || o.Height > 4096 || o.Width != 0 && min(o.Width, o.Height) < 64:
		return fmt.Errorf("size %dx%d: sides must be 64 to 4096", o.Width, o.Height)
	case o.Seconds != 0 && !(o.Seconds >= 1 && o.Seconds <= maxSeconds):
		return fmt.Errorf("length of %g s: must be 1 to %d", o.Seconds, maxSeconds)
	case o.Lag > 5*time.Second || o.Lag < -5*time.Second:
		return fmt.Errorf("lag of %v: must be within 5 s", o.Lag)
	case o.Replace != nil && !(o.Replace.Start >= 0 && o.Replace.End > o.Replace.Start && o.Replace.End <= maxSeconds):
		return fmt.Errorf("interval %g-%g: want 0 <= FROM < TO <= %d", o.Replace.Start, o.Replace.End, maxSeconds)
	case o.Voice.Pitch < 0 || o.Voice.Pitch > 99:
		return fmt.Errorf("pitch %d: must be 1 to 99", o.Voice.Pitch)
	case o.Voice.Speed != 0 && (o.Voice.Speed < 80 || o.Voice.Speed > 300):
		return fmt.Errorf("speed %d: must be 80 to 300 words per minute", o.Voice.Speed)
	case (o.NoSound || o.Silent) && (o.Swap || o.Replace != nil):
		return errors.New("no voice to replace in a clip without a voice")
	case o.Swap && o.Replace != nil:
		return errors.New("replace either an interval or the whole sound, not both")
	}
	return nil
}

// tamper returns the samples of the voice, given those that belong to the mouth (said) and the
// length of the clip in seconds. It sets s.VoiceLines.
func (s *Script) tamper(ctx context.Context, sp *speaker, said *recording, length float64) ([]float64, error) {
	switch {
	case s.Silent || s.NoSound:
		return nil, nil
	case s.Swap:
		other, err := sp.speak(ctx, nil, leadIn, length-leadOut)
		if err != nil {
			return nil, err
		}
		s.VoiceLines = other.lines
		return other.samples, nil
	case s.Replace != nil:
		if s.Replace.Start >= length {
			return nil, fmt.Errorf("interval %g-%g: the clip lasts only %.2f s", s.Replace.Start, s.Replace.End, length)
		}
		end := min(s.Replace.End, length)
		s.Replace = &Interval{s.Replace.Start, end}
		other, err := sp.speakFor(ctx, end-s.Replace.Start)
		if err != nil {
			return nil, err
		}
		for _, l := range said.lines {
			if l.End <= s.Replace.Start || l.Start >= end {
				s.VoiceLines = append(s.VoiceLines, l)
			}
		}
		for _, l := range other.lines {
			l.Start, l.End = l.Start+s.Replace.Start, l.End+s.Replace.Start
			s.VoiceLines = append(s.VoiceLines, l)
		}
		slices.SortFunc(s.VoiceLines, func(a, b Line) int {
			if a.Start < b.Start {
				return -1
			}
			return 1
		})
		return splice(said.samples, other.samples, s.Replace.Start, end), nil
	}
	s.VoiceLines = said.lines
	return said.samples, nil
}

// split cuts a text into sentences and drops those without words.
func split(text string) []string {
	var out []string
	start := 0
	add := func(end int) {
		if t := strings.TrimSpace(text[start:end]); strings.Trim(t, ".!?;: ") != "" {
			out = append(out, t)
		}
		start = end
	}
	for i, r := range text {
		if strings.ContainsRune(".!?;:", r) && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n') {
			add(i + 1)
		}
	}
	add(len(text))
	return out
}
