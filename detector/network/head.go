package network

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// headInputs are the nodes that the cross-attention head reads, for B clips of
// T frames; the sound reaches Reach frames farther on either side.
type headInputs struct {
	mouths, sounds *G.Node // (B, T, 1, Embed), (B, T+2·Reach, 1, Embed) embeddings
	band           *G.Node // (B, T, Window) 1 where mouth t and sound t+d-Reach are both there, else 0
	shut           *G.Node // (B, T, Window) excluded where band is 0, else 0
	seen           *G.Node // (B, T, 1, 2) 1 where the mouth is there, 1 where speech is there
}

// head returns the mismatch logits (B, T, 1, 1).
//
// Mouth frames ask (query), sound frames within ±Reach answer (key, value):
//
//	w[t, d] = softmax_d(q[t]·k[t+d]/√keyWidth + position[d])
//	c[t]    = Σ_d w[t, d] v[t+d] ⊙ m[t]
//
// where m is a projection of the mouth itself. The answer c and the likeness
// p[t, d] of the two embeddings at every relative position go through two
// temporal convolutions, which see ±16 frames; a gate made of the masks alone
// weighs the evidence, so that where nothing was seen or heard nothing is said:
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

// evidence is head before the gate.
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

// attend returns the attention weights (B, T, Window), 0 where masked.
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

// A Masks says what was seen and heard around T frames.
type masks struct {
	band, shut, seen []float32
}

// set fills the masks of clip b of T frames: mouth (T) says where a mouth was
// seen, sound (T+2·Reach) where there is sound at all, speech likewise where
// somebody speaks.
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

func (g *graph) headInputs(b, t int) (in headInputs, mouths, sounds []float32, m masks) {
	in.mouths, mouths = g.input("mouths", b, t, 1, Embed)
	in.sounds, sounds = g.input("sounds", b, t+2*Reach, 1, Embed)
	in.band, m.band = g.input("band", b, t, Window)
	in.shut, m.shut = g.input("shut", b, t, Window)
	in.seen, m.seen = g.input("seen", b, t, 1, 2)
	return in, mouths, sounds, m
}
