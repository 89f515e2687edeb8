package report

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"github.com/deepcheck/deepcheck/detector/container"
	"github.com/deepcheck/deepcheck/detector/record"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// SchemaName identifies the schema of the JSON report. New fields may be added within a version;
// readers ignore unknown fields. Removing a field or changing its meaning needs a new version.
const SchemaName = "deepcheck/scan/1"

// The JSON report; scan.schema.json describes the fields. A nil pointer is an unknown value,
// written as null. A list is never nil.
type (
	jsonHeader struct {
		Schema  string            `json:"schema"`
		Tool    jsonTool          `json:"tool"`
		Weights jsonWeights       `json:"weights"`
		Options map[string]string `json:"options"`
		Started *string           `json:"started_utc"`
	}
	jsonRun struct {
		jsonHeader
		Files []jsonFile `json:"files"`

		Command   *string        `json:"command"`
		Machine   *string        `json:"machine"`
		Signature *jsonSignature `json:"signature"` // last, where deepcheck verify expects it
	}
	jsonSignature struct {
		Algorithm string `json:"algorithm"`
		PublicKey string `json:"public_key"`
		Value     string `json:"value"`
	}
	jsonContainer struct {
		Kind    *string             `json:"kind"`
		Brand   *string             `json:"brand"`
		Brands  []string            `json:"brands"`
		Created *string             `json:"created_utc"`
		Writer  *string             `json:"writer"`
		Parts   bool                `json:"fragmented"`
		Cut     bool                `json:"cut"`
		C2PA    *container.Presence `json:"c2pa"`

		Encoders []string `json:"encoders"`
		Handlers []string `json:"handlers"`
	}
	jsonTool struct {
		Name      string  `json:"name"`
		Version   string  `json:"version"`
		Commit    *string `json:"commit"`
		GoVersion *string `json:"go_version"`
	}
	jsonWeights struct {
		Name        *string `json:"name"`
		Fingerprint *string `json:"fingerprint"`
	}
	jsonFile struct {
		Path               string           `json:"path"`
		SHA256             *string          `json:"sha256"`
		Size               *int64           `json:"size_bytes"`
		Verdict            verdict.Verdict  `json:"verdict"`
		Band               *verdict.Band    `json:"band"`
		Reasons            []verdict.Reason `json:"reasons"`
		Explanation        []string         `json:"explanation"`
		Error              string           `json:"error,omitempty"`
		Warnings           []string         `json:"warnings"`
		Media              *jsonMedia       `json:"media"`
		Part               *jsonTimeRange   `json:"part"`
		Duration           *float64         `json:"duration_s"`
		Voiced             *float64         `json:"voiced_s"`
		Tracks             []jsonTrack      `json:"tracks"`
		Segments           []jsonSegment    `json:"segments"`
		BelowFileThreshold []jsonSegment    `json:"chance_segments"`
		OverlappedSpeech   []jsonSegment    `json:"mixed_segments"`

		Change     *jsonChange        `json:"voice_change"`
		Container  *jsonContainer     `json:"container"`
		Thresholds map[string]float64 `json:"thresholds"`
	}
	jsonMedia struct {
		Format     *string  `json:"format"`
		VideoCodec *string  `json:"video_codec"`
		AudioCodec *string  `json:"audio_codec"`
		Width      *int     `json:"width_px"`
		Height     *int     `json:"height_px"`
		Rotation   int      `json:"rotation_deg"`
		FrameRate  *string  `json:"frame_rate"`
		Interlaced bool     `json:"interlaced"`
		Duration   *float64 `json:"announced_duration_s"`
		BitRate    *int64   `json:"bit_rate_bps"`
		HasSound   bool     `json:"has_sound"`

		SoundTrack   *int             `json:"sound_track"`
		SoundChannel *int             `json:"sound_channel"`
		SoundTracks  []jsonSoundTrack `json:"sound_tracks"`
	}
	jsonTimeRange struct {
		Start float64 `json:"start_s"`
		End   float64 `json:"end_s"`
	}
	jsonSoundTrack struct {
		Codec    string  `json:"codec"`
		Channels int     `json:"channels"`
		Language *string `json:"language"`
	}
	jsonTrack struct {
		ID            int              `json:"id"`
		Start         float64          `json:"start_s"`
		End           float64          `json:"end_s"`
		Lag           *float64         `json:"lag_ms"`
		LagConfidence *float64         `json:"lag_confidence"`
		MinLag        *float64         `json:"lag_least_ms"`
		MaxLag        *float64         `json:"lag_most_ms"`
		Verdict       verdict.Verdict  `json:"verdict"`
		Band          *verdict.Band    `json:"band"`
		Reasons       []verdict.Reason `json:"reasons"`
		Score         *float64         `json:"score"`
		Judged        int              `json:"judged_frames"`
		Frozen        int              `json:"frozen_frames"`
		Idle          int              `json:"at_rest_frames"`
		Overlapped    int              `json:"overlapped_frames"`
		Corrupt       int              `json:"damaged_frames"`
		LogLR         *float64         `json:"log10_lr"`
		CohortZ       *float64         `json:"prominence"`
		Motion        *jsonMotion      `json:"lip_motion"`
	}
	jsonMotion struct {
		Windows int      `json:"windows"`
		Outline *float64 `json:"outline_logit"`
		Flicker *float64 `json:"flicker_logit"`
		LogLR   *float64 `json:"log10_lr"`
	}
	jsonSegment struct {
		Track   int           `json:"track"`
		Start   float64       `json:"start_s"`
		End     float64       `json:"end_s"`
		Kind    string        `json:"kind"`
		Band    *verdict.Band `json:"band"`
		Mean    *float64      `json:"mean_mismatch"`
		LogLR   *float64      `json:"log10_lr"`
		VoiceLR *float64      `json:"voice_log10_lr"`
		Speaker *int          `json:"speaker_track"`
	}
)

// JSON writes the run as one JSON object with one entry per file; see [Schema].
func JSON(w io.Writer, r *Run) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r.json(r.Signer != nil)); err != nil {
		return err
	}
	return r.seal(w, b.Bytes())
}

// jsonHeader returns the fields at the start of every JSON object of the run.
func (r *Run) jsonHeader(schema string) jsonHeader {
	out := jsonHeader{
		Schema: schema,
		Tool: jsonTool{
			Name: r.Tool.Name, Version: r.Tool.Version,
			Commit: orNull(r.Tool.Commit), GoVersion: orNull(r.Tool.GoVersion),
		},
		Weights: jsonWeights{Name: orNull(r.Weights.Name), Fingerprint: orNull(r.Weights.Fingerprint)},
		Options: r.Options,
		Started: orNull(r.started()),
	}
	if out.Options == nil {
		out.Options = map[string]string{}
	}
	return out
}

// json returns the JSON report of the run. If signed is set, the report has a signature field
// with the placeholder record.Blank.
func (r *Run) json(signed bool) *jsonRun {
	out := &jsonRun{
		jsonHeader: r.jsonHeader(SchemaName),
		Files:      make([]jsonFile, len(r.Files)),
		Command:    orNull(r.Command), Machine: orNull(r.Machine),
	}
	if signed {
		out.Signature = &jsonSignature{record.Algorithm, r.publicKey(), record.Blank}
	}
	sentences := english()
	for i := range r.Files {
		out.Files[i] = fileJSON(&r.Files[i], sentences)
	}
	return out
}

func fileJSON(f *File, sentences *words) jsonFile {
	res := f.resultOrEmpty()
	out := jsonFile{
		Path:               f.Path,
		SHA256:             orNull(res.SHA256),
		Verdict:            f.verdict(),
		Reasons:            []verdict.Reason{},
		Explanation:        sentences.explain(f),
		Error:              f.Err,
		Warnings:           []string{},
		Media:              mediaJSON(res),
		Tracks:             []jsonTrack{},
		Segments:           []jsonSegment{},
		BelowFileThreshold: []jsonSegment{},
		OverlappedSpeech:   []jsonSegment{},
		Container:          containerJSON(&res.Container),
		Thresholds:         map[string]float64{},
	}
	if res.SHA256 != "" || res.Size > 0 { // an empty file has a hash but no size
		out.Size = &res.Size
	}
	out.Warnings = append(out.Warnings, res.Warnings...)
	if f.failed() {
		if out.Error == "" {
			out.Error = sentences.Unknown
		}
		return out
	}
	out.Band = orNull(res.Band)
	if res.Thresholds != (verdict.Thresholds{}) {
		for name, x := range res.Thresholds.Bounds() {
			out.Thresholds[name] = round(x, 6)
		}
	}
	out.Reasons = append(out.Reasons, res.Reasons...)
	out.Explanation = append(out.Explanation, sentences.lagSentences(res)...)
	out.Change = changeJSON(&res.Change)
	if res.Part {
		start, end := res.Span()
		out.Part = &jsonTimeRange{seconds(start), seconds(end)}
	}
	out.Duration = number(frameSeconds(res.Frames), 3)
	out.Voiced = number(frameSeconds(res.Voiced), 3)
	for i := range res.Tracks {
		out.Tracks = append(out.Tracks, trackJSON(&res.Tracks[i]))
	}
	out.Segments, out.BelowFileThreshold, out.OverlappedSpeech = segmentsJSON(res.Segments), segmentsJSON(res.BelowFileThreshold), segmentsJSON(res.OverlappedSpeech)
	return out
}

func segmentsJSON(segments []verdict.Segment) []jsonSegment {
	out := []jsonSegment{}
	for i := range segments {
		s := &segments[i]
		seg := jsonSegment{
			Track: s.Track, Start: seconds(s.Start), End: seconds(s.End),
			Kind: s.Kind, Band: orNull(s.Band), Mean: number(s.Mean, 4),
		}
		if hasLogLR(s.LogLR) {
			seg.LogLR = number(s.LogLR, 3)
		}
		if hasLogLR(s.VoiceLogLR) {
			seg.VoiceLR = number(s.VoiceLogLR, 3)
		}
		if s.Cutaway {
			seg.Speaker = &s.Speaker
		}
		out = append(out, seg)
	}
	return out
}

func trackJSON(t *verdict.Track) jsonTrack {
	out := jsonTrack{
		ID: t.ID, Start: seconds(t.Start), End: seconds(t.End),
		Verdict: t.Verdict, Band: orNull(t.Band),
		Reasons: append([]verdict.Reason{}, t.Reasons...),
		Score:   number(t.Score, scoreDecimals), CohortZ: number(t.CohortZ, 2), Judged: t.Judged,
	}
	for i := range t.Scores {
		s := &t.Scores[i]
		if idle(s) {
			out.Idle++
		}
		if s.Judged && s.Overlapped {
			out.Overlapped++
		}
		if s.Judged && s.Corrupt {
			out.Corrupt++
		}
		if frozen(s) {
			out.Frozen++
		}
	}
	if hasLogLR(t.LogLR) {
		out.LogLR = number(t.LogLR, 3)
	}
	if t.Motion.Windows > 0 {
		out.Motion = &jsonMotion{Windows: t.Motion.Windows, Outline: number(t.Motion.Outline, 3), Flicker: number(t.Motion.Flicker, 3)}
		if hasLogLR(t.Motion.LogLR) {
			out.Motion.LogLR = number(t.Motion.LogLR, 3)
		}
	}
	if lagKnown(t.Lag) {
		out.Lag = number(milliseconds(t.Lag.Duration()), 1)
		out.LagConfidence = number(t.Lag.Confidence, 4)
		least, most := lagRange(t)
		out.MinLag, out.MaxLag = number(milliseconds(least), 1), number(milliseconds(most), 1)
	}
	return out
}

// mediaJSON returns the streams of a file, nil if the file was not probed.
func mediaJSON(res *verdict.Result) *jsonMedia {
	m := &res.Media
	if m.Format == "" {
		return nil
	}
	out := &jsonMedia{
		Format: orNull(m.Format), VideoCodec: orNull(m.VideoCodec),
		Width: orNull(m.Width), Height: orNull(m.Height), Rotation: m.Rotation,
		Interlaced: m.Interlaced, BitRate: orNull(m.BitRate),
		SoundTrack: orNull(m.SoundTrack), SoundChannel: orNull(m.Channel), SoundTracks: []jsonSoundTrack{},
	}
	if sound := m.Sound(); sound != nil {
		out.HasSound, out.AudioCodec = true, &sound.Codec
	}
	for _, s := range m.SoundTracks {
		out.SoundTracks = append(out.SoundTracks, jsonSoundTrack{s.Codec, s.Channels, orNull(s.Language)})
	}
	if m.Rate() > 0 {
		out.FrameRate = &m.FrameRate
	}
	if m.Duration > 0 {
		out.Duration = number(m.Duration.Seconds(), 3)
	}
	return out
}

// containerJSON returns the container metadata of a file, nil if it was not read.
func containerJSON(c *container.Facts) *jsonContainer {
	if c.Kind == "" {
		return nil
	}
	return &jsonContainer{Kind: orNull(c.Kind), Brand: orNull(c.Brand), Brands: append([]string{}, c.Brands...),
		Created: orNull(c.Created), Writer: orNull(c.Writer), Parts: c.Parts, Cut: c.Cut, C2PA: orNull(c.C2PA),
		Encoders: append([]string{}, c.Encoders...), Handlers: append([]string{}, c.Handlers...)}
}

// orNull returns nil for the zero value, which means unknown.
func orNull[T comparable](x T) *T {
	var zero T
	if x == zero {
		return nil
	}
	return &x
}

// scoreDecimals is the number of decimals of a score: enough to rank tracks with scores close
// to 0.
const scoreDecimals = 9

// number returns x rounded to the given number of decimals, nil if x is not finite.
func number(x float64, decimals int) *float64 {
	if !isFinite(x) {
		return nil
	}
	x = round(x, decimals)
	return &x
}

// seconds returns d in seconds, rounded to milliseconds.
func seconds(d time.Duration) float64 { return round(d.Seconds(), 3) }
