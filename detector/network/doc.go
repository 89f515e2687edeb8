// Package network turns mouth crops and log-mel into embeddings and embeddings into one
// mismatch logit per frame.
//
// Two towers map picture and sound to unit vectors of one space: the picture tower reads
// stacks of neighbouring mouth crops, the sound tower reads log-mel steps. They are trained
// contrastively (van den Oord et al. 2018, eq. 4, in both directions; the task is that of
// Chung & Zisserman 2016). In a cross-attention head, every mouth frame attends to the sound
// frames within ±Reach (Vaswani et al. 2017, section 3.2, with the relative position bias of
// Shaw et al. 2018); the head outputs the mismatch logit. A gate takes masks of missing
// mouths, missing sound and silence into account.
//
// Further parts of the network classify lip motion, flicker and overlapped speech, and
// compute speaker embeddings.
//
// Shapes are written (Batch, Frames, …), channels last. The towers do not pad in time, so an
// embedding does not depend on the position of its frame in the clip.
//
// Only this package imports Gorgonia. Build tags: openblas computes matrix products with
// OpenBLAS, cudnn computes convolutions with cuDNN on a CUDA device. Gorgonia's own tag cuda
// is rejected, because Gorgonia v0.9.18 computes wrong numbers under it.
package network
