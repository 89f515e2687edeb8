package detector

import (
	"time"

	"github.com/deepcheck/deepcheck/audio"
)

// A Sight is the log-mel spectrogram of a stretch, to be looked at.
type Sight struct {
	Start, End time.Duration // in the sound, where it belongs to the pictures: the track's lag is added
	Columns    int
	Grey       []byte // (Columns, audio.Bands) from the lowest band up; 0: 60 dB below the loudest, 255: the loudest
}

// Bands is the number of rows of a Sight.
const Bands = audio.Bands
