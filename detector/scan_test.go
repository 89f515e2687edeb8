package detector

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/audio"
	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// fixedFace is a video.Finder that finds the same upright face in every picture, in the middle.
type fixedFace struct {
	absent bool   // no face is found
	meshed func() // called before each Mesh; nil: nothing
}

// faceScale is the size of the face relative to the reference face of package video, whose outer
// eye corners are 110 pixels apart.
const faceScale = 0.8

// facePoint maps a point of the reference face to the picture.
func facePoint(p *video.Picture, x, y float64) video.Point {
	return video.Point{X: float64(p.Width)/2 + faceScale*(x-128.5), Y: float64(p.Height)/2 + faceScale*(y-125)}
}

func (f *fixedFace) Detect(p *video.Picture, _ bool) ([]video.Face, error) {
	if f.absent {
		return nil, nil
	}
	const side = 150 * faceScale
	face := video.Face{Score: 1, Box: video.Box{X: (float64(p.Width) - side) / 2, Y: (float64(p.Height) - side) / 2, W: side, H: side}}
	face.Keys[0], face.Keys[1] = facePoint(p, 90, 96), facePoint(p, 167, 96)
	return []video.Face{face}, nil
}

func (f *fixedFace) Mesh(p *video.Picture, _ video.Region) (*video.Mesh, error) {
	if f.meshed != nil {
		f.meshed()
	}
	m := &video.Mesh{Presence: 0.99999}
	for i := range m.Points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / video.MeshPoints)
		m.Points[i] = facePoint(p, 128.5+75*cos, 125+95*sin)
	}
	// The points by which a crop is aligned: below the nose, and the corners of the eyes.
	for i, at := range map[int][2]float64{2: {128.6, 148.6}, 33: {73.7, 95.4}, 133: {107.1, 96.7}, 362: {149.7, 96.8}, 263: {183.2, 95.7}} {
		m.Points[i] = facePoint(p, at[0], at[1])
	}
	return m, nil
}

func (f *fixedFace) Crop(p *video.Picture, m video.Affine, dst *video.Crop) error {
	for i := range dst {
		x, y := float64(i%video.CropSize), float64(i/video.CropSize)
		u, v := int(m.A*x+m.B*y+m.C), int(m.D*x+m.E*y+m.F)
		dst[i] = p.Y[min(max(v, 0), p.Height-1)*p.Width+min(max(u, 0), p.Width-1)]
	}
	return nil
}

func (f *fixedFace) Close() error { return nil }

// randomModel returns a model of random weights whose thresholds are never reached.
func randomModel(t *testing.T, f video.Finder) *Model {
	t.Helper()
	r, err := network.NewRunner(network.NewParams(1))
	if err != nil {
		t.Fatal(err)
	}
	m := &Model{Finder: f, Runner: r, Thresholds: verdict.NewThresholds(nil), Scales: verdict.NewScales(nil)}
	t.Cleanup(func() { m.Close() })
	return m
}

const (
	clipSeconds = 3
	clipFrames  = clipSeconds * video.FrameRate
)

// noisyPictures are moving pictures in which no mouth is frozen.
var noisyPictures = []string{"-f", "lavfi", "-i", "testsrc2=s=320x240:r=25,noise=alls=40:allf=t"}

// speech writes a sound that counts as speech and returns it as an ffmpeg input: five syllables a
// second, each a buzz of gliding pitch in two formants after a breath of noise.
func speech(t *testing.T) []string {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	var pcm []byte
	phase := 0.0
	for i := range clipSeconds * audio.SampleRate {
		at := float64(i) / audio.SampleRate
		pitch := 130 + 25*math.Sin(2*math.Pi*0.9*at) + 12*math.Sin(2*math.Pi*3.1*at)
		phase += 2 * math.Pi * pitch / audio.SampleRate
		x := 0.03 * rng.NormFloat64()
		if syllable := math.Mod(5*at, 1); syllable >= 0.25 {
			x = 0
			for k := 1.0; k*pitch < 3500; k++ {
				peak := func(formant, width float64) float64 { return 1 / (1 + math.Pow((k*pitch-formant)/width, 2)) }
				x += math.Sin(k*phase) * (peak(550+200*math.Sin(7*at), 120) + 0.4*peak(1600+500*math.Sin(5*at), 200))
			}
			x *= 0.15 * math.Sin(math.Pi*(syllable-0.25)/0.75)
		}
		pcm = binary.LittleEndian.AppendUint16(pcm, uint16(int16(math.MaxInt16*min(max(x, -1), 1))))
	}
	path := filepath.Join(t.TempDir(), "speech.pcm")
	if err := os.WriteFile(path, pcm, 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"-f", "s16le", "-ar", fmt.Sprint(audio.SampleRate), "-ac", "1", "-i", path}
}

// makeClip makes a clip of clipSeconds from the given inputs, or skips the test without ffmpeg.
func makeClip(t *testing.T, inputs ...[]string) string {
	t.Helper()
	for _, p := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed", p)
		}
	}
	path := filepath.Join(t.TempDir(), "clip.mkv")
	args := append([]string{"-nostdin", "-v", "error"}, slices.Concat(inputs...)...)
	args = append(args, "-t", fmt.Sprint(clipSeconds), "-c:v", "ffv1", "-c:a", "pcm_s16le", path)
	if out, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %q: %v\n%s", args, err, out)
	}
	return path
}

func mustScan(t *testing.T, path string, m *Model, o Options) *verdict.Result {
	t.Helper()
	r, err := Scan(context.Background(), path, m, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestScan(t *testing.T) {
	path := makeClip(t, noisyPictures, speech(t))
	m := randomModel(t, new(fixedFace))
	var reached time.Duration
	r := mustScan(t, path, m, Options{Stills: 4, Progress: func(done, _ time.Duration) { reached = done }})

	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(content); r.SHA256 != hex.EncodeToString(sum[:]) || r.Size != int64(len(content)) || r.Path != path {
		t.Errorf("%q: SHA-256 %s of %d bytes, want %x of %d", r.Path, r.SHA256, r.Size, sum, len(content))
	}
	if r.Frames != clipFrames || r.Part || r.First != 0 || len(r.Speech) != clipFrames || r.Media.Width != 320 {
		t.Errorf("%d frames from %d (part: %v), speech of %d, width %d", r.Frames, r.First, r.Part, len(r.Speech), r.Media.Width)
	}
	if speech := count(r.Speech); r.Voiced != speech || speech < 2*video.FrameRate {
		t.Errorf("Voiced %d, %d frames with speech", r.Voiced, speech)
	}
	if r.Container.Kind == "" {
		t.Error("no facts of the container")
	}
	if len(r.Tracks) != 1 || len(r.Tracks[0].Scores) != clipFrames || r.Tracks[0].Judged < video.MinJudged {
		t.Fatalf("want one track of %d frames: %+v", clipFrames, r.Tracks)
	}
	for i, s := range r.Tracks[0].Scores {
		if s.Frame != i || !s.Mouth || s.Frozen || s.Voiced != s.Judged || math.IsNaN(s.Mismatch) == s.Judged {
			t.Fatalf("frame %d: %+v", i, s)
		}
	}
	if tr := r.Tracks[0]; math.IsNaN(tr.Logit) || tr.Motion.Windows == 0 || len(tr.LagCurve) == 0 || len(r.Change.Curve) == 0 {
		t.Errorf("logit %v, %d motion windows, %d points of lag, %d of change", tr.Logit, tr.Motion.Windows, len(tr.LagCurve), len(r.Change.Curve))
	}
	if r.Verdict != verdict.Consistent || len(r.Segments) != 0 {
		t.Errorf("%s with %d segments, want consistent below all thresholds", r.Verdict, len(r.Segments))
	}
	if reached < 2*time.Second {
		t.Errorf("progress up to %v", reached)
	}
	if again := mustScan(t, path, m, Options{Stills: 4}); fmt.Sprintf("%+v", *again) != fmt.Sprintf("%+v", *r) {
		t.Error("a second scan has another result")
	}
}

func count(set []bool) int {
	n := 0
	for _, v := range set {
		if v {
			n++
		}
	}
	return n
}

// Times and frames of a scan of a part count from the start of the file.
func TestScanOfAPart(t *testing.T) {
	path := makeClip(t, noisyPictures, speech(t))
	m := randomModel(t, new(fixedFace))
	m.Thresholds.TrackWeak = math.Inf(-1)
	const from, frames = 10, 60
	start, end := video.FrameTime(from), video.FrameTime(from+frames)
	r := mustScan(t, path, m, Options{Stills: 2, Source: video.Options{From: start, To: end}})
	if !r.Part || r.First != from || r.Frames != frames || len(r.Tracks) != 1 || len(r.Segments) != 1 {
		t.Fatalf("part %v: %d frames from %d, %d tracks, %d segments", r.Part, r.Frames, r.First, len(r.Tracks), len(r.Segments))
	}
	tr, s := r.Tracks[0], r.Segments[0]
	if tr.Start != start || tr.End != end || tr.Scores[0].Frame != from || len(tr.Scores) != frames {
		t.Errorf("track from %v to %v, %d scores from %d", tr.Start, tr.End, len(tr.Scores), tr.Scores[0].Frame)
	}
	if s.Start != start || s.End != end || s.Stills[0].Frame < from {
		t.Errorf("segment from %v to %v, first still in frame %d", s.Start, s.End, s.Stills[0].Frame)
	}
}

func TestScanKeepsStillsOfSuspectSegments(t *testing.T) {
	path := makeClip(t, noisyPictures, speech(t))
	m := randomModel(t, new(fixedFace))
	m.Thresholds.TrackWeak = math.Inf(-1) // every track is suspect
	for _, stills := range []int{0, 4} {
		r := mustScan(t, path, m, Options{Stills: stills})
		if r.Verdict != verdict.Suspect || r.Band != verdict.Weak || len(r.Segments) != 1 {
			t.Fatalf("%s %s, %d segments, want one weak one", r.Verdict, r.Band, len(r.Segments))
		}
		s := r.Segments[0]
		if len(s.Stills) != stills || (s.Spectrogram != nil) != (stills > 0) {
			t.Errorf("Stills %d: %d stills, spectrogram %v", stills, len(s.Stills), s.Spectrogram != nil)
		}
		for i, still := range s.Stills {
			if at := video.FrameTime(still.Frame); still.Crop == nil || at < s.Start || at >= s.End || i > 0 && still.Frame <= s.Stills[i-1].Frame {
				t.Errorf("still %d in frame %d, crop %v", i, still.Frame, still.Crop != nil)
			}
		}
		if g := s.Spectrogram; g != nil && (g.Rows != audio.Bands || g.Columns == 0 || len(g.Grey) != g.Rows*g.Columns) {
			t.Errorf("spectrogram of %d columns, %d rows, %d bytes", g.Columns, g.Rows, len(g.Grey))
		}
	}
}

func TestScanIsInconclusiveWithout(t *testing.T) {
	silence := []string{"-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono"}
	m := randomModel(t, nil)
	frozen := []string{"-f", "lavfi", "-i", "testsrc2=s=320x240:r=25,trim=end_frame=1,loop=-1:1"}
	for _, test := range []struct {
		name   string
		inputs [][]string
		finder fixedFace
		reason verdict.Reason
		judged bool // whether there is a track
	}{
		{"sound", [][]string{noisyPictures}, fixedFace{}, verdict.NoSound, true},
		{"anything but silence", [][]string{noisyPictures, silence}, fixedFace{}, verdict.NoSound, true},
		{"faces", [][]string{noisyPictures, speech(t)}, fixedFace{absent: true}, verdict.NoFace, false},
		{"moving pictures", [][]string{frozen, speech(t)}, fixedFace{}, verdict.FrozenPicture, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			m.Finder = &test.finder
			r := mustScan(t, makeClip(t, test.inputs...), m, Options{Stills: 2})
			if r.Verdict != verdict.Inconclusive || !slices.Contains(r.Reasons, test.reason) {
				t.Errorf("%s %v, want inconclusive: %s", r.Verdict, r.Reasons, test.reason)
			}
			if r.Frames != clipFrames || (len(r.Tracks) == 1) != test.judged {
				t.Errorf("%d frames, %d tracks", r.Frames, len(r.Tracks))
			}
		})
	}
}

func TestScanErrors(t *testing.T) {
	m := randomModel(t, new(fixedFace))
	missing := filepath.Join(t.TempDir(), "missing.mkv")
	if r, err := Scan(context.Background(), missing, m, Options{}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing) || r.Path != missing {
		t.Errorf("missing file: %v", err)
	}
	text := filepath.Join(t.TempDir(), "text.mkv")
	if err := os.WriteFile(text, []byte("no video"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := Scan(context.Background(), text, m, Options{}); !errors.Is(err, video.ErrNotMedia) || !strings.Contains(err.Error(), text) || r.SHA256 == "" {
		t.Errorf("text file: %v, SHA-256 %q", err, r.SHA256)
	}

	path := makeClip(t, noisyPictures, speech(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Scan(ctx, path, m, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	if r, err := Scan(ctx, path, m, Options{Progress: func(time.Duration, time.Duration) { cancel() }}); !errors.Is(err, context.Canceled) || r.SHA256 == "" {
		t.Errorf("cancelled while decoding: %v, SHA-256 %q", err, r.SHA256)
	}
	m.Finder = &fixedFace{meshed: func() { panic("broken") }}
	if _, err := Scan(context.Background(), path, m, Options{}); !errors.Is(err, ErrInternal) || !strings.Contains(err.Error(), path) {
		t.Errorf("finder that panics: %v", err)
	}
}

// A file that changes while it is scanned is an error, and so is one that another replaces.
func TestScanOfChangedFile(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path string){
		"appended to": func(t *testing.T, path string) {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			f.WriteString("more")
		},
		"rewritten": func(t *testing.T, path string) {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			f.WriteAt([]byte("x"), 5000)
		},
		"replaced": func(t *testing.T, path string) {
			other := path + ".new"
			if err := os.WriteFile(other, []byte("another"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(other, path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := makeClip(t, noisyPictures, speech(t))
			once := sync.OnceFunc(func() { change(t, path) })
			r, err := Scan(t.Context(), path, randomModel(t, &fixedFace{}), Options{Progress: func(done, total time.Duration) { once() }})
			if !errors.Is(err, video.ErrChanged) || r.SHA256 == "" {
				t.Errorf("got %v, hash %q", err, r.SHA256)
			}
		})
	}
}
