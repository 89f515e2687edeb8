package network

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// overlap returns the logits (B·T) of overlapped speech for log-mel x
// (B, MelSteps(T), Bands, 1).
func (g *graph) overlap(x *G.Node) (*G.Node, error) {
	y, err := g.throughSoundLayers("overlap", x)
	if err != nil {
		return nil, err
	}
	return G.Reshape(y, tensor.Shape{y.Shape().TotalSize()})
}

// Overlap writes the logits of overlapped speech (two or more simultaneous speakers) of frames
// [first, first+n) to dst (n). mel (steps, Bands) and outside are as for Sounds.
func (r *Runner) Overlap(dst, mel []float32, first int, outside float32) error {
	if err := r.overlap.embed(dst, 1, mel, first, outside); err != nil {
		return fmt.Errorf("detecting overlapped speech: %w", err)
	}
	return nil
}

// An OverlapTrainer trains the classifier of overlapped speech on batches of intervals of
// sound.
type OverlapTrainer struct {
	Batch, Frames int
	Mel           []float32 // (Batch, MelSteps(Frames), Bands), normalised; set before each Step
	*Classifier             // Truth (Batch, Frames): 1 where speech is overlapped
}

// NewOverlapTrainer builds the training graph for batches of batch intervals of frames frames.
func NewOverlapTrainer(p *Params, adam *Adam, batch, frames int) (*OverlapTrainer, error) {
	g := newGraph(p)
	j := &OverlapTrainer{Batch: batch, Frames: frames}
	var x *G.Node
	x, j.Mel = g.input("mel", batch, MelSteps(frames), Bands, 1)
	logit, err := g.overlap(x)
	if err != nil {
		return nil, err
	}
	j.Classifier, err = g.classifier(logit, adam)
	return j, err
}
