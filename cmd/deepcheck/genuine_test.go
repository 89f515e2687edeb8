package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// Voice and mouth differ in these genuine files, but none may be suspect. If neither of two
// overlapping voices is the mouth's own, the file is inconclusive.
func TestGenuineFilesAreNotSuspect(t *testing.T) {
	isolateFolders(t)
	// second is the bound on idle frames. Their number varies with the rounding of the processor:
	// 45 to 60 of 84 in the first clip, 1 to 3 in the others.
	const second = video.FrameRate
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	runProgram := func(program string, args ...string) {
		t.Helper()
		if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", program, err, out)
		}
	}
	makeSample(t, "-out", path("listener.mp4"), "-seed", "9", "-size", "320x240", "-seconds", "4", "-still")
	makeSample(t, "-out", path("answer.mp4"), "-seed", "9", "-size", "320x240", "-seconds", "8")
	makeSample(t, "-out", path("speaker.mp4"), "-seed", "77", "-size", "320x240", "-seconds", "24")
	makeSample(t, "-out", path("impostor1.mp4"), "-seed", "12", "-size", "320x240", "-seconds", "8")
	makeSample(t, "-out", path("impostor2.mp4"), "-seed", "31", "-size", "320x240", "-seconds", "8")
	mix := func(picture, voice, other string) []string {
		return []string{"-i", path(picture), "-i", path(voice), "-i", path(other), "-filter_complex", "[2:a]volume=.5[b];[1:a][b]amix=inputs=2:duration=first:normalize=0[a]", "-map", "0:v", "-map", "[a]", "-c:v", "copy"}
	}
	for _, test := range []struct {
		name       string
		args       []string // for ffmpeg
		idle       bool     // lips, for more than a second
		frozen     bool     // picture, for more than 2 s
		drifts     bool     // the lag drifts
		overlapped bool     // two people speak at once in most of the clip
		want       verdict.Verdict
	}{
		{"a question from beside the camera", []string{"-i", path("listener.mp4"), "-i", path("answer.mp4"), "-filter_complex", "[0:v][0:a][1:v][1:a]concat=n=2:v=1:a=1[v][a];[v]noise=alls=6:allf=t[n]", "-map", "[n]", "-map", "[a]"}, true, false, false, false, verdict.Consistent},
		{"a clock 1 % fast", []string{"-i", path("speaker.mp4"), "-af", "atempo=1.01", "-c:v", "copy"}, false, false, true, false, verdict.Consistent},
		{"a call on a bad line", []string{"-i", path("speaker.mp4"), "-vf", "select='not(between(mod(t,2),.5,1.2))',fps=25"}, false, true, false, false, verdict.Consistent},
		{"another voice, half as loud, over the speaker", mix("answer.mp4", "answer.mp4", "impostor1.mp4"), false, false, false, true, verdict.Consistent},
		{"two voices off screen", mix("answer.mp4", "impostor1.mp4", "impostor2.mp4"), false, false, false, true, verdict.Inconclusive},
	} {
		t.Run(test.name, func(t *testing.T) {
			runProgram("ffmpeg", append(append([]string{"-v", "error", "-y"}, test.args...), path("clip.mp4"))...)
			runWith(context.Background(), commands(openEngine), []string{"scan", "--quiet", "--no-resume", path("clip.mp4"), "-o", "json=" + path("clip.json")}, io.Discard, io.Discard)
			text, err := os.ReadFile(path("clip.json"))
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Files []struct {
					Verdict verdict.Verdict
					Tracks  []struct {
						Idle    int     `json:"at_rest_frames"`
						Frozen  int     `json:"frozen_frames"`
						Judged  int     `json:"judged_frames"`
						Overlap int     `json:"overlapped_frames"`
						Least   float64 `json:"lag_least_ms"`
						Most    float64 `json:"lag_most_ms"`
					}
				}
			}
			if err := json.Unmarshal(text, &got); err != nil || len(got.Files) != 1 || len(got.Files[0].Tracks) != 1 {
				t.Fatalf("%v: %s", err, text)
			}
			f := got.Files[0]
			if f.Verdict != test.want {
				t.Errorf("%s: %s", f.Verdict, text)
			}
			if x := f.Tracks[0]; (2*x.Overlap > x.Judged) != test.overlapped {
				t.Errorf("overlapped speech in %d of %d frames", x.Overlap, x.Judged)
			}
			if n := f.Tracks[0].Idle; (n > second) != test.idle {
				t.Errorf("%d idle frames", n)
			}
			if n := f.Tracks[0].Frozen; (n > 2*second) != test.frozen {
				t.Errorf("%d frozen frames", n)
			}
			if d := f.Tracks[0].Most - f.Tracks[0].Least; (d > 100) != test.drifts {
				t.Errorf("the lag drifts by %.0f ms", d)
			}
		})
	}
}
