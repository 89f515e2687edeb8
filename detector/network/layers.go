package network

import "slices"

// The sizes that a weights file is bound to.
const (
	Stack    = 5   // neighbouring mouth crops that the picture tower sees at once
	CropSize = 96  // pixels: the side of the crops that points are measured in
	Side     = 48  // pixels: the side of a mouth crop as the network sees it
	Bands    = 40  // mel bands
	Steps    = 4   // log-mel steps a frame
	Points   = 37  // points of the mouth and the jaw that the picture tower sees beside the crops
	Embed    = 128 // length of an embedding
	Reach    = 15  // frames that attention looks to either side
	Window   = 2*Reach + 1

	// Signs is how many numbers describe how the lips move in a window: those of
	// package lips, two of them on how they go with the loudness.
	Signs = 23

	// Margin is the number of further frames that a tower needs on each side
	// of a frame to embed it: half a stack for the pictures, then 4 frames of
	// temporal convolution for both.
	Margin = Stack/2 + temporalMargin

	temporalMargin = 4 // (5-1)/2 + 2·(3-1)/2

	// soundLead and soundTail are the log-mel steps that the sound tower needs
	// before the first and after the last step of its frames.
	soundLead = 7
	soundTail = 8

	firstTemperature = 14 // 1/0.07, as Radford et al. 2021 begin with

	keyWidth = 64 // width of the attention's queries, keys and values
	headWide = 64 // channels of the head's temporal layers
)

// A layer is a named convolution and the channels it takes and gives.
type layer struct {
	name string
	conv
	in, out int
	gain    float64 // scale of the first weights, against He's
}

// spatial halves rows and columns, temporal looks along the first axis with gaps,
// linear sees one place; padded keeps the length.
func spatial(name string, k, in, out int) layer {
	return layer{name, conv{kh: k, kw: k, strideH: 2, strideW: 2, padH: k / 2, padW: k / 2, relu: true}, in, out, 1}
}

func temporal(name string, k, dilation, in, out int) layer {
	return layer{name, conv{kh: k, kw: 1, strideH: 1, strideW: 1, dilationH: dilation, relu: true}, in, out, 1}
}

func linear(name string, in, out int, gain float64) layer {
	return layer{name, conv{kh: 1, kw: 1, strideH: 1, strideW: 1}, in, out, gain}
}

func padded(l layer) layer {
	l.padH = l.dilationH * (l.kh / 2)
	return l
}

// hearing returns the layers of a tower that hears: log-mel (B, steps, 40, 1) -> 20 bands ->
// 10 -> 5 -> 1, four steps to a frame, then over time, to out numbers a frame.
func hearing(name string, channels [4]int, out int, gain float64) []layer {
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
		// picture tower: (N, 48, 48, 5) -> 24 -> 12 -> 6 -> 3 -> 1, then over time
		leaf(spatial("picture.1", 5, Stack, 32)),
		spatial("picture.2", 3, 32, 64),
		spatial("picture.3", 3, 64, 96),
		spatial("picture.4", 3, 96, 128),
		{"picture.5", conv{kh: 3, kw: 3, strideH: 1, strideW: 1, relu: true}, 128, 192, 1},
		temporal("picture.6", 5, 1, 192+2*Points, 192),
		temporal("picture.7", 3, 2, 192, 192),
		linear("picture.8", 192, Embed, 1),
	}, hearing("sound", [4]int{32, 64, 96, 192}, Embed, 1), []layer{
		// cross-attention and what follows it
		linear("attention.query", Embed, keyWidth, 1),
		linear("attention.key", Embed, keyWidth, 1),
		linear("attention.value", Embed, keyWidth, 1),
		linear("attention.mouth", Embed, keyWidth, 1),
		padded(temporal("head.1", 9, 1, Window+keyWidth, headWide)),
		padded(temporal("head.2", 9, 3, headWide, headWide)),
		linear("head.3", headWide, 1, 0.1),
		padded(temporal("gate.1", 5, 1, 2, 8)),
		linear("gate.2", 8, 1, 0.1),
		// lip motion: the signs of a window
		linear("motion", Signs, 1, 0.5),
		// flicker: (N, 48, 48, 7) -> 24 -> 12 -> 6 -> 4, each place judged
		leaf(spatial("flicker.1", 5, FlickerSpan-1, 16)),
		spatial("flicker.2", 3, 16, 32),
		spatial("flicker.3", 3, 32, 64),
		{"flicker.4", conv{kh: 3, kw: 3, strideH: 1, strideW: 1, relu: true}, 64, 64, 1},
		linear("flicker.5", 64, 1, 0.1),
	}, hearing("overlap", [4]int{16, 32, 48, 64}, 1, 0.1), hearing("speaker", [4]int{16, 32, 48, 64}, SpeakerWidth, 1))
}
