package evaluate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/dataset"
	"github.com/deepcheck/deepcheck/detector/dataset/made"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// madeEvaluation writes a list of synthetic clips whose samples are in the cache. It returns
// options with random weights that are trained on sources a and b.
func madeEvaluation(t *testing.T) Options {
	t.Helper()
	dir := t.TempDir()
	o := Options{List: filepath.Join(dir, "clips.tsv"), Work: filepath.Join(dir, "work"), Tool: "deepcheck test",
		NoReencode: true, OpenFinder: func() (video.Finder, error) { return nil, errors.New("no clip may be decoded") }}
	var list strings.Builder
	list.WriteString("file\tlabel\tgenerator\tsource\n")
	add := func(name, label, generator, source string, s *dataset.Sample) {
		fmt.Fprintf(&list, "%s\t%s\t%s\t%s\n", name, label, generator, source)
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
		hash, _, err := video.HashFile(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		s.Hash = hash
		if err := dataset.Keep(filepath.Join(o.Work, "clips"), s); err != nil {
			t.Fatal(err)
		}
		sound := &audio.Sound{Mel: make([]audio.LogPower, len(s.Mel)), Level: s.Level, Voiced: s.Voiced, Frames: len(s.Voiced), Steps: audio.StepsPerFrame * len(s.Voiced)}
		for i, v := range s.Mel {
			sound.Mel[i] = audio.LogPower(2048 * (16 + v))
		}
		if err := dataset.KeepSound(filepath.Join(o.Work, "clips"), hash, sound); err != nil {
			t.Fatal(err)
		}
	}
	for i, source := range []string{"a", "c", "d", "d"} {
		add(fmt.Sprintf("real%d.mp4", i), dataset.Real, "none", source, made.Sample(uint64(i), 80))
	}
	add("fake.mp4", dataset.Fake, "mouthpaint", "d", made.Sample(8, 80))
	mute := made.Sample(9, 60)
	clear(mute.Voiced)
	add("mute.mp4", dataset.Real, "none", "e", mute)
	add("faceless.mp4", dataset.Real, "none", "e", &dataset.Sample{Frames: 40})
	fmt.Fprintf(&list, "missing.mp4\treal\tnone\te\n")
	if err := os.WriteFile(o.List, []byte(list.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	th := verdict.Thresholds{TrackWeak: 1, TrackModerate: 2, TrackStrong: 3, SegmentWeak: 1, SegmentModerate: 2, SegmentStrong: 3}
	w := &weights.File{Header: weights.Header{Created: time.Unix(0, 0).UTC(), TrainedOn: []string{"a", "b"}, Mel: detector.MelSettings(), Calibration: th.Calibration()}}
	maps.Copy(w.Calibration, verdict.Scales{Mismatch: verdict.LRScale{Slope: 1, MaxLogLR: 1}, Segment: verdict.LRScale{Slope: 1, MaxLogLR: 1}, Motion: verdict.LRScale{Slope: 1, MaxLogLR: 1}, Change: verdict.LRScale{Slope: 1, MaxLogLR: 1}}.Calibration())
	for _, p := range network.NewParams(1).List() {
		w.Tensors = append(w.Tensors, weights.Tensor{Name: p.Name, Shape: p.Shape, Data: p.Data})
	}
	o.Weights = []*weights.File{w}
	return o
}

// evalJSON is the part of the schema that tests read.
type evalJSON struct {
	Schema   string
	Measures []struct {
		Name             string
		Value, Low, High *float64
		N, Inconclusive  int
		Reason           string
	}
	Groups []struct {
		By, Name, Label string
		TrainedOn       bool `json:"trained_on"`
		N, Inconclusive int
		AUC             *float64
	}
	Coverage []struct {
		Source *string
		Frames int
		Share  float64
	} `json:"mouth_coverage"`
	Inconclusive []struct{ File, Reason string }
}

// Run measures the clips of unseen sources. A figure without a value is null and has a reason,
// and every clip is counted.
func TestRun(t *testing.T) {
	o := madeEvaluation(t)
	e, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := e.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got evalJSON
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "deepcheck/eval/1" {
		t.Errorf("schema %q", got.Schema)
	}
	want := []struct {
		name      string
		n         int
		undefined bool
	}{
		{"swap_auc", 3, false}, {"shift_auc_0.2s", 3, false}, {"shift_auc_0.4s", 3, false}, {"shift_auc_1.0s", 3, false},
		{"lag_within_1", 3, false}, {"lag_within_2", 3, false}, {"lag_difference_within_1", 3, false},
		{"splice_ap50", 3, false}, {"splice_ap75", 3, false}, {"speaker_auc", 3, false},
		{"segment_found", 3, false}, {"segment_iou", 0, true}, {"segment_ends_within_0.25s", 0, true},
		{"fake_auc", 5, false}, {"fake_auc_within_source", 3, false}, {"dubbed_auc", 3, true}, {"false_alarm_moderate", 3, false},
		{"long_false_alarm_moderate", 3, false}, {"long_swap_found", 3, false},
		{"v_accuracy", 7, false}, {"av_accuracy", 7, false}, {"av_minus_v_accuracy", 7, false},
		{"reencode_auc_loss", 0, true}, {"reencode_auc_loss_360p", 0, true}, {"reencode_auc_loss_half_rate", 0, true}, {"reencode_auc_loss_noise_10db", 0, true},
		{"shift_verdict_changes", 3, false}, {"shift_score_difference", 3, false},
		{"voice_change_auc", 3, false}, {"voice_change_auc_within_source", 2, false}, {"voice_change_false_lr10", 3, false},
		{"overlap_auc", 3, false}, {"overlap_false", 3, true}, {"overlap_false_alarm_moderate", 5, false},
		{"mismatch_cllr", 6, false}, {"part_cllr", 6, false}, {"motion_cllr", 5, false}, {"change_cllr", 9, false},
	}
	if len(got.Measures) != len(want) {
		t.Fatalf("%d measures, want %d", len(got.Measures), len(want))
	}
	for i, w := range want {
		m := got.Measures[i]
		if m.Name != w.name || m.N != w.n {
			t.Errorf("measure %d is %s of %d clips, want %s of %d", i, m.Name, m.N, w.name, w.n)
		}
		if (m.Value == nil) != w.undefined || (m.Reason != "") != w.undefined {
			t.Errorf("%s: value %v, reason %q", m.Name, m.Value, m.Reason)
		}
		if m.Low != nil && (*m.Low > *m.Value || *m.High < *m.Value) {
			t.Errorf("%s: %v is outside %v to %v", m.Name, *m.Value, *m.Low, *m.High)
		}
	}
	if alarms := got.Measures[15]; alarms.Inconclusive != 3 {
		t.Errorf("%s: %d inconclusive clips, want 3: mute, faceless and missing", alarms.Name, alarms.Inconclusive)
	}
	var names []string
	for _, l := range got.Inconclusive {
		names = append(names, l.File)
		if l.Reason == "" || strings.Contains(l.Reason, filepath.Dir(o.List)) {
			t.Errorf("%s: reason %q", l.File, l.Reason)
		}
	}
	if !slices.Equal(names, []string{"mute.mp4", "faceless.mp4", "missing.mp4"}) {
		t.Errorf("inconclusive: %v", names)
	}
	clips := map[string]int{}
	for _, g := range got.Groups {
		clips[g.By] += g.N + g.Inconclusive
		if g.TrainedOn != (g.By == "source" && g.Name == "a" || (g.By == "label" || g.By == "resolution") && g.N == 1 && g.Label == dataset.Real) {
			t.Errorf("group %+v is in the wrong set", g)
		}
	}
	if clips["resolution"] != 6 {
		t.Errorf("%d clips by resolution, want the 6 that have a face and sound", clips["resolution"])
	}
	if clips["label"] != 8 || clips["source"] != 8 || clips["generator"] != 1 {
		t.Errorf("clips in groups: %v, want all 8", clips)
	}
	last := got.Coverage[len(got.Coverage)-1]
	if seen := 5*80 + 60; last.Source != nil || last.Frames != seen+40 || fmt.Sprintf("%.6f", last.Share) != fmt.Sprintf("%.6f", float64(seen)/float64(seen+40)) {
		t.Errorf("coverage of all: %+v", last)
	}
}

// The same call gives the same bytes, and the table holds the figures of the JSON.
func TestRunIsDeterministic(t *testing.T) {
	o := madeEvaluation(t)
	o.Trained = true
	var out [2]bytes.Buffer
	var e *Evaluation
	for i := range out {
		o.Jobs = 1 + i
		var err error
		if e, err = Run(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		if err := e.JSON(&out[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
		t.Error("two evaluations of the same clips differ")
	}
	var table bytes.Buffer
	if err := e.Table(&table); err != nil {
		t.Fatal(err)
	}
	for _, m := range append(slices.Clone(e.Measures), e.Trained...) {
		if !strings.Contains(table.String(), m.Name) || !strings.Contains(table.String(), m.Reason) || !strings.Contains(table.String(), m.figure()) {
			t.Errorf("the table lacks %s, %q or %s", m.Name, m.Reason, m.figure())
		}
	}
	for _, word := range append(Protocol(), "faceless.mp4", "mouthpaint", "sources that the weights were trained on") {
		if !strings.Contains(table.String(), word) {
			t.Errorf("the table lacks %q", word)
		}
	}
}

// Of several weights, each clip is scored by the first that were not trained on its source.
func TestRunWithSeveralWeights(t *testing.T) {
	o := madeEvaluation(t)
	other := *o.Weights[0]
	other.TrainedOn = []string{"c", "d", "e"}
	o.Weights = append(o.Weights, &other)
	e, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if e.Unseen != e.Clips || len(e.Fingerprints) != 2 {
		t.Errorf("%d of %d clips are unseen, by %d weights", e.Unseen, e.Clips, len(e.Fingerprints))
	}
	if swap := e.Measures[0]; swap.N != 4 {
		t.Errorf("%s: %d clips, want 4, with that of source a", swap.Name, swap.N)
	}
}

// Without clips of unseen sources every figure is null and has a reason.
func TestRunWithoutUnseenSources(t *testing.T) {
	o := madeEvaluation(t)
	o.Weights[0].TrainedOn = []string{"a", "c", "d", "e"}
	e, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range e.Measures {
		if isDefined(m.Value) || m.Reason == "" || m.N != 0 {
			t.Errorf("%s: %v of %d clips, reason %q", m.Name, m.Value, m.N, m.Reason)
		}
	}
}

func TestRunErrors(t *testing.T) {
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	for _, tt := range []struct {
		name         string
		ctx          context.Context
		breakOptions func(*Options)
		want         string
	}{
		{"interrupted", stopped, func(*Options) {}, "context canceled"},
		{"no list", context.Background(), func(o *Options) { o.List += ".none" }, "no such file"},
		{"missing tensor", context.Background(), func(o *Options) { o.Weights[0].Tensors = o.Weights[0].Tensors[1:] }, "missing tensor"},
		{"no finder", context.Background(), func(o *Options) { o.Work += "2" }, "no clip may be decoded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := madeEvaluation(t)
			tt.breakOptions(&o)
			if _, err := Run(tt.ctx, o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// Scores of different weights are ranked by the scales of those weights, not by their size.
func TestScoresOfSeveralWeights(t *testing.T) {
	mild := &model{scales: verdict.Scales{Mismatch: verdict.LRScale{Slope: 1, MaxLogLR: 1}, Motion: verdict.LRScale{Slope: 1, Offset: 2, MaxLogLR: 1}}}
	stern := &model{scales: verdict.Scales{Mismatch: verdict.LRScale{Slope: 5, Offset: 1, MaxLogLR: 1}, Motion: verdict.LRScale{Slope: 1, Offset: -2, MaxLogLR: 1}}}
	none := &model{}
	for _, by := range []func(*outcome) float64{byMismatch, byMotion} {
		for _, x := range []*model{mild, stern, none} {
			if low, high := by(&outcome{model: x, logit: 8, motion: 8}), by(&outcome{model: x, logit: 9, motion: 9}); low >= high {
				t.Errorf("with the same weights, 8 ranks at %v and 9 at %v", low, high)
			}
			if nothing := math.NaN(); !math.IsNaN(by(&outcome{model: x, logit: nothing, motion: nothing})) {
				t.Error("NaN has a rank")
			}
		}
	}
	if small, large := byMismatch(&outcome{model: stern, logit: 2}), byMismatch(&outcome{model: mild, logit: 3}); small <= large {
		t.Errorf("2 on a steep scale ranks at %v, 3 on a flat one at %v", small, large)
	}
	if lenient, strict := byMotion(&outcome{model: mild, motion: 0}), byMotion(&outcome{model: stern, motion: 1}); lenient <= strict {
		t.Errorf("0 on a lenient scale ranks at %v, 1 on a strict one at %v", lenient, strict)
	}
}
