// Package facenet runs a face network made of facemodel.Layers: it turns a
// picture (height, width, 3) into the numbers of its outputs.
//
// It is there for speed. OpenCV's DNN module computes the mesh operator by
// operator; three fifths of its time goes into narrow convolutions, sums and
// padding that a layer done whole, row by row, does not pay for. The vector code
// exists for 4, 8 (AVX2) and 16 (AVX-512) floats, and the processor's widest is
// taken; the sums run in other orders, so the last bits differ.
package facenet
