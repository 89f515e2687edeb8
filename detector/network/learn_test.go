package network

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
)

func TestEveryParameterIsLearnt(t *testing.T) {
	p := NewParams(1)
	before := map[string][]float32{}
	for _, q := range p.List() {
		before[q.Name] = append([]float32(nil), q.Data...)
	}
	adam := NewAdam(0)
	rng := rand.New(rand.NewPCG(1, 1))
	c := noiseTowers(t, p, adam, rng)
	if _, err := c.Step(1e-2); err != nil {
		t.Fatal(err)
	}
	j := noiseHead(t, p, adam, rng)
	for range 2 { // the last layers start near 0 and must move first
		if _, err := j.Step(1e-2); err != nil {
			t.Fatal(err)
		}
	}
	k := noiseFlicker(t, p, adam, rng)
	for range 2 {
		if _, err := k.Step(1e-2); err != nil {
			t.Fatal(err)
		}
	}
	o := noiseOverlap(t, p, adam, rng)
	for range 2 {
		if _, err := o.Step(1e-2); err != nil {
			t.Fatal(err)
		}
	}
	v := noiseSpeakers(t, p, adam, rng)
	if _, err := v.Step(1e-2); err != nil {
		t.Fatal(err)
	}
	signs := make([]float32, 4*MotionFeatures)
	fillNoise(rng, signs)
	p.SetMotionScale(signs, []float64{1, 1, 1, 1}) // measured, not trained
	p.SetMotion(slices.Repeat([]float64{.5}, MotionFeatures+1))
	for _, q := range p.List() {
		moved := 0
		for i, v := range q.Data {
			if v != before[q.Name][i] {
				moved++
			}
		}
		if moved == 0 {
			t.Errorf("training does not change %s", q.Name)
		}
	}
}

func noiseTowers(t *testing.T, p *Params, adam *Adam, rng *rand.Rand) *TowerTrainer {
	c, err := NewTowerTrainer(p, adam, 3, 6)
	if err != nil {
		t.Fatal(err)
	}
	fillNoise(rng, c.Stacks, c.Points, c.Mel)
	for i := range c.Weight {
		c.Weight[i] = 1
	}
	return c
}

func noiseFlicker(t *testing.T, p *Params, adam *Adam, rng *rand.Rand) *FlickerTrainer {
	j, err := NewFlickerTrainer(p, adam, 4)
	if err != nil {
		t.Fatal(err)
	}
	fillNoise(rng, j.Changes)
	for i := range j.Truth {
		j.Truth[i] = float32(i % 2)
	}
	return j
}

func noiseOverlap(t *testing.T, p *Params, adam *Adam, rng *rand.Rand) *OverlapTrainer {
	j, err := NewOverlapTrainer(p, adam, 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	fillNoise(rng, j.Mel)
	for i := range j.Truth {
		j.Truth[i] = float32(i / 10) // positive in the second half
	}
	return j
}

// noiseSpeakers makes pairs of intervals that consist of noise common to the pair and of weaker
// noise of the second interval.
func noiseSpeakers(t *testing.T, p *Params, adam *Adam, rng *rand.Rand) *SpeakerTrainer {
	c, err := NewSpeakerTrainer(p, adam, 4, 6)
	if err != nil {
		t.Fatal(err)
	}
	fillNoise(rng, c.Mel)
	row := len(c.Mel) / (2 * c.Pairs)
	for k := range c.Pairs {
		a, b := c.Mel[2*k*row:(2*k+1)*row], c.Mel[(2*k+1)*row:(2*k+2)*row]
		for i := range b {
			b[i] = a[i] + .3*b[i]
		}
	}
	for i := range c.Weight {
		c.Weight[i] = float32(i % 2)
	}
	return c
}

func noiseHead(t *testing.T, p *Params, adam *Adam, rng *rand.Rand) *HeadTrainer {
	j, err := NewHeadTrainer(Gated, p, adam, 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	fillHead(rng, j)
	return j
}

// fillHead fills the inputs of a trainer of two clips of ten frames, with every mouth, sound
// and speech present.
func fillHead(rng *rand.Rand, j *HeadTrainer) {
	fillNoise(rng, j.Mouths, j.Sounds)
	all := make([]bool, 10+2*Reach)
	for i := range all {
		all[i] = true
	}
	for i := range j.Weight {
		j.Weight[i], j.Truth[i] = 1, float32(i%2)
	}
	j.Set(0, all[:10], all, all)
	j.Set(1, all[:10], all, all)
}

func fillNoise(rng *rand.Rand, to ...[]float32) {
	for _, d := range to {
		for i := range d {
			d[i] = float32(rng.NormFloat64())
		}
	}
}

func TestLossFalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	p, adam := NewParams(2), NewAdam(0)
	c := noiseTowers(t, p, adam, rng)
	j := noiseHead(t, p, adam, rng)
	k := noiseFlicker(t, p, adam, rng)
	o := noiseOverlap(t, p, adam, rng)
	v := noiseSpeakers(t, p, adam, rng)
	for name, step := range map[string]func() (float64, error){
		"towers":  func() (float64, error) { return c.Step(2e-3) },
		"head":    func() (float64, error) { return j.Step(2e-3) },
		"flicker": func() (float64, error) { return k.Step(2e-3) },
		"overlap": func() (float64, error) { return o.Step(2e-3) },
		"speaker": func() (float64, error) { return v.Step(2e-3) },
	} {
		first, last := 0.0, 0.0
		for i := range 30 {
			loss, err := step()
			if err != nil {
				t.Fatal(err)
			}
			if math.IsNaN(loss) {
				t.Fatalf("%s: step %d: loss is NaN", name, i)
			}
			if i == 0 {
				first = loss
			}
			last = loss
		}
		if last > 0.5*first {
			t.Errorf("%s: loss went from %.3f to %.3f in 30 steps on one batch, want half", name, first, last)
		}
	}
}

// The gradient of the whole head agrees with central differences.
func TestHeadGradient(t *testing.T) {
	const b, n = 1, 4
	wide := n + 2*Reach
	var mask masks
	mask.band, mask.shut, mask.seen = make([]float32, b*n*Window), make([]float32, b*n*Window), make([]float32, b*n*2)
	yes := make([]bool, wide)
	for i := range yes {
		yes[i] = i%7 != 3
	}
	mask.set(0, n, yes[:n], yes, yes)
	checkGradient(t, [][]int{{b, n, 1, Embed}, {b, wide, 1, Embed}}, func(in []*G.Node) (*G.Node, error) {
		g := &graph{ExprGraph: in[0].Graph(), params: NewParams(3), nodes: map[string]*G.Node{}}
		head := headInputs{mouths: in[0], sounds: in[1]}
		var data []float32
		head.band, data = g.input("band", b, n, Window)
		copy(data, mask.band)
		head.shut, data = g.input("shut", b, n, Window)
		copy(data, mask.shut)
		head.seen, data = g.input("seen", b, n, 1, 2)
		copy(data, mask.seen)
		return g.head(head)
	})
}

func TestMaskedSoundDoesNotCount(t *testing.T) {
	r, err := NewRunner(NewParams(4))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rng := rand.New(rand.NewPCG(4, 4))
	const n = 60
	p := Pair{Mouths: make([]float32, n*Embed), Sounds: make([]float32, (n+2*Reach)*Embed),
		Mouth: make([]bool, n), Sound: make([]bool, n+2*Reach), Speech: make([]bool, n+2*Reach)}
	fillNoise(rng, p.Mouths, p.Sounds)
	for i := range p.Mouth {
		p.Mouth[i] = i < 20 || i > 25
	}
	for i := range p.Sound {
		p.Sound[i] = i < 40 || i > 50
	}
	part := func(from, to int) Pair {
		return Pair{p.Mouths[from*Embed : to*Embed], p.Mouth[from:to],
			p.Sounds[from*Embed : (to+2*Reach)*Embed], p.Sound[from : to+2*Reach], p.Speech[from : to+2*Reach]}
	}
	want, err := r.Mismatch(n, part)
	if err != nil {
		t.Fatal(err)
	}
	for i := 20; i <= 25; i++ {
		fillNoise(rng, p.Mouths[i*Embed:(i+1)*Embed])
	}
	for i := 40; i <= 50; i++ {
		fillNoise(rng, p.Sounds[i*Embed:(i+1)*Embed])
	}
	got, err := r.Mismatch(n, part)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if i >= 20 && i <= 25 {
			continue
		}
		if math.Abs(float64(got[i]-want[i])) > 1e-4 {
			t.Fatalf("frame %d: logit %.5f after masked embeddings changed, %.5f before", i, got[i], want[i])
		}
	}
}

func TestEmbeddingsDoNotDependOnChunks(t *testing.T) {
	r, err := NewRunner(NewParams(5))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rng := rand.New(rand.NewPCG(5, 5))
	crops := make([]float32, (40+2*Margin)*Side*Side)
	for i := range crops {
		crops[i] = float32(rng.IntN(256))
	}
	points := make([]float32, (40+2*Margin)*2*Points)
	for i := range points {
		points[i] = 96 * rng.Float32()
	}
	whole, part := make([]float32, 40*Embed), make([]float32, 10*Embed)
	if err := r.Mouths(whole, crops, points); err != nil {
		t.Fatal(err)
	}
	if err := r.Mouths(part, crops[20*Side*Side:(20+10+2*Margin)*Side*Side], points[20*2*Points:(20+10+2*Margin)*2*Points]); err != nil {
		t.Fatal(err)
	}
	for i, v := range part {
		if math.Abs(float64(v-whole[20*Embed+i])) > 1e-5 {
			t.Fatalf("mouths: number %d is %.6f, in the longer run %.6f", i, v, whole[20*Embed+i])
		}
	}
	mel := make([]float32, 400*Bands)
	fillNoise(rng, mel)
	long, short := make([]float32, 70*Embed), make([]float32, 5*Embed)
	if err := r.Sounds(long, mel, 0, -2); err != nil {
		t.Fatal(err)
	}
	if err := r.Sounds(short, mel, 60, -2); err != nil {
		t.Fatal(err)
	}
	for i, v := range short {
		if math.Abs(float64(v-long[60*Embed+i])) > 1e-5 {
			t.Fatalf("sounds: number %d is %.6f, in the longer run %.6f", i, v, long[60*Embed+i])
		}
	}
}
