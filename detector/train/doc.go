// Package train turns lists of clips into a weights file.
//
// [Run] reads the lists, trains the two towers contrastively, then, with the towers
// frozen, the cross-attention head on sound that was replaced or displaced for a stretch,
// fits what turns scores into verdicts, and writes one weights file with its figures by
// package evaluate. [Ablate] compares ways of putting picture and sound together.
//
// Sources, not clips, are kept apart: a source is wholly trained on or wholly
// left out.
package train
