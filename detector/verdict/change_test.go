package verdict

import (
	"math"
	"slices"
	"testing"
)

// changeCurve returns a curve of n frames at 20, except for the given peaks (frame -> value).
func changeCurve(n int, peaks map[int]float32) []float32 {
	curve := make([]float32, n)
	for t := range curve {
		curve[t] = 20
	}
	for t, x := range peaks {
		curve[t] = x
	}
	return curve
}

// changeScale gives a distance of 100 (in arbitrary units) a likelihood ratio of 10, and 200 one
// of 100.
var changeScale = LRScale{Slope: math.Ln10 / 100, MaxLogLR: 2}

func TestFindChange(t *testing.T) {
	none := float32(math.NaN())
	withPause := map[int]float32{50: 120, 150: 130}
	for t := 55; t < 145; t++ {
		withPause[t] = none
	}
	for _, tt := range []struct {
		name  string
		scale LRScale
		peaks map[int]float32
		want  []int
	}{
		{"no peak", changeScale, map[int]float32{50: 90}, nil},
		{"one peak", changeScale, map[int]float32{49: 110, 50: 120, 51: 110}, []int{50}},
		{"two peaks within a second", changeScale, map[int]float32{50: 120, 75: 110}, []int{50}},
		{"two peaks further apart", changeScale, map[int]float32{50: 120, 76: 110}, []int{50, 76}},
		{"a plateau", changeScale, map[int]float32{50: 120, 51: 120, 52: 120}, []int{50}},
		{"between unknown values", changeScale, map[int]float32{49: none, 50: 120, 51: none}, []int{50}},
		{"two peaks within a second of speech, across a pause", changeScale, withPause, []int{150}},
		{"at both ends", changeScale, map[int]float32{0: 120, 199: 130}, []int{0, 199}},
		{"weights without a scale", LRScale{}, map[int]float32{50: 1e6}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := FindChange(changeCurve(200, tt.peaks), nil, tt.scale)
			var got []int
			for _, p := range v.Points {
				got = append(got, p.Frame)
				if p.Track != NoTrack || p.LogLR < pointLogLR || p.LogLR > changeScale.MaxLogLR || p.Change < 100 {
					t.Errorf("point %+v", p)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("points at %v, want %v", got, tt.want)
			}
		})
	}
	if v := FindChange(nil, nil, changeScale); !math.IsNaN(v.Score) || !math.IsNaN(v.LogLR) || v.Points != nil {
		t.Errorf("without sound: %+v", v)
	}
	if v := FindChange([]float32{none, none}, nil, changeScale); !math.IsNaN(v.LogLR) {
		t.Errorf("without speech: %+v", v)
	}
}

// A face stays if its mouth is seen in 80 % of the second before and the second after.
func TestChangePointNamesTheFaceThatStays(t *testing.T) {
	face := func(id, first, n int, hidden ...int) Track {
		track := Track{ID: id}
		for i := range n {
			track.Scores = append(track.Scores, Score{Frame: first + i, Mouth: !slices.Contains(hidden, first+i)})
		}
		return track
	}
	for _, tt := range []struct {
		name   string
		tracks []Track
		want   int
	}{
		{"no face", nil, NoTrack},
		{"one throughout", []Track{face(3, 0, 200)}, 3},
		{"one begins there", []Track{face(3, 100, 100)}, NoTrack},
		{"a cut from one to the next", []Track{face(3, 0, 100), face(4, 100, 100)}, NoTrack},
		{"hidden briefly", []Track{face(3, 0, 200, 98, 99, 100, 101)}, 3},
		{"the one seen more", []Track{face(3, 0, 200, 98, 99), face(4, 0, 200), {ID: 5}}, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := FindChange(changeCurve(200, map[int]float32{100: 500}), tt.tracks, changeScale)
			if len(v.Points) != 1 || v.Points[0].Track != tt.want {
				t.Errorf("points %+v, want one with track %d", v.Points, tt.want)
			}
		})
	}
}

func TestVoiceChangeDoesNotAffectTheVerdict(t *testing.T) {
	tracks := func() []Track { return []Track{newTrack(0, 0, constant(120, -4)...)} }
	plain, changed := &Result{Frames: 120, Tracks: tracks()}, &Result{Frames: 120, Tracks: tracks()}
	changed.Change = FindChange(changeCurve(120, map[int]float32{60: 1e6}), changed.Tracks, changeScale)
	Decide(plain, true, testThresholds)
	Decide(changed, true, testThresholds)
	if len(changed.Change.Points) != 1 || changed.Verdict != plain.Verdict || changed.Band != plain.Band || len(changed.Segments) != len(plain.Segments) {
		t.Errorf("verdict %s %s with a change, %s %s without", changed.Verdict, changed.Band, plain.Verdict, plain.Band)
	}
}
