package detector

import (
	"errors"
	"fmt"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/weights"
)

// A Model is what judges: the face finder and the trained network. It serves
// one Scan at a time; Models must not be made by two goroutines at once.
type Model struct {
	Finder     video.Finder
	Runner     *network.Runner
	Thresholds verdict.Thresholds
	Scales     verdict.Scales
}

// NewModel returns a model of a face finder, which it closes with itself, and of the network in a weights file.
func NewModel(w *weights.File, f video.Finder) (*Model, error) {
	p, err := LoadParams(w)
	if err != nil {
		return nil, err
	}
	r, err := network.NewRunner(p)
	if err != nil {
		return nil, err
	}
	return &Model{Finder: f, Runner: r, Thresholds: verdict.NewThresholds(w.Calibration), Scales: verdict.NewScales(w.Calibration)}, nil
}

// LoadParams returns the network's parameters from a weights file. Its errors
// tell an unknown, a missing and a misshapen (got, want) tensor apart, and
// sound settings other than package audio's.
func LoadParams(w *weights.File) (*network.Params, error) {
	if w.Mel != MelSettings() {
		return nil, fmt.Errorf("made for sound prepared as %+v, want %+v", w.Mel, MelSettings())
	}
	p := network.BlankParams()
	for _, t := range w.Tensors {
		if err := p.Set(t.Name, t.Shape, t.Data); err != nil {
			return nil, err
		}
	}
	for _, q := range p.List() {
		if w.Tensor(q.Name) == nil {
			return nil, fmt.Errorf("missing tensor %q", q.Name)
		}
	}
	return p, nil
}

// MelSettings are the sound settings that the network is built for.
func MelSettings() weights.MelSettings {
	return weights.MelSettings{SampleRate: audio.SampleRate, Window: audio.Window, Hop: audio.Hop, FFT: audio.FFTSize,
		Bands: audio.Bands, Low: audio.MelLow, High: audio.MelHigh, Floor: audio.MelFloor}
}

// Close frees the model.
func (m *Model) Close() error { return errors.Join(m.Finder.Close(), m.Runner.Close()) }
