// Package speech lets espeak-ng speak a sentence and says what the mouth does
// meanwhile: text in, samples, timed phones and mouth poses out.
//
// # Where the times come from
//
// The espeak-ng program tells the phones of a sentence (--ipa) but not when each
// is heard: its --pho listing exists for MBROLA voices only, which Debian does
// not ship freely. So the times are read off the sound itself. A sentence is
// spoken, its energy in five bands is taken every 5 ms, and the known phones are
// laid over it by dynamic programming ([Voice.Say], align.go): each phone has a
// class (nasal, voiced stop, sibilant, open vowel, ...) whose band levels and
// usual length are known, and a cut between two phones is cheap where the
// spectrum changes. Against the phone events of the espeak-ng library, which the
// program does not show, 382 cuts in six languages are 11 ms off on average, a
// quarter of a frame.
//
// The mouth then follows the sound by construction: a closure of m, b or p lies
// where the sound has its gap or murmur, because that is what was aligned.
//
// # From phones to a mouth
//
// Every phone pulls the mouth towards a pose ([Pose]); how strongly depends on
// the phone (m, b, p, f, v and w insist, h and schwa hardly do). The pulls are
// blended with a window of some 80 ms, so that poses run into each other as in
// real speech (M. Cohen and D. Massaro, Modeling coarticulation in synthetic
// visual speech, 1993), and closures are put on top, narrower.
//
// People open the mouth before the vowel sounds: on genuine clips the opening
// goes along best with the sound level one or two frames later. So here opening
// leads by 70 ms and rounding by 100 ms, while closures, which make the gaps in
// the sound, do not. A clip with this lead counts as one without lag.
package speech
