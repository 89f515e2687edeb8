package weights

import "time"

// A Header says how the tensors came about and how the network is to be fed.
type Header struct {
	// Tool is the name and version of the program that trained.
	Tool string `json:"tool"`
	// Created is when training ended, in UTC, whole seconds.
	Created time.Time `json:"created"`
	// Recipe is the training run.
	Recipe Recipe `json:"recipe"`
	// Seed started all random choices of the run.
	Seed uint64 `json:"seed"`
	// DataHash is the SHA-256, hexadecimal, over the list of the training
	// files and their own hashes.
	DataHash string `json:"data_sha256"`
	// TrainedOn and HeldOut name the sources of clips that the network has
	// learnt from and those it has not; figures are of HeldOut.
	TrainedOn []string `json:"trained_on"`
	HeldOut   []string `json:"held_out"`
	// Figures are what the network reached.
	Figures []Figure `json:"figures"`
	// Mel is how the sound must be prepared.
	Mel MelSettings `json:"mel"`
	// Calibration holds the numbers by which scores become verdicts.
	Calibration Calibration `json:"calibration"`
}

// A Recipe is what must be known to run the same training again.
type Recipe struct {
	// Command is the command line as it can be typed.
	Command string `json:"command"`
	// Steps is the number of steps the optimiser took.
	Steps int `json:"steps"`
	// Batch is the number of clips a step.
	Batch int `json:"batch"`
	// Numbers are further settings by name, such as "rate" or "window_frames".
	Numbers map[string]float64 `json:"numbers,omitempty"`
	// Stages tells in words what was trained after what, one line a stage.
	Stages []string `json:"stages,omitempty"`
}

// A Figure is one measured value with its 95 % confidence interval.
type Figure struct {
	Name  string  `json:"name"` // such as "swap_auc"
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"` // clips measured
}

// MelSettings are the settings of the log-mel input that the network was
// trained with; package audio explains each.
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

// A Calibration holds numbers by name. Package detector gives the names their
// meaning.
type Calibration map[string]float64
