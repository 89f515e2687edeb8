package audio

import (
	"bytes"
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// melody plays chords in turn for the given number of seconds, each chord for length seconds.
// A chord is a list of semitones above 110 Hz. voice returns the sample of one note at time t
// after its start.
func melody(seconds, length float64, chords [][]float64, voice func(hertz, t float64) float64) []float64 {
	return made(seconds, func(t float64) float64 {
		chord := chords[int(t/length)%len(chords)]
		sum := 0.0
		for _, semitone := range chord {
			sum += voice(110*math.Pow(2, semitone/12), math.Mod(t, length)) / float64(len(chord))
		}
		return 0.5 * sum
	})
}

func TestVoiceActivityOfMadeSounds(t *testing.T) {
	pluck := func(hertz, t float64) float64 {
		sum := 0.0
		for k := 1.0; k <= 8; k++ {
			sum += math.Sin(2*math.Pi*hertz*k*t) * math.Exp(-3*k*t) / k
		}
		return sum * min(1, 200*t)
	}
	organ := func(hertz, t float64) float64 {
		sum := 0.0
		for k := 1.0; k <= 5; k++ {
			sum += math.Sin(2*math.Pi*hertz*k*t) / k
		}
		return sum * min(1, 50*t)
	}
	tone := func(hertz, t float64) float64 { return math.Sin(2*math.Pi*hertz*t) * min(1, 100*t) }
	tune := [][]float64{{3}, {7}, {10}, {15}, {10}, {7}, {5}, {8}}
	chords := [][]float64{{3, 7, 10}, {0, 3, 7}, {-4, 0, 3}, {-2, 2, 5}}

	drums := noise(12, 0.7)
	for i := range drums {
		beat := math.Mod(float64(i)/SampleRate, 0.25)
		drums[i] *= math.Exp(-20 * beat)
	}
	swelling := noise(12, 0.5)
	for i := range swelling {
		swelling[i] *= 0.5 + 0.5*math.Sin(2*math.Pi*4*float64(i)/SampleRate)
	}
	tests := []struct {
		name      string
		samples   []float64
		low, high float64 // share of frames
	}{
		{"silence", make([]float64, 5*SampleRate), 0, 0},
		{"white noise", noise(12, 0.5), 0, 0},
		{"quiet noise", noise(12, 0.001), 0, 0},
		{"noise swelling four times per second", swelling, 0, 0},
		{"drums", drums, 0, 0},
		{"sine", sine(12, 220, 0.5), 0, 0},
		{"mains hum", melody(12, 12, [][]float64{{-13.65}}, organ), 0, 0},
		{"buzz in the range of a voice", melody(12, 12, [][]float64{{0}}, organ), 0, 0},
		{"tremolo", made(12, func(t float64) float64 {
			return 0.3 * (1 + 0.9*math.Sin(2*math.Pi*4*t)) * math.Sin(2*math.Pi*220*t)
		}), 0, 0},
		{"sweep", made(12, func(t float64) float64 { return 0.4 * math.Sin(2*math.Pi*(80+10*t)*t) }), 0, 0},
		{"sine chords", melody(12, 1, chords, tone), 0, 0},
		{"organ chords", melody(12, 0.5, chords, organ), 0, 0},
		{"plucked chords", melody(12, 0.5, chords, pluck), 0, 0},
		{"sine arpeggio", melody(12, 0.25, tune, tone), 0, 0},
		{"plucked arpeggio, four notes per second", melody(12, 0.25, tune, pluck), 0, 0},
		{"plucked arpeggio, eight notes per second", melody(12, 0.12, tune, pluck), 0, 0},
		{"organ tune", melody(12, 0.3, tune, organ), 0, 0},
		{"syllables", talk(12), 0.8, 1},
		{"syllables between silences", append(append(make([]float64, 4*SampleRate), talk(4)...), make([]float64, 4*SampleRate)...), 0.25, 0.36},
		{"syllables, half as loud", scaled(talk(12), 0.5), 0.8, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if share := read(t, tt.samples).VoicedShare(); share < tt.low || share > tt.high {
				t.Errorf("voiced share %.3f, want %v to %v", share, tt.low, tt.high)
			}
		})
	}
}

func TestVoiceActivityOfSyntheticSpeech(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	for _, voice := range []string{"en", "fr+f3"} {
		t.Run(voice, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "speech.wav")
			speak := exec.Command("espeak-ng", "-v", voice, "-w", file, "The voice that is heard must come from the mouth that is seen, or something is wrong.")
			if out, err := speak.CombinedOutput(); err != nil {
				t.Fatalf("espeak-ng: %v: %s", err, out)
			}
			if share := decode(t, file).VoicedShare(); share < 0.75 {
				t.Errorf("voiced share %.2f, want 0.75 or more", share)
			}
		})
	}
}

// decode reads the sound of a media file through ffmpeg and a pipe.
func decode(t *testing.T, file string) *Sound {
	t.Helper()
	cmd := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-i", file, "-vn", "-ac", "1", "-ar", "16000", "-f", "s16le", "pipe:1")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s, err := Read(context.Background(), pipe, 0)
	if werr := cmd.Wait(); err == nil {
		err = werr
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// Most frames of genuine clips of talking people are speech.
func TestVoiceActivityOfGenuineClips(t *testing.T) {
	data := filepath.Join("..", "..", "shared", "data")
	list, err := os.ReadFile(filepath.Join(data, "dev.tsv"))
	if err != nil {
		t.Skip("no clips in ../shared/data")
	}
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	// Every tenth genuine clip covers all sources, because the list is sorted by source.
	var shares []float64
	var frames, voiced, genuine int
	for _, line := range strings.Split(string(list), "\n") {
		fields := strings.Split(line, "\t")
		if len(fields) < 2 || fields[1] != "real" {
			continue
		}
		if genuine++; genuine%10 != 0 {
			continue
		}
		s := decode(t, filepath.Join(data, clipPath(data, fields[0])))
		shares = append(shares, s.VoicedShare())
		frames += s.Frames
		for _, v := range s.Voiced {
			if v {
				voiced++
			}
		}
	}
	if len(shares) == 0 {
		t.Fatal("no genuine clips in the list")
	}
	slices.Sort(shares)
	all := float64(voiced) / float64(frames)
	t.Logf("%d clips: %.3f of the frames voiced, median clip %.3f, minimum %.3f", len(shares), all, shares[len(shares)/2], shares[0])
	if all < 0.7 {
		t.Errorf("%.3f of the frames of genuine clips are voiced, want 0.7 or more", all)
	}
}

// clipPath returns the path of a listed clip relative to data.
func clipPath(data, file string) string {
	if _, err := os.Stat(filepath.Join(data, file)); err == nil {
		return file
	}
	return filepath.Join("dev", file)
}

func TestModulation(t *testing.T) {
	tests := []struct {
		hertz     float64
		low, high float64
	}{
		{0, 0, 1e-4},
		{1, 0, 0.01},
		{4, 0.30, 0.32},
		{5, 0.30, 0.32},
		{10, 0, 0.01},
		{25, 0, 0.01},
	}
	for _, tt := range tests {
		s := &Sound{Steps: 400, Mel: make([]LogPower, 400*Bands)}
		for i := range s.Mel {
			power := 1.0001
			if tt.hertz > 0 {
				power += math.Cos(2 * math.Pi * tt.hertz * float64(i/Bands) * Hop / SampleRate)
			}
			s.Mel[i] = newLogPower(power)
		}
		if got := newModulation(s).at(200); got < tt.low || got > tt.high {
			t.Errorf("%v Hz: modulation %.4f, want %v to %v", tt.hertz, got, tt.low, tt.high)
		}
	}
}

func TestNoiseFloor(t *testing.T) {
	// One fifth of the frames are quiet.
	level := make([]float32, 1000)
	for i := range level {
		level[i] = -20
		if i%10 < 2 {
			level[i] = -50
		}
	}
	for i, f := range noiseFloor(level) {
		if f != -50 {
			t.Fatalf("frame %d: floor %v, want -50", i, f)
		}
	}
	if n := len(noiseFloor(nil)); n != 0 {
		t.Errorf("no frames: %d floors, want 0", n)
	}
	// Levels at and beyond the ends of the range.
	if f := noiseFloor([]float32{MinLevel}); f[0] != MinLevel {
		t.Errorf("floor of silence %v, want %v", f[0], MinLevel)
	}
	if f := noiseFloor([]float32{3}); f[0] != 0 {
		t.Errorf("floor above full scale %v, want 0", f[0])
	}
}

func TestFillGaps(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"nothing set", "....", "...."},
		{"short gap", "#..#", "####"},
		{"long gap", "#...#", "#...#"},
		{"ends stay", "..#.#..", "..###.."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := make([]bool, len(tt.in))
			for i := range set {
				set[i] = tt.in[i] == '#'
			}
			fillGaps(set, 2)
			var got bytes.Buffer
			for _, v := range set {
				if v {
					got.WriteByte('#')
				} else {
					got.WriteByte('.')
				}
			}
			if got.String() != tt.want {
				t.Errorf("%s, want %s", got.String(), tt.want)
			}
		})
	}
}
