package network

import (
	"errors"
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
)

// Chunk is the number of frames that a Runner embeds or scores at a time.
const Chunk = 50

// A Runner runs the trained network forward. It is not safe for concurrent use, and Runners
// must not be created concurrently.
type Runner struct {
	picture, head, motion, flicker    forward
	sound, overlap, speaker           soundGraph
	params                            *Params
	stacks, points, features, changes []float32
	mouths, sounds                    []float32
	masks                             masks
}

// A forward is a graph without gradients.
type forward struct {
	vm  G.VM
	out G.Value
}

func (f *forward) build(g *graph, y *G.Node) {
	G.Read(y, &f.out)
	f.vm = G.NewTapeMachine(g.ExprGraph)
}

func (f *forward) run() ([]float32, error) {
	defer f.vm.Reset()
	if err := f.vm.RunAll(); err != nil {
		return nil, fmt.Errorf("running the network: %w", err)
	}
	return f.out.Data().([]float32), nil
}

// A soundGraph computes an output for every frame of a sound.
type soundGraph struct {
	forward
	mel []float32 // (MelSteps(Chunk), Bands) input
}

// embed writes the outputs of frames [first, first+n), width numbers each, to dst (n, width).
// mel and outside are as for Sounds.
func (g *soundGraph) embed(dst []float32, width int, mel []float32, first int, outside float32) error {
	for from := 0; from < len(dst)/width; from += Chunk {
		FillMel(g.mel, mel, MelStart(first+from), outside)
		out, err := g.run()
		if err != nil {
			return err
		}
		copy(dst[from*width:], out)
	}
	return nil
}

// canRun returns an error if the network cannot run in this build or on this machine.
func canRun() error {
	if G.CUDA {
		return errors.New("built with the tag cuda, under which Gorgonia computes wrong results; use the tag cudnn")
	}
	return ready()
}

// NewRunner builds the graphs over p, which are shared: further training of p affects the
// Runner. It returns an error if the network cannot run in this build or on this machine.
func NewRunner(p *Params) (*Runner, error) {
	if err := canRun(); err != nil {
		return nil, err
	}
	r := &Runner{params: p}
	g := newGraph(p)
	x, data := g.input("stacks", Chunk+2*temporalMargin, Side, Side, Stack)
	r.stacks = data
	points, data := g.input("points", 1, Chunk+2*temporalMargin, 1, 2*Points)
	r.points = data
	y, err := g.pictureTower(x, points, 1)
	if err != nil {
		return nil, err
	}
	r.picture.build(g, y)

	for _, e := range []struct {
		*soundGraph
		output func(*graph, *G.Node) (*G.Node, error)
	}{{&r.sound, (*graph).soundTower}, {&r.overlap, (*graph).overlap}, {&r.speaker, (*graph).speaker}} {
		g = newGraph(p)
		x, e.mel = g.input("mel", 1, MelSteps(Chunk), Bands, 1)
		if y, err = e.output(g, x); err != nil {
			return nil, err
		}
		e.build(g, y)
	}

	g = newGraph(p)
	var in headInputs
	in, r.mouths, r.sounds, r.masks = g.headInputs(1, Chunk)
	if y, err = g.head(in); err != nil {
		return nil, err
	}
	r.head.build(g, y)

	g = newGraph(p)
	x, r.features = g.input("features", motionBatch, 1, 1, MotionFeatures)
	if y, err = g.motion(x); err != nil {
		return nil, err
	}
	r.motion.build(g, y)

	g = newGraph(p)
	x, r.changes = g.input("changes", flickerBatch, Side, Side, FlickerSpan-1)
	if y, err = g.flicker(x); err != nil {
		return nil, err
	}
	r.flicker.build(g, y)
	return r, nil
}

// Close releases the graphs' virtual machines.
func (r *Runner) Close() error {
	for _, f := range []*forward{&r.picture, &r.head, &r.motion, &r.flicker, &r.sound.forward, &r.overlap.forward, &r.speaker.forward} {
		if err := f.vm.Close(); err != nil {
			return err
		}
	}
	return nil
}

// Mouths writes the embeddings of the n middle frames of crops (n+2·Margin, Side, Side), grey
// values 0..255, and points (n+2·Margin, Points, 2), crop pixels, to dst (n, Embed). It panics
// if the lengths do not match or n is outside 1..Chunk.
func (r *Runner) Mouths(dst, crops, points []float32) error {
	const size, row = Side * Side, 2 * Points
	n := len(crops)/size - 2*Margin
	if n < 1 || n > Chunk || len(dst) != n*Embed || len(points) != (n+2*Margin)*row {
		panic("network: Mouths: lengths do not match")
	}
	clear(r.stacks)
	clear(r.points)
	StackInput(r.stacks[:(n+2*temporalMargin)*size*Stack], crops)
	PointInput(r.points[:(n+2*temporalMargin)*row], points)
	out, err := r.picture.run()
	if err != nil {
		return err
	}
	copy(dst, out)
	return nil
}

// Sounds writes the embeddings of frames [first, first+n) to dst (n, Embed). mel (steps, Bands)
// is the whole sound, normalised. Log-mel before and after the sound is taken to be the
// constant outside.
func (r *Runner) Sounds(dst, mel []float32, first int, outside float32) error {
	return r.sound.embed(dst, Embed, mel, first, outside)
}

// FillMel copies the log-mel steps of mel (…, Bands), beginning with step start, to dst (…,
// Bands). Steps that mel does not have are filled with outside.
func FillMel(dst, mel []float32, start int, outside float32) {
	for i := 0; i < len(dst); i += Bands {
		step := start + i/Bands
		if at := step * Bands; step >= 0 && at+Bands <= len(mel) {
			copy(dst[i:i+Bands], mel[at:])
			continue
		}
		for j := range Bands {
			dst[i+j] = outside
		}
	}
}

// A Pair holds the embeddings of n consecutive frames of a track and of its sound on a common
// time line: frame t of the mouths belongs to frame t+Reach of the sound.
type Pair struct {
	Mouths []float32 // (n, Embed)
	Mouth  []bool    // (n) whether a mouth is visible
	Sounds []float32 // (n+2·Reach, Embed), from Reach frames before the first mouth
	Sound  []bool    // (n+2·Reach) whether the sound exists
	Speech []bool    // (n+2·Reach) whether there is speech
}

// Mismatch returns the mismatch logits (n) of n frames. It calls part for frames [from, to), at
// most Chunk at a time, so that a long track need not be in memory as a whole. Chunks overlap
// by half, and each frame takes its logit from the chunk in which it is farther from an end.
func (r *Runner) Mismatch(n int, part func(from, to int) Pair) ([]float32, error) {
	out := make([]float32, n)
	mouth, sound, speech := make([]bool, Chunk), make([]bool, Chunk+2*Reach), make([]bool, Chunk+2*Reach)
	const stride = Chunk / 2
	const edge = (Chunk - stride) / 2
	for from := 0; ; from += stride {
		to := min(from+Chunk, n)
		clear(r.mouths)
		clear(r.sounds)
		clear(mouth)
		clear(sound)
		clear(speech)
		p := part(from, to)
		copy(r.mouths, p.Mouths)
		copy(r.sounds, p.Sounds)
		copy(mouth, p.Mouth)
		copy(sound, p.Sound)
		copy(speech, p.Speech)
		r.masks.set(0, Chunk, mouth, sound, speech)
		logits, err := r.head.run()
		if err != nil {
			return nil, err
		}
		keepFrom, keepTo := from+edge, from+Chunk-edge
		if from == 0 {
			keepFrom = 0
		}
		if to == n {
			keepTo = n
		}
		copy(out[keepFrom:keepTo], logits[keepFrom-from:keepTo-from])
		if to == n {
			return out, nil
		}
	}
}

// Probability returns the probability 0..1 of a logit.
func Probability(logit float32) float64 { return 1 / (1 + math.Exp(-float64(logit))) }
