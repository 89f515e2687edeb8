package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
)

// A point of a face moves with its pixel under every warp.
func TestPointsFollowTheirPixels(t *testing.T) {
	const w = video.CropSize
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 3))
		l := noImageChange()
		l.setWarp(drawWarp(rng))
		x, y := 30+36*rng.Float64(), 30+36*rng.Float64()
		pixels := make([]byte, w*w) // a blob around (x, y)
		for i := range pixels {
			dx, dy := float64(i%w)+.5-x, float64(i/w)+.5-y
			pixels[i] = byte(250 * math.Exp(-(dx*dx+dy*dy)/18))
		}
		seen := make([]float32, side)
		l.apply(seen, pixels, rng)
		var sum, atX, atY float64
		for i, v := range seen {
			sum += float64(v)
			atX += float64(v) * (float64(i%network.Side) + .5) * w / network.Side
			atY += float64(v) * (float64(i/network.Side) + .5) * w / network.Side
		}
		points, moved := make([]float32, 2*network.Points), make([]float32, 2*network.Points)
		points[2*3], points[2*3+1] = float32(x), float32(y)
		l.movePoints(moved, points, rng)
		at := 3
		if l.warp.mirror {
			at = mirrored[3]
		}
		if d := math.Hypot(float64(moved[2*at])-atX/sum, float64(moved[2*at+1])-atY/sum); d > 0.7 {
			t.Errorf("seed %d: the point is %.2f pixels from its blob", seed, d)
		}
	}
}

func TestLightFallsFromOneSide(t *testing.T) {
	l := noImageChange()
	l.light(0.3, 0)
	const s = network.Side
	if l.shade[0] >= 1 || l.shade[s-1] <= 1 || l.shade[0] != l.shade[s*(s-1)] {
		t.Errorf("brightness of the corners %.2f, %.2f and %.2f", l.shade[0], l.shade[s-1], l.shade[s*(s-1)])
	}
}

// A longer vocal tract has lower formants.
func TestBandWarpMovesFormants(t *testing.T) {
	for _, factor := range []float64{0.9, 1, 1.1} {
		tone := &soundChange{bandWarp: warpBands(factor), gain: 1, floor: -100}
		mel := make([]float32, network.Bands)
		mel[20] = 3
		tone.apply(mel, rand.New(rand.NewPCG(1, 1)))
		var sum, at float64
		for b, v := range mel {
			sum, at = sum+float64(v), at+float64(v)*float64(b)
		}
		want := audio.MelBand(audio.MelHertz(20) / factor)
		if math.Abs(at/sum-want) > 0.5 {
			t.Errorf("factor %.1f: formant at band %.2f, want %.2f", factor, at/sum, want)
		}
	}
}

// madeCounting returns a sample whose frame t has the grey value 2t and the sound t.
func madeCounting(frames int) *dataset.Sample {
	s := &dataset.Sample{Frames: frames, Crops: make([]byte, frames*dataset.MouthSize), Lips: make([]float32, frames*40), Jaw: make([]float32, frames*34),
		Mel: make([]float32, frames*dataset.MelRow), Seen: make([]bool, frames), Voiced: make([]bool, frames), Level: make([]float32, frames),
		Eyes: make([]float32, frames), Yaw: make([]float32, frames)}
	for t := range frames {
		for i := range dataset.MouthSize {
			s.Crops[t*dataset.MouthSize+i] = byte(2 * t)
		}
		for i := range dataset.MelRow {
			s.Mel[t*dataset.MelRow+i] = float32(t)
		}
	}
	return s
}

func TestTempoKeepsPictureAndSoundInSync(t *testing.T) {
	const frames, n, lag = 60, 20, 3
	s := madeCounting(frames)
	rng := rand.New(rand.NewPCG(2, 2))
	for _, p := range []tempo{originalTempo(10), {first: 5, rate: 1.12}, {first: 8, rate: .9, interpolate: true}, {first: 8, rate: 1.07, interpolate: true}} {
		crops, points := make([]float32, n*side), make([]float32, n*2*network.Points)
		p.mouths(crops, points, s, n, noImageChange(), rng)
		mel := make([]float32, n*dataset.MelRow)
		p.sound(mel, s.Mel, 0, lag)
		for i := range n {
			if got, want := float64(crops[i*side])/2, p.at(i); math.Abs(got-want) > .51 {
				t.Errorf("%+v: frame %d shows %.2f, want %.2f", p, i, got, want)
			}
			// The middle of the four steps of the frame.
			if got, want := float64(mel[i*dataset.MelRow+dataset.MelRow/2]), p.at(i)+lag; math.Abs(got-want) > 1 {
				t.Errorf("%+v: frame %d sounds like %.2f, want %.2f", p, i, got, want)
			}
		}
	}
}

func TestTempoStaysInTheClip(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 5))
		p := drawTempo(rng, 44, 60)
		if p.first < 0 || p.at(43) >= 60 {
			t.Errorf("seed %d: frames %.1f to %.1f of 60", seed, p.first, p.at(43))
		}
		if p := drawTempo(rng, 44, 40); p.rate > 1 {
			t.Errorf("seed %d: a clip that is too short is accelerated (%.2f)", seed, p.rate)
		}
	}
}

func TestSampleIsFittedToLength(t *testing.T) {
	for _, n := range []int{8, 10, 13} {
		s := madeCounting(10).Fitted(n)
		if len(s.Crops) != n*dataset.MouthSize || len(s.Mel) != n*dataset.MelRow || len(s.Seen) != n || len(s.Lips) != n*40 || len(s.Jaw) != n*34 || s.Frames != n {
			t.Errorf("%d frames: lengths %d, %d, %d", n, len(s.Crops), len(s.Mel), len(s.Seen))
		}
	}
	if s := madeCounting(10).Fitted(12); s.Crops[11*dataset.MouthSize] != 18 || s.Mel[11*dataset.MelRow] != audio.SilentValue || s.Seen[11] {
		t.Error("an extended clip does not repeat its last picture with silence")
	}
}

func TestDegradationIsBounded(t *testing.T) {
	var heights []int
	for seed := range uint64(300) {
		w := drawDegradation(rand.New(rand.NewPCG(seed, 6)))
		if w != drawDegradation(rand.New(rand.NewPCG(seed, 6))) {
			t.Fatal("the same seed draws another degradation")
		}
		if w.CRF < 24 || w.CRF > 42 || w.Height%2 != 0 || w.Height > 240 || w.SoundBitRate < 16000 {
			t.Errorf("%+v", w)
		}
		heights = append(heights, w.Height)
	}
	if slices.Min(heights) != 0 || slices.Max(heights) < 200 {
		t.Errorf("heights from %d to %d", slices.Min(heights), slices.Max(heights))
	}
}

func TestBackgroundVoice(t *testing.T) {
	const below = 0.5
	flat := func(frames int, value, level float32, voiced bool) *dataset.Sample {
		return &dataset.Sample{Frames: frames, Mel: slices.Repeat([]float32{value}, frames*dataset.MelRow),
			Level: slices.Repeat([]float32{level}, frames), Voiced: slices.Repeat([]bool{voiced}, frames)}
	}
	own, voice := flat(30, 0, -30, true), flat(20, 0, -12, true)
	pause, silence := 5, 8
	own.Level[pause], own.Voiced[pause] = -60, false
	own.Level[silence], own.Voiced[silence] = audio.MinLevel, false
	for i := range dataset.MelRow {
		own.Mel[silence*dataset.MelRow+i] = audio.SilentValue
	}
	got := withBackgroundVoice(own, voice, below, rand.New(rand.NewPCG(1, 1)))

	decibels := -10 * math.Log10(math.Exp(below)) // level of the voice relative to the clip
	for _, test := range []struct {
		what   string
		frame  int
		level  float64
		voiced bool
	}{
		{"both voices", 0, -30 + 10*math.Log10(1+math.Pow(10, decibels/10)), true},
		{"voice in a pause of the clip", pause, -30 + decibels, true},
		{"gap in the clip", silence, audio.MinLevel, false},
		{"after the end of the voice", 25, -30, true},
	} {
		if d := math.Abs(float64(got.Level[test.frame]) - test.level); d > .1 || got.Voiced[test.frame] != test.voiced {
			t.Errorf("%s: level %.2f, speech %v, want %.2f, %v", test.what, got.Level[test.frame], got.Voiced[test.frame], test.level, test.voiced)
		}
	}
	if own.Voiced[pause] || own.Level[pause] != -60 || own.Mel[0] != 0 {
		t.Error("the original sample has changed")
	}
	sum := 0.0
	for i, v := range got.Mel {
		switch silent := i/dataset.MelRow == silence; {
		case silent && v != audio.SilentValue:
			t.Fatalf("step %d of the gap is %v", i, v)
		case !silent && i%network.Bands == 0:
			sum += float64(v)
		}
	}
	if math.Abs(sum/30) > 1e-4 {
		t.Errorf("the mean of a band changed from 0 to %v", sum/30)
	}
	if inside, outside := got.Mel[0], got.Mel[25*dataset.MelRow]; inside <= outside {
		t.Errorf("step %v with the voice, %v without", inside, outside)
	}
}
