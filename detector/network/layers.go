package network

import "slices"

// Sizes of the network. A weights file fits only these.
const (
	Stack    = 5   // neighbouring mouth crops in one input of the picture tower
	CropSize = 96  // pixels: side of the crops in whose coordinates points are given
	Side     = 48  // pixels: side of the mouth crops that the network reads
	Bands    = 40  // mel bands
	Steps    = 4   // log-mel steps per frame
	Points   = 37  // mouth and jaw points that the picture tower reads beside the crops
	Embed    = 128 // length of an embedding
	Reach    = 15  // frames on either side that attention covers
	Window   = 2*Reach + 1

	// MotionFeatures is the number of features that describe lip motion in a window, see
	// package lips. Two of them relate lip motion to loudness.
	MotionFeatures = 23

	// Margin is the number of frames that the picture tower needs on either side of a frame to
	// embed it: half a stack, then 4 frames for the temporal convolutions.
	Margin = Stack/2 + temporalMargin

	temporalMargin = 4 // (5-1)/2 + 2·(3-1)/2

	// soundLead and soundTail are the log-mel steps that the sound tower needs before the first
	// and after the last step of its frames.
	soundLead = 7
	soundTail = 8

	firstTemperature = 14 // 1/0.07, the initial value of Radford et al. 2021

	keyWidth = 64 // width of the attention's queries, keys and values
	headWide = 64 // channels of the head's temporal layers
)

// A layer is a named convolution with its input and output channels.
type layer struct {
	name string
	conv
	in, out int
	gain    float64 // factor on He's standard deviation of the initial weights
}

// spatial returns a k×k convolution with stride 2, which halves rows and columns.
func spatial(name string, k, in, out int) layer {
	return layer{name, conv{kh: k, kw: k, strideH: 2, strideW: 2, padH: k / 2, padW: k / 2, relu: true}, in, out, 1}
}

// temporal returns a convolution of k frames in time, dilated, without padding.
func temporal(name string, k, dilation, in, out int) layer {
	return layer{name, conv{kh: k, kw: 1, strideH: 1, strideW: 1, dilationH: dilation, relu: true}, in, out, 1}
}

// linear returns a linear layer without rectifier.
func linear(name string, in, out int, gain float64) layer {
	return layer{name, conv{kh: 1, kw: 1, strideH: 1, strideW: 1}, in, out, gain}
}

// padded returns l with padding that preserves the number of frames.
func padded(l layer) layer {
	l.padH = l.dilationH * (l.kh / 2)
	return l
}

// soundLayers returns the layers of a sound tower: log-mel (B, steps, 40, 1) -> 20 bands -> 10
// -> 5 -> 1 while four steps become one frame, then temporal convolutions and a linear layer to
// out numbers per frame.
func soundLayers(name string, channels [4]int, out int, gain float64) []layer {
	c := channels
	return []layer{
		{name + ".1", conv{kh: 5, kw: 5, strideH: 1, strideW: 2, padW: 2, relu: true, leaf: true}, 1, c[0], 1},
		{name + ".2", conv{kh: 3, kw: 3, strideH: 2, strideW: 2, padW: 1, relu: true}, c[0], c[1], 1},
		{name + ".3", conv{kh: 3, kw: 3, strideH: 2, strideW: 2, padW: 1, relu: true}, c[1], c[2], 1},
		{name + ".4", conv{kh: 3, kw: 5, strideH: 1, strideW: 1, relu: true}, c[2], c[3], 1},
		temporal(name+".5", 5, 1, c[3], c[3]),
		temporal(name+".6", 3, 2, c[3], c[3]),
		linear(name+".7", c[3], out, gain),
	}
}

// layers lists every convolution of the network in a fixed order.
func layers() []layer {
	leaf := func(l layer) layer {
		l.leaf = true
		return l
	}
	return slices.Concat([]layer{
		// picture tower: (N, 48, 48, 5) -> 24 -> 12 -> 6 -> 3 -> 1, then temporal
		leaf(spatial("picture.1", 5, Stack, 32)),
		spatial("picture.2", 3, 32, 64),
		spatial("picture.3", 3, 64, 96),
		spatial("picture.4", 3, 96, 128),
		{"picture.5", conv{kh: 3, kw: 3, strideH: 1, strideW: 1, relu: true}, 128, 192, 1},
		temporal("picture.6", 5, 1, 192+2*Points, 192),
		temporal("picture.7", 3, 2, 192, 192),
		linear("picture.8", 192, Embed, 1),
	}, soundLayers("sound", [4]int{32, 64, 96, 192}, Embed, 1), []layer{
		// cross-attention head
		linear("attention.query", Embed, keyWidth, 1),
		linear("attention.key", Embed, keyWidth, 1),
		linear("attention.value", Embed, keyWidth, 1),
		linear("attention.mouth", Embed, keyWidth, 1),
		padded(temporal("head.1", 9, 1, Window+keyWidth, headWide)),
		padded(temporal("head.2", 9, 3, headWide, headWide)),
		linear("head.3", headWide, 1, 0.1),
		padded(temporal("gate.1", 5, 1, 2, 8)),
		linear("gate.2", 8, 1, 0.1),
		// lip motion: logistic regression on the features of a window
		linear("motion", MotionFeatures, 1, 0.5),
		// flicker: (N, 48, 48, 7) -> 24 -> 12 -> 6 -> 4, one logit per cell
		leaf(spatial("flicker.1", 5, FlickerSpan-1, 16)),
		spatial("flicker.2", 3, 16, 32),
		spatial("flicker.3", 3, 32, 64),
		{"flicker.4", conv{kh: 3, kw: 3, strideH: 1, strideW: 1, relu: true}, 64, 64, 1},
		linear("flicker.5", 64, 1, 0.1),
	}, soundLayers("overlap", [4]int{16, 32, 48, 64}, 1, 0.1), soundLayers("speaker", [4]int{16, 32, 48, 64}, SpeakerWidth, 1))
}
