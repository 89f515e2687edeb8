// Package facenet runs a face network made of facemodel.Layers: it turns a picture (height,
// width, 3) of bytes into the float32 numbers of the network's output tensors.
//
// # Speed
//
// The package is faster than OpenCV's DNN module, which computes the same networks operator by
// operator and spends three fifths of its time on narrow convolutions, sums and padding. Here
// one step computes a whole layer, and each row passes on to the next layers as soon as the
// rows of their windows are ready. Of a wide tensor only a few rows are kept, in the nearest
// cache.
//
// # Vectors
//
// The vector code exists for vectors of 4, 8 (AVX2) and 16 (AVX-512) floats. The widest that
// the processor supports is used. The width changes the order of the sums and with it the last
// bits of the results.
package facenet
