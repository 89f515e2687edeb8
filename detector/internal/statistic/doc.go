// Package statistic turns observations on clips into figures with 95 % intervals: shares,
// means, areas under the ROC curve and other statistics of a set of clips. It also fits the
// logistic regressions of training ([Logistic]).
//
// Clips of one source resemble each other, so a bootstrap resamples sources, not clips, if
// there are at least [FewestSources] sources.
package statistic
