// Package audio turns sound into what the network hears and what a report
// says of it: a WAV stream of 16 kHz mono becomes log-mel steps, the level of
// every video frame, and whether somebody speaks in it.
//
// # One time line
//
// Sample n lasts from n/16000 s to (n+1)/16000 s, counted from the start that
// a player shows. Frame t (of 25 a second, as in package video) owns the
// samples 640t .. 640t+639, and StepsPerFrame log-mel steps 4t .. 4t+3, one
// each 10 ms; step s is centred on the instant (s + 1/2) * 10 ms, so that the
// centre of a frame is the centre of its steps. Beyond both ends the sound is
// taken as zero.
//
// Nothing here depends on where in the file a sound stands: a step hears
// 25 ms, a frame's voicing 120 ms, the decision whether it is speech a few
// seconds on both sides. A sound that starts k frames later has the same steps,
// bit for bit, 4k places on.
//
// This is the only package that imports go-dsp (Fourier transform) and
// go-audio/wav (PCM decoding).
package audio
