package clip

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// A cast speaks sentences in one voice, each of its own only once until all
// were used.
type cast struct {
	voice  speech.Voice
	random *rand.Rand
	texts  []string
	used   int
}

// A take is what was spoken, on a time line.
type take struct {
	samples []float64 // from time 0 on
	lines   []Line
	phones  []speech.Phone
}

func (t *take) end() float64 { return float64(len(t.samples)) / speech.Rate }

// add lays an utterance at a time.
func (t *take) add(u *speech.Utterance, at float64) {
	n := int(at * speech.Rate)
	at = float64(n) / speech.Rate
	for len(t.samples) < n {
		t.samples = append(t.samples, 0)
	}
	t.samples = append(t.samples[:n], u.Samples...)
	t.lines = append(t.lines, Line{Stretch{at, at + u.Duration()}, u.Text})
	for _, p := range u.Phones {
		p.Start, p.End, p.Release = p.Start+at, p.End+at, p.Release+at
		t.phones = append(t.phones, p)
	}
}

// next returns the next sentence of the cast's own.
func (c *cast) next() string {
	t := c.texts[c.used%len(c.texts)]
	c.used++
	return t
}

// speak speaks the sentences of a script from a time on, then others up to about the
// end. An end of 0 or less is that of the script.
func (c *cast) speak(ctx context.Context, script []string, start, end float64) (*take, error) {
	t := &take{}
	at := start
	own := len(script) == 0
	for {
		var text string
		switch {
		case len(script) > 0:
			text, script = script[0], script[1:]
		case own && at < end:
			text = c.next()
		default:
			return t, nil
		}
		u, err := c.voice.Say(ctx, text)
		if err != nil {
			return nil, err
		}
		if end > 0 && at+u.Duration() > end {
			if own && len(t.lines) > 0 {
				return t, nil
			}
			// Too long for the clip: its end is cut off.
			t.add(u, at)
			return t, nil
		}
		t.add(u, at)
		at += u.Duration() + .3 + .5*c.random.Float64()
	}
}

// fill speaks for the given time in seconds: one other sentence that is about as
// long, spoken a little faster or slower to fit, or several that are cut.
func (c *cast) fill(ctx context.Context, want float64) (*take, error) {
	var best *speech.Utterance
	worst := math.Inf(1)
	for range min(8, len(c.texts)) {
		u, err := c.voice.Say(ctx, c.next())
		if err != nil {
			return nil, err
		}
		if off := math.Abs(math.Log(u.Duration() / want)); off < worst {
			best, worst = u, off
		}
	}
	t := &take{}
	if worst < math.Log(1.3) {
		voice := c.voice
		for range 3 {
			voice.Speed = int(math.Round(float64(voice.Speed) * best.Duration() / want))
			u, err := voice.Say(ctx, best.Text)
			if err != nil {
				return nil, err
			}
			best = u
		}
		t.add(best, max(0, (want-best.Duration())/2))
	} else {
		for at := 0.0; at < want; at = t.end() + .35 {
			u, err := c.voice.Say(ctx, c.next())
			if err != nil {
				return nil, err
			}
			t.add(u, at)
		}
	}
	n := int(math.Round(want * speech.Rate))
	t.samples = append(t.samples, make([]float64, n)...)[:n]
	for i := range t.lines {
		t.lines[i].End = min(t.lines[i].End, want)
	}
	return t, nil
}

// pickVoice completes a voice. Voices with a variant ("en-us+f3") differ in
// timbre; of the person's sex as far as espeak-ng has such.
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
