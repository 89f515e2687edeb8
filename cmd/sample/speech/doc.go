// Package speech turns a sentence into the sound of espeak-ng and the mouth movements
// that belong to it.
//
//	text -> Voice.Say -> Utterance: samples at 22050 Hz, timed phones
//	phones -> NewMouth -> Mouth.At(time in s) -> Pose, in mm
//
// # Times of the phones
//
// The espeak-ng program lists the phones of a sentence (--ipa), but without times:
// its --pho listing works only with MBROLA voices, which are not in Debian's free
// section. [Voice.Say] therefore finds the times in the sound (align.go). It takes
// the energy in five bands every 5 ms and aligns the known phones with these spectra
// by dynamic programming. Each phone has a manner (nasal, voice bar, sibilant, open
// vowel, ...) with known band levels and a known usual length. Boundaries are
// preferred where the spectrum changes. The mean error is 11 ms, a quarter of a
// frame, for 382 boundaries in six languages; the reference is the phone events of
// the espeak-ng library, which the program does not print.
//
// The mouth follows the sound by construction: the lips close for m, b and p where
// the alignment found the gap or murmur in the sound.
//
// # From phones to mouth poses
//
// Each phone has a target pose ([Pose]) and a weight against its neighbours. A window
// of about 80 ms blends the targets as in real speech (M. Cohen and D. Massaro,
// Modeling coarticulation in synthetic visual speech, 1993). The closures of m, b, p,
// f and v are added on top with sharper edges.
//
// People open the mouth before the vowel sounds: in genuine clips, the opening
// correlates best with the sound level one or two frames later. The opening
// therefore leads the sound by 70 ms and the rounding by 100 ms. Closures, which
// cause the gaps in the sound, do not lead. A clip with these leads counts as having
// no lag.
package speech
