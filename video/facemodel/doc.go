// Package facemodel turns MediaPipe's two small face networks from TFLite files
// into [Layer]s, which package facenet runs.
//
// The files are not part of this repository. `make setup` cuts them out of an
// npm package with [Install] and `make build` embeds them. Without the files the
// program still compiles; [LandmarkLayers] and [DetectorLayers] then return
// [ErrNoModels].
//
// # Terms
//
// A TFLite file is a flatbuffer: tables reached by offsets. It stores pictures as
// NHWC (batch, height, width, channels), convolution weights as OHWI (channels out,
// height, width, channels in), depthwise weights as 1HWC, and constants in float16.
// A tensor is identified by its index in the TFLite file.
//
// # The networks
//
//	landmark  input   (192, 192, 3) RGB 0..1
//	          outputs (1, 1, 1404): 468 points (x, y, z) in pixels of 192
//	                  (1, 1, 1): the logit of "this is a face"
//	detector  input   (128, 128, 3) RGB -1..1
//	          outputs (16, 16, 2) and (8, 8, 6): a logit per anchor
//	                  (16, 16, 32) and (8, 8, 96): box and key points, 16 numbers
//	                  per anchor
//
// Both end before TFLite's final Reshape and Concat, which only reorder numbers.
package facemodel
