package video

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// flash and beep are 3 s of black with flashes, and of silence with beeps. Both last 0.2 s and
// start at the first pictures from 0.6 s and 2.2 s on.
func flash(rate string) []string {
	return []string{"-f", "lavfi", "-i", "color=black:s=64x48:r=" + rate + ":d=3,drawbox=c=white:t=fill:enable='between(t,0.5999,0.7999)+between(t,2.1999,2.3999)'"}
}

func beep(rate string) []string {
	first, second := pictureFrom(0.6, rate), pictureFrom(2.2, rate)
	return []string{"-f", "lavfi", "-i", fmt.Sprintf("aevalsrc='0.5*sin(2*PI*1000*t)*(between(t,%.4f,%.4f)+between(t,%.4f,%.4f))':s=48000:d=3",
		first, first+0.2, second, second+0.2)}
}

// pictureFrom returns the time in seconds of the first picture at or after start.
func pictureFrom(start float64, rate string) float64 {
	num, den := ratio(rate, "/")
	if den == 0 {
		num, den = ratio(rate+"/1", "/")
	}
	r := float64(num) / float64(den)
	return math.Ceil(start*r-1e-6) / r
}

func join(parts ...[]string) (all []string) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

var (
	h264 = []string{"-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac"}
	vp8  = []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"}
	mpeg = []string{"-c:v", "mpeg2video", "-c:a", "mp2"}
)

// The decoded sound has the lag that was put into the clip, within one frame, in every
// container.
func TestSourceLag(t *testing.T) {
	needFFmpeg(t)
	type test struct {
		name  string
		lag   time.Duration
		args  []string
		frame int // frames at the start that must be missing
	}
	var tests []test
	late := []string{"-itsoffset", "0.2"}
	vfr := []string{"-vsync", "vfr"} // otherwise ffmpeg fills a leading gap when it makes the clip
	for _, c := range []struct {
		ext   string
		codec []string
	}{{"mp4", h264}, {"mov", h264}, {"mkv", h264}, {"ts", h264}, {"webm", vp8}} {
		tests = append(tests,
			test{name: "on time." + c.ext, args: join(flash("25"), beep("25"), c.codec)},
			test{name: "late." + c.ext, lag: 200 * time.Millisecond, args: join(flash("25"), late, beep("25"), c.codec)},
			test{name: "early." + c.ext, lag: -200 * time.Millisecond, frame: 5, args: join(late, flash("25"), beep("25"), vfr, c.codec)})
	}
	for _, rate := range []string{"30000/1001", "50", "12", "60", "24000/1001"} {
		tests = append(tests, test{name: "rate " + strings.ReplaceAll(rate, "/", " by ") + ".mp4", lag: 200 * time.Millisecond,
			args: join(flash(rate), late, beep(rate), h264)})
	}
	gap := []string{"-af", "aselect='not(between(t,1.1,1.7))'"}
	for _, ext := range []string{"mp4", "mkv", "ts"} {
		tests = append(tests, test{name: "sound with a gap." + ext, lag: 200 * time.Millisecond, args: join(flash("25"), late, beep("25"), gap, h264)})
	}
	tests = append(tests,
		// The container cannot shift its streams against each other.
		test{name: "on time.avi", args: join(flash("25"), beep("25"), mpeg)},
		test{name: "variable rate.mp4", lag: 200 * time.Millisecond, args: join(flash("30"), late, beep("25"),
			[]string{"-vf", "select='not(mod(n,3))+between(t,0.5,0.9)+between(t,2.1,2.5)'", "-vsync", "vfr"}, h264)},
		test{name: "variable rate.mkv", lag: -200 * time.Millisecond, frame: 5, args: join(late, flash("30"), beep("25"),
			[]string{"-vf", "select='not(mod(n,4))+between(t,0.7,1.1)+between(t,2.3,2.7)'", "-vsync", "vfr"}, h264)},
		test{name: "pictures begin late.mp4", lag: -time.Second, frame: 25, args: join([]string{"-itsoffset", "1"}, flash("25"), beep("25"), vfr, h264)},
		test{name: "pictures begin late.mkv", lag: -time.Second, frame: 25, args: join([]string{"-itsoffset", "1"}, flash("25"), beep("25"), vfr, h264)},
		test{name: "sound begins late.ts", lag: time.Second, args: join(flash("25"), []string{"-itsoffset", "1"}, beep("25"), h264)},
		test{name: "both begin late.ts", lag: 0, args: join([]string{"-itsoffset", "5"}, flash("25"), []string{"-itsoffset", "5"}, beep("25"), h264)},
		test{name: "interlaced.ts", lag: 200 * time.Millisecond, args: join(flash("50"), late, beep("25"), fields, mpeg)},
		test{name: "44100 stereo.mp4", lag: 200 * time.Millisecond, args: join(flash("25"), late, beep("25"), []string{"-ac", "2", "-ar", "44100"}, h264)},
	)
	dir := t.TempDir()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := ffmpeg(t, dir, append(tt.args, tt.name)...)
			d := decode(t, path, Options{})
			f, b := d.flashes(), d.beeps()
			if d.closeErr != nil || len(d.warnings) > 0 {
				t.Errorf("close error %v, warnings %q", d.closeErr, d.warnings)
			}
			if len(f) != 2 || len(b) != 2 {
				t.Fatalf("flashes at %v, beeps at %v; want two of each", f, b)
			}
			for i := range f {
				if off := b[i] - f[i] - tt.lag; off < -FrameDuration || off > FrameDuration {
					t.Errorf("flash at %v, beep at %v: lag %v, want %v", f[i], b[i], b[i]-f[i], tt.lag)
				}
			}
			n := 0
			for n < len(d.missing) && d.missing[n] {
				n++
			}
			if n < tt.frame-1 || n > tt.frame+1 {
				t.Errorf("%d missing pictures at the start, want %d", n, tt.frame)
			}
			for i, m := range d.missing[n:] {
				if m {
					t.Errorf("picture %d is missing", n+i)
					break
				}
			}
		})
	}
}

func TestSourceGap(t *testing.T) {
	needFFmpeg(t)
	for _, ext := range []string{"mp4", "mkv", "ts"} {
		t.Run(ext, func(t *testing.T) {
			path := ffmpeg(t, t.TempDir(), join([]string{"-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=5"}, []string{"-f", "lavfi", "-i", "sine=d=5"},
				[]string{"-vf", "select='lt(t,1)+gte(t,3)'", "-vsync", "vfr"}, h264, []string{"gap." + ext})...)
			d := decode(t, path, Options{})
			if len(d.missing) < 124 || len(d.missing) > 126 {
				t.Fatalf("%d pictures, want 125", len(d.missing))
			}
			for i, m := range d.missing {
				if i == 24 || i == 25 || i == 74 || i == 75 {
					continue // a stream may be off by one frame
				}
				if want := i > 24 && i < 75; m != want {
					t.Errorf("picture %d missing: %v, want %v", i, m, want)
				}
			}
		})
	}
}

// When one picture lasts for minutes, as in a recording of slides, its repetitions take no
// memory.
func TestSourceLongPicture(t *testing.T) {
	needFFmpeg(t)
	for _, tt := range []struct{ rate, ext string }{{"25", "mkv"}, {"60", "mkv"}, {"60", "mp4"}} {
		t.Run(tt.rate+"."+tt.ext, func(t *testing.T) {
			const repeats = 60 * FrameRate
			path := ffmpeg(t, t.TempDir(), join([]string{"-f", "lavfi", "-i", "testsrc2=s=960x720:d=2:r=" + tt.rate}, []string{"-f", "lavfi", "-i", "sine=d=2"},
				[]string{"-vf", "setpts='if(gte(T,1),PTS+60/TB,PTS)'", "-vsync", "vfr"}, h264, []string{"repeats." + tt.ext})...)
			d := decode(t, path, Options{MaxSide: 480})
			if n := len(d.missing); n < repeats+2*FrameRate-1 || n > repeats+2*FrameRate+1 {
				t.Errorf("%d pictures, want %d", n, repeats+2*FrameRate)
			}
			// All repetitions together would take 390 MB.
			if d.memory > 200<<20 {
				t.Errorf("ffmpeg took %d MB", d.memory>>20)
			}
		})
	}
}

// In a damaged file, the timestamps of one picture and one piece of sound are hours off.
func TestSourceLostTime(t *testing.T) {
	needFFmpeg(t)
	for _, ext := range []string{"mp4", "mov", "mkv", "ts"} {
		t.Run(ext, func(t *testing.T) {
			path := ffmpeg(t, t.TempDir(), join(flash("25"), beep("25"), h264, []string{"-bf", "0"},
				[]string{"-bsf:v", "setts=pts='if(eq(N,30),PTS*9000,PTS)'", "-bsf:a", "setts=pts='if(eq(N,50),PTS*9000,PTS)'"}, []string{"lost." + ext})...)
			d := decode(t, path, Options{})
			if n := len(d.missing); n < 70 || n > 80 || slices.Contains(d.missing, true) {
				t.Errorf("%d pictures, want 75, missing: %v", n, d.missing)
			}
			if n := len(d.samples); n < 3*SampleRate-SampleRate/5 || n > 3*SampleRate+SampleRate/5 {
				t.Errorf("%d samples of sound, want 3 s", n)
			}
		})
	}
}

// Whatever the file holds, the decoded pictures are upright 4:2:0 of even size.
func TestSourceShapes(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	// The left half is white.
	src := func(size string) []string {
		return []string{"-f", "lavfi", "-i", "color=black:s=" + size + ":r=25:d=0.4,drawbox=w=iw/2:h=ih:c=white:t=fill"}
	}
	// ffmpeg 5.1 writes this as an anticlockwise rotation.
	turned := func(degrees int) func(t *testing.T) string {
		return func(t *testing.T) string {
			plain := ffmpeg(t, dir, join(src("64x48"), h264, []string{"plain.mp4"})...)
			return ffmpeg(t, dir, "-i", plain, "-c", "copy", "-metadata:s:v:0", fmt.Sprintf("rotate=%d", degrees), fmt.Sprintf("turned%d.mp4", degrees))
		}
	}
	made := func(args ...[]string) func(t *testing.T) string {
		return func(t *testing.T) string { return ffmpeg(t, dir, join(args...)...) }
	}
	const upper, lower, left, right = 0, 1, 2, 3
	tests := []struct {
		name   string
		make   func(t *testing.T) string
		shown  [2]int
		dec    [2]int
		bright int // the white half
		max    int
	}{
		{"plain", turned(0), [2]int{64, 48}, [2]int{64, 48}, left, 0},
		{"rotated by 90", turned(90), [2]int{48, 64}, [2]int{48, 64}, lower, 0},
		{"rotated by 180", turned(180), [2]int{64, 48}, [2]int{64, 48}, right, 0},
		{"rotated by 270", turned(270), [2]int{48, 64}, [2]int{48, 64}, upper, 0},
		{"odd size, 4:4:4", made(src("110x60"), []string{"-vf", "format=yuv444p,drawbox=w=50:h=ih:c=white:t=fill,crop=101:57:4:2:exact=1", "-pix_fmt", "yuv444p", "-c:v", "ffv1", "odd.mkv"}), [2]int{101, 57}, [2]int{102, 58}, left, 0},
		{"10 bits", made(src("64x48"), []string{"-pix_fmt", "yuv420p10le", "-c:v", "libx264", "ten.mp4"}), [2]int{64, 48}, [2]int{64, 48}, left, 0},
		{"full range", made(src("64x48"), []string{"-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "full.mkv"}), [2]int{64, 48}, [2]int{64, 48}, left, 0},
		{"rgb", made(src("64x48"), []string{"-pix_fmt", "bgr0", "-c:v", "ffv1", "rgb.mkv"}), [2]int{64, 48}, [2]int{64, 48}, left, 0},
		{"wide pixels", made(src("60x48"), []string{"-vf", "setsar=2", "-c:v", "libx264", "wide.mp4"}), [2]int{120, 48}, [2]int{120, 48}, left, 0},
		{"large", made(src("400x200"), []string{"-c:v", "libx264", "large.mp4"}), [2]int{400, 200}, [2]int{100, 50}, left, 100},
		{"high", made(src("50x400"), []string{"-c:v", "libx264", "high.mp4"}), [2]int{50, 400}, [2]int{12, 100}, left, 100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := decode(t, tt.make(t), Options{MaxSide: tt.max})
			if got := [2]int{d.info.Width, d.info.Height}; got != tt.shown {
				t.Errorf("shown size %v, want %v", got, tt.shown)
			}
			if got := [2]int{d.width, d.height}; got != tt.dec {
				t.Errorf("decoded size %v, want %v", got, tt.dec)
			}
			if want := float64(max(tt.shown[0], tt.shown[1])) / float64(max(tt.dec[0], tt.dec[1])); d.info.Scale < want*0.97 || d.info.Scale > want*1.03 {
				t.Errorf("scale %v, want %v", d.info.Scale, want)
			}
			if len(d.halves) != 10 {
				t.Fatalf("%d pictures, want 10", len(d.halves))
			}
			h := d.halves[5]
			if bright, dark := h[tt.bright], h[tt.bright^1]; bright < 220 || bright > 240 || dark < 14 || dark > 32 {
				t.Errorf("halves (upper, lower, left, right) have luma %.0f; want half %d at 235 and the opposite one at 16", h, tt.bright)
			}
			if d.info.SoundTrack != 0 || d.samples != nil {
				t.Error("a silent file has sound")
			}
		})
	}
}

// fields turns pairs of pictures into pictures of two fields.
var fields = []string{"-vf", "tinterlace=interleave_top,setfield=tff", "-flags", "+ildct+ilme", "-top", "1"}

// Only one field of an interlaced picture remains: a moving bar has no stripes.
func TestSourceInterlaced(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	bar := func(rate string) []string {
		return []string{"-f", "lavfi", "-i", "nullsrc=s=64x48:d=1:r=" + rate + ",geq=lum='16+200*lt(mod(X+640-6*N*50/" + rate + ",64),16)':cb=128:cr=128"}
	}
	for _, tt := range []struct {
		name   string
		args   []string
		fields bool
	}{
		{"progressive.mkv", join(bar("25"), []string{"-c:v", "ffv1"}), false},
		{"mpeg2.ts", join(bar("50"), fields, []string{"-c:v", "mpeg2video", "-q:v", "2"}), true},
		{"h264.mp4", join(bar("50"), fields, []string{"-c:v", "libx264", "-x264opts", "tff=1"}), true},
		{"dv.avi", join(bar("50"), []string{"-vf", "scale=720:576,tinterlace=interleave_bottom,setfield=bff", "-pix_fmt", "yuv420p", "-c:v", "dvvideo"}), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src, err := Open(t.Context(), ffmpeg(t, dir, append(tt.args, tt.name)...), Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			if got := src.Info().Interlaced; got != tt.fields {
				t.Errorf("interlaced: %v, want %v", got, tt.fields)
			}
			var p Picture
			for range 12 {
				if err := src.Next(&p); err != nil {
					t.Fatal(err)
				}
			}
			var across, down float64 // mean change from one pixel to the next
			for y := range p.Height - 1 {
				for x := range p.Width - 1 {
					at := y*p.Width + x
					across += math.Abs(float64(p.Y[at]) - float64(p.Y[at+1]))
					down += math.Abs(float64(p.Y[at]) - float64(p.Y[at+p.Width]))
				}
			}
			if across == 0 || down > across/4 {
				t.Errorf("changes between rows are %.1f times those between columns, want next to none", down/across)
			}
		})
	}
}

// A file whose picture size changes midway keeps its timeline.
func TestSourceSizeChange(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	for i, size := range []string{"64x48", "96x72"} {
		ffmpeg(t, dir, join([]string{"-f", "lavfi", "-i", "color=black:r=25:d=1:s=" + size, "-output_ts_offset", fmt.Sprint(i)}, mpeg[:2], []string{fmt.Sprintf("%d.ts", i)})...)
	}
	path := ffmpeg(t, dir, "-i", "concat:0.ts|1.ts", "-c", "copy", "both.ts")
	d := decode(t, path, Options{})
	if n := len(d.luma); n < 49 || n > 51 || d.width != 64 {
		t.Errorf("%d pictures of width %d, want 50 of 64", n, d.width)
	}
}

// A part equals the same range of the whole file, picture for picture, and its sound is in
// sync.
func TestSourcePart(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	counting := []string{"-f", "lavfi", "-i", "nullsrc=s=64x48:d=6:r=25,geq=lum='20+mod(37*N,200)':cb=128:cr=128"}
	beeps := []string{"-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*1000*t)*(between(t,2.4,2.6)+between(t,4,4.2))':s=48000:d=6"}
	late := []string{"-itsoffset", "0.4"}
	// Key pictures are rare.
	long := func(codec []string) []string { return append([]string{"-g", "60"}, codec...) }
	for _, tt := range []struct {
		name string
		args []string
	}{
		{"plain.mp4", join(counting, beeps, long(h264))},
		{"plain.mov", join(counting, beeps, long(h264))},
		{"plain.mkv", join(counting, beeps, long(h264))},
		{"plain.ts", join(counting, beeps, long(h264))},
		{"plain.webm", join(counting, beeps, vp8)},
		{"plain.avi", join(counting, beeps, mpeg)},
		{"sound late.mp4", join(counting, late, beeps, long(h264))},
		{"sound late.ts", join(counting, late, beeps, long(h264))},
		{"both late.ts", join([]string{"-itsoffset", "5"}, counting, []string{"-itsoffset", "5"}, beeps, long(h264))},
		{"interlaced.mp4", join(counting, beeps, []string{"-vf", "setfield=tff", "-flags", "+ildct+ilme"}, long(h264))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := ffmpeg(t, dir, append(tt.args, tt.name)...)
			whole := decode(t, path, Options{})
			for _, part := range [][2]time.Duration{{0, 3 * time.Second}, {1960 * time.Millisecond, 0}, {2 * time.Second, 5 * time.Second}} {
				from, to := part[0], part[1]
				got := decode(t, path, Options{From: from, To: to})
				first, want := int(from/FrameDuration), len(whole.luma)
				if to > 0 {
					want = min(want, int(to/FrameDuration))
				}
				if n := len(got.luma) + first; n < want-1 || n > want+1 {
					t.Errorf("%v: pictures up to frame %d, want %d", part, n, want)
				}
				for i := range min(len(got.luma), want-first) {
					if d := math.Abs(got.luma[i] - whole.luma[first+i]); d > 3 {
						t.Fatalf("%v: picture %d has luma %.0f, in the whole file %.0f", part, i, got.luma[i], whole.luma[first+i])
					}
				}
				var beeps []time.Duration
				for _, b := range whole.beeps() {
					if b >= from && (to == 0 || b < to) {
						beeps = append(beeps, b-from)
					}
				}
				found := got.beeps()
				if len(found) != len(beeps) || len(beeps) == 0 {
					t.Fatalf("%v: beeps at %v, want %v", part, found, beeps)
				}
				for i, b := range found {
					if off := b - beeps[i]; off < -FrameDuration/2 || off > FrameDuration/2 {
						t.Errorf("%v: beep at %v, want %v", part, b, beeps[i])
					}
				}
				if got.closeErr != nil || len(got.warnings) > 0 {
					t.Errorf("%v: close error %v, warnings %q", part, got.closeErr, got.warnings)
				}
			}
		})
	}
	path := filepath.Join(dir, "plain.mp4")
	for _, o := range []Options{{From: -time.Second}, {From: 2 * time.Second, To: time.Second}, {From: time.Hour}} {
		if _, err := Open(t.Context(), path, o); !errors.Is(err, ErrNoPart) || !strings.Contains(err.Error(), path) {
			t.Errorf("from %v to %v: got error %v", o.From, o.To, err)
		}
	}
}

// The requested sound track and channel are decoded, or else the track that players play.
func TestSourceSoundTracks(t *testing.T) {
	needFFmpeg(t)
	dir := t.TempDir()
	tone := func(left, right string) []string {
		return []string{"-f", "lavfi", "-i", "aevalsrc=" + left + "|" + right + ":s=16000:d=1"}
	}
	const loud, quiet, against = "0.5*sin(2000*t)", "0.1*sin(2000*t)", "-0.5*sin(2000*t)"
	args := join([]string{"-f", "lavfi", "-i", "color=black:s=64x48:r=25:d=1"}, tone("0", "0"), tone(quiet, quiet), tone(loud, against),
		[]string{"-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "ffv1", "-c:a", "pcm_s16le", "-metadata:s:a:0", "language=und", "-metadata:s:a:1", "language=fra"})
	plain := ffmpeg(t, dir, join(args, []string{"-disposition:a", "0", "plain.mkv"})...)
	marked := ffmpeg(t, dir, join(args, []string{"-disposition:a", "0", "-disposition:a:1", "default", "marked.mkv"})...)
	want := []SoundTrack{{"pcm_s16le", 2, ""}, {"pcm_s16le", 2, "fra"}, {"pcm_s16le", 2, ""}}
	for _, tt := range []struct {
		name           string
		path           string
		track, channel int
		decoded        int     // number of the track
		peak           float64 // of full scale
	}{
		{"the first", plain, 0, 0, 1, 0},
		{"the default", marked, 0, 0, 2, 0.1},
		{"requested", marked, 1, 0, 1, 0},
		{"channels that cancel each other", plain, 3, 0, 3, 0},
		{"one of these channels", plain, 3, 2, 3, 0.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decode(t, tt.path, Options{SoundTrack: tt.track, Channel: tt.channel})
			if !slices.Equal(d.info.SoundTracks, want) || d.info.SoundTrack != tt.decoded || d.info.Channel != tt.channel {
				t.Errorf("got tracks %v, decoded %d, channel %d; want %v, %d, %d", d.info.SoundTracks, d.info.SoundTrack, d.info.Channel, want, tt.decoded, tt.channel)
			}
			peak := 0.0
			for _, s := range d.samples {
				peak = max(peak, math.Abs(float64(s))/32768)
			}
			if math.Abs(peak-tt.peak) > 0.01 || len(d.samples) != SampleRate {
				t.Errorf("%d samples with a peak of %.3f, want %d with %.3f", len(d.samples), peak, SampleRate, tt.peak)
			}
		})
	}
	for _, o := range []Options{{SoundTrack: 4}, {SoundTrack: -1}, {Channel: 3}, {SoundTrack: 1, Channel: -1}} {
		if _, err := Open(t.Context(), plain, o); !errors.Is(err, ErrNoTrack) || !strings.Contains(err.Error(), "plain.mkv") {
			t.Errorf("%+v: got error %v, want ErrNoTrack that names the file", o, err)
		}
	}
	silent := ffmpeg(t, dir, "-f", "lavfi", "-i", "color=black:s=64x48:r=25:d=1", "-c:v", "ffv1", "silent.mkv")
	if d := decode(t, silent, Options{Channel: 2}); d.info.SoundTrack != 0 || d.samples != nil {
		t.Errorf("a silent file has sound track %d", d.info.SoundTrack)
	}
	if _, err := Open(t.Context(), silent, Options{SoundTrack: 1}); !errors.Is(err, ErrNoTrack) {
		t.Errorf("a silent file's track: got error %v", err)
	}
}

func TestSourceInfo(t *testing.T) {
	needFFmpeg(t)
	path := ffmpeg(t, t.TempDir(), join(flash("30000/1001"), beep("25"), h264, []string{"a.mp4"})...)
	in := decode(t, path, Options{}).info
	if in.Path != path || in.VideoCodec != "h264" || in.FrameRate != "30000/1001" || in.SoundTrack != 1 || in.Sound().Codec != "aac" || in.BitRate <= 0 || !strings.Contains(in.Format, "mp4") {
		t.Errorf("got %+v", in)
	}
	if in.Duration < 2900*time.Millisecond || in.Duration > 3200*time.Millisecond {
		t.Errorf("duration %v, want 3 s", in.Duration)
	}
}

func TestDecodedSize(t *testing.T) {
	for _, tt := range []struct{ w, h, max, dw, dh int }{
		{1920, 1080, 1280, 1280, 720},
		{1080, 1920, 1280, 720, 1280},
		{1280, 720, 1280, 1280, 720},
		{3, 1, 1280, 4, 2},
		{1, 100000, 1280, 2, 1280},
	} {
		dw, dh, scale := decodedSize(tt.w, tt.h, tt.max)
		if dw != tt.dw || dh != tt.dh || scale < 1 {
			t.Errorf("%dx%d in %d: got %dx%d, scale %v; want %dx%d", tt.w, tt.h, tt.max, dw, dh, scale, tt.dw, tt.dh)
		}
	}
}

func TestFrameAtIsTheInverseOfFrameTime(t *testing.T) {
	for _, i := range []int{0, 1, 24, 1000, -3} {
		for _, off := range []time.Duration{0, 19 * time.Millisecond, -19 * time.Millisecond} {
			if got := FrameAt(FrameTime(i) + off); got != i {
				t.Errorf("frame %d %+v: got %d", i, off, got)
			}
		}
	}
}
