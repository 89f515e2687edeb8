// Package audio turns a stream of 16 kHz mono sound into log-mel steps, the level of every
// video frame and the frames in which somebody speaks.
//
// # Time line
//
// Sample n lasts from n/16000 s to (n+1)/16000 s after the start that a player shows. Frame t
// (of 25 frames/s, as in package video) owns samples [640t, 640t+640) and log-mel steps
// [4t, 4t+4), one step each 10 ms. Step s is centred on (s + 1/2)·10 ms, so that the centre of
// a frame is the centre of its steps. Sound beyond either end is taken as zero.
//
// No value depends on its position in the file: a step covers 25 ms, the pitch of a frame
// 120 ms, the decision whether a frame is speech a few seconds on either side. If a sound is
// delayed by k frames, its steps move by 4k places and stay equal to the bit.
//
// Only this package imports go-dsp (Fourier transform) and go-audio/wav (PCM decoding).
package audio
