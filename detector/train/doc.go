// Package train turns lists of clips into a weights file.
//
//	lists -> clips -> towers -> head -> voice models -> motion detector -> calibration -> figures
//
// [Run] executes the stages in this order:
//
//  1. corpus: decode the clips of the lists and assign each source to one part of a [Split];
//     degrade some clips as sharing does (re-encoding, downscaling, noise)
//  2. towers: train the mouth and sound towers contrastively; after 70 % of the steps measure the
//     lags of the clips and compensate them
//  3. head: freeze the towers and train the cross-attention head on clips whose sound is partly or
//     wholly replaced, or displaced in time
//  4. voice models: train the overlapped-speech detector and the speaker embeddings on sound alone
//  5. motion: fit the two detectors of generated mouths, outline and flicker
//  6. calibration: fit the idle threshold, the overlap threshold, the fusions, the band thresholds
//     and the likelihood ratios, with heads that have not seen the scored source (cross-fitting)
//  7. figures: evaluate the weights on the held-out sources, by package evaluate
//
// Stages 2 and 3 save checkpoints, from which a run can resume. [Ablate] compares ways of fusing
// picture and sound on the towers of finished weights.
//
// A source is never divided: all its clips are in the same part. Clips are sequences of frames of
// 40 ms; a lag > 0 means that the sound is late; mel arrays are (steps, Bands), with
// audio.StepsPerFrame steps per frame.
package train
