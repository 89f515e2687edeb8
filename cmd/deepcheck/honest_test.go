package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/video"
)

// Honest files in which voice and mouth part: none of them may accuse anybody.
func TestHonestFilesAreConsistent(t *testing.T) {
	apart(t)
	const second = video.FrameRate // which frames are at rest varies with the rounding of processors: some 45 to 60 of 84 in the first clip, 1 to 3 in the others
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	does := func(program string, args ...string) {
		t.Helper()
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", program, err, out)
		}
	}
	sample(t, "-out", at("listens.mp4"), "-seed", "9", "-size", "320x240", "-seconds", "4", "-still")
	sample(t, "-out", at("answers.mp4"), "-seed", "9", "-size", "320x240", "-seconds", "8")
	sample(t, "-out", at("speaks.mp4"), "-seed", "77", "-size", "320x240", "-seconds", "24")
	for _, test := range []struct {
		name   string
		args   []string // of ffmpeg
		atRest bool
		frozen bool
		moves  bool // the lag does
	}{
		{"a question from beside the camera", []string{"-i", at("listens.mp4"), "-i", at("answers.mp4"), "-filter_complex", "[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a];[v]noise=alls=6:allf=t[n]", "-map", "[n]", "-map", "[a]"}, true, false, false},
		{"a clock that is 1 % fast", []string{"-i", at("speaks.mp4"), "-af", "atempo=1.01", "-c:v", "copy"}, false, false, true},
		{"a call on a bad line", []string{"-i", at("speaks.mp4"), "-vf", "select='not(between(mod(t,2),.5,1.2))',fps=25"}, false, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			does("ffmpeg", append(append([]string{"-v", "error", "-y"}, test.args...), at("clip.mp4"))...)
			runWith(context.Background(), commands(openEngine), []string{"scan", "--quiet", "--no-resume", at("clip.mp4"), "-o", "json=" + at("clip.json")}, io.Discard, io.Discard)
			text, err := os.ReadFile(at("clip.json"))
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Files []struct {
					Verdict detector.Verdict
					Tracks  []struct {
						AtRest int     `json:"at_rest_frames"`
						Frozen int     `json:"frozen_frames"`
						Least  float64 `json:"lag_least_ms"`
						Most   float64 `json:"lag_most_ms"`
					}
				}
			}
			if err := json.Unmarshal(text, &got); err != nil || len(got.Files) != 1 || len(got.Files[0].Tracks) != 1 {
				t.Fatalf("%v: %s", err, text)
			}
			f := got.Files[0]
			if f.Verdict != detector.Consistent {
				t.Errorf("%s: %s", f.Verdict, text)
			}
			if n := f.Tracks[0].AtRest; (n > second) != test.atRest {
				t.Errorf("%d frames at rest", n)
			}
			if n := f.Tracks[0].Frozen; (n > 2*second) != test.frozen {
				t.Errorf("%d frames frozen", n)
			}
			if d := f.Tracks[0].Most - f.Tracks[0].Least; (d > 100) != test.moves {
				t.Errorf("the lag moves by %.0f ms", d)
			}
		})
	}
}
