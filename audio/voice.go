package audio

import "math"

// The thresholds below were chosen on 90 genuine clips of the training list, as
// they are and with pink noise added, on made sounds (tones, chords, arpeggios,
// drums, noise, synthetic speech) and on two minutes of game music; never on
// the clips that figures are reported on. Moving one of the shares or strengths
// by a sixth changes the share of loud speech that is found by 3 % at most.
const (
	// floorFrames is how far on each side the noise floor is looked for: 5 s,
	// which holds a pause or a breath in all but the shortest clips.
	floorFrames = 5 * FrameRate
	// floorShare is the part of those frames that lie below the noise floor.
	floorShare = 0.10
	// quietest, in dBFS, is the level below which nothing counts as speech:
	// the crosstalk and room noise of normal recordings.
	quietest = -60
	// aboveFloor, in dB, is how far a vowel stands out of the noise floor.
	aboveFloor = 3

	// vowelStrength is the correlation of a frame with itself one period on
	// that makes it periodic. Vowels have .7 to 1; white, pink and brown noise
	// reach it in 4 % of their frames at most.
	vowelStrength = 0.6

	// steadyChange and jumpChange bound the relative change of the period
	// from one frame to the next that is a glide. The pitch of a voice hardly
	// ever rests: nine tenths of the changes in the training clips are above
	// .009. A played note holds its pitch to the precision of the measurement
	// (half of the changes in made melodies are below .0003), and moves by
	// semitones (.06) and more, but once a note.
	steadyChange, jumpChange = 0.007, 0.12

	// contextFrames is how far on each side glides are counted: 1 s, some
	// four syllables.
	contextFrames = FrameRate
	// glideShare is the least share of the loud frames around that glide.
	glideShare = 0.15
	// glideMajority is the least share of glides among glides and steady
	// notes.
	glideMajority = 0.6

	// modulationSteps is the window over which syllables are counted: 1 s.
	modulationSteps = SampleRate / Hop
	// modulationBands is the number of neighbouring mel bands whose energies
	// are added before.
	modulationBands = 10
	// syllabic is the least modulation of speech; see modulation.
	syllabic = 0.15

	// hangover is how far from a vowel its consonants may lie, in frames:
	// 160 ms.
	hangover = 4
	// closure is the longest silence within speech, in frames: 240 ms, a stop
	// or the pause between two words.
	closure = 6
)

// voiceActivity decides for every frame whether somebody speaks in it. No
// model is learnt: a frame holds a vowel when it is loud, periodic, and
//
//   - the pitch around it glides, as that of voices does and that of notes
//     does not;
//   - the energies around it come and go some four times a second, as
//     syllables do (Houtgast and Steeneken, J. Acoust. Soc. Am., 1985; as a
//     feature that tells speech from music: Scheirer and Slaney, "Construction
//     and evaluation of a robust multifeature speech/music discriminator",
//     ICASSP 1997, "4 Hz modulation energy").
//
// From vowels speech reaches to the sounds nearby that are not silent, and
// over short closures. Singing counts as speech: the mouth moves with it.
func voiceActivity(s *Sound, p []pitch) []bool {
	floor := noiseFloor(s.Level)
	loud := make([]bool, s.Frames)
	vowel := make([]bool, s.Frames)
	for t := range loud {
		loud[t] = s.Level[t] > max(quietest, floor[t]+aboveFloor)
		vowel[t] = loud[t] && p[t].strength >= vowelStrength
	}
	glides := glideFrames(vowel, loud, p)
	beats := syllabicFrames(s)

	speech := make([]bool, s.Frames)
	for t := range speech {
		if vowel[t] && glides[t] && beats[t] {
			speech[t] = true
			for u := t + 1; u < s.Frames && u <= t+hangover && loud[u]; u++ {
				speech[u] = true
			}
			for u := t - 1; u >= 0 && u >= t-hangover && loud[u]; u-- {
				speech[u] = true
			}
		}
	}
	fillGaps(speech, closure)
	return speech
}

// noiseFloor returns, per frame, the level in dBFS below which floorShare of
// the frames within floorFrames lie.
func noiseFloor(level []float32) []float32 {
	// A histogram of half decibels slides along.
	var histogram [-2*MinLevel + 1]int
	bin := func(t int) int {
		return int(max(0, min(-MinLevel, level[t]-MinLevel)) * 2)
	}
	floor := make([]float32, len(level))
	n := 0
	for t := range min(floorFrames, len(level)) {
		histogram[bin(t)]++
		n++
	}
	for t := range level {
		if in := t + floorFrames; in < len(level) {
			histogram[bin(in)]++
			n++
		}
		if out := t - floorFrames - 1; out >= 0 {
			histogram[bin(out)]--
			n--
		}
		below, i := histogram[0], 0
		for float64(below) <= floorShare*float64(n) {
			i++
			below += histogram[i]
		}
		floor[t] = float32(i)/2 + MinLevel
	}
	return floor
}

// glideFrames reports, per frame, whether the pitch around it moves as that of
// a voice.
func glideFrames(vowel, loud []bool, p []pitch) []bool {
	glide := make([]bool, len(vowel))
	steady := make([]bool, len(vowel))
	for t := 1; t < len(vowel); t++ {
		if vowel[t] && vowel[t-1] {
			change := math.Abs(math.Log(float64(p[t].period / p[t-1].period)))
			steady[t] = change < steadyChange
			glide[t] = !steady[t] && change < jumpChange
		}
	}
	glides, steadies, louds := countAround(glide), countAround(steady), countAround(loud)
	out := make([]bool, len(vowel))
	for t := range out {
		g := float64(glides[t])
		out[t] = g > 0 && g >= glideShare*float64(louds[t]) && g >= glideMajority*(g+float64(steadies[t]))
	}
	return out
}

// countAround returns, per frame, how many frames within contextFrames are set.
func countAround(set []bool) []int {
	out := make([]int, len(set))
	n := 0
	count := func(t, by int) {
		if t >= 0 && t < len(set) && set[t] {
			n += by
		}
	}
	for t := range contextFrames {
		count(t, 1)
	}
	for t := range set {
		count(t+contextFrames, 1)
		count(t-contextFrames-1, -1)
		out[t] = n
	}
	return out
}

// fillGaps sets the stretches of at most longest unset frames that have set
// ones on both sides.
func fillGaps(set []bool, longest int) {
	last := -1 // last set frame
	for t, v := range set {
		if !v {
			continue
		}
		if gap := t - last - 1; last >= 0 && gap <= longest {
			for u := last + 1; u < t; u++ {
				set[u] = true
			}
		}
		last = t
	}
}
