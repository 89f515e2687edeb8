package train

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/evaluate"
	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/video"
)

// nuisanceArmName is the name of the arm that uses neither mouth nor voice.
const nuisanceArmName = "nuisance only"

const (
	nuisanceFeatures = 9    // features per clip
	nuisanceDraws    = 6000 // drawn clips, tampered with as in training
	nuisanceRidge    = 1e-3 // relative to the mean cross-entropy; almost none
	repeatedPicture  = 0.5  // mean difference of grey values up to which two pictures are equal
)

// nuisanceRow returns the features (nuisanceFeatures) of a clip that carry no information on
// whether voice and mouth match: those of the picture, then those of the sound. They must not
// separate the forgeries made in training from the clips that these were made from.
func nuisanceRow(picture []float32, s *tampered) []float32 {
	return append(slices.Clone(picture), s.soundNuisance()...)
}

// pictureNuisance returns the size of the face, the number of bytes per frame, and the sharpness,
// change and share of repetitions of the pictures, which depend on the codec. size is that of the
// file in bytes.
func pictureNuisance(s *dataset.Sample, size int64) []float32 {
	eyes := slices.Sorted(slices.Values(s.Eyes))
	var rough, change, repeated float64
	for t := range s.Frames {
		now := s.Crops[t*dataset.MouthSize : (t+1)*dataset.MouthSize]
		rough += greyDifference(now[:dataset.MouthSize-video.CropSize], now[video.CropSize:])
		if t == 0 {
			continue
		}
		d := greyDifference(now, s.Crops[(t-1)*dataset.MouthSize:t*dataset.MouthSize])
		change += d
		if d < repeatedPicture {
			repeated++
		}
	}
	n, steps := float64(s.Frames), float64(max(1, s.Frames-1))
	return []float32{float32(math.Log(1 + float64(eyes[len(eyes)/2]))), float32(math.Log(1 + float64(size)/n)),
		float32(math.Log(1 + rough/n)), float32(math.Log(1 + change/steps)), float32(repeated / steps)}
}

// soundNuisance returns the level of the speech in dBFS, its mean change from frame to frame, and
// the shares of frames without speech and of silent frames.
func (s *tampered) soundNuisance() []float32 {
	var change, unvoiced, silent float64
	var voiced []float64
	for t, l := range s.level {
		if s.voiced[t] {
			voiced = append(voiced, float64(l))
		} else {
			unvoiced++
		}
		if l <= audio.MinLevel {
			silent++
		}
	}
	for i := 1; i < len(voiced); i++ {
		change += math.Abs(voiced[i] - voiced[i-1])
	}
	n := float64(len(s.level))
	return []float32{float32(dataset.SpeechLevel(s.level, s.voiced)), float32(change / float64(max(1, len(voiced)-1))),
		float32(unvoiced / n), float32(silent / n)}
}

// greyDifference returns the mean absolute difference of the pixels of two pictures.
func greyDifference(a, b []byte) float64 {
	sum := 0
	for i, v := range a {
		d := int(v) - int(b[i])
		sum += max(d, -d)
	}
	return float64(sum) / float64(len(a))
}

// A nuisanceModel is a logistic regression: coefficients (nuisanceFeatures) and the offset.
type nuisanceModel []float64

// fitNuisance fits a model of forged (n) to rows (n, nuisanceFeatures) with the same total weight
// for both classes. The ridge applies to standardised features.
func fitNuisance(rows []float32, forged []bool) nuisanceModel {
	var mean, deviation [nuisanceFeatures]float64
	standard := slices.Clone(rows)
	n := float64(len(forged))
	for k := range nuisanceFeatures {
		var sum, squares float64
		for i := k; i < len(rows); i += nuisanceFeatures {
			sum += float64(rows[i])
			squares += float64(rows[i]) * float64(rows[i])
		}
		mean[k] = sum / n
		deviation[k] = math.Sqrt(max(squares/n-mean[k]*mean[k], 0)) + 1e-6
		for i := k; i < len(rows); i += nuisanceFeatures {
			standard[i] = float32((float64(rows[i]) - mean[k]) / deviation[k])
		}
	}
	count := map[bool]float64{}
	for _, f := range forged {
		count[f]++
	}
	var truth, weight []float64
	for _, f := range forged {
		y := 0.0
		if f {
			y = 1
		}
		truth, weight = append(truth, y), append(weight, .5/count[f])
	}
	j := nuisanceModel(statistic.Logistic(standard, nuisanceFeatures, truth, weight, nuisanceRidge))
	for k := range nuisanceFeatures { // coefficients of the features before standardisation
		j[k] /= deviation[k]
		j[nuisanceFeatures] -= j[k] * mean[k]
	}
	return j
}

// logit returns the logit of one clip.
func (j nuisanceModel) logit(row []float32) float64 {
	z := j[nuisanceFeatures]
	for k, v := range row {
		z += j[k] * float64(v)
	}
	return z
}

// nuisanceArm fits a model of the nuisances alone on clips that are drawn and tampered with as
// those of the other arms, and returns its scores of the test clips (all). manipulated holds
// the scores of genuine held-out clips (kind 0) and of the forgeries that training makes from
// them (kind 1): if they differ, the heads could learn nuisances instead of the match of voice
// and mouth.
func (a *ablationRun) nuisanceArm() (all, manipulated []evaluate.Tested, err error) {
	pictures := map[*example][]float32{}
	row := func(e *example, s *tampered) ([]float32, error) {
		if _, ok := pictures[e]; !ok {
			info, err := os.Stat(e.Path)
			if err != nil {
				return nil, err
			}
			pictures[e] = pictureNuisance(e.Sample, info.Size())
		}
		return nuisanceRow(pictures[e], s), nil
	}
	donors := a.pool.genuine()
	rng := rand.New(rand.NewPCG(a.Seed, 0x6e7569))
	var rows []float32
	var forged []bool
	for len(forged) < nuisanceDraws {
		for _, e := range a.pool.draw(rng, headBatch) {
			s := untampered(e.Sample)
			if e.Label == dataset.Real {
				s = tamper(rng, e.Sample, donors[rng.IntN(len(donors))].Sample)
			}
			x, err := row(e, s)
			if err != nil {
				return nil, nil, err
			}
			rows, forged = append(rows, x...), append(forged, e.Label == dataset.Fake || slices.Contains(s.spliced, true))
		}
	}
	j := fitNuisance(rows, forged)
	score := func(to *[]evaluate.Tested) func(int, *example, *tampered) error {
		return func(kind int, e *example, s *tampered) error {
			x, err := row(e, s)
			if err == nil {
				*to = append(*to, evaluate.Tested{Forged: kind > 0, Kind: kind, Together: j.logit(x)})
			}
			return err
		}
	}
	if err := a.eachTest(score(&all)); err != nil {
		return nil, nil, err
	}
	err = a.eachPair(func(i int, e *example) *tampered {
		s := untampered(e.Sample)
		for tries := 0; !slices.Contains(s.spliced, true) && tries < 50; tries++ {
			s = tamper(rng, e.Sample, a.impostors[i].Sample)
		}
		return s
	}, score(&manipulated))
	return all, manipulated, err
}
