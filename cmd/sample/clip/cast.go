package clip

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// A speaker speaks sentences in one voice. It uses every text before it repeats one.
type speaker struct {
	voice  speech.Voice
	random *rand.Rand // lengths of the pauses
	texts  []string   // sentences to choose from
	used   int        // number of sentences taken from texts so far
}

// A recording is speech on a time line.
type recording struct {
	samples []float64      // at speech.Rate, from time 0
	lines   []Line         // the sentences, in order
	phones  []speech.Phone // in order; their times are on the time line
}

// end returns the end of the recording in seconds.
func (r *recording) end() float64 { return float64(len(r.samples)) / speech.Rate }

// add adds an utterance that starts at a time in seconds.
func (r *recording) add(u *speech.Utterance, at float64) {
	n := int(at * speech.Rate)
	at = float64(n) / speech.Rate
	for len(r.samples) < n {
		r.samples = append(r.samples, 0)
	}
	r.samples = append(r.samples[:n], u.Samples...)
	r.lines = append(r.lines, Line{Interval{at, at + u.Duration()}, u.Text})
	for _, p := range u.Phones {
		p.Start, p.End, p.Release = p.Start+at, p.End+at, p.Release+at
		r.phones = append(r.phones, p)
	}
}

// nextText returns the next of the speaker's sentences.
func (s *speaker) nextText() string {
	t := s.texts[s.used%len(s.texts)]
	s.used++
	return t
}

// speak speaks from start to about end, both in seconds: the sentences of script, or
// the speaker's own sentences if script is empty. An end of 0 or less means the end of
// the script.
func (s *speaker) speak(ctx context.Context, script []string, start, end float64) (*recording, error) {
	r := &recording{}
	at := start
	own := len(script) == 0
	for {
		var text string
		switch {
		case len(script) > 0:
			text, script = script[0], script[1:]
		case own && at < end:
			text = s.nextText()
		default:
			return r, nil
		}
		u, err := s.voice.Say(ctx, text)
		if err != nil {
			return nil, err
		}
		if end > 0 && at+u.Duration() > end {
			if own && len(r.lines) > 0 {
				return r, nil
			}
			// The clip ends within this sentence.
			r.add(u, at)
			return r, nil
		}
		r.add(u, at)
		at += u.Duration() + .3 + .5*s.random.Float64()
	}
}

// speakFor returns a recording of exactly want seconds. It speaks one of the speaker's
// sentences that lasts about as long, at a speed that makes it fit. If there is none,
// it speaks several sentences and cuts the last.
func (s *speaker) speakFor(ctx context.Context, want float64) (*recording, error) {
	var best *speech.Utterance
	least := math.Inf(1)
	for range min(8, len(s.texts)) {
		u, err := s.voice.Say(ctx, s.nextText())
		if err != nil {
			return nil, err
		}
		if misfit := math.Abs(math.Log(u.Duration() / want)); misfit < least {
			best, least = u, misfit
		}
	}
	r := &recording{}
	if least < math.Log(1.3) {
		voice := s.voice
		for range 3 {
			voice.Speed = int(math.Round(float64(voice.Speed) * best.Duration() / want))
			u, err := voice.Say(ctx, best.Text)
			if err != nil {
				return nil, err
			}
			best = u
		}
		r.add(best, max(0, (want-best.Duration())/2))
	} else {
		for at := 0.0; at < want; at = r.end() + .35 {
			u, err := s.voice.Say(ctx, s.nextText())
			if err != nil {
				return nil, err
			}
			r.add(u, at)
		}
	}
	n := int(math.Round(want * speech.Rate))
	r.samples = append(r.samples, make([]float64, n)...)[:n]
	for i := range r.lines {
		r.lines[i].End = min(r.lines[i].End, want)
	}
	return r, nil
}

// pickVoice returns v with random values for its empty fields. Variants ("en-us+f3")
// differ in timbre. The variant is a female one if feminine is true, else a male one.
func pickVoice(r *rand.Rand, v speech.Voice, feminine bool) speech.Voice {
	languages := []string{"en-us", "en-us", "en-us", "en-gb", "en-gb", "de", "es", "fr", "it"}
	male := []string{"", "+m1", "+m3", "+m7", "+m8"}
	female := []string{"+f1", "+f2", "+f3", "+f4"}
	language, variant, pitch, speed := languages[r.IntN(len(languages))], male[r.IntN(len(male))], 30+r.IntN(30), 135+r.IntN(35)
	if feminine {
		variant, pitch = female[r.IntN(len(female))], 45+r.IntN(30)
	}
	if v.Name == "" {
		v.Name = language + variant
	}
	if v.Pitch == 0 {
		v.Pitch = pitch
	}
	if v.Speed == 0 {
		v.Speed = speed
	}
	return v
}
