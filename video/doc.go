// Package video turns a video file into mouths: it decodes upright pictures and sound on one
// timeline, and follows every face as a track of aligned grey mouth crops.
//
//	file -> Source -> Picture, 25/s -> Tracker -> Sighting (track ID, Mouth)
//	              `-> sound, 16 kHz mono, raw 16-bit samples
//
// Terms:
//
//   - A frame is one slot of the timeline, 25 a second. Frame i begins at i·40 ms, counted from
//     the start that a player shows. Sample k of the sound is at k/16000 s on the same timeline.
//   - A [Picture] is what one frame shows: planar YUV 4:2:0, limited range, with one plane of
//     (Height, Width) and two of (Height/2, Width/2). If the file has no picture for a frame
//     (a gap), the Picture is marked Missing.
//   - Decoded pixels are those of a Picture. Shown pixels are those that a player shows at full
//     size, after rotation and with square pixels. One decoded pixel is [Info].Scale shown
//     pixels.
//   - A track is one face over time. A [Mouth] is that face in one frame: a (96, 96) crop, lips
//     and jaw in crop pixels, and measurements of the face.
//
// Decoding runs ffmpeg as a child process ([Open]). The networks are behind [Finder]; package
// video/opencv implements it for real files.
package video
