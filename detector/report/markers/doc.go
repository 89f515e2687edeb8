// Package markers writes stretches of a video in forms that editing programs and
// players read.
//
//	[]Mark of one file -> EDL | SRT | OTIO -> io.Writer
//
// Terms: a mark is a stretch of a file with a name; a timecode counts frames as
// HH:MM:SS:FF. Timecodes begin at 00:00:00:00, the start that a player shows: a
// timecode that a camera wrote into the file is not looked at.
package markers
