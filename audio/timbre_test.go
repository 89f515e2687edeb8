package audio

import (
	"math"
	"math/rand/v2"
	"testing"
)

// voiceOf returns seconds of something like speech of one speaker: five vowels a
// second in an order that the seed draws, whose pitch glides about pitch and whose
// formants are those of the vowel (Peterson & Barney 1952, men) times tract.
func voiceOf(seconds, pitch, tract float64, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 4))
	vowels := [...][3]float64{{730, 1090, 2440}, {270, 2290, 3010}, {300, 870, 2240}, {530, 1840, 2480}, {570, 840, 2410}}
	phase, last := 0.0, 0.0
	var order []int
	return made(seconds, func(t float64) float64 {
		syllable := math.Mod(5*t, 1)
		if syllable < last {
			order = order[1:]
		}
		if last = syllable; len(order) == 0 {
			order = r.Perm(len(vowels))
		}
		now := pitch * (1 + .15*math.Sin(2*math.Pi*.9*t) + .08*math.Sin(2*math.Pi*3.1*t))
		phase += 2 * math.Pi * now / SampleRate
		if syllable < 0.2 {
			return 0.03 * r.NormFloat64()
		}
		sum := 0.0
		for k := 1.0; k*now < 4500; k++ {
			for i, f := range vowels[order[0]] {
				d := (k*now - f*tract) / (90 + 40*float64(i))
				sum += math.Sin(k*phase) / (1 + d*d) / float64(i+1)
			}
		}
		return 0.15*sum*math.Sin(math.Pi*(syllable-0.2)/0.8) + 0.001*r.NormFloat64()
	})
}

// highestChange returns the greatest value of a course and its frame, -1 where
// there is none.
func highestChange(course []float32) (most float64, at int) {
	at = -1
	for t, x := range course {
		if x := float64(x); at < 0 && !math.IsNaN(x) || x > most {
			most, at = x, t
		}
	}
	return most, at
}

func joined(parts ...[]float64) (all []float64) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// What is no change of voice stays low, and a change of voice stands out, at its
// place.
func TestTimbreChange(t *testing.T) {
	man, again := voiceOf(4, 110, 1, 1), voiceOf(4, 110, 1, 2)
	woman := voiceOf(4, 190, 1.18, 3)
	filtered := joined(man, woman)
	for i := len(filtered) - 1; i > 0; i-- { // 6 dB an octave, all through
		filtered[i] -= .9 * filtered[i-1]
	}
	const low, high = 60, 90
	for _, tt := range []struct {
		name    string
		samples []float64
		joint   float64 // s, 0: there is no change
	}{
		{"one voice", voiceOf(8, 110, 1, 5), 0},
		{"one voice, other words", joined(man, again), 0},
		{"its level falls by 12 dB", joined(man, scaled(again, .25)), 0},
		{"a pause", joined(man, noise(1.5, .0005), again), 0},
		{"digital silence", joined(man, make([]float64, 2*SampleRate), again), 0},
		{"its pitch rises", joined(man, voiceOf(4, 125, 1, 6)), 0},
		{"another voice", joined(man, woman), 4},
		{"another voice, as a fixed filter leaves it", filtered, 4},
		{"another voice after a pause", joined(man, noise(.4, .0005), woman), 4.2},
		{"another voice for two seconds", joined(man, woman[:2*SampleRate], again), 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := read(t, tt.samples)
			course := TimbreChange(s)
			most, at := highestChange(course)
			if len(course) != s.Frames || at < 0 {
				t.Fatalf("%d values of %d frames, highest at %d", len(course), s.Frames, at)
			}
			when := float64(at) / FrameRate
			t.Logf("highest %.1f at %.2f s", most, when)
			if tt.joint == 0 {
				if most > low {
					t.Errorf("%.1f at %.2f s, want %d or less", most, when, low)
				}
				return
			}
			off := math.Abs(when - tt.joint)
			if tt.name == "another voice for two seconds" { // it has two ends
				off = min(off, math.Abs(when-tt.joint-2))
			}
			if most < high || off > .25 {
				t.Errorf("%.1f at %.2f s, want %d or more at %.2f s", most, when, high, tt.joint)
			}
		})
	}
}

// timbreNaive is TimbreChange at one frame by its formula, in two passes, with S x =
// m1 - m2 solved by elimination.
func timbreNaive(s *Sound, at int) float64 {
	var sides [2][]int // frames before and behind
	for t := at - 1; t >= max(0, at-timbreReach) && len(sides[0]) < timbreFrames; t-- {
		if s.Voiced[t] {
			sides[0] = append(sides[0], t)
		}
	}
	for t := at; t < min(s.Frames, at+timbreReach) && len(sides[1]) < timbreFrames; t++ {
		if s.Voiced[t] {
			sides[1] = append(sides[1], t)
		}
	}
	if len(sides[0]) < timbreLeast || len(sides[1]) < timbreLeast || !s.Voiced[at] {
		return math.NaN()
	}
	var mean [2][cepstra]float64
	var a [cepstra][cepstra + 1]float64
	total := float64(len(sides[0])+len(sides[1])) * StepsPerFrame
	for side, frames := range sides {
		var rows [][cepstra]float64
		for _, t := range frames {
			for step := t * StepsPerFrame; step < (t+1)*StepsPerFrame; step++ {
				var c [cepstra]float64
				for k := range c {
					for b, v := range s.Mel[step*Bands : (step+1)*Bands] {
						c[k] += math.Sqrt(2./Bands) * v.Nepers() * math.Cos(math.Pi*float64(k+1)*(float64(b)+.5)/Bands)
					}
				}
				rows = append(rows, c)
			}
		}
		for k := range mean[side] {
			for _, c := range rows {
				mean[side][k] += c[k] / float64(len(rows))
			}
		}
		for _, c := range rows {
			for i := range c {
				for j := range c {
					a[i][j] += (c[i] - mean[side][i]) * (c[j] - mean[side][j]) / total
				}
			}
		}
	}
	for i := range a {
		a[i][i] += timbreFloor
		a[i][cepstra] = mean[0][i] - mean[1][i]
	}
	for i := range a {
		for k := range a {
			if f := a[k][i] / a[i][i]; k != i {
				for j := range a[k] {
					a[k][j] -= f * a[i][j]
				}
			}
		}
	}
	sum := 0.0
	for i := range a {
		sum += (mean[0][i] - mean[1][i]) * a[i][cepstra] / a[i][i]
	}
	n, m := float64(len(sides[0])), float64(len(sides[1]))
	return n * m / (n + m) * sum
}

func TestTimbreChangeAgainstFormula(t *testing.T) {
	s := read(t, joined(voiceOf(2.5, 110, 1, 1), make([]float64, 11*SampleRate), voiceOf(2, 110, 1, 2), make([]float64, SampleRate), voiceOf(2.5, 190, 1.18, 3)))
	known := 0
	for at, got := range TimbreChange(s) {
		want := timbreNaive(s, at)
		if math.IsNaN(want) != math.IsNaN(float64(got)) || math.Abs(float64(got)-want) > 1e-3*(1+want) {
			t.Fatalf("frame %d: %v, want %v", at, got, want)
		}
		if !math.IsNaN(want) {
			known++
		}
	}
	if known < 40 {
		t.Errorf("only %d frames are known", known)
	}
}

// A sound that starts later has the same course, bit for bit.
func TestTimbreChangeIsTheSameAnywhere(t *testing.T) {
	s := read(t, joined(voiceOf(3, 110, 1, 1), voiceOf(3, 190, 1.18, 3)))
	const by = 7
	later := &Sound{Frames: s.Frames + by, Steps: s.Steps + by*StepsPerFrame,
		Mel: append(make([]LogPower, by*StepsPerFrame*Bands), s.Mel...), Voiced: append(make([]bool, by), s.Voiced...)}
	moved := TimbreChange(later)
	for i, x := range TimbreChange(s) {
		if math.Float32bits(moved[i+by]) != math.Float32bits(x) {
			t.Fatalf("frame %d: %v, %v later", i, x, moved[i+by])
		}
	}
	if n := len(TimbreChange(&Sound{})); n != 0 {
		t.Errorf("%d values of no sound", n)
	}
}

func BenchmarkTimbreChange60s(b *testing.B) {
	s := read(b, voiceOf(60, 110, 1, 1))
	for b.Loop() {
		TimbreChange(s)
	}
}
