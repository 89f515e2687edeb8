package audio

import (
	"math"
	"testing"
)

// scaled returns gain·x.
func scaled(x []float64, gain float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v * gain
	}
	return out
}

// loudTalk returns talk mixed with noise far above MelFloor in every band.
func loudTalk(seconds float64) []float64 {
	x := talk(seconds)
	for i, v := range noise(seconds, 0.02) {
		x[i] += v
	}
	return x
}

func TestNormalisedIgnoresGain(t *testing.T) {
	x := scaled(loudTalk(12), 0.5)
	want := Normalised(read(t, x))
	for _, gain := range []float64{0.25, 0.5, 1.5} {
		got := Normalised(read(t, scaled(x, gain)))
		for i := range got {
			// The remaining difference is the rounding to 16 bits.
			if math.Abs(float64(got[i]-want[i])) > 0.05 {
				t.Fatalf("gain %v: value %d is %v, want %v", gain, i, got[i], want[i])
			}
		}
	}
}

func TestNormalisedMoments(t *testing.T) {
	// The window of the middle step covers the whole sound.
	s := read(t, loudTalk(10))
	out := Normalised(s)
	var sum, square float64
	for _, v := range out {
		sum += float64(v)
		square += float64(v) * float64(v)
	}
	n := float64(len(out))
	if mean := sum / n; math.Abs(mean) > 0.02 {
		t.Errorf("mean %v, want about 0", mean)
	}
	if rms := math.Sqrt(square / n); math.Abs(rms-1) > 0.05 {
		t.Errorf("root mean square %v, want about 1", rms)
	}
}

// The sliding integer sums agree with the formula.
func TestNormalisedAgainstFormula(t *testing.T) {
	x := loudTalk(14)
	for i := 3 * SampleRate; i < 4*SampleRate; i++ {
		x[i] = 0
	}
	s := read(t, x)
	got := Normalised(s)
	for _, step := range []int{0, 1, 100, 350, 499, 500, 700, 899, 900, s.Steps - 1} {
		var mean [Bands]float64
		n := 0.0
		each := func(f func(row []LogPower)) {
			for i := max(0, step-normaliseSteps); i <= min(s.Steps-1, step+normaliseSteps); i++ {
				if !s.silentStep(i) {
					f(s.Mel[i*Bands : (i+1)*Bands])
				}
			}
		}
		each(func(row []LogPower) {
			n++
			for b, v := range row {
				mean[b] += v.Nepers()
			}
		})
		square := 0.0
		each(func(row []LogPower) {
			for b, v := range row {
				square += (v.Nepers() - mean[b]/n) * (v.Nepers() - mean[b]/n)
			}
		})
		deviation := math.Sqrt(square / n / Bands)
		for b := range Bands {
			want := (s.Mel[step*Bands+b].Nepers() - mean[b]/n) / deviation
			want = max(-normaliseClip, min(normaliseClip, want))
			if s.silentStep(step) {
				want = SilentValue
			}
			if math.Abs(float64(got[step*Bands+b])-want) > 1e-3 {
				t.Fatalf("step %d, band %d: %v, want %v", step, b, got[step*Bands+b], want)
			}
		}
	}
}

func TestNormalisedOfSilenceAndSteadyNoise(t *testing.T) {
	for i, v := range Normalised(read(t, make([]float64, SampleRate))) {
		if v != SilentValue {
			t.Fatalf("silence: value %d is %v, want %v", i, v, SilentValue)
		}
	}
	square := 0.0
	out := Normalised(read(t, sine(4, 500, 0.3)))
	for _, v := range out {
		square += float64(v) * float64(v)
	}
	// A steady tone has hardly any deviation, which must not be amplified to 1.
	if rms := math.Sqrt(square / float64(len(out))); rms > 1 {
		t.Errorf("steady tone: root mean square %v, want below 1", rms)
	}
	if n := len(Normalised(&Sound{})); n != 0 {
		t.Errorf("no sound: %d values, want 0", n)
	}
}
