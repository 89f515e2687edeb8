// Package markers turns marks on a video into files for editing programs and players.
//
//	[]Mark of one file -> EDL | SRT | OTIO -> io.Writer
//
// Terms: a mark is a named time range of a file; a timecode counts frames as HH:MM:SS:FF.
// Timecode 00:00:00:00 is the start that a player shows; the timecode track of a camera is
// ignored.
package markers
