package clip

import (
	"encoding/json"
	"io"
	"math"
)

// A Truth is a record of what a clip shows and how its sound was changed.
type Truth struct {
	Schema    string  `json:"schema"` // "deepcheck/sample/1"
	Seed      uint64  `json:"seed"`
	Voice     string  `json:"voice"`
	Pitch     int     `json:"pitch"`
	Speed     int     `json:"words_per_minute"`
	Width     int     `json:"width"`
	Height    int     `json:"height"`
	FrameRate int     `json:"frame_rate"`
	LagMS     float64 `json:"lag_ms"` // > 0: the sound is late

	// Genuine means that the voice says what the mouth says. A lag does not matter.
	Genuine   bool      `json:"genuine"`
	Replaced  *Interval `json:"replaced"`
	Swapped   bool      `json:"swapped"`
	Silent    bool      `json:"silent"`
	NoSound   bool      `json:"no_sound"`
	NoFace    bool      `json:"no_face"`
	MouthShut bool      `json:"still"`

	MouthLines []Line  `json:"said"`  // sentences that the mouth speaks
	VoiceLines []Line  `json:"heard"` // sentences that the voice speaks; times before the lag
	Phones     []Phone `json:"phones"`
	Frames     []Frame `json:"frames"`
}

// A Phone is a speech sound that the mouth speaks.
type Phone struct {
	Interval
	IPA string `json:"ipa"` // "" is a pause
}

// A Frame is the pose of the mouth in one frame, as in speech.Pose.
type Frame struct {
	Time   float64 `json:"time_s"`
	Open   float64 `json:"open_mm"`
	Jaw    float64 `json:"jaw_mm"`
	Spread float64 `json:"spread_mm"`
	Round  float64 `json:"round"`
	Press  float64 `json:"press"`
	Bite   float64 `json:"bite"`
}

// Truth returns the truth about the clip.
func (s *Script) Truth() *Truth {
	t := &Truth{
		Schema: "deepcheck/sample/1", Seed: s.Seed,
		Voice: s.Voice.Name, Pitch: s.Voice.Pitch, Speed: s.Voice.Speed,
		Width: s.Width, Height: s.Height, FrameRate: FrameRate,
		LagMS: s.Lag.Seconds() * 1000, Replaced: s.Replace, Swapped: s.Swap,
		Silent: s.Silent, NoSound: s.NoSound, NoFace: s.NoFace, MouthShut: s.MouthShut,
		MouthLines: s.MouthLines, VoiceLines: s.VoiceLines,
	}
	t.Genuine = s.Replace == nil && !s.Swap && !s.Silent && !s.NoSound && !s.NoFace && !s.MouthShut
	for _, p := range s.phones {
		t.Phones = append(t.Phones, Phone{Interval{rounded(p.Start), rounded(p.End)}, p.IPA})
	}
	for i := range s.frames {
		at := float64(i) / FrameRate
		p := s.Mouth.At(at)
		t.Frames = append(t.Frames, Frame{rounded(at), rounded(p.Open), rounded(p.Jaw), rounded(p.Spread), rounded(p.Round), rounded(p.Press), rounded(p.Bite)})
	}
	return t
}

// Encode writes the truth as indented JSON.
func (t *Truth) Encode(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(t)
}

// rounded rounds to three decimals.
func rounded(v float64) float64 { return math.Round(v*1000) / 1000 }
