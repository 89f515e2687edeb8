package verdict

import "time"

// A Sight is the log-mel spectrogram of a segment.
type Spectrogram struct {
	Start, End    time.Duration // in the sound: the times of the picture plus the lag of the track
	Columns, Rows int           // time steps and mel bands
	Grey          []byte        // (Columns, Rows) from the lowest band up; 0: 60 dB below the loudest, 255: the loudest
}
