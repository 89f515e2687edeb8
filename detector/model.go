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

// A Model is everything that a scan needs beside the file: the face finder, the trained network and
// its calibration. A Model serves one Scan at a time, and Models must not be created concurrently.
type Model struct {
	Finder     video.Finder
	Runner     *network.Runner
	Thresholds verdict.Thresholds
	Scales     verdict.Scales
}

// NewModel returns a Model with a face finder, which it owns, and the network of a weights file.
// Errors are those of LoadParams and [network.NewRunner]; the caller then still owns f.
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

// LoadParams returns the network's parameters from a weights file. It returns an error for an
// unknown tensor, a missing one, one of the wrong shape (got, want), and for sound settings that
// differ from those of package audio.
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

// MelSettings returns the sound settings of package audio, for which the network is built.
func MelSettings() weights.MelSettings {
	return weights.MelSettings{SampleRate: audio.SampleRate, Window: audio.Window, Hop: audio.Hop, FFT: audio.FFTSize,
		Bands: audio.Bands, Low: audio.MelLow, High: audio.MelHigh, Floor: audio.MelFloor}
}

// Close releases the finder and the network.
func (m *Model) Close() error { return errors.Join(m.Finder.Close(), m.Runner.Close()) }
