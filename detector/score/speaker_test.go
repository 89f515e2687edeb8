package score

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/deepcheck/deepcheck/detector/embed"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// makeVoices returns a comparison of frames in which the given voices speak, with noise in their
// speaker embeddings, and its scores: frames of the mouth's own voice, 0, fit.
func makeVoices(voice []int) (*Comparison, []verdict.Score) {
	const w = network.SpeakerWidth
	rng := rand.New(rand.NewPCG(1, 2))
	voices := make([]float32, len(voice)*w)
	c := &Comparison{speakerAt: func(i int) []float32 { return voices[i*w : (i+1)*w] }}
	scores := make([]verdict.Score, len(voice))
	for i, v := range voice {
		for k := range w {
			voices[i*w+k] = float32(.3 * rng.NormFloat64())
		}
		voices[i*w+v] += 2
		scores[i] = verdict.Score{Frame: i, Mouth: true, Voiced: true, Judged: true, Mismatch: .1}
		if v > 0 {
			scores[i].Mismatch = .9
		}
	}
	return c, scores
}

// voiceIDs returns n frames of voice 0, with voice 1 in frames [from, to).
func voiceIDs(n, from, to int) []int {
	out := make([]int, n)
	for i := from; i < to; i++ {
		out[i] = 1
	}
	return out
}

func TestVoiceDistance(t *testing.T) {
	const own, other = .25, .75
	c, scores := makeVoices(voiceIDs(150, 60, 85))
	c.voiceDistances(scores)
	for i, s := range scores {
		switch {
		case (i < 40 || i > 104) && s.VoiceDistance > own, i >= 70 && i < 75 && s.VoiceDistance < other:
			t.Errorf("frame %d: second: distance %.2f", i, s.VoiceDistance)
		case (i < 55 || i > 89) && s.VoiceDistanceNear > own, i >= 64 && i < 81 && s.VoiceDistanceNear < other:
			t.Errorf("frame %d: near frames: distance %.2f", i, s.VoiceDistanceNear)
		}
	}
}

// The enrolment is the voice that fits the mouth, even if another voice speaks longer.
func TestEnrolmentWeighsFramesThatFit(t *testing.T) {
	c, scores := makeVoices(voiceIDs(200, 20, 140))
	c.voiceDistances(scores)
	if own, other := scores[170].VoiceDistance, scores[80].VoiceDistance; own > .3 || other < .6 {
		t.Errorf("own voice: distance %.2f, other voice: %.2f", own, other)
	}
}

func TestUnknownVoiceDistanceIsZero(t *testing.T) {
	short, shortScores := makeVoices(voiceIDs(video.FrameRate, 0, 5))
	silent, silentScores := makeVoices(voiceIDs(100, 0, 0))
	for i := range silentScores {
		silentScores[i].Judged = i%10 == 0
	}
	muted, mutedScores := makeVoices(voiceIDs(100, 40, 60))
	muted.speakerAt = func(int) []float32 { return nil }
	for name, x := range map[string]struct {
		*Comparison
		scores []verdict.Score
	}{"track of a second": {short, shortScores}, "little speech": {silent, silentScores}, "no speaker embeddings": {muted, mutedScores}} {
		x.voiceDistances(x.scores)
		for i, s := range x.scores {
			if s.VoiceDistance != 0 {
				t.Errorf("%s, frame %d: %v", name, i, s.VoiceDistance)
			}
		}
	}
}

// The curve of changes is highest where another voice begins. It is NaN where nobody speaks, at the
// ends of the speech, and next to a pause of more than 10 s.
func TestVoiceChanges(t *testing.T) {
	const n, w, begin, pause, resume = 600, network.SpeakerWidth, 100, 200, 500
	c, _ := makeVoices(voiceIDs(n, begin, n))
	v := &embed.Voice{Frames: n, Speakers: make([]float32, (n+2*embed.Padding)*w), Speech: make([]bool, n+2*embed.Padding)}
	for i := range n {
		copy(v.Speakers[(embed.Padding+i)*w:], c.speakerAt(i))
		v.Speech[embed.Padding+i] = i < pause || i >= resume
	}
	curve := VoiceChanges(v)
	if len(curve) != n {
		t.Fatalf("%d frames, want %d", len(curve), n)
	}
	for i, x := range curve {
		known := i >= minChangeFrames && i <= pause-minChangeFrames || i >= resume+minChangeFrames && i <= n-minChangeFrames
		if known == math.IsNaN(float64(x)) {
			t.Errorf("frame %d: change %v", i, x)
		}
		if away := max(i-begin, begin-i); away > changeFrames && x > .25 || away < changeFrames/4 && x < .5 {
			t.Errorf("frame %d: change %.2f, the other voice begins at %d", i, x, begin)
		}
	}
	if verdict.ChangeScore(curve) != float64(curve[begin]) {
		t.Errorf("ChangeScore %.2f, want the change at %d, %.2f", verdict.ChangeScore(curve), begin, curve[begin])
	}
	if VoiceChanges(nil) != nil {
		t.Error("changes without sound")
	}
}
