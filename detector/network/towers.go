package network

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// MelSteps returns the number of log-mel steps that the sound tower needs to embed n frames. The
// steps begin at MelStart.
func MelSteps(n int) int { return Steps*(n+2*temporalMargin) + soundLead + soundTail }

// MelStart returns the first log-mel step that the sound tower needs to embed frames from first
// on: 4·(first-4)-7. It may be negative.
func MelStart(first int) int { return Steps*(first-temporalMargin) - soundLead }

// pictureTower returns the embeddings, unit vectors (B, T, 1, Embed), of stacks x (B·(T+8),
// Side, Side, Stack), see StackInput, and of the points of the same frames (B, T+8, 1,
// 2·Points), see PointInput. Only the pixels show teeth and tongue; the points come from a mesh
// model trained on many more faces and depend little on face and light.
func (g *graph) pictureTower(x, points *G.Node, batch int) (*G.Node, error) {
	y, err := g.through(x, "picture.1", "picture.2", "picture.3", "picture.4", "picture.5")
	if err != nil {
		return nil, err
	}
	s := y.Shape()
	if y, err = G.Reshape(y, tensor.Shape{batch, s[0] / batch, 1, s[3]}); err != nil {
		return nil, err
	}
	if y, err = G.Concat(3, y, points); err != nil {
		return nil, err
	}
	if y, err = g.through(y, "picture.6", "picture.7", "picture.8"); err != nil {
		return nil, err
	}
	return unit(y)
}

// soundTower returns the embeddings, unit vectors (B, T, 1, Embed), of log-mel x
// (B, MelSteps(T), Bands, 1).
func (g *graph) soundTower(x *G.Node) (*G.Node, error) {
	y, err := g.throughSoundLayers("sound", x)
	if err != nil {
		return nil, err
	}
	return unit(y)
}

// throughSoundLayers applies the layers of the named sound tower to log-mel x
// (B, MelSteps(T), Bands, 1). The result is (B, T, 1, out).
func (g *graph) throughSoundLayers(name string, x *G.Node) (*G.Node, error) {
	return g.through(x, name+".1", name+".2", name+".3", name+".4", name+".5", name+".6", name+".7")
}

const (
	outlineScale = 16 // crop pixels: typical distance between the points of a mouth
	outlineLimit = 6  // in units of outlineScale
)

// PointInput writes the picture tower's input for points (n, Points, 2), in crop pixels, to dst
// (n-Stack+1, Points, 2). The input is the points of the middle frame of each stack relative to
// the middle of the crop, in units of 16 pixels, limited to ±6. It panics if the lengths do not
// match.
func PointInput(dst, points []float32) {
	const row, middle = 2 * Points, float32(CropSize) / 2
	if len(dst) != len(points)-(Stack-1)*row {
		panic("network: PointInput: lengths do not match")
	}
	for i, v := range points[Stack/2*row:][:len(dst)] {
		dst[i] = min(max((v-middle)/outlineScale, -outlineLimit), outlineLimit)
	}
}

// smallestDeviation, in grey values, limits the amplification of a uniform picture.
const smallestDeviation = 4

// StackInput writes the picture tower's input for mouth crops (n, Side, Side), grey values
// 0..255, to dst (n-Stack+1, Side, Side, Stack): each stack holds Stack neighbouring crops
// minus their common mean, divided by their common standard deviation. A stack depends on its
// own crops only. StackInput panics if the lengths do not match or n < Stack.
func StackInput(dst, crops []float32) {
	const size = Side * Side
	n := len(crops)/size - Stack + 1
	if n < 1 || len(dst) != n*size*Stack {
		panic("network: StackInput: lengths do not match")
	}
	sums := make([][2]float64, n+Stack-1)
	for i := range sums {
		for _, v := range crops[i*size : (i+1)*size] {
			sums[i][0] += float64(v)
			sums[i][1] += float64(v) * float64(v)
		}
	}
	for i := range n {
		var sum, squares float64
		for _, s := range sums[i : i+Stack] {
			sum += s[0]
			squares += s[1]
		}
		mean := sum / (Stack * size)
		scale := float32(1 / math.Max(math.Sqrt(math.Max(squares/(Stack*size)-mean*mean, 0)), smallestDeviation))
		out := dst[i*size*Stack : (i+1)*size*Stack]
		for j := range Stack {
			for k, v := range crops[(i+j)*size : (i+j+1)*size] {
				out[k*Stack+j] = (v - float32(mean)) * scale
			}
		}
	}
}
