package video

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// inStep fails unless a decoding has n flashes, each with its beep within a frame of lag.
func inStep(t *testing.T, d decoding, n int, lag time.Duration) {
	t.Helper()
	f, b := d.flashes(), d.beeps()
	if len(f) != n || len(b) != n {
		t.Fatalf("flashes at %v, beeps at %v; want %d of each", f, b, n)
	}
	for i := range f {
		if off := b[i] - f[i] - lag; off < -FrameDuration || off > FrameDuration {
			t.Errorf("flash at %v, beep at %v: lag %v, want %v", f[i], b[i], b[i]-f[i], lag)
		}
	}
}

// concat joins files byte by byte.
func concat(t *testing.T, to string, from ...string) string {
	t.Helper()
	var all []byte
	for _, f := range from {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	if err := os.WriteFile(to, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// Where channels or the sample rate change, ffmpeg builds its filters again.
func TestSoundFormatChanges(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	for _, tt := range []struct {
		name        string
		first, then []string
	}{
		{"mono to 5.1.ac3", []string{"-ac", "1", "-ar", "48000"}, []string{"-ac", "6", "-ar", "48000"}},
		{"stereo to mono.mp2", []string{"-ac", "2", "-ar", "48000"}, []string{"-ac", "1", "-ar", "48000"}},
		{"48 to 32 kHz.mp2", []string{"-ac", "1", "-ar", "48000"}, []string{"-ac", "1", "-ar", "32000"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ext := filepath.Ext(tt.name)
			a := ffmpeg(t, dir, join([]string{"-i", plain, "-vn", "-af", "atrim=end=1.536"}, tt.first, []string{"a" + ext})...)
			b := ffmpeg(t, dir, join([]string{"-i", plain, "-vn", "-af", "atrim=start=1.536,asetpts=PTS-STARTPTS"}, tt.then, []string{"b" + ext})...)
			concat(t, filepath.Join(dir, "c"+ext), a, b)
			for _, container := range []string{"ts", "mkv"} {
				path := ffmpeg(t, dir, "-i", plain, "-i", "c"+ext, "-map", "0:v", "-map", "1:a", "-c", "copy", "odd."+container)
				inStep(t, decode(t, path, Options{}), 2, 0)
			}
		})
	}
}

func TestProgrammes(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	path := ffmpeg(t, dir, join([]string{"-f", "lavfi", "-i", "anoisesrc=d=3:a=.5"}, flash("25"), beep("25"),
		[]string{"-map", "0:a", "-map", "1:v", "-map", "2:a", "-c:v", "libx264", "-c:a", "mp2", "-program", "st=0", "-program", "st=1:st=2", "two.ts"})...)
	d := decode(t, path, Options{})
	inStep(t, d, 2, 0)
	if d.info.Programs != 2 || d.info.Program != 2 || !slices.ContainsFunc(d.warnings, func(w string) bool { return strings.Contains(w, "programme 2 is judged") }) {
		t.Errorf("programme %d of %d, warnings %q", d.info.Program, d.info.Programs, d.warnings)
	}
}

// A joined transport stream whose second part has other PIDs is read to its end.
func TestChangedPIDs(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	codec := []string{"-c:v", "libx264", "-c:a", "aac"}
	a := ffmpeg(t, dir, join(flash("25"), beep("25"), codec, []string{"a.ts"})...)
	b := ffmpeg(t, dir, join(flash("25"), beep("25"), codec, []string{"-output_ts_offset", "3", "-mpegts_start_pid", "0x200", "b.ts"})...)
	d := decode(t, concat(t, filepath.Join(dir, "ab.ts"), a, b), Options{})
	inStep(t, d, 4, 0)
}

func TestDefaultPictures(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join([]string{"-f", "lavfi", "-i", "color=c=gray:s=160x120:r=25:d=3"}, flash("25"), beep("25"),
		[]string{"-map", "0:v", "-map", "1:v", "-map", "2:a", "-c:v", "libx264", "-disposition:v:0", "0", "-disposition:v:1", "default", "two.mkv"})...)
	inStep(t, decode(t, path, Options{}), 2, 0)
}

// Complaints about side data are no damage: the pictures are the same.
func TestHarmlessComplaints(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), []string{"-c:v", "mjpeg", "-q:v", "2", "-c:a", "pcm_s16le", "plain.avi"})...)
	raw, err := os.ReadFile(ffmpeg(t, dir, "-i", plain, "-an", "-c", "copy", "-f", "mjpeg", "raw.mjpeg"))
	if err != nil {
		t.Fatal(err)
	}
	start := []byte("\xff\xd8\xff")
	var odd []byte
	for _, picture := range bytes.Split(raw, start)[1:] {
		// An APP1 segment that is too short.
		odd = append(append(odd, "\xff\xd8\xff\xe1\x00\x04\x00\x00\xff"...), picture...)
	}
	write(t, dir, "odd.mjpeg", string(odd))
	path := ffmpeg(t, dir, "-f", "mjpeg", "-r", "25", "-i", "odd.mjpeg", "-i", plain, "-map", "0:v", "-map", "1:a", "-c", "copy", "odd.avi")
	d := decode(t, path, Options{})
	if slices.Contains(d.corrupt, true) || len(d.warnings) > 0 {
		t.Errorf("warnings %q", d.warnings)
	}
	inStep(t, d, 2, 0)
}

// A part of a transport stream that begins between two key pictures is whole.
func TestPartOfTransportStream(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join([]string{"-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=8", "-f", "lavfi", "-i", "anoisesrc=d=8:a=.1"},
		[]string{"-c:v", "libx264", "-g", "100", "-c:a", "aac", "a.ts"})...)
	d := decode(t, path, Options{From: 6 * time.Second})
	if slices.Contains(d.corrupt, true) || slices.Contains(d.missing, true) || len(d.warnings) > 0 || len(d.luma) < 49 {
		t.Errorf("%d frames, warnings %q", len(d.luma), d.warnings)
	}
}

func TestSizeChanges(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	for name, filters := range map[string][2]string{
		"smaller": {"scale=320:320", "scale=160:160"},
		"turned":  {"scale=160:320", "scale=320:160"},
	} {
		t.Run(name, func(t *testing.T) {
			ffmpeg(t, dir, "-i", plain, "-t", "1.5", "-vf", filters[0], "-c:v", "libx264", "-c:a", "aac", "a.mkv")
			ffmpeg(t, dir, "-ss", "1.5", "-i", plain, "-vf", filters[1], "-c:v", "libx264", "-c:a", "aac", "b.mkv")
			write(t, dir, "list.txt", "file a.mkv\nfile b.mkv\n")
			path := ffmpeg(t, dir, "-f", "concat", "-i", "list.txt", "-c", "copy", "-bsf:v", "dump_extra", name+".mkv")
			d := decode(t, path, Options{})
			if f := d.flashes(); name == "smaller" {
				inStep(t, d, 2, 0)
			} else if len(f) < 1 || len(d.luma) < 74 {
				t.Errorf("flashes at %v in %d frames", f, len(d.luma))
			}
			if h := d.halves[60]; name == "turned" && (h[0]-h[1] > 5 || h[1]-h[0] > 5) {
				t.Errorf("the picture is not centred: halves %v", h)
			}
		})
	}
}

func TestSoundThatBeginsLate(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	long := ffmpeg(t, dir, "-f", "lavfi", "-i", "testsrc2=s=640x480:r=25:d=11", "-c:v", "libx264", "-b:v", "6M", "long.mp4")
	path := ffmpeg(t, dir, "-i", long, "-itsoffset", "9", "-f", "lavfi", "-i", "anoisesrc=d=2:a=.5", "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "late.ts")
	d := decode(t, path, Options{})
	if b := d.beeps(); len(b) != 1 || b[0] < 8900*time.Millisecond || b[0] > 9100*time.Millisecond {
		t.Errorf("sound begins at %v, want 9s", b)
	}
}

// AVI stores no presentation times; players take the decoder's delay out.
func TestReorderedAVI(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	for name, codec := range map[string][]string{
		"pcm.avi": {"-c:v", "mpeg4", "-bf", "2", "-c:a", "pcm_s16le"},
		"mp3.avi": {"-c:v", "mpeg4", "-bf", "2", "-c:a", "libmp3lame"},
	} {
		path := ffmpeg(t, dir, join(flash("25"), beep("25"), codec, []string{name})...)
		inStep(t, decode(t, path, Options{}), 2, 0)
	}
}

func TestUnknownLayout(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join(flash("25"), beep("25"), []string{
		"-filter_complex", "[1:a]aformat=channel_layouts=mono,asplit=10[a][b][c][d][e][f][g][h][i][j];[a][b][c][d][e][f][g][h][i][j]amerge=inputs=10[o]",
		"-map", "0:v", "-map", "[o]", "-c:v", "libx264", "-c:a", "pcm_s16le", "ten.mov"})...)
	inStep(t, decode(t, path, Options{}), 2, 0)
}

func TestEncrypted(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join(flash("25"), beep("25"), h264, []string{"-encryption_scheme", "cenc-aes-ctr",
		"-encryption_key", "00112233445566778899aabbccddeeff", "-encryption_kid", "00112233445566778899aabbccddeeff", "cenc.mp4"})...)
	if _, err := Open(context.Background(), path, Options{}); !errors.Is(err, ErrDecode) || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("got %v", err)
	}
}

// A recorder whose clock is one per cent off keeps its lag, and has no holes.
func TestWrongClock(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	ffmpeg(t, dir, "-i", plain, "-vn", "-af", "asetrate=48000*0.99,aresample=48000", "-ar", "48000", "-c:a", "pcm_s16le", "slow.wav")
	path := ffmpeg(t, dir, "-i", plain, "-i", "slow.wav", "-filter_complex", "[1:a]asetpts=PTS*0.99[a]", "-map", "0:v", "-map", "[a]", "-c:v", "copy", "-c:a", "aac", "clock.mkv")
	inStep(t, decode(t, path, Options{}), 2, 0)
}

// Whole files are not called cut off.
func TestWholeFiles(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	write(t, dir, "late.srt", "1\n00:00:01,000 --> 00:01:12,000\nhello\n")
	for _, path := range []string{
		ffmpeg(t, dir, "-i", plain, "-i", "late.srt", "-map", "0", "-map", "1", "-c", "copy", "subtitle.mkv"),
		ffmpeg(t, dir, "-i", plain, "-c", "copy", "-output_ts_offset", "3600", "offset.mkv"),
	} {
		if d := decode(t, path, Options{}); len(d.warnings) > 0 || len(d.luma) < 75 || len(d.luma) > 76 {
			t.Errorf("%s: %d frames, warnings %q", filepath.Base(path), len(d.luma), d.warnings)
		}
	}
}

// Files that name others, and files that claim gigabytes, are refused at once.
func TestHostileFiles(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	slow := "YUV4MPEG2 W64 H64 F1:1000000 C420\n" + strings.Repeat("FRAME\n"+strings.Repeat("\x80", 64*64*3/2), 20)
	for _, tt := range []struct {
		name, content string
		want          error
		text          string
	}{
		{"dash.mp4", `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic"><Period/></MPD>`, ErrNotMedia, ""},
		{"hls.mp4", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhls.mp4\n", ErrNotMedia, "a playlist"},
		{"concat.mp4", "ffconcat version 1.0\nfile concat.mp4\n", ErrNotMedia, "a playlist"},
		{"slow.y4m", slow, ErrNoPicture, "apart"},
	} {
		_, err := Open(context.Background(), write(t, dir, tt.name, tt.content), Options{})
		if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: got %v, want %v: %s", tt.name, err, tt.want, tt.text)
		}
	}
	bomb := ffmpeg(t, dir, "-f", "lavfi", "-i", "color=c=gray:s=9000x9000:d=1:r=1", "-frames:v", "1", "bomb.png")
	if _, err := Open(context.Background(), bomb, Options{}); !errors.Is(err, ErrNoPicture) {
		t.Errorf("picture of 81 million pixels: got %v", err)
	}
}

// Sound hours after the pictures is left out, and not filled with silence.
func TestSoundHoursLate(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	path := ffmpeg(t, dir, "-itsoffset", "36000", "-i", plain, "-i", plain, "-map", "0:a", "-map", "1:v", "-c", "copy", "late.mkv")
	if d := decode(t, path, Options{}); len(d.luma) < 74 || len(d.samples) > 60*SampleRate {
		t.Errorf("%d frames, %d samples", len(d.luma), len(d.samples))
	}
}

func TestStretched(t *testing.T) {
	in := []byte{0, 0, 100, 0, 200, 0}
	if got := stretched(in, 5); !bytes.Equal(got, []byte{0, 0, 50, 0, 100, 0, 150, 0, 200, 0}) {
		t.Errorf("got %v", got)
	}
	if got := stretched(in, 2); !bytes.Equal(got, []byte{0, 0, 200, 0}) {
		t.Errorf("got %v", got)
	}
}
