// Package facenet runs a face network made of facemodel.Layers: it turns a
// picture (height, width, 3) into the numbers of its outputs.
//
// It is there for speed. OpenCV's DNN module computes these networks operator by
// operator; three fifths of its time goes into narrow convolutions, sums and
// padding that a layer done whole does not pay for. And each row goes on to the
// next layers as soon as what they see is there: of a wide tensor a few rows are
// kept, in the nearest cache, instead of all in a farther one.
//
// The vector code exists for 4, 8 (AVX2) and 16 (AVX-512) floats, and the
// processor's widest is taken; the sums run in other orders, so the last bits differ.
package facenet
