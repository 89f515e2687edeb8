// Package evaluate measures weights on a list of clips.
//
// [Run] reads every clip, shows it to the first of the weights that were not trained on
// its source, and measures, one file of this package a subject: sound that is another's
// (swap), displaced (shift), another's for a second (splice), how far what is found of it reaches (extent), two voices
// at once (overlap), generated mouths
// (groups), what picture and sound are worth apart (modality), clips that were passed on
// (reencode), long files (long), likelihood ratios (calibration) and the change of a voice
// (change). [Protocol] says of each how it is come by.
package evaluate
