package video

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Errors of a file, to be tested with errors.Is; the text of a returned error says more. A file
// that does not exist or may not be read gives fs.ErrNotExist or fs.ErrPermission.
var (
	ErrNotMedia   = errors.New("not a video or sound file")
	ErrNoPicture  = errors.New("no video stream")
	ErrNoSound    = errors.New("no audio stream")
	ErrNoTrack    = errors.New("no such sound track")
	ErrNotRegular = errors.New("not a regular file")
	ErrDecode     = errors.New("cannot be decoded")
	ErrNoFFmpeg   = errors.New("ffmpeg and ffprobe are needed to read video: install the Debian package ffmpeg")
)

// Info is what a file declares about itself, before anything is decoded.
type Info struct {
	Path       string
	Format     string // ffmpeg's name of the container, such as "mov,mp4,m4a,3gp,3g2,mj2"
	VideoCodec string // such as "h264"; empty without pictures

	Width, Height int     // in shown pixels: after rotation and sample aspect ratio
	Scale         float64 // shown pixels per decoded pixel, >= 1, before rounding to even sizes
	Rotation      int     // degrees clockwise, 0..359, that turn the stored picture upright
	FrameRate     string  // mean rate as a fraction, such as "30000/1001"; "0/0" if unknown
	Interlaced    bool    // a picture holds two fields (odd and even rows) taken at different times

	Duration time.Duration // declared, 0 if unknown
	BitRate  int64         // bits/s of the whole file, 0 if unknown

	SoundTracks []SoundTrack // in file order, without streams of unknown codec, channels or rate
	SoundTrack  int          // number of the selected track, from 1; 0 without sound
	Channel     int          // number of its selected channel, from 1; 0 mixes all channels

	Tags       map[string]string   // tags of the container that keptTags lists; keys in lower case
	StreamTags []map[string]string // such tags of each stream that has any, in file order
}

// keptTags are the tags in which a file names its kind, date and the programs that wrote it, by
// ffmpeg's names; "software" is the encoder of AVI. maxTag limits each value, in bytes.
const (
	keptTags       = "major_brand,compatible_brands,creation_time,encoder,software"
	keptStreamTags = "language,encoder,handler_name,title"
	maxTag         = 1024
)

// A SoundTrack is what a file declares about one of its audio streams.
type SoundTrack struct {
	Codec    string // ffmpeg's name, such as "aac"
	Channels int
	Language string // as stored, usually ISO 639-2 ("eng"); empty if unknown
}

// Rate returns FrameRate in pictures/s; 0 if unknown.
func (i *Info) Rate() float64 { return rate(i.FrameRate) }

// Sound returns the selected track, nil without sound.
func (i *Info) Sound() *SoundTrack {
	if i.SoundTrack < 1 || i.SoundTrack > len(i.SoundTracks) {
		return nil
	}
	return &i.SoundTracks[i.SoundTrack-1]
}

// A probed is an Info and what else the decoder's command line needs.
type probed struct {
	info         Info
	videoStream  int   // index in the file, -1 if there is none
	audioStreams []int // indices in the file of Info.SoundTracks
	videoEnd     time.Duration
	cover        bool // there is a cover picture or a still
	dense        bool // pictures are known to come faster than 25/s, without a gap
}

// A probeReport holds the fields of ffprobe's JSON that are used here.
type probeReport struct {
	Streams []probeStream `json:"streams"`
	Format  struct {
		Name     string `json:"format_name"`
		Duration string `json:"duration"`
		BitRate  string `json:"bit_rate"`
		Tags     tags   `json:"tags"`
	} `json:"format"`
}

type probeStream struct {
	Index       int    `json:"index"`
	Type        string `json:"codec_type"`
	Codec       string `json:"codec_name"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	SAR         string `json:"sample_aspect_ratio"`
	FrameRate   string `json:"avg_frame_rate"`
	BaseRate    string `json:"r_frame_rate"`
	Start       string `json:"start_time"`
	FieldOrder  string `json:"field_order"`
	SampleRate  string `json:"sample_rate"`
	Channels    int    `json:"channels"`
	Duration    string `json:"duration"`
	Disposition struct {
		Cover   int `json:"attached_pic"`
		Default int `json:"default"`
	} `json:"disposition"`
	Tags     tags `json:"tags"`
	SideData []struct {
		Rotation *float64 `json:"rotation"`
	} `json:"side_data_list"`
}

// tags are those that ffprobe prints for a file or a stream.
type tags map[string]string

// kept returns t with lower-case keys and values of at most maxTag bytes, nil if t is empty. The
// keys of Matroska are mostly in upper case.
func (t tags) kept() map[string]string {
	if len(t) == 0 {
		return nil
	}
	out := make(map[string]string, len(t))
	for key, value := range t {
		out[strings.ToLower(key)] = strings.ToValidUTF8(value[:min(len(value), maxTag)], "")
	}
	return out
}

// checkFile detects the errors that need no ffmpeg, whose own messages are less clear.
func checkFile(path string) error {
	f, err := OpenFile(path)
	if err != nil {
		return err
	}
	defer f.Close()
	switch st, err := f.Stat(); {
	case err != nil:
		return fmt.Errorf("reading %q: %w", path, WithoutPath(err))
	case st.Size() == 0:
		return fmt.Errorf("reading %q: empty file: %w", path, ErrNotMedia)
	}
	return nil
}

// OpenFile opens a regular file for reading. It does not open any other kind of file: opening a
// named pipe would block until a writer comes, and could not be cancelled. Errors are
// ErrNotRegular or those of package os, and name the file.
func OpenFile(path string) (*os.File, error) {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %q: %w", path, WithoutPath(err))
	case st.IsDir():
		return nil, fmt.Errorf("reading %q: is a directory: %w", path, ErrNotRegular)
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("reading %q: %w", path, ErrNotRegular)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, WithoutPath(err))
	}
	return f, nil
}

// WithoutPath returns an error without the operation and the paths that package os adds, for
// messages that name the file themselves: of an [fs.PathError] or [os.LinkError] that err is or
// wraps, it returns the cause. Any other error is returned unchanged; nil gives nil.
func WithoutPath(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

// probe runs ffprobe on a file, once.
func probe(ctx context.Context, path string) (*probed, error) {
	cmd := command(ctx, "ffprobe", "-v", "error", "-hide_banner",
		"-protocol_whitelist", "file,pipe",
		"-show_entries", "format=format_name,duration,bit_rate:format_tags="+keptTags+":"+
			"stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,start_time,field_order,sample_rate,channels,duration:"+
			"stream_disposition=attached_pic,default:stream_tags="+keptStreamTags+":stream_side_data=rotation",
		"-of", "json", "-i", "file:"+path)
	var out bytes.Buffer
	log := &stderrLog{}
	cmd.Stdout, cmd.Stderr = &out, log
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, exec.ErrNotFound) {
			return nil, ErrNoFFmpeg
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return nil, fmt.Errorf("running ffprobe: %w", err)
		}
		if last := log.last(path); last != "" {
			return nil, fmt.Errorf("reading %q: %w: %s", path, ErrNotMedia, last)
		}
		return nil, fmt.Errorf("reading %q: %w", path, ErrNotMedia)
	}
	var rep probeReport
	if err := json.Unmarshal(out.Bytes(), &rep); err != nil {
		return nil, fmt.Errorf("reading %q: %w: ffprobe's output: %v", path, ErrNotMedia, err)
	}
	return rep.read(path)
}

// notFiles describes the inputs of demuxers that ffmpeg may choose for a file that is not
// media: a script that names other files, or text that would be drawn as on a terminal.
var notFiles = map[string]string{
	"tty": "a text file", "hls": "a playlist", "dash": "a playlist", "concat": "a playlist", "concatf": "a playlist",
	"ffmetadata": "a text file", "sdp": "a text file", "imf": "a playlist", "vapoursynth": "a script",
}

func (r *probeReport) read(path string) (*probed, error) {
	if what, bad := notFiles[r.Format.Name]; bad {
		return nil, fmt.Errorf("reading %q: %s: %w", path, what, ErrNotMedia)
	}
	p := &probed{videoStream: -1}
	in := &p.info
	in.Path, in.Format, in.Scale, in.FrameRate = path, r.Format.Name, 1, "0/0"
	in.Duration = seconds(r.Format.Duration)
	in.BitRate, _ = strconv.ParseInt(r.Format.BitRate, 10, 64)
	in.Tags = r.Format.Tags.kept()
	still := strings.HasSuffix(r.Format.Name, "_pipe") || r.Format.Name == "image2"
	for i := range r.Streams {
		s := &r.Streams[i]
		s.Tags = s.Tags.kept()
		if s.Tags != nil {
			in.StreamTags = append(in.StreamTags, s.Tags)
		}
		switch {
		case s.Type == "audio" && s.Channels > 0 && s.Codec != "" && s.Codec != "unknown" && s.SampleRate != "0":
			p.audioStreams = append(p.audioStreams, s.Index)
			in.SoundTracks = append(in.SoundTracks, SoundTrack{s.Codec, s.Channels, s.language()})
			if in.SoundTrack == 0 && s.Disposition.Default != 0 {
				in.SoundTrack = len(in.SoundTracks)
			}
		case s.Type == "video" && (s.Disposition.Cover != 0 || still):
			p.cover = true
		case s.Type == "video" && p.videoStream < 0 && s.Width > 0 && s.Height > 0 && s.Codec != "" && s.Codec != "unknown":
			p.videoStream = s.Index
			p.videoEnd = seconds(s.Duration)
			p.dense = strings.Contains(r.Format.Name, "mp4") && s.dense()
			in.VideoCodec, in.FrameRate = s.Codec, s.FrameRate
			in.Interlaced = s.interlaced()
			in.Width, in.Height, in.Rotation = s.shown()
		}
	}
	if in.SoundTrack == 0 && len(in.SoundTracks) > 0 {
		in.SoundTrack = 1 // no track is marked as the default
	}
	return p, nil
}

// choose selects the requested sound track and channel. 0 keeps the default.
func (p *probed) choose(track, channel int) error {
	in := &p.info
	if track != 0 {
		if track < 0 || track > len(in.SoundTracks) {
			return fmt.Errorf("reading %q: %w: %d, where the file has %d", in.Path, ErrNoTrack, track, len(in.SoundTracks))
		}
		in.SoundTrack = track
	}
	if sound := in.Sound(); sound != nil && channel != 0 {
		if channel < 0 || channel > sound.Channels {
			return fmt.Errorf("reading %q: %w: channel %d, where track %d has %d", in.Path, ErrNoTrack, channel, in.SoundTrack, sound.Channels)
		}
		in.Channel = channel
	}
	return nil
}

// language returns the language of a stream, empty if it is missing or "undetermined".
func (s *probeStream) language() string {
	if s.Tags["language"] == "und" {
		return ""
	}
	return s.Tags["language"]
}

// maxAspect is the largest aspect ratio of a pixel, either way. A larger one is taken to be
// corrupt.
const maxAspect = 8

// shown returns the size of the picture as a player shows it, and the clockwise rotation in
// degrees that makes it upright. Pixels that are not square change the width, never the height,
// as in players.
func (s *probeStream) shown() (w, h, rotation int) {
	w, h = s.Width, s.Height
	if num, den := ratio(s.SAR, ":"); num > 0 && den > 0 && num <= maxAspect*den && den <= maxAspect*num {
		w = max(1, int(math.Round(float64(w)*float64(num)/float64(den))))
	}
	for _, d := range s.SideData {
		if d.Rotation == nil || math.IsNaN(*d.Rotation) || math.Abs(*d.Rotation) > 360 {
			continue
		}
		// The display matrix counts anticlockwise.
		rotation = (int(math.Round(-*d.Rotation)) + 720) % 360
		if rotation == 90 || rotation == 270 {
			w, h = h, w
		}
		break
	}
	return w, h, rotation
}

// interlaced reports whether the pictures consist of fields. DV always has two (IEC 61834-2),
// whatever field order ffprobe reports.
func (s *probeStream) interlaced() bool {
	switch s.FieldOrder {
	case "tt", "bb", "tb", "bt":
		return true
	}
	return s.Codec == "dvvideo"
}

// dense reports whether pictures come faster than 25/s and all gaps together are shorter than
// maxStill. This needs a container that counts its pictures (ISO media); in others, the mean
// rate is only what the file declares.
func (s *probeStream) dense() bool {
	average, base := rate(s.FrameRate), rate(s.BaseRate)
	missing := seconds(s.Start).Seconds() + seconds(s.Duration).Seconds()*(1-average/base)
	return base > 0 && average > FrameRate && missing < maxStill.Seconds()
}

// rate parses a fraction; 0 if there is none.
func rate(s string) float64 {
	num, den := ratio(s, "/")
	return float64(num) / float64(max(den, 1))
}

// decodedSize returns the even size at which a picture of w x h shown pixels is decoded so that
// its longer side is at most maxSide, and the number of shown pixels per decoded pixel.
func decodedSize(w, h, maxSide int) (dw, dh int, scale float64) {
	scale = 1
	if long := max(w, h); long > maxSide {
		scale = float64(long) / float64(maxSide)
	}
	even := func(n int) int { return max(2, 2*int(math.Round(float64(n)/scale/2))) }
	return even(w), even(h), scale
}

// maxSeconds is the longest time that is believed, 30 years; a time.Duration holds nine times more.
const maxSeconds = 1e9

// seconds parses a decimal number of seconds; 0 if there is none.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > maxSeconds {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// ratio parses two integers separated by sep; 0, 0 if there are none.
func ratio(s, sep string) (num, den int) {
	a, b, ok := strings.Cut(s, sep)
	if !ok {
		return 0, 0
	}
	num, err1 := strconv.Atoi(a)
	den, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	return num, den
}
