package network

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"
)

// SetMotionScale sets the mean and the deviation of every motion feature, by which Standardise
// scales, to those of features (n, MotionFeatures) weighted by weight (n). NaN marks an unknown
// value, which is left out.
func (p *Params) SetMotionScale(features []float32, weight []float64) {
	mean, deviation := p.byName["motion.mean"].Data, p.byName["motion.deviation"].Data
	for k := range MotionFeatures {
		var sum, squares, total float64
		for i, w := range weight {
			if v := float64(features[i*MotionFeatures+k]); !math.IsNaN(v) {
				sum += w * v
				squares += w * v * v
				total += w
			}
		}
		if total == 0 {
			mean[k], deviation[k] = 0, 1
			continue
		}
		m := sum / total
		mean[k], deviation[k] = float32(m), float32(math.Sqrt(max(squares/total-m*m, 0))+1e-3)
	}
}

// maxFeature is the limit on the magnitude of a standardised feature, in deviations.
const maxFeature = 4

// Standardise writes standardised features to dst (n, MotionFeatures): the difference of
// features (n, MotionFeatures) from their mean in units of their deviation, limited to ±4; 0
// for an unknown value (NaN). dst may be features.
func (p *Params) Standardise(dst, features []float32) {
	mean, deviation := p.byName["motion.mean"].Data, p.byName["motion.deviation"].Data
	for i, v := range features {
		v = (v - mean[i%MotionFeatures]) / deviation[i%MotionFeatures]
		if v != v {
			v = 0
		}
		dst[i] = min(max(v, -maxFeature), maxFeature)
	}
}

// motion returns the logits (B, 1, 1, 1) of a generated mouth for standardised features (B, 1,
// 1, MotionFeatures).
func (g *graph) motion(features *G.Node) (*G.Node, error) {
	return g.layer("motion", features)
}

// SetMotion sets the classifier of lip motion, a logistic regression on standardised features
// whose logit is that of a generated mouth. coefficients (MotionFeatures+1) end with the
// offset, as those of statistic.Logistic do.
func (p *Params) SetMotion(coefficients []float64) {
	for k := range MotionFeatures {
		p.byName["motion.weight"].Data[k] = float32(coefficients[k])
	}
	p.byName["motion.bias"].Data[0] = float32(coefficients[MotionFeatures])
}

// ScaleMotion multiplies the logits of the lip motion classifier by outline and those of the
// flicker classifier by flicker.
func (p *Params) ScaleMotion(outline, flicker float64) {
	for name, by := range map[string]float64{"motion": outline, "flicker.5": flicker} {
		for _, part := range []string{".weight", ".bias"} {
			for i := range p.byName[name+part].Data {
				p.byName[name+part].Data[i] *= float32(by)
			}
		}
	}
}

// Motion returns the logit of a generated mouth for each of n windows, given their features (n,
// MotionFeatures) before standardisation, see lips.Trace.Describe.
func (r *Runner) Motion(features []float32) ([]float32, error) {
	n := len(features) / MotionFeatures
	out := make([]float32, 0, n)
	for from := 0; from < n; from += motionBatch {
		part := features[from*MotionFeatures : min(from+motionBatch, n)*MotionFeatures]
		clear(r.features)
		r.params.Standardise(r.features, part)
		logits, err := r.motion.run()
		if err != nil {
			return nil, fmt.Errorf("classifying lip motion: %w", err)
		}
		out = append(out, logits[:len(part)/MotionFeatures]...)
	}
	return out, nil
}

// motionBatch is the number of windows that a Runner classifies at a time.
const motionBatch = 16
