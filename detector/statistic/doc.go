// Package statistic turns what was observed on clips into figures with 95 % intervals:
// shares, areas under the ROC curve, and whatever else is computed from a set of clips.
//
// Clips of one source resemble each other, so that intervals are drawn over sources
// wherever there are enough of them.
package statistic
