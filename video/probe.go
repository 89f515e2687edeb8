package video

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
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

	Program, Programs int // programme of the pictures, and their number; 0 unless several

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
	keptStreamTags = "language,encoder,handler_name,title,duration,DURATION"
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
	cover        bool          // there is a cover picture or a still
	dense        bool          // pictures are known to come faster than 25/s, without a gap
	encrypted    bool          // the pictures are
	tracks       []trackFacts  // of audioStreams
	pictures     int           // picture tracks of the programme
	passed       int           // undecodable sound track that players play; 0 for none
	stored       [2]int        // width and height of the stored pictures, turned upright
	reordered    bool          // pictures leave the decoder late, see reorderDelay
	delay        time.Duration // by so much
	slow         bool          // pictures come less than once in longestGap
	others       bool          // there are streams that are neither picture nor sound
	unclear      bool          // the start of the file does not show what it holds
	options      []string      // for ffmpeg, before the input
}

// A probeReport holds the fields of ffprobe's JSON that are used here.
type probeReport struct {
	Packets  []probePacket  `json:"packets"`
	Programs []probeProgram `json:"programs"`
	Streams  []probeStream  `json:"streams"`
	Format   struct {
		Name     string `json:"format_name"`
		Duration string `json:"duration"`
		Start    string `json:"start_time"`
		BitRate  string `json:"bit_rate"`
		Tags     tags   `json:"tags"`
	} `json:"format"`
}

// A probePacket is one of the first packets of the file.
type probePacket struct {
	Stream   int `json:"stream_index"`
	SideData []struct {
		Type string `json:"side_data_type"`
	} `json:"side_data_list"`
}

// A probeProgram is one programme of a transport stream that carries several.
type probeProgram struct {
	Number  int `json:"program_num"`
	Streams []struct {
		Index int `json:"index"`
	} `json:"streams"`
}

// A probeStream is one stream of the file.
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
	Layout      string `json:"channel_layout"`
	Reordered   int    `json:"has_b_frames"` // pictures by which the decoder's output is delayed
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

// probe runs ffprobe on a file: once, and once more with [farProbe] if the start of the file does
// not show what its streams hold.
func probe(ctx context.Context, in *input) (*probed, error) {
	p, err := probeWith(ctx, in, nil)
	if err == nil && p.reordered {
		p.delay = reorderDelay(ctx, in, p.videoStream)
	}
	if err != nil || !p.unclear {
		return p, err
	}
	far, err := probeWith(ctx, in, farProbe)
	if err != nil {
		return p, ctx.Err()
	}
	far.options = append(far.options, farProbe...)
	return far, nil
}

// farProbe makes ffprobe and ffmpeg read far into a file before they decide what its streams hold:
// in a transport stream the sound, or the first key picture, may come late.
var farProbe = []string{"-probesize", "200M", "-analyzeduration", "120M"}

// probeTimeout is the longest time that ffprobe may take.
const probeTimeout = 2 * time.Minute

func probeWith(ctx context.Context, in *input, options []string) (*probed, error) {
	path := in.path
	limited, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	args := append([]string{"-v", "error", "-hide_banner"}, inputGuards...)
	args = append(append(args, options...), "-read_intervals", "%+#16",
		"-show_entries", "packet=stream_index:packet_side_data=side_data_type:program=program_num:program_stream=index:"+
			"format=format_name,duration,start_time,bit_rate:format_tags="+keptTags+":"+
			"stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,start_time,field_order,sample_rate,channels,channel_layout,has_b_frames,duration:"+
			"stream_disposition=attached_pic,default:stream_tags="+keptStreamTags+":stream_side_data=rotation",
		"-of", "json", "-i")
	cmd := command(limited, "ffprobe", args...)
	cmd.Args = append(cmd.Args, in.attach(cmd))
	var out bytes.Buffer
	log := &stderrLog{}
	cmd.Stdout, cmd.Stderr = &out, log
	if err := run(cmd); err != nil {
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case limited.Err() != nil:
			return nil, fmt.Errorf("reading %q: %w: ffprobe did not finish within %v", path, ErrNotMedia, probeTimeout)
		case log.has(notWhitelisted):
			return nil, unlistedError(path)
		}
		if errors.Is(err, exec.ErrNotFound) {
			return nil, ErrNoFFmpeg
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return nil, fmt.Errorf("running ffprobe: %w", err)
		}
		if last := log.last(in); last != "" {
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

func (r *probeReport) read(path string) (*probed, error) {
	p := &probed{videoStream: -1}
	in := &p.info
	in.Path, in.Format, in.Scale, in.FrameRate = path, r.Format.Name, 1, "0/0"
	in.Duration = seconds(r.Format.Duration)
	matroska := strings.HasPrefix(r.Format.Name, "matroska")
	if start := seconds(r.Format.Start); matroska && start > 0 && start < in.Duration {
		in.Duration -= start // Matroska counts the duration from 0, not from the first picture
	}
	in.BitRate, _ = strconv.ParseInt(r.Format.BitRate, 10, 64)
	in.Tags = r.Format.Tags.kept()
	still := strings.HasSuffix(r.Format.Name, "_pipe")
	picture, program := r.pictureStream(still)
	if program != nil && len(r.Programs) > 1 {
		in.Program, in.Programs = program.Number, len(r.Programs)
	}
	encrypted := r.encrypted()
	for i := range r.Streams {
		s := &r.Streams[i]
		s.Tags = s.Tags.kept()
		if kept := maps.Clone(s.Tags); kept != nil {
			delete(kept, "duration")
			if len(kept) > 0 {
				in.StreamTags = append(in.StreamTags, kept)
			}
		}
		p.others = p.others || s.Type != "video" && s.Type != "audio"
		switch {
		case s.Type == "audio" && program != nil && !program.has(s.Index):
			// The sound of another programme belongs to other pictures.
		case s.Type == "audio" && s.known():
			p.addSound(s, encrypted[s.Index])
		case s.Type == "audio":
			p.unclear = true
		case s.Type == "video" && (s.Disposition.Cover != 0 || still):
			p.cover = true
		case s.Type == "video" && !s.known():
			p.unclear = p.unclear || picture == nil
		case s.Type == "video" && (program == nil || program.has(s.Index)):
			p.pictures++
			if s != picture {
				continue
			}
			p.videoStream, p.encrypted = s.Index, encrypted[s.Index]
			p.videoEnd = seconds(s.Duration)
			if end := clockTime(s.Tags["duration"]); p.videoEnd == 0 && end > 0 {
				// Matroska's tag is the end of the track.
				p.videoEnd = max(end-seconds(r.Format.Start), 0)
			}
			p.slow = s.slow()
			p.dense = strings.Contains(r.Format.Name, "mp4") && s.dense()
			in.VideoCodec, in.FrameRate = s.Codec, s.FrameRate
			in.Interlaced = s.interlaced()
			in.Width, in.Height, in.Rotation = s.shown()
			p.stored = [2]int{s.Width, s.Height}
			if in.Rotation%180 == 90 {
				p.stored = [2]int{s.Height, s.Width}
			}
			p.reordered = r.Format.Name == "avi" && s.Reordered > 0
		}
	}
	p.defaultSound()
	p.unclear = p.unclear || len(r.Streams) == 0 || picture == nil && !p.cover || len(in.SoundTracks) == 0
	if r.Format.Name == "mpegts" {
		// Joined recordings move their streams to other PIDs in the middle.
		p.options = append(p.options, "-merge_pmt_versions", "1")
	} else {
		p.unclear = p.unclear && r.Format.Name == "mpeg"
	}
	return p, nil
}

// reorderDelay returns the time by which pictures leave the decoder late: AVI stores no
// presentation times, and ffmpeg gives each picture the time of the packet with which it leaves
// the decoder. The first picture belongs to the first packet, as players have it.
func reorderDelay(ctx context.Context, in *input, stream int) time.Duration {
	limited, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	args := append([]string{"-v", "quiet"}, inputGuards...)
	var out bytes.Buffer
	cmd := command(limited, "ffprobe", append(args, "-select_streams", strconv.Itoa(stream), "-read_intervals", "%+#64",
		"-show_entries", "packet=dts_time:frame=best_effort_timestamp_time", "-of", "json", "-i")...)
	cmd.Args = append(cmd.Args, in.attach(cmd))
	cmd.Stdout = &out
	err := run(cmd)
	var rep struct {
		Both []struct {
			Type string `json:"type"`
			DTS  string `json:"dts_time"`
			Best string `json:"best_effort_timestamp_time"`
		} `json:"packets_and_frames"`
	}
	if err != nil || json.Unmarshal(out.Bytes(), &rep) != nil {
		return 0
	}
	packet, frame := -1.0, -1.0
	for _, x := range rep.Both {
		if x.Type == "packet" && packet < 0 {
			packet = seconds(x.DTS).Seconds()
		}
		if x.Type == "frame" && frame < 0 {
			frame = seconds(x.Best).Seconds()
		}
	}
	if packet < 0 || frame <= packet || frame-packet > maxReorderDelay.Seconds() {
		return 0
	}
	return time.Duration((frame - packet) * float64(time.Second))
}

// maxReorderDelay is the longest delay of a decoder that is believed.
const maxReorderDelay = time.Second
