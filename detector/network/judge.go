package network

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Judge trains the cross-attention head on embeddings of batches of clips.
type Judge struct {
	Batch, Frames int

	// Inputs, to be filled before each Step; the masks by Set.
	Mouths []float32 // (Batch, Frames, Embed)
	Sounds []float32 // (Batch, Frames+2·Reach, Embed)

	// Truth and Weight (Batch, Frames): 1 where the sound was replaced or displaced, and how
	// much a frame counts.
	*Classifier

	masks   masks
	aligned []float32 // (Batch, Frames, Embed) the sound at each mouth; nil where the fusion looks farther
	logits  G.Value
}

// Set tells which mouths, sounds and speech clip b of the batch has; the
// lengths are Frames, Frames+2·Reach and Frames+2·Reach.
func (j *Judge) Set(b int, mouth, sound, speech []bool) {
	j.masks.set(b, j.Frames, mouth, sound, speech)
}

// NewJudge builds the training graph of the head; the towers stay as they are.
func NewJudge(p *Params, adam *Adam, batch, frames int) (*Judge, error) {
	return NewFusionJudge(Gated, p, adam, batch, frames)
}

// NewFusionJudge builds that of another fusion, over parameters of NewFusionParams.
func NewFusionJudge(f Fusion, p *Params, adam *Adam, batch, frames int) (*Judge, error) {
	g := newGraph(p)
	j := &Judge{Batch: batch, Frames: frames}
	var in headInputs
	in, j.Mouths, j.Sounds, j.masks = g.headInputs(batch, frames)
	logit, err := j.fuse(g, f, in)
	if err != nil {
		return nil, err
	}
	flat := G.Must(G.Reshape(logit, tensor.Shape{batch * frames}))
	G.Read(flat, &j.logits)
	j.Classifier, err = g.classifier(flat, adam)
	return j, err
}

// Step runs one training step on the inputs and returns the mean binary cross
// entropy in nats.
func (j *Judge) Step(rate float64) (float64, error) {
	j.align()
	return j.Classifier.Step(rate)
}
