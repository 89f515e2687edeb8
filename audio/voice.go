package audio

import "math"

// The thresholds below were chosen on 90 genuine clips of the training list, both unchanged and
// with pink noise added, on generated sounds (tones, chords, arpeggios, drums, noise, synthetic
// speech) and on two minutes of game music; never on clips used for reported figures. Changing
// a share or strength by a sixth changes the share of loud speech that is found by at most 3 %.
const (
	// floorFrames is the reach of the noise floor estimate on either side: 5 s, which contains
	// a pause or a breath in all but the shortest clips.
	floorFrames = 5 * FrameRate
	// floorShare is the share of those frames whose level lies below the noise floor.
	floorShare = 0.10
	// minSpeechLevel, in dBFS, is the level up to which no sound counts as speech: that of the
	// crosstalk and room noise in normal recordings.
	minSpeechLevel = -60
	// aboveFloor, in dB, is the least level of a vowel above the noise floor.
	aboveFloor = 3

	// vowelStrength is the least pitch.strength of a periodic frame. Vowels have 0.7 to 1;
	// white, pink and brown noise reach the threshold in at most 4 % of frames.
	vowelStrength = 0.6

	// A glide is a relative change of the period between successive frames within
	// [steadyChange, jumpChange). The pitch of a voice hardly ever stays constant: 90 % of the
	// changes in the training clips exceed 0.009. A played note holds its pitch to the precision
	// of the measurement (half of the changes in generated melodies are below 0.0003) and moves
	// by at least a semitone (0.06), once per note.
	steadyChange, jumpChange = 0.007, 0.12

	// contextFrames is the reach on either side within which glides are counted: 1 s, about
	// four syllables.
	contextFrames = FrameRate
	// glideShare is the least glides/(loud frames) within that reach.
	glideShare = 0.15
	// glideMajority is the least glides/(glides + steady frames).
	glideMajority = 0.6

	// modulationSteps is the window of the syllabic modulation, in steps: 1 s.
	modulationSteps = SampleRate / Hop
	// modulationBands is the number of neighbouring mel bands whose powers are summed.
	modulationBands = 10
	// syllabic is the least modulation of speech, see modulation.at.
	syllabic = 0.15

	// hangover is the greatest distance of a consonant from its vowel, in frames: 160 ms.
	hangover = 4
	// closure is the longest silence within speech, in frames: 240 ms, the closure of a stop
	// consonant or a pause between words.
	closure = 6
)

// voiceActivity reports, per frame, whether somebody speaks. It uses rules, no learnt model. A
// frame is a vowel if it is loud and periodic and
//
//   - the pitch around it glides, as in voices but not in played notes;
//   - the power around it fluctuates about four times a second, the rate of syllables
//     (Houtgast and Steeneken, J. Acoust. Soc. Am., 1985; as a feature that separates speech
//     from music: Scheirer and Slaney, "Construction and evaluation of a robust multifeature
//     speech/music discriminator", ICASSP 1997, "4 Hz modulation energy").
//
// Speech extends from a vowel over the adjacent loud frames, hangover at most, and across gaps
// of at most closure frames. Singing counts as speech, because the mouth moves with it.
func voiceActivity(s *Sound, p []pitch) []bool {
	floor := noiseFloor(s.Level)
	loud := make([]bool, s.Frames)
	vowel := make([]bool, s.Frames)
	for t := range loud {
		loud[t] = s.Level[t] > max(minSpeechLevel, floor[t]+aboveFloor)
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

// noiseFloor returns, per frame, the floorShare quantile of the levels within floorFrames, in
// dBFS, rounded down to 0.5 dB.
func noiseFloor(level []float32) []float32 {
	// The window is a sliding histogram with bins of 0.5 dB.
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

// glideFrames reports, per frame, whether the surrounding pitch moves like that of a voice.
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

// countAround returns, per frame, the number of frames set within contextFrames.
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

// fillGaps sets every run of at most longest unset frames between two set frames.
func fillGaps(set []bool, longest int) {
	last := -1 // index of the last set frame, -1 before the first
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
