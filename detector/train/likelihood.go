package train

import (
	"math"
	"slices"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// ratioRidge keeps the slope of a fitLR finite for separable scores. See statistic.Logistic.
const ratioRidge = 1e-2

// fitLR fits a scale to scores by a logistic regression in which yes and no have the same total
// weight: the logit is then the log-likelihood ratio of yes against no. Its bound MaxLogLR is log10
// of the smaller number of scores. With fewer than two scores of a kind fitLR returns the zero
// value.
func fitLR(yes, no []float64) verdict.LRScale {
	if len(yes) < 2 || len(no) < 2 {
		return verdict.LRScale{}
	}
	scores := slices.Concat(no, yes)
	truth, weight := make([]float64, len(scores)), make([]float64, len(scores))
	for i := range scores {
		if weight[i] = 1 / float64(len(no)); i >= len(no) {
			truth[i], weight[i] = 1, 1/float64(len(yes))
		}
	}
	b := statistic.Logistic(scores, 1, truth, weight, ratioRidge)
	return verdict.LRScale{Slope: b[0], Offset: b[1], MaxLogLR: math.Log10(float64(min(len(yes), len(no))))}
}
