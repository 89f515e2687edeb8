package store

import (
	"errors"
	"io"
	"math"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
	avsync "github.com/deepcheck/deepcheck/sync"
	"github.com/deepcheck/deepcheck/video"
)

// errForm means that an intact record holds values that no version of this package wrote.
var errForm = errors.New("record in an unknown form")

// encoding keeps every bit of every number, NaN and infinity included.
var encoding = cbor.EncOptions{
	ShortestFloat: cbor.ShortestFloat16, // only where the value stays the same
	NaNConvert:    cbor.NaNConvertNone,
	InfConvert:    cbor.InfConvertNone,
}

// decoding accepts long files, and names that are not valid UTF-8.
var decoding = cbor.DecOptions{
	MaxArrayElements: math.MaxInt32,
	UTF8:             cbor.UTF8DecodeInvalid,
}

func marshal(v any) ([]byte, error) {
	mode, err := encoding.EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(v)
}

func unmarshal(b []byte, v any) error {
	mode, err := decoding.DecMode()
	if err != nil {
		return err
	}
	return mode.Unmarshal(b, v)
}

// encode returns head and body of the record of a scan.
func encode(s *Scan) (head, body []byte, err error) {
	if head, err = marshal(newHeadForm(s)); err != nil {
		return nil, nil, err
	}
	body, err = marshal(newResultForm(s.Result))
	return head, body, err
}

// decodeHead returns a scan without its result.
func decodeHead(head []byte) (*Scan, error) {
	var f headForm
	if err := unmarshal(head, &f); err != nil {
		return nil, err
	}
	return f.scan()
}

func decodeResult(body []byte) (*verdict.Result, error) {
	var f resultForm
	if err := unmarshal(body, &f); err != nil {
		return nil, err
	}
	return f.result()
}

// readResult reads the body of a record.
func readResult(r io.ReaderAt, p place) (*verdict.Result, error) {
	body, err := p.read(r)
	if err != nil {
		return nil, err
	}
	return decodeResult(body)
}

// each applies f to the elements of a slice; nil stays nil.
func each[A, B any](in []A, f func(A) B) []B {
	if in == nil {
		return nil
	}
	out := make([]B, len(in))
	for i, x := range in {
		out[i] = f(x)
	}
	return out
}

// headForm is the head of a record.
type headForm struct {
	Name        string            `cbor:"name"`
	SHA256      string            `cbor:"sha256"`
	Size        int64             `cbor:"size_bytes"`
	Tool        string            `cbor:"tool"`
	Weights     string            `cbor:"weights"`
	Options     map[string]string `cbor:"options"`
	Started     string            `cbor:"started"` // RFC 3339
	ReportTool  toolForm          `cbor:"report_tool"`
	WeightsName string            `cbor:"weights_name"`
	Machine     string            `cbor:"machine"`
	Glance      glanceForm        `cbor:"glance"`
}

type toolForm struct {
	Name    string `cbor:"name"`
	Version string `cbor:"version"`
	Commit  string `cbor:"commit"`
	Go      string `cbor:"go"`
}

type glanceForm struct {
	Kind    string  `cbor:"kind"`
	Verdict string  `cbor:"verdict"`
	Why     string  `cbor:"why"`
	Length  float64 `cbor:"length_s"`
	Line    string  `cbor:"line"`
	Shade   string  `cbor:"shade"`
	Curve   string  `cbor:"curve"`
}

func newHeadForm(s *Scan) headForm {
	t, g := s.Tool, s.Glance
	return headForm{
		Name: s.Name, SHA256: s.SHA256, Size: s.Size,
		Tool: s.Identity.Tool, Weights: s.Identity.Weights, Options: s.Identity.Options,
		Started:     s.Started.Format(time.RFC3339Nano),
		ReportTool:  toolForm{Name: t.Name, Version: t.Version, Commit: t.Commit, Go: t.GoVersion},
		WeightsName: s.WeightsName, Machine: s.Machine,
		Glance: glanceForm{Kind: g.Kind, Verdict: g.Verdict, Why: g.Why, Length: g.Length, Line: g.Line, Shade: g.Shade, Curve: g.Curve},
	}
}

func (f *headForm) scan() (*Scan, error) {
	started, err := time.Parse(time.RFC3339Nano, f.Started)
	if err != nil {
		return nil, errForm
	}
	t, g := f.ReportTool, f.Glance
	return &Scan{
		Name: f.Name, SHA256: f.SHA256, Size: f.Size,
		Identity:    Identity{Tool: f.Tool, Weights: f.Weights, Options: f.Options},
		Started:     started,
		Tool:        report.Tool{Name: t.Name, Version: t.Version, Commit: t.Commit, GoVersion: t.Go},
		WeightsName: f.WeightsName, Machine: f.Machine,
		Glance: report.Glance{Kind: g.Kind, Verdict: g.Verdict, Why: g.Why, Length: g.Length, Line: g.Line, Shade: g.Shade, Curve: g.Curve},
	}, nil
}

// resultForm is the body of a record.
type resultForm struct {
	Path        string         `cbor:"path"`
	SHA256      string         `cbor:"sha256"`
	Size        int64          `cbor:"size_bytes"`
	Media       mediaForm      `cbor:"media"`
	Part        bool           `cbor:"part"`
	First       int            `cbor:"first_frame"`
	Frames      int            `cbor:"frames"`
	Voiced      int            `cbor:"voiced_frames"`
	Verdict     string         `cbor:"verdict"`
	Band        string         `cbor:"band"`
	Reasons     []string       `cbor:"reasons"`
	Warnings    []string       `cbor:"warnings"`
	Tracks      []trackForm    `cbor:"tracks"`
	Segments    []segmentForm  `cbor:"segments"`
	Below       []segmentForm  `cbor:"segments_below_file_threshold"`
	Overlapped  []segmentForm  `cbor:"segments_overlapped_speech"`
	VoiceChange changeForm     `cbor:"voice_change"`
	Speech      []bool         `cbor:"speech"`
	Thresholds  thresholdsForm `cbor:"thresholds"`
	Container   containerForm  `cbor:"container"`
}

func newResultForm(r *verdict.Result) resultForm {
	return resultForm{
		Path: r.Path, SHA256: r.SHA256, Size: r.Size, Media: newMediaForm(r.Media),
		Part: r.Part, First: r.First, Frames: r.Frames, Voiced: r.Voiced,
		Verdict: string(r.Verdict), Band: string(r.Band), Reasons: reasonStrings(r.Reasons), Warnings: r.Warnings,
		Tracks:   each(r.Tracks, newTrackForm),
		Segments: each(r.Segments, newSegmentForm), Below: each(r.BelowFileThreshold, newSegmentForm),
		Overlapped:  each(r.OverlappedSpeech, newSegmentForm),
		VoiceChange: newChangeForm(r.Change), Speech: r.Speech,
		Thresholds: newThresholdsForm(r.Thresholds), Container: newContainerForm(r.Container),
	}
}

func (f *resultForm) result() (*verdict.Result, error) {
	tracks, err := eachTrack(f.Tracks)
	if err != nil {
		return nil, err
	}
	var lists [3][]verdict.Segment
	for i, forms := range [...][]segmentForm{f.Segments, f.Below, f.Overlapped} {
		if lists[i], err = eachSegment(forms); err != nil {
			return nil, err
		}
	}
	return &verdict.Result{
		Path: f.Path, SHA256: f.SHA256, Size: f.Size, Media: f.Media.info(),
		Part: f.Part, First: f.First, Frames: f.Frames, Voiced: f.Voiced,
		Verdict: verdict.Verdict(f.Verdict), Band: verdict.Band(f.Band), Reasons: reasons(f.Reasons), Warnings: f.Warnings,
		Tracks: tracks, Segments: lists[0], BelowFileThreshold: lists[1], OverlappedSpeech: lists[2],
		Change: f.VoiceChange.change(), Speech: f.Speech,
		Thresholds: f.Thresholds.thresholds(), Container: f.Container.facts(),
	}, nil
}

func reasonStrings(in []verdict.Reason) []string {
	return each(in, func(r verdict.Reason) string { return string(r) })
}

func reasons(in []string) []verdict.Reason {
	return each(in, func(s string) verdict.Reason { return verdict.Reason(s) })
}

type mediaForm struct {
	Path        string              `cbor:"path"`
	Format      string              `cbor:"format"`
	VideoCodec  string              `cbor:"video_codec"`
	Width       int                 `cbor:"width_px"`
	Height      int                 `cbor:"height_px"`
	Scale       float64             `cbor:"scale"`
	Rotation    int                 `cbor:"rotation_deg"`
	FrameRate   string              `cbor:"frame_rate"`
	Interlaced  bool                `cbor:"interlaced"`
	Program     int                 `cbor:"program,omitempty"`
	Programs    int                 `cbor:"programs,omitempty"`
	Duration    int64               `cbor:"duration_ns"`
	BitRate     int64               `cbor:"bit_rate"`
	SoundTracks []soundForm         `cbor:"sound_tracks"`
	SoundTrack  int                 `cbor:"sound_track"`
	Channel     int                 `cbor:"sound_channel"`
	Tags        map[string]string   `cbor:"tags"`
	StreamTags  []map[string]string `cbor:"stream_tags"`
}

type soundForm struct {
	Codec    string `cbor:"codec"`
	Channels int    `cbor:"channels"`
	Language string `cbor:"language"`
}

func newMediaForm(m video.Info) mediaForm {
	return mediaForm{
		Path: m.Path, Format: m.Format, VideoCodec: m.VideoCodec, Width: m.Width, Height: m.Height,
		Scale: m.Scale, Rotation: m.Rotation, FrameRate: m.FrameRate, Interlaced: m.Interlaced,
		Program: m.Program, Programs: m.Programs, Duration: int64(m.Duration), BitRate: m.BitRate,
		SoundTracks: each(m.SoundTracks, func(s video.SoundTrack) soundForm {
			return soundForm{Codec: s.Codec, Channels: s.Channels, Language: s.Language}
		}),
		SoundTrack: m.SoundTrack, Channel: m.Channel, Tags: m.Tags, StreamTags: m.StreamTags,
	}
}

func (f *mediaForm) info() video.Info {
	return video.Info{
		Path: f.Path, Format: f.Format, VideoCodec: f.VideoCodec, Width: f.Width, Height: f.Height,
		Scale: f.Scale, Rotation: f.Rotation, FrameRate: f.FrameRate, Interlaced: f.Interlaced,
		Program: f.Program, Programs: f.Programs, Duration: time.Duration(f.Duration), BitRate: f.BitRate,
		SoundTracks: each(f.SoundTracks, func(s soundForm) video.SoundTrack {
			return video.SoundTrack{Codec: s.Codec, Channels: s.Channels, Language: s.Language}
		}),
		SoundTrack: f.SoundTrack, Channel: f.Channel, Tags: f.Tags, StreamTags: f.StreamTags,
	}
}

type containerForm struct {
	Kind     string   `cbor:"kind"`
	Brand    string   `cbor:"brand"`
	Brands   []string `cbor:"brands"`
	Created  string   `cbor:"created"`
	Writer   string   `cbor:"writer"`
	Parts    bool     `cbor:"fragmented"`
	Cut      bool     `cbor:"cut"`
	C2PA     string   `cbor:"c2pa"`
	Encoders []string `cbor:"encoders"`
	Handlers []string `cbor:"handlers"`
}

func newContainerForm(c container.Facts) containerForm {
	return containerForm{
		Kind: c.Kind, Brand: c.Brand, Brands: c.Brands, Created: c.Created, Writer: c.Writer,
		Parts: c.Parts, Cut: c.Cut, C2PA: string(c.C2PA), Encoders: c.Encoders, Handlers: c.Handlers,
	}
}

func (f *containerForm) facts() container.Facts {
	return container.Facts{
		Kind: f.Kind, Brand: f.Brand, Brands: f.Brands, Created: f.Created, Writer: f.Writer,
		Parts: f.Parts, Cut: f.Cut, C2PA: container.Presence(f.C2PA), Encoders: f.Encoders, Handlers: f.Handlers,
	}
}

type lagForm struct {
	Frames     float64 `cbor:"frames"`
	Whole      int     `cbor:"whole_frames"`
	Confidence float64 `cbor:"confidence"`
}

func newLagForm(l avsync.Lag) lagForm {
	return lagForm{Frames: l.Frames, Whole: l.Whole, Confidence: l.Confidence}
}

func (f lagForm) lag() avsync.Lag {
	return avsync.Lag{Frames: f.Frames, Whole: f.Whole, Confidence: f.Confidence}
}
