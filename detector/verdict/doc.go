// Package verdict turns the scores of every frame into segments, verdicts and likelihood ratios.
//
// It is pure: the same scores and thresholds give the same result, without decoding again. [Result]
// holds what a scan found in one file. [Judge] finds segments and verdicts from the scores and
// [Thresholds]; a report may count again at another threshold.
//
// Terms: a frame is 40 ms on the 25 frames/s time line; a track is one face through time; the
// mismatch of a frame is 0 (the voice fits this mouth) to 1 (it does not), and its logit is
// ln(p/(1-p)).
package verdict
