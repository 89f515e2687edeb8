package network

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// headInputs are the input nodes of the cross-attention head for B clips of T frames. The
// sound extends Reach frames beyond the mouths on either side.
type headInputs struct {
	mouths, sounds *G.Node // (B, T, 1, Embed), (B, T+2·Reach, 1, Embed) embeddings
	band           *G.Node // (B, T, Window) 1 if mouth t and sound t+d-Reach are present, else 0
	shut           *G.Node // (B, T, Window) excluded where band is 0, else 0
	seen           *G.Node // (B, T, 1, 2) 1 or 0: mouth present, speech present
}

// head returns the mismatch logits (B, T, 1, 1).
//
// Each mouth frame (query) attends to the sound frames within ±Reach (keys, values):
//
//	w[t, d] = softmax_d(q[t]·k[t+d]/√keyWidth + position[d])
//	c[t]    = Σ_d w[t, d] v[t+d] ⊙ m[t]
//
// where m is a projection of the mouth embedding. c and the cosine similarity of the two
// embeddings at every relative position go through two temporal convolutions with a receptive
// field of ±16 frames, which give the evidence. A gate computed from the masks alone scales
// the evidence, so that the logit can be close to 0 where no mouth or no speech is present:
//
//	logit[t] = 2·σ(gate[t])·evidence[t]
func (g *graph) head(in headInputs) (*G.Node, error) {
	x, err := g.evidence(in)
	if err != nil {
		return nil, err
	}
	gate, err := g.through(in.seen, "gate.1", "gate.2")
	if err != nil {
		return nil, err
	}
	open := G.Must(G.Mul(G.Must(G.Sigmoid(gate)), G.NewConstant(float32(2))))
	return G.HadamardProd(open, x)
}

// evidence returns the logits (B, T, 1, 1) of the head without its gate.
func (g *graph) evidence(in headInputs) (*G.Node, error) {
	sh := in.mouths.Shape()
	b, t := sh[0], sh[1]
	wide := t + 2*Reach
	project := func(name string, x *G.Node, n int) (*G.Node, error) {
		y, err := g.layer(name, x)
		if err != nil {
			return nil, err
		}
		return G.Reshape(y, tensor.Shape{b, n, keyWidth})
	}
	q, err := project("attention.query", in.mouths, t)
	if err != nil {
		return nil, err
	}
	k, err := project("attention.key", in.sounds, wide)
	if err != nil {
		return nil, err
	}
	v, err := project("attention.value", in.sounds, wide)
	if err != nil {
		return nil, err
	}
	m, err := project("attention.mouth", in.mouths, t)
	if err != nil {
		return nil, err
	}
	weights, err := g.attend(q, k, in)
	if err != nil {
		return nil, err
	}
	spread, err := unbanded(weights)
	if err != nil {
		return nil, err
	}
	c := G.Must(G.HadamardProd(G.Must(G.BatchedMatMul(spread, v)), m))

	likeness, err := banded(G.Must(G.BatchedMatMul(
		G.Must(G.Reshape(in.mouths, tensor.Shape{b, t, Embed})),
		G.Must(G.Reshape(in.sounds, tensor.Shape{b, wide, Embed})), false, true)))
	if err != nil {
		return nil, err
	}
	likeness = G.Must(G.HadamardProd(likeness, in.band))
	both := G.Must(G.Concat(2, likeness, c))
	return g.through(G.Must(G.Reshape(both, tensor.Shape{b, t, 1, Window + keyWidth})), "head.1", "head.2", "head.3")
}

// attend returns the attention weights (B, T, Window) of the queries q (B, T, keyWidth) on the
// keys k (B, T+2·Reach, keyWidth), 0 where masked.
func (g *graph) attend(q, k *G.Node, in headInputs) (*G.Node, error) {
	s, err := banded(G.Must(G.BatchedMatMul(q, k, false, true)))
	if err != nil {
		return nil, err
	}
	s = G.Must(G.Mul(s, G.NewConstant(float32(1/math.Sqrt(keyWidth)))))
	if s, err = plusRow(s, g.param("attention.position")); err != nil {
		return nil, err
	}
	s = G.Must(G.Add(s, in.shut))
	sh := s.Shape().Clone()
	flat := G.Must(G.Reshape(s, tensor.Shape{sh[0] * sh[1], sh[2]}))
	w, err := G.SoftMax(flat, 1)
	if err != nil {
		return nil, err
	}
	return G.HadamardProd(G.Must(G.Reshape(w, sh)), in.band)
}

// masks are the values of the input nodes band, shut and seen, see headInputs.
type masks struct {
	band, shut, seen []float32
}

// set fills the masks of clip b of t frames: mouth (t) is true where a mouth is visible, sound
// (t+2·Reach) where the sound exists, speech (t+2·Reach) where there is speech.
func (m *masks) set(b, t int, mouth, sound, speech []bool) {
	for i := range t {
		for d := range Window {
			at := (b*t+i)*Window + d
			m.band[at], m.shut[at] = 0, excluded
			if mouth[i] && sound[i+d] {
				m.band[at], m.shut[at] = 1, 0
			}
		}
		m.seen[(b*t+i)*2], m.seen[(b*t+i)*2+1] = 0, 0
		if mouth[i] {
			m.seen[(b*t+i)*2] = 1
		}
		if speech[i+Reach] {
			m.seen[(b*t+i)*2+1] = 1
		}
	}
}

// headInputs creates the input nodes of the head for b clips of t frames and returns the memory
// behind them.
func (g *graph) headInputs(b, t int) (in headInputs, mouths, sounds []float32, m masks) {
	in.mouths, mouths = g.input("mouths", b, t, 1, Embed)
	in.sounds, sounds = g.input("sounds", b, t+2*Reach, 1, Embed)
	in.band, m.band = g.input("band", b, t, Window)
	in.shut, m.shut = g.input("shut", b, t, Window)
	in.seen, m.seen = g.input("seen", b, t, 1, 2)
	return in, mouths, sounds, m
}
