package speech

import "strings"

// A manner is a class of sounds that five bands can distinguish. A stop or affricate
// is a sequence of two manners.
type manner int

const (
	pause       manner = iota
	closure            // the gap of p, t, k
	voiceBar           // the gap of b, d, g
	burst              // the burst after a gap
	sibilant           // s, z and the like
	friction           // f, v, th, h
	nasal              // m, n, ng
	liquid             // l, r, w, j, taps
	openVowel          // a, ae, open o
	midVowel           // e, schwa
	frontVowel         // i, y
	backVowel          // u, o
	mannerCount        // number of manners
)

// A template describes the spectra and the length of one manner.
type template struct {
	level  spectrum // usual band levels
	spread spectrum // standard deviations of the levels, dB
	length float64  // usual length in steps
}

// mannersOf returns the manner of a phone; for stops and affricates, the two manners
// in order.
func mannersOf(p Phone) []manner {
	if p.IPA == "" {
		return []manner{pause}
	}
	switch r := []rune(p.IPA); {
	case p.IPA == "tʃ" || p.IPA == "ts" || p.IPA == "pf":
		return []manner{closure, sibilant}
	case p.IPA == "dʒ" || p.IPA == "dz":
		return []manner{voiceBar, sibilant}
	case strings.ContainsRune("ptkcqʔʈ", r[0]):
		return []manner{closure, burst}
	case strings.ContainsRune("bdɡgɟɖ", r[0]):
		return []manner{voiceBar, burst}
	case strings.ContainsRune("szʃʒɕʑʂʐç", r[0]):
		return []manner{sibilant}
	case strings.ContainsRune("fvθðhxɣβɸɦχ", r[0]):
		return []manner{friction}
	case strings.ContainsRune("mnŋɲɴ", r[0]):
		return []manner{nasal}
	case strings.ContainsRune("lrɹɾwjɫʎʁʀɥɻɭ", r[0]):
		return []manner{liquid}
	case strings.ContainsRune("aɑɒæʌɐɔɛœ", r[0]):
		return []manner{openVowel}
	case strings.ContainsRune("iyɪʏeø", r[0]):
		return []manner{frontVowel}
	case strings.ContainsRune("uoʊɯɤ", r[0]):
		return []manner{backVowel}
	}
	return []manner{midVowel}
}

// isVowel reports whether a phone is a vowel.
func isVowel(p Phone) bool {
	return p.IPA != "" && mannersOf(p)[0] >= openVowel
}

// templates holds the template of each manner, measured on sentences spoken by
// espeak-ng 1.51 as en-us, en-gb, de, es, fr and it. The boundaries came from the
// phone events of the espeak-ng library.
var templates = [mannerCount]template{
	pause:      {spectrum{-60, -60, -60, -60, -60}, spectrum{8, 8, 8, 8, 8}, 4},
	closure:    {spectrum{-55, -57, -58, -58, -58}, spectrum{9, 9, 9, 9, 9}, 9},
	voiceBar:   {spectrum{-18, -32, -45, -45, -48}, spectrum{7, 9, 10, 10, 10}, 9},
	burst:      {spectrum{-40, -36, -35, -32, -32}, spectrum{14, 12, 11, 10, 10}, 5},
	sibilant:   {spectrum{-41, -40, -40, -33, -21}, spectrum{12, 6, 6, 8, 5}, 18},
	friction:   {spectrum{-33, -35, -42, -42, -39}, spectrum{11, 8, 7, 6, 7}, 14},
	nasal:      {spectrum{-17, -26, -34, -39, -44}, spectrum{5, 6, 9, 6, 6}, 17},
	liquid:     {spectrum{-20, -19, -31, -34, -39}, spectrum{6, 8, 9, 9, 9}, 14},
	openVowel:  {spectrum{-17, -10, -14, -20, -27}, spectrum{6, 5, 6, 7, 7}, 20},
	midVowel:   {spectrum{-17, -12, -18, -22, -29}, spectrum{6, 6, 6, 7, 7}, 16},
	frontVowel: {spectrum{-14, -15, -30, -19, -25}, spectrum{7, 8, 8, 7, 8}, 18},
	backVowel:  {spectrum{-15, -13, -21, -25, -32}, spectrum{6, 6, 7, 8, 8}, 19},
}
