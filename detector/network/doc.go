// Package network turns mouth crops and log-mel into embeddings and embeddings
// into one mismatch logit a frame.
//
// Two towers map the two senses into one space of unit vectors: the picture
// tower reads stacks of neighbouring mouth crops, the sound tower reads log-mel
// steps. They are trained contrastively (van den Oord et al. 2018, eq. 4, both
// ways; Chung & Zisserman 2016 for the question). A cross-attention head then
// lets every mouth frame ask the sound frames within ±Reach (Vaswani et al.
// 2017, section 3.2, with the relative position bias of Shaw et al. 2018) and
// answers with the mismatch logit. Missing mouths, missing sound and silence
// enter as masks through a gate.
//
// Shapes are written (Batch, Frames, …) and are channels-last throughout. All
// convolutions are valid (without padding) in time inside the towers, so that
// neither tower can tell where in a clip it is.
//
// It is the only package that imports Gorgonia. Build tags: openblas takes
// matrix products to OpenBLAS, cudnn takes convolutions to cuDNN on a CUDA device.
// Gorgonia's own tag for that, cuda, is refused: under it Gorgonia v0.9.18
// computes wrong numbers.
package network
