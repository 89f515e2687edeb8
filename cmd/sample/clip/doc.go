// Package clip turns options into a talking-head video with known truth.
//
//	Options -> Plan -> Script -> Write -> video file
//	                         `-> Truth -> JSON
//
// [Plan] picks a person, a voice and sentences by seed, has espeak-ng speak them (package
// speech) and puts sound and mouth on one time line. Then it changes the sound as the options
// say: it delays it, replaces an interval or all of it, or leaves only room noise.
// [Script.Write] draws the frames (package face) and pipes them to ffmpeg. [Script.Truth]
// returns the truth: a record of everything that was made.
//
// The mouth always speaks the planned sentences, unless it stays shut; tampering
// changes only the sound. Times are in seconds from the start of the picture.
package clip
