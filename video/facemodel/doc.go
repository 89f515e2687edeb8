// Package facemodel turns MediaPipe's two small face networks from TFLite files
// into [Layer]s, which package facenet runs, and into ONNX bytes, which OpenCV and
// others read.
//
// The files are not part of this repository. `make setup` cuts them out of an
// npm package with [Install] and `make build` embeds them; without them
// everything still compiles, and [Landmark] and [Detector] return [ErrNoModels].
//
// # Terms
//
// A TFLite file is a flatbuffer: tables reached by offsets. It keeps pictures as
// NHWC (batch, height, width, channels), weights as OHWI and its constants in
// float16. ONNX keeps pictures as NCHW and weights as OIHW; here its constants
// are float32. A tensor is known by its index in the TFLite file; in ONNX its
// name is [TensorName] of that index.
//
// # The networks
//
//	landmark  input  (1, 3, 192, 192) RGB 0..1
//	          output (1, 1405): 468 points (x, y, z) in pixels of 192, then the
//	          logit of "this is a face"
//	detector  input  (1, 3, 128, 128) RGB -1..1
//	          output (1, 15232): logits (2, 16, 16) and (6, 8, 8), then boxes and
//	          key points (32, 16, 16) and (96, 8, 8), 16 numbers an anchor
//
// Both are cut before TFLite's closing Reshape and Concat, which only reorder.
package facemodel
