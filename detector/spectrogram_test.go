package detector

import (
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/audio"
)

func TestSpectrogram(t *testing.T) {
	s := &audio.Sound{Steps: 1000, Mel: make([]audio.LogPower, 1000*audio.Bands)}
	for step := 150; step < 160; step++ { // 1.5 s to 1.6 s is loud in band 3
		s.Mel[step*audio.Bands+3] = 30000 // 15 nepers
	}
	got := spectrogram(s, time.Second, 2*time.Second)
	if got.Columns != 100 || len(got.Grey) != 100*audio.Bands || got.Start != time.Second || got.End != 2*time.Second {
		t.Fatalf("%d columns, %d bytes, %v to %v", got.Columns, len(got.Grey), got.Start, got.End)
	}
	for c := range got.Columns {
		for b := range audio.Bands {
			want := byte(0)
			if c >= 50 && c < 60 && b == 3 {
				want = 255
			}
			if got.Grey[c*audio.Bands+b] != want {
				t.Fatalf("column %d, band %d: %d, want %d", c, b, got.Grey[c*audio.Bands+b], want)
			}
		}
	}
	if long := spectrogram(s, 0, time.Hour); long.Columns != maxColumns || long.End != 10*time.Second {
		t.Errorf("%d columns to %v", long.Columns, long.End)
	}
	if none := spectrogram(s, time.Minute, time.Hour); none != nil {
		t.Errorf("spectrogram after the end: %+v, want nil", none)
	}
}
