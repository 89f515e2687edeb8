package detector

import (
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/video"
)

// Of a voice whose lag changes in the middle each point has the lag of its side.
func TestCourseFollowsTheLag(t *testing.T) {
	const n, first = 300, 50
	face, voice := madePair(n, first, func(t int) int { return 2 + t/(n/2)*4 })
	points := Course(face, voice)
	if len(points) < 20 {
		t.Fatalf("%d points", len(points))
	}
	for _, p := range points {
		switch at := p.Frame - first; {
		case at+CourseWindow/2 <= n/2:
			if p.Lag.Lag.Round(video.FrameDuration) != 2*video.FrameDuration {
				t.Errorf("frame %d: lag %v, want 80ms", p.Frame, p.Lag.Lag)
			}
		case at-CourseWindow/2 >= n/2:
			if p.Lag.Lag.Round(video.FrameDuration) != 6*video.FrameDuration {
				t.Errorf("frame %d: lag %v, want 240ms", p.Frame, p.Lag.Lag)
			}
		}
	}
	clear(voice.speech)
	if points := Course(face, voice); points != nil {
		t.Errorf("%d points without speech", len(points))
	}
}

func TestLevelsAreThoseOfJudge(t *testing.T) {
	scores := append(append(level(100, -4), level(30, 6)...), level(100, -4)...)
	r := &Result{Tracks: []Track{madeTrack(7, 10, scores...)}, Voiced: 230}
	Judge(r, true, testThresholds)
	if r.Thresholds != testThresholds {
		t.Errorf("thresholds %+v", r.Thresholds)
	}
	stretches := testThresholds.Placed(r.Tracks[0].Scores, Stretches(Levels(r.Tracks, testThresholds)[0], testThresholds.PartWeak))
	if len(stretches) != 1 || len(r.Segments) != 1 || video.FrameTime(10+stretches[0].From) != r.Segments[0].Start || video.FrameTime(10+stretches[0].To) != r.Segments[0].End {
		t.Errorf("stretches %+v, segments %+v", stretches, r.Segments)
	}
}

func TestSight(t *testing.T) {
	s := &audio.Sound{Steps: 1000, Mel: make([]audio.LogPower, 1000*audio.Bands)}
	for step := 150; step < 160; step++ { // 1.5 s to 1.6 s is loud in band 3
		s.Mel[step*audio.Bands+3] = 30000 // 15 nepers
	}
	got := sight(s, time.Second, 2*time.Second)
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
	if long := sight(s, 0, time.Hour); long.Columns != sightColumns || long.End != 10*time.Second {
		t.Errorf("%d columns to %v", long.Columns, long.End)
	}
	if none := sight(s, time.Minute, time.Hour); none != nil {
		t.Errorf("a sight behind the end: %+v", none)
	}
}
