// Package video turns a video file into mouths: upright pictures on one time
// line with the sound, and from them every face as a track of aligned grey
// mouth crops.
//
//	file -> Source -> Picture, 25 a second -> Tracker -> Sighting (track id, Mouth)
//	              `-> sound, 16 kHz mono WAV
//
// Terms:
//
//   - A frame is one place of the 25/s time line; frame i begins at i*40 ms,
//     counted from the start that a player shows. Sample k of the sound lies
//     at k/16000 s on the same line.
//   - A [Picture] is what is seen in one frame: planar YUV 4:2:0, (Height,
//     Width) and two of (Height/2, Width/2), limited range. A picture that the
//     file does not have (a gap) is marked Missing.
//   - Pixels "as decoded" are those of a Picture; pixels "as shown" are those a
//     player shows at full size, after rotation and with square pixels. One
//     decoded pixel is [Info].Scale shown pixels.
//   - A track is one face through time; a [Mouth] is that face in one frame:
//     a (96, 96) crop, lips and jaw in crop pixels, and how well it is seen.
//
// Decoding runs ffmpeg as a process ([Open]); the networks are behind [Finder],
// whose one implementation for real files is package video/opencv.
package video
