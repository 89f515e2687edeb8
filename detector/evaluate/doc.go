// Package evaluate turns weights and a list of labelled clips into figures with intervals.
//
// [Run] scores each clip with the first of the weights that were not trained on its source. Each
// subject has a file:
//
//	swap.go         sound of an impostor
//	shift.go        shifted sound, the lag found, and verdicts under a constant lag
//	splice.go       a second replaced by an impostor
//	extent.go       boundaries of segments against those of the replacement
//	change.go       change of the voice, by the sound alone (sounds: voicesplice.go)
//	overlap.go      overlapped speech
//	modality.go     accuracy of the picture alone, and of picture and sound
//	reencode.go     loss by degradation of the clips
//	long.go         files of 5 min
//	calibration.go  cost of the likelihood ratios
//	groups.go       verdicts by label, resolution, language, generator and source
//	evaluate.go     generated mouths, dubbed clips and false alarms
//
// [Protocol] defines each measure. Package statistic finds the 95 % intervals. Shares have Wilson's
// interval over clips. Other figures have a bootstrap interval over sources, because clips of one
// source resemble each other; a class with fewer than [statistic.FewestSources] sources is drawn by
// clips instead. Figures within a source and paired differences (modality.go, reencode.go) are
// always drawn by clips.
//
// A clip is genuine, dubbed or fake. Frames are 40 ms; lags and shifts are in frames, positive if
// the sound is late; likelihood ratios are common logarithms.
package evaluate
