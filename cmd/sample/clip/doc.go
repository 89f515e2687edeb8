// Package clip makes a talking-head video whose truth is known: options in, a
// file with picture and sound out, and a record of what was made.
//
// [Plan] picks a person, a voice and sentences by seed, lets espeak-ng speak
// them (package speech), and lays sound and mouth on one time line. Then it does
// to the sound what was asked for: delay it, replace a stretch of it, replace it
// all, silence it. [Script.Write] draws the frames (package face) and pipes them
// to ffmpeg. [Script.Truth] is the record.
//
// The mouth always speaks the planned sentences; only the sound is tampered
// with. Times are seconds from the start of the picture.
package clip
