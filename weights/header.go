package weights

import "time"

// A Header describes the origin of the tensors and the input that the network expects.
type Header struct {
	// Tool is the name and version of the training program.
	Tool string `json:"tool"`
	// Created is the end of training, in UTC, in whole seconds.
	Created time.Time `json:"created"`
	// Recipe is the training run.
	Recipe Recipe `json:"recipe"`
	// Seed determines all random choices of the run.
	Seed uint64 `json:"seed"`
	// DataHash is the SHA-256 of the list of training files and their hashes, in hexadecimal.
	DataHash string `json:"data_sha256"`
	// TrainedOn names the sources of the training clips, HeldOut the unseen sources. Figures
	// refer to HeldOut.
	TrainedOn []string `json:"trained_on"`
	HeldOut   []string `json:"held_out"`
	// Figures are the measured results of the network.
	Figures []Figure `json:"figures"`
	// Mel holds the settings of the sound input.
	Mel MelSettings `json:"mel"`
	// Calibration holds the parameters that turn scores into verdicts.
	Calibration Calibration `json:"calibration"`
}

// A Recipe holds the settings needed to repeat a training run.
type Recipe struct {
	// Command is the command line, ready to be entered in a shell.
	Command string `json:"command"`
	// Steps is the number of optimiser steps.
	Steps int `json:"steps"`
	// Batch is the number of clips per step.
	Batch int `json:"batch"`
	// Numbers holds further settings by name, such as "rate" or "window_frames".
	Numbers map[string]float64 `json:"numbers,omitempty"`
	// Stages describes the stages of training in order, one line per stage.
	Stages []string `json:"stages,omitempty"`
}

// A Figure is a measured value with its 95 % confidence interval [Low, High].
type Figure struct {
	Name  string  `json:"name"` // such as "swap_auc"
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"` // number of clips measured
}

// MelSettings holds the settings of the log-mel input that the network was trained with. Package
// audio explains each setting.
type MelSettings struct {
	SampleRate int     `json:"sample_rate"` // Hz
	Window     int     `json:"window"`      // samples
	Hop        int     `json:"hop"`         // samples
	FFT        int     `json:"fft"`         // points
	Bands      int     `json:"bands"`
	Low        float64 `json:"low_hz"`  // lower edge of the first band
	High       float64 `json:"high_hz"` // upper edge of the last band
	Floor      float64 `json:"floor"`   // power added before the logarithm
}

// A Calibration holds numbers by name. Package detector defines the names.
type Calibration map[string]float64
