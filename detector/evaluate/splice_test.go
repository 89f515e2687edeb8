package evaluate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/internal/statistic"
)

func TestAveragePrecision(t *testing.T) {
	truths := []interval{{10, 35}, {}, {50, 75}}
	obs := []statistic.Observation{{Source: "a", File: "0"}, {Source: "a", File: "1"}, {Source: "b", File: "2"}}
	at := func(clip, first int, confidence float64) proposal {
		return proposal{clip: clip, first: first, end: first + 25, confidence: confidence}
	}
	for _, tt := range []struct {
		name      string
		proposals []proposal
		overlap   float64
		want      float64
	}{
		{"both found", []proposal{at(0, 10, 2), at(2, 50, 1)}, .75, 1},
		{"none proposed", nil, .5, 0},
		{"one found", []proposal{at(0, 10, 2)}, .5, .5},
		{"false one ranked first", []proposal{at(1, 0, 3), at(0, 10, 2), at(2, 50, 1)}, .5, 2. / 3},
		{"false one ranked last", []proposal{at(0, 10, 3), at(2, 50, 2), at(1, 0, 1)}, .5, 1},
		{"found twice counts once", []proposal{at(0, 10, 3), at(0, 12, 2), at(2, 50, 1)}, .5, .5 + .5*2/3},
		{"8 frames off, overlap 0.515", []proposal{at(0, 18, 3), at(2, 50, 1)}, .5, 1},
		{"8 frames off, too little for 0.75", []proposal{at(0, 18, 3), at(2, 50, 1)}, .75, .25},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := averagePrecision(rand.New(rand.NewPCG(1, 1)), tt.proposals, truths, obs, tt.overlap)
			if math.Abs(e.Value-tt.want) > 1e-12 {
				t.Errorf("got %v, want %v", e.Value, tt.want)
			}
		})
	}
}
