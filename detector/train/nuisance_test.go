package train

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/video"
)

func TestPictureNuisance(t *testing.T) {
	s := &dataset.Sample{Frames: 4, Eyes: []float32{10, 50, 30, 20}, Crops: make([]byte, 4*dataset.MouthSize)}
	// Rows of 0 and 10; picture 1 repeats picture 0, picture 2 is 5 brighter.
	for i := range dataset.MouthSize {
		v := byte(10 * (i / video.CropSize % 2))
		s.Crops[i], s.Crops[dataset.MouthSize+i], s.Crops[2*dataset.MouthSize+i], s.Crops[3*dataset.MouthSize+i] = v, v, v+5, v
	}
	got := pictureNuisance(s, 400)
	for k, want := range []float64{math.Log(31), math.Log(101), math.Log(11), math.Log(1 + 10./3), 1. / 3} {
		if math.Abs(float64(got[k])-want) > 1e-5 {
			t.Errorf("feature %d: %v, want %v", k, got[k], want)
		}
	}
}

func TestSoundNuisance(t *testing.T) {
	s := &tampered{level: []float32{-20, -10, audio.MinLevel, -10}, voiced: []bool{true, true, false, true}}
	got := s.soundNuisance()
	power := (math.Pow(10, -2) + 2*math.Pow(10, -1)) / 3
	for k, want := range []float64{10 * math.Log10(power), 5, .25, .25} {
		if math.Abs(float64(got[k])-want) > 1e-4 {
			t.Errorf("feature %d: %v, want %v", k, got[k], want)
		}
	}
}

// The model separates classes that differ in a nuisance, and is at chance for classes that do
// not.
func TestFitNuisance(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(n int, of float64) (rows []float32, forged []bool) {
		for i := range n {
			f := i%3 == 0
			for k := range nuisanceFeatures {
				v := rng.NormFloat64()
				if k == 3 && f {
					v += of
				}
				rows = append(rows, float32(5+2*v))
			}
			forged = append(forged, f)
		}
		return rows, forged
	}
	for _, x := range []struct{ of, least, most float64 }{{2, .88, .96}, {0, .42, .58}} {
		j := fitNuisance(draw(2000, x.of))
		rows, forged := draw(1000, x.of)
		var yes, no []float64
		for i, f := range forged {
			if z := j.logit(rows[i*nuisanceFeatures : (i+1)*nuisanceFeatures]); f {
				yes = append(yes, z)
			} else {
				no = append(no, z)
			}
		}
		if a := statistic.AUC(yes, no); a < x.least || a > x.most {
			t.Errorf("%v deviations apart: AUC %.3f, want %v to %v", x.of, a, x.least, x.most)
		}
	}
}

func TestNuisanceArm(t *testing.T) {
	a := newAblationRun(t)
	file := filepath.Join(t.TempDir(), "clip")
	if err := os.WriteFile(file, make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, e := range a.corpus.examples {
		e.Path = file
	}
	if err := a.selectClips(nil); err != nil {
		t.Fatal(err)
	}
	all, made, err := a.nuisanceArm()
	if err != nil || len(all) != 4+4+2 || len(made) != 2*4 {
		t.Fatalf("%d and %d scores, error %v", len(all), len(made), err)
	}
	for _, x := range append(all, made...) {
		if math.IsNaN(x.Together) || x.Forged != (x.Kind > 0) {
			t.Errorf("%+v", x)
		}
	}
	a.corpus.examples[0].Path = "missing"
	if _, _, err := a.nuisanceArm(); err == nil {
		t.Error("no error for a missing file")
	}
}

// An impostor voice must not end before the clip: the silence would reveal it.
func TestImpostorsAreLongEnough(t *testing.T) {
	short, long, same, clip := madeExample(1, "a", 60), madeExample(2, "b", 90), madeExample(3, "c", 200), madeExample(4, "c", 80)
	a := &ablationRun{genuine: []*example{short, long, same, clip}}
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		if got := a.drawImpostor(clip, rng); got != long {
			t.Errorf("the impostor has %d frames and source %q, want 90 and b", got.Frames, got.Source)
		}
	}
	s := untampered(same.Sample)
	s.replaceAll(short.Sample)
	if slices.Contains(s.spliced, false) || !slices.Equal(s.level[120:180], short.Level) || s.level[199] != short.Level[19] {
		t.Error("a shorter sound is not repeated")
	}
}
