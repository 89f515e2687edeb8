package video

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every bad input gives a clear one-line message and an error that can be told apart.
func TestOpenErrors(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo.mp4")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	sound := ffmpeg(t, dir, "-f", "lavfi", "-i", "sine=d=1", "sound.wav")
	silent := ffmpeg(t, dir, append(flash("25"), "-c:v", "libx264", "silent.mp4")...)
	png := ffmpeg(t, dir, "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", "still.png")
	cover := ffmpeg(t, dir, "-i", sound, "-i", png, "-map", "0", "-map", "1", "-c:a", "libmp3lame", "-c:v", "mjpeg", "-disposition:v", "attached_pic", "cover.mp3")
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	whole, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Repeat("This is no video at all.\n", 50)
	tests := []struct {
		name string
		path string
		o    Options
		want error
		text string
	}{
		{"missing", filepath.Join(dir, "none.mp4"), Options{}, fs.ErrNotExist, "no such file"},
		{"folder", dir, Options{}, ErrNotRegular, "is a directory"},
		{"pipe", fifo, Options{}, ErrNotRegular, "not a regular file"},
		{"empty", write(t, dir, "empty.mp4", ""), Options{}, ErrNotMedia, "empty file"},
		{"text called mp4", write(t, dir, "text.mp4", lines), Options{}, ErrNotMedia, ""},
		{"text", write(t, dir, "text.txt", lines), Options{}, ErrNotMedia, ""},
		{"playlist that names a network address", write(t, dir, "list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n"), Options{}, ErrNotMedia, ""},
		{"script that names a file", write(t, dir, "script.ffconcat", "ffconcat version 1.0\nfile plain.mp4\n"), Options{}, ErrNotMedia, ""},
		{"index cut off", write(t, dir, "cut.mp4", string(whole[:len(whole)/2])), Options{}, ErrNotMedia, "moov atom not found"},
		{"sound only", sound, Options{}, ErrNoPicture, "no video stream"},
		{"cover picture", cover, Options{}, ErrNoPicture, "only a still picture"},
		{"still", png, Options{}, ErrNoPicture, "only a still picture"},
		{"sound only, without sound", silent, Options{NoVideo: true}, ErrNoSound, "no audio stream"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(context.Background(), tt.path, tt.o)
			if err == nil {
				s.Close()
				t.Fatal("no error")
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if !strings.HasPrefix(err.Error(), "reading \""+tt.path) || !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), "\n") {
				t.Errorf("unclear error: %v", err)
			}
		})
	}
}

func TestOpenWithoutFFmpeg(t *testing.T) {
	path := write(t, t.TempDir(), "a.mp4", "x")
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(context.Background(), path, Options{}); !errors.Is(err, ErrNoFFmpeg) {
		t.Errorf("got %v, want %v", err, ErrNoFFmpeg)
	}
}

func TestOpenOddNames(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	plain := ffmpeg(t, dir, join(flash("25"), beep("25"), h264, []string{"plain.mp4"})...)
	t.Chdir(dir)
	for _, name := range []string{"-i.mp4", "a:b.mp4", "http:x.mp4", "50%d %s.mp4", "it's [one], \"two\";\\n.mp4", "Grüße 木.mp4", "nonsense.txt"} {
		t.Run(name, func(t *testing.T) {
			if err := os.Link(plain, name); err != nil {
				t.Fatal(err)
			}
			d := decode(t, name, Options{})
			if len(d.luma) != 75 || len(d.beeps()) != 2 || d.closeErr != nil {
				t.Errorf("%d pictures, beeps %v, error %v", len(d.luma), d.beeps(), d.closeErr)
			}
		})
	}
}

// A file that is cut off or damaged is decoded as far as possible, with a warning.
func TestSourceDamaged(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	for _, tt := range []struct {
		name string
		args []string
		harm func([]byte) []byte
		min  int
		warn bool // if the format can tell
	}{
		{"cut.mkv", nil, func(b []byte) []byte { return b[:len(b)*6/10] }, 30, true},
		{"cut.ts", nil, func(b []byte) []byte { return b[:len(b)*6/10] }, 30, false},
		{"cut.mp4", []string{"-movflags", "faststart"}, func(b []byte) []byte { return b[:len(b)*6/10] }, 30, true},
		{"altered.mkv", nil, func(b []byte) []byte {
			for i := len(b) / 3; i < len(b)/2; i += 97 {
				b[i] ^= 0x5a
			}
			return b
		}, 20, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := ffmpeg(t, dir, join([]string{"-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=5", "-f", "lavfi", "-i", "sine=d=5"}, h264, tt.args, []string{tt.name})...)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, tt.harm(b), 0o600); err != nil {
				t.Fatal(err)
			}
			d := decode(t, path, Options{})
			if d.closeErr != nil || len(d.luma) < tt.min {
				t.Errorf("%d pictures, error %v", len(d.luma), d.closeErr)
			}
			if tt.warn && len(d.warnings) == 0 {
				t.Error("no warning")
			}
			if strings.HasPrefix(tt.name, "cut.m") && !strings.HasPrefix(d.warnings[0], "cut off: 5.0 s announced") {
				t.Errorf("warnings %q", d.warnings)
			}
		})
	}
}

func TestSourceSoundOnly(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join(beep("25"), []string{"a.wav"})...)
	d := decode(t, path, Options{NoVideo: true})
	if len(d.luma) != 0 || len(d.beeps()) != 2 || d.closeErr != nil {
		t.Errorf("%d pictures, beeps at %v, error %v", len(d.luma), d.beeps(), d.closeErr)
	}
}

// openFiles counts the open descriptors of this process; -1 if unknown.
func openFiles() int {
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(names)
}

// However a decoding ends, it leaves no process, goroutine or file behind.
func TestSourceCloseEarly(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join([]string{"-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=20", "-f", "lavfi", "-i", "sine=d=20"}, h264, []string{"a.mp4"})...)
	next := func(t *testing.T, s *Source, n int) {
		var p Picture
		for range n {
			if err := s.Next(&p); err != nil {
				t.Fatal(err)
			}
		}
	}
	listen := func(s *Source) <-chan error {
		done := make(chan error, 1)
		go func() {
			_, err := io.Copy(io.Discard, s.Sound())
			done <- err
		}()
		return done
	}
	for _, tt := range []struct {
		name string
		use  func(t *testing.T, s *Source, cancel func())
	}{
		{"at once", func(t *testing.T, s *Source, _ func()) {}},
		{"after ten pictures", func(t *testing.T, s *Source, _ func()) { next(t, s, 10) }},
		{"with a reader of the sound", func(t *testing.T, s *Source, _ func()) {
			done := listen(s)
			next(t, s, 10)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if err := <-done; err == nil {
				t.Error("the sound ended without an error")
			}
		}},
		{"cancelled", func(t *testing.T, s *Source, cancel func()) {
			done := listen(s)
			next(t, s, 10)
			cancel()
			var p Picture
			var err error
			for err == nil {
				err = s.Next(&p)
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("pictures ended with %v", err)
			}
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("sound ended with %v", err)
			}
		}},
		{"pictures to the end, sound unread", func(t *testing.T, s *Source, _ func()) { next(t, s, 25) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			goroutines, files := runtime.NumGoroutine(), openFiles()
			ctx, cancel := context.WithCancel(context.Background())
			s, err := Open(ctx, path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			tt.use(t, s, cancel)
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("second close: %v", err)
			}
			cancel()
			if s.cmd.ProcessState == nil {
				t.Error("ffmpeg was not waited for")
			}
			if err := s.Next(&Picture{}); err == nil {
				t.Error("a picture after Close")
			}
			for deadline := time.Now().Add(2 * time.Second); runtime.NumGoroutine() > goroutines && time.Now().Before(deadline); {
				runtime.Gosched()
			}
			if got := runtime.NumGoroutine(); got > goroutines {
				t.Errorf("%d goroutines, want at most %d", got, goroutines)
			}
			if got := openFiles(); got > files {
				t.Errorf("%d files open, want at most %d", got, files)
			}
		})
	}
}

func TestStderrLog(t *testing.T) {
	l := &stderrLog{}
	for i := range 1000 {
		io.WriteString(l, "[h264 @ 0x55d0c8a1] error wh")
		io.WriteString(l, "ile decoding\nfile:a.mp4: line "+strings.Repeat("x", i)+"\n")
	}
	io.WriteString(l, "the end")
	got := l.all(&input{path: "a.mp4"})
	if len(got) != maxLogLines || got[0] != "error while decoding" || got[1] != "line" || got[maxLogLines-1] != "the end" {
		t.Errorf("got %q", got)
	}
}

func FuzzProbe(f *testing.F) {
	f.Add([]byte(`{"streams":[{"index":0,"codec_type":"video","codec_name":"h264","width":640,"height":480,"sample_aspect_ratio":"4:3","side_data_list":[{"rotation":-90}]},
		{"index":1,"codec_type":"audio","codec_name":"aac","channels":2,"sample_rate":"48000"}],"format":{"format_name":"x","duration":"1.5","bit_rate":"7"}}`))
	f.Add([]byte(`{"streams":[{"codec_type":"video","codec_name":"h264","width":-1,"height":9223372036854775807,"sample_aspect_ratio":"-4:-3"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var rep probeReport
		if json.Unmarshal(b, &rep) != nil {
			return
		}
		p, err := rep.read("x")
		if err != nil || p.videoStream < 0 {
			return
		}
		w, h, scale := decodedSize(p.info.Width, p.info.Height, DefaultMaxSide)
		if w < 2 || h < 2 || w > DefaultMaxSide || h > DefaultMaxSide || w%2 != 0 || h%2 != 0 || !(scale >= 1) {
			t.Errorf("%d x %d decoded to %d x %d, scale %v", p.info.Width, p.info.Height, w, h, scale)
		}
	})
}

func FuzzTimeline(f *testing.F) {
	f.Add([]byte("frame:0    pts:0       pts_time:0\nin=1\nframe:1    pts:83000   pts_time:0.083\nin=1\nframe:0    pts:0       pts_time:0\nout=1\n"))
	f.Add([]byte("frame:0 pts:NOPTS pts_time:NOPTS\nin=1\nout=1\npts:-5 x\nout=1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l := newTimeline(&stderrLog{}, func(line string) errorKind { return errorKind(len(line) % 4) })
		l.follow(t.Context(), bytes.NewReader(b))
		for n := range 10 {
			l.about(n)
		}
	})
}

func TestTimelineMissing(t *testing.T) {
	notes := func(s string) io.Reader {
		var b strings.Builder
		for _, f := range strings.Fields(s) {
			key, pts, _ := strings.Cut(f, ":")
			b.WriteString("frame:0    pts:" + pts + " pts_time:0\n" + key + "=1\n")
		}
		return strings.NewReader(b.String())
	}
	for _, tt := range []struct {
		name, notes, want string // want: m for missing, . for present
	}{
		{"plain", "in:0 in:40000 out:0 in:80000 out:1 out:2", "..."},
		{"leading gap", "in:100000 in:140000 out:0 out:1 out:2 out:3 out:4", "mmm.."},
		{"slow", "in:0 in:500000 out:0 out:1 out:2", "..."},
		{"gap before the second picture", "in:0 in:1200000 out:0 out:1 out:2", ".mm"},
		{"size changes", "in:0 in:40000 out:0 in:80000 out:1 in:120000 out:0 out:1 out:2 out:3", "...."},
		{"notes end early", "in:0 in:40000 out:0", "..."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newTimeline(&stderrLog{}, func(string) errorKind { return noError })
			l.follow(t.Context(), notes(tt.notes))
			var got strings.Builder
			for n := range tt.want {
				missing, _ := l.about(n)
				got.WriteByte(map[bool]byte{true: 'm', false: '.'}[missing])
			}
			if got.String() != tt.want {
				t.Errorf("got %s, want %s", got.String(), tt.want)
			}
		})
	}
}

// A picture after an error may be corrupt until a key picture that was decoded later, or for
// ten seconds.
func TestTimelineDamage(t *testing.T) {
	const n, lost, last = 400, 5, 399
	for _, tt := range []struct {
		name       string
		errors     []int // the pictures before which one is logged
		keys       []int
		from, upTo int // the corrupt pictures, [from, upTo)
	}{
		{"none", nil, []int{0, 25, 50}, 0, 0},
		{"until a key picture", []int{lost}, []int{0, 25, 50}, lost, 25},
		{"a key picture decoded before the error", []int{lost}, []int{0, lost + mostReordered - 1, 50}, lost, 50},
		{"a second error", []int{lost, 20}, []int{0, 25, 50}, lost, 50},
		{"no key picture", []int{lost}, []int{0}, lost, lost + longestDamage},
		{"at the end", []int{last}, []int{0}, last, last + 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			for i := range n {
				if slices.Contains(tt.errors, i) {
					b.WriteString("[h264 @ 0x55d0c8a1] [error] error while decoding MB 1 2\n[aac @ 0x55d0c8a2] " + strings.Repeat("x", 1<<17) + "\n[aac @ 0x55d0c8a2] ")
				}
				if slices.Contains(tt.keys, i) {
					b.WriteString(keyLine + "\n")
				}
				fmt.Fprintf(&b, "frame:%-4d pts:%-7d pts_time:%g\nin=1\nframe:%-4d pts:%-7d pts_time:%g\nout=1\n", i, i*40000, float64(i)/25, i, i, float64(i)/25)
			}
			log := &stderrLog{}
			l := newTimeline(log, (&probed{info: Info{Format: "mp4", SoundTracks: []SoundTrack{{Codec: "aac"}}, SoundTrack: 1}}).logged)
			l.follow(t.Context(), strings.NewReader(b.String()))
			for i := range n {
				if missing, got := l.about(i); missing || got != (i >= tt.from && i < tt.upTo) {
					t.Errorf("picture %d missing: %v, may be corrupt: %v", i, missing, got)
				}
			}
			if lines := log.all(new(input)); len(tt.errors) > 0 && lines[0] != "error while decoding MB 1 2" || len(tt.errors) == 0 && len(lines) > 0 {
				t.Errorf("logged %q", lines)
			}
		})
	}
}

// Lines as ffmpeg 5.1, 6.1 and 7.1 log them.
func TestLogged(t *testing.T) {
	p := &probed{videoStream: 1, info: Info{Format: "mov,mp4,m4a,3gp,3g2,mj2", SoundTracks: []SoundTrack{{Codec: "mp3"}}, SoundTrack: 1}}
	for line, want := range map[string]errorKind{
		"[h264 @ 0x55d0] [error] error while decoding MB 26 19, bytestream 957":                                          decoderError,
		"[error] Error while decoding stream #0:1: Invalid data found when processing input":                             decoderError,
		"[mp3float @ 0x55d0] [error] Header missing":                                                                     soundError,
		"[error] Error while decoding stream #0:0: Invalid data found when processing input":                             soundError,
		"[error] Error while decoding stream #0:10: Invalid data found when processing input":                            soundError,
		"[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d0] [error] stream 0, offset 0x80: partial file":                                 noError,
		"[error] file:a.mp4: Invalid data found when processing input":                                                   noError,
		"[warning] file:a.mp4: corrupt decoded frame in stream 1":                                                        corruptFrame,
		"[warning] file:a.mp4: corrupt decoded frame in stream 0":                                                        noError,
		"[vist#0:1/h264 @ 0x55d0] [warning] corrupt decoded frame":                                                       corruptFrame,
		"[vist#0:1/h264 @ 0x55d0] [error] Error submitting packet to decoder: Invalid data found when processing input":  decoderError,
		"[aist#0:0/mp3 @ 0x55d0] [error] Error submitting packet to decoder: Invalid data found when processing input":   soundError,
		"[vist#0:1/h264 @ 0x55d0] [dec:h264 @ 0x55e0] [warning] corrupt decoded frame":                                   corruptFrame,
		"[aist#0:0/mp3 @ 0x55d0] [dec:mp3float @ 0x55e0] [error] Error submitting packet to decoder: Invalid data found": soundError,
		"[h264 @ 0x55d0] [warning] SEI type 5 size 2296 truncated at 128":                                                noError,
		"[mjpeg @ 0x55d0] [error] unable to decode APP fields: Invalid data found when processing input":                 noError,
		"[h264 @ 0x55d0] [error] mmco: unref short failure":                                                              noError,
		"[hevc @ 0x55d0] [error] Could not find ref with POC 12":                                                         decoderError,
		"[": noError, "": noError,
	} {
		if got := p.logged(line); got != want {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
}

// ffmpeg's decoder of DTS is called dca; its errors do not concern the pictures.
func TestDamagedSoundDoesNotCorruptPictures(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	for _, codec := range []string{"dca", "aac"} {
		t.Run(codec, func(t *testing.T) {
			whole := ffmpeg(t, dir, join([]string{"-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=2", "-f", "lavfi", "-i", "anoisesrc=d=2:a=.1"}, h264, []string{"-c:a", codec, "-strict", "-2", codec + ".mkv"})...)
			path := ffmpeg(t, dir, "-i", whole, "-c", "copy", "-bsf:a", "noise=amount=40", codec+"-damaged.mkv")
			d := decode(t, path, Options{})
			if slices.Contains(d.corrupt, true) {
				t.Errorf("pictures are marked as corrupt; warnings %q", d.warnings)
			}
			if len(d.warnings) == 0 {
				t.Error("no warning")
			}
		})
	}
}

// In the second of three seconds, bytes of two packets are altered. Each second begins with a
// key picture.
func TestSourceMarksCorruptPictures(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	for _, ext := range []string{"mp4", "mkv", "ts"} {
		t.Run(ext, func(t *testing.T) {
			whole := ffmpeg(t, dir, join([]string{"-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=3,noise=alls=20:allf=t", "-sc_threshold", "0"}, h264, []string{"whole." + ext})...)
			path := ffmpeg(t, dir, "-i", whole, "-c", "copy", "-bsf:v", "noise=amount='if(between(n,30,31),8,0)'", "corrupt."+ext)
			d := decode(t, path, Options{})
			for i, m := range d.corrupt {
				if i < 25 && m || i > 34 && i < 48 && !m || i > 51 && m {
					t.Errorf("picture %d of %d may be corrupt: %v", i, len(d.corrupt), m)
				}
			}
			if len(d.corrupt) < 73 || !slices.ContainsFunc(d.warnings, func(s string) bool { return strings.Contains(s, "may be corrupt") }) {
				t.Errorf("%d pictures, warnings %q", len(d.corrupt), d.warnings)
			}
		})
	}
}
