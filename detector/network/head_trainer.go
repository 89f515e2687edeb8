package network

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A HeadTrainer trains the cross-attention head, or the layers of another fusion, on embeddings
// of batches of clips.
type HeadTrainer struct {
	Batch, Frames int

	// Inputs, to be filled before each Step; Set fills the masks.
	Mouths []float32 // (Batch, Frames, Embed)
	Sounds []float32 // (Batch, Frames+2·Reach, Embed)

	// Truth (Batch, Frames) is 1 where the sound was replaced or displaced; Weight (Batch,
	// Frames) is the weight of a frame.
	*Classifier

	masks   masks
	aligned []float32 // (Batch, Frames, Embed) sound of each mouth's frame; nil if unused
	logits  G.Value
}

// Set sets which mouths (Frames), sounds and speech (both Frames+2·Reach) are present in clip b
// of the batch.
func (t *HeadTrainer) Set(b int, mouth, sound, speech []bool) {
	t.masks.set(b, t.Frames, mouth, sound, speech)
}

// NewHeadTrainer builds the training graph of a fusion over parameters from NewFusionParams.
// The towers are not trained. It returns an error for an unknown fusion.
func NewHeadTrainer(f FusionKind, p *Params, adam *Adam, batch, frames int) (*HeadTrainer, error) {
	g := newGraph(p)
	t := &HeadTrainer{Batch: batch, Frames: frames}
	var in headInputs
	in, t.Mouths, t.Sounds, t.masks = g.headInputs(batch, frames)
	logit, err := t.fuse(g, f, in)
	if err != nil {
		return nil, err
	}
	flat := G.Must(G.Reshape(logit, tensor.Shape{batch * frames}))
	G.Read(flat, &t.logits)
	t.Classifier, err = g.classifier(flat, adam)
	return t, err
}

// Step runs one training step on the inputs and returns the weighted mean binary cross
// entropy in nats.
func (t *HeadTrainer) Step(rate float64) (float64, error) {
	t.align()
	return t.Classifier.Step(rate)
}
