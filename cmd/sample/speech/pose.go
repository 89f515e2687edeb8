package speech

import "math"

// A Pose is the shape of the mouth at one time.
type Pose struct {
	Open   float64 // gap between the inner lips in the middle, mm; 0 is closed
	Jaw    float64 // how far the chin is lowered, mm
	Spread float64 // displacement of each corner from rest, mm; > 0 is wider
	Round  float64 // 0..1, lips pushed forward into a ring
	Press  float64 // 0..1, lips pressed together (m, b, p)
	Bite   float64 // 0..1, lower lip at the upper teeth (f, v)
	Clench float64 // 0..1, teeth close together and visible (s, z, sh)
	Tongue float64 // 0..1, tip of the tongue raised (l, n, d, t, th)
}

// A target is the pose that a phone moves the mouth towards. Units are those of Pose.
type target struct {
	open, spread, round, clench, tongue float64
	weight                              float64 // relative to neighbouring phones; 0: no effect
	closes, bites                       bool    // the lips close (m, b, p); lip meets teeth (f, v)
}

// targets holds the target for each IPA letter. Openings have the size that
// lip-reading studies report for careful speech (a: about 13 mm).
var targets = map[rune]target{
	'a': {open: 13, spread: .5, weight: 1.6}, 'ɑ': {open: 14, spread: -.5, weight: 1.6}, 'ɒ': {open: 11.5, round: .4, weight: 1.4},
	'æ': {open: 12, spread: 2, weight: 1.6}, 'ʌ': {open: 10, weight: 1.3}, 'ɐ': {open: 9.5, weight: 1.2},
	'ɔ': {open: 10.5, round: .55, weight: 1.4}, 'ɛ': {open: 9, spread: 2, weight: 1.3}, 'e': {open: 7.5, spread: 3, weight: 1.3},
	'ə': {open: 6, weight: .7}, 'ɚ': {open: 5.5, round: .25, weight: .9}, 'ɜ': {open: 6.5, round: .25, weight: 1.1},
	'i': {open: 4.2, spread: 4, weight: 1.3, clench: .3}, 'ɪ': {open: 5.5, spread: 2.5}, 'y': {open: 3.6, round: 1, weight: 1.4},
	'ø': {open: 5, round: .8, weight: 1.3}, 'œ': {open: 7, round: .7, weight: 1.3},
	'u': {open: 3.6, round: 1, weight: 1.4}, 'ʊ': {open: 4.5, round: .75, weight: 1.1}, 'o': {open: 7, round: .8, weight: 1.4},

	'm': {open: 2.5, closes: true, weight: .5}, 'b': {open: 2.5, closes: true, weight: .5}, 'p': {open: 2.5, closes: true, weight: .5},
	'f': {open: 2.5, bites: true, weight: 1.4}, 'v': {open: 2.8, bites: true, weight: 1.3}, 'ɱ': {open: 2, bites: true, weight: 1.3},
	's': {open: 3.6, spread: 1.5, clench: 1, weight: 1.5}, 'z': {open: 3.8, spread: 1.5, clench: 1, weight: 1.4},
	'ʃ': {open: 4.4, round: .65, clench: 1, weight: 1.5}, 'ʒ': {open: 4.4, round: .65, clench: 1, weight: 1.4}, 'ɕ': {open: 4, spread: 1, clench: 1, weight: 1.4},
	't': {open: 4, clench: .6, tongue: .7, weight: .8}, 'd': {open: 4.2, clench: .5, tongue: .7, weight: .8},
	'n': {open: 4.3, tongue: .8, weight: .8}, 'l': {open: 5.5, tongue: 1, weight: .8}, 'ɾ': {open: 5, tongue: .7, weight: .7},
	'θ': {open: 5, tongue: 1, weight: 1.1}, 'ð': {open: 5, tongue: 1, weight: 1}, 'r': {open: 5, tongue: .5, weight: .8},
	'ɹ': {open: 4.5, round: .5, weight: 1}, 'w': {open: 2, round: 1, weight: 1.8}, 'j': {open: 4.2, spread: 3, weight: .9}, 'ɥ': {open: 2.5, round: .9, weight: 1.5},
	'k': {open: 5.5, weight: .5}, 'g': {open: 5.5, weight: .5}, 'ɡ': {open: 5.5, weight: .5}, 'ŋ': {open: 5.5, weight: .5},
	'h': {open: 6.5, weight: .35}, 'x': {open: 5.5, weight: .5}, 'ç': {open: 4, spread: 2, weight: .8}, 'ʔ': {open: 5, weight: .3},
	'β': {open: 1.5, weight: 1.3}, 'ɣ': {open: 5.5, weight: .5}, 'ʁ': {open: 5.5, weight: .5}, 'ʎ': {open: 4.5, tongue: .6, spread: 1}, 'ɲ': {open: 4.2, tongue: .6, spread: 1},
}

const (
	// blendSigma is the standard deviation in s of the window that blends targets.
	// The window is 80 ms wide at half height.
	blendSigma = 0.034
	// openLead is the time in s by which the opening leads the sound, as in people
	// (see the package comment).
	openLead = 0.070
	// roundLead is the time in s by which rounding and spreading lead the sound.
	roundLead = 0.100
	// closureSigma is the standard deviation in s of the edges of a closure.
	closureSigma = 0.012
)

// A Mouth speaks a sequence of phones: it gives the pose at any time.
type Mouth struct {
	spans    []span
	closures []span // of m, b, p and f, v
}

// A span is a target with its time.
type span struct {
	start, end float64 // s
	target
}

// NewMouth returns a mouth that speaks the phones. The mouth is at rest before and
// after them and in gaps between them. openScale scales the opening; 1 is usual.
func NewMouth(phones []Phone, openScale float64) *Mouth {
	m := &Mouth{}
	rest := target{weight: 1}
	at := math.Inf(-1)
	for _, p := range phones {
		if p.Start > at {
			m.spans = append(m.spans, span{at, p.Start, rest})
		}
		at = p.End
		m.add(p, openScale)
	}
	m.spans = append(m.spans, span{at, math.Inf(1), rest})
	return m
}

// add adds the spans and closures of one phone.
func (m *Mouth) add(p Phone, openScale float64) {
	if p.IPA == "" {
		// In a short pause the mouth stays slightly open; in a longer one it closes.
		open := max(0, 3-15*(p.End-p.Start))
		m.spans = append(m.spans, span{p.Start, p.End, target{open: open, weight: .6}})
		return
	}
	runes := []rune(p.IPA)
	if runes[0] == 't' && len(runes) > 1 || runes[0] == 'd' && len(runes) > 1 {
		runes = runes[1:] // the lips of an affricate are those of its fricative
	}
	if len(runes) > 2 {
		runes = runes[:2]
	}
	for i, r := range runes {
		pl, ok := targets[r]
		if !ok {
			if i > 0 {
				continue
			}
			pl = target{open: 5, weight: .6}
		}
		pl.open *= 1.3 * openScale
		if isVowel(p) && p.Stressed {
			pl.open *= 1.12
		} else if isVowel(p) {
			pl.open *= .88
		}
		s := span{p.Start, p.End, pl}
		if len(runes) == 2 {
			if _, ok := targets[runes[1]]; ok { // a diphthong
				middle := p.Start + .55*(p.End-p.Start)
				if i == 0 {
					s.end = middle
				} else {
					s.start = middle
				}
			}
		}
		m.spans = append(m.spans, s)
		if pl.closes {
			// The lips open at the release: at the burst of b and p, at the end of m. They meet
			// 5 ms before the closure in the sound.
			m.closures = append(m.closures, span{p.Start - .005, max(p.Release, p.Start+.045), pl})
		}
		if pl.bites {
			m.closures = append(m.closures, span{p.Start, p.End, pl})
		}
	}
}

// At returns the pose at a time in seconds.
func (m *Mouth) At(t float64) Pose {
	var p Pose
	var sum, ahead float64
	for _, s := range m.spans {
		if s.end < t-5*blendSigma || s.start > t+roundLead+5*blendSigma {
			continue
		}
		w := s.weight * windowShare(s, t+openLead, blendSigma)
		sum += w
		p.Open += w * s.open
		p.Clench += w * s.clench
		p.Tongue += w * s.tongue
		w = s.weight * windowShare(s, t+roundLead, blendSigma*1.2)
		ahead += w
		p.Spread += w * s.spread
		p.Round += w * s.round
	}
	if sum > 0 {
		p.Open, p.Clench, p.Tongue = p.Open/sum, p.Clench/sum, p.Tongue/sum
	}
	if ahead > 0 {
		p.Spread, p.Round = p.Spread/ahead, p.Round/ahead
	}
	for _, s := range m.closures {
		w := windowShare(s, t, closureSigma)
		if s.closes {
			p.Press = max(p.Press, w)
		} else {
			p.Bite = max(p.Bite, w)
		}
	}
	p.Jaw = .85 * p.Open * (1 - .45*p.Press) * (1 - .3*p.Clench)
	p.Open *= (1 - p.Press) * (1 - .5*p.Bite)
	return p
}

// windowShare returns the share, 0..1, of a Gaussian window around t that lies in the
// span.
func windowShare(s span, t, sigma float64) float64 {
	k := 1 / (sigma * math.Sqrt2)
	return (math.Erf((s.end-t)*k) - math.Erf((s.start-t)*k)) / 2
}
