package video

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// has reports whether the stream with an index belongs to the programme.
func (p *probeProgram) has(index int) bool {
	for _, s := range p.Streams {
		if s.Index == index {
			return true
		}
	}
	return false
}

// pictureStream returns the stream of pictures that a player shows, nil if there is none: the one
// marked as the default, else the first. In a file of several programmes it also returns the
// programme of that stream.
func (r *probeReport) pictureStream(still bool) (*probeStream, *probeProgram) {
	var picture *probeStream
	for i := range r.Streams {
		s := &r.Streams[i]
		if s.Type != "video" || s.Disposition.Cover != 0 || still || !s.known() {
			continue
		}
		if picture == nil || s.Disposition.Default > picture.Disposition.Default {
			picture = s
		}
	}
	if picture != nil {
		for i := range r.Programs {
			if r.Programs[i].has(picture.Index) {
				return picture, &r.Programs[i]
			}
		}
	}
	return picture, nil
}

// encrypted returns the indices of the streams whose first packets are encrypted (ISO/IEC
// 23001-7).
func (r *probeReport) encrypted() map[int]bool {
	out := map[int]bool{}
	for _, p := range r.Packets {
		for _, d := range p.SideData {
			if d.Type == "Encryption info" {
				out[p.Stream] = true
			}
		}
	}
	return out
}

// known reports whether ffprobe found out what a stream holds.
func (s *probeStream) known() bool {
	if s.Codec == "" || s.Codec == "unknown" {
		return false
	}
	if s.Type == "audio" {
		return s.Channels > 0 && s.SampleRate != "0"
	}
	return s.Width > 0 && s.Height > 0
}

// mp3Delay is the number of samples that an MP3 encoder and decoder put before the sound: 576 of
// the encoder (LAME, Takehiro et al.) and 529 of the decoder (ISO/IEC 11172-3's filter bank). AVI
// has no place to declare them.
const mp3Delay = 576 + 529

// addSound adds a sound track.
func (p *probed) addSound(s *probeStream, encrypted bool) {
	in := &p.info
	p.audioStreams = append(p.audioStreams, s.Index)
	rate, _ := strconv.Atoi(s.SampleRate)
	p.tracks = append(p.tracks, trackFacts{layout: s.Layout, rate: rate, encrypted: encrypted, isDefault: s.Disposition.Default != 0})
	in.SoundTracks = append(in.SoundTracks, SoundTrack{s.Codec, s.Channels, s.language()})
}

// A trackFacts is what else is known of a sound track.
type trackFacts struct {
	layout    string // of its channels, by ffmpeg's names
	rate      int    // samples/s
	encrypted bool
	isDefault bool
}

// undecodable names sound codecs that ffmpeg identifies but cannot decode.
var undecodable = []string{"mpegh_3d_audio", "ac4", "dolby_e_raw"}

// readable reports whether sound track i, from 0, can be decoded.
func (p *probed) readable(i int) bool {
	return p.unreadable(i) == ""
}

// unreadable says why sound track i, from 0, cannot be decoded; "" if it can.
func (p *probed) unreadable(i int) string {
	t, codec := &p.tracks[i], p.info.SoundTracks[i].Codec
	switch {
	case t.encrypted:
		return "is encrypted"
	case slices.Contains(undecodable, codec):
		return "is " + codec + ", which ffmpeg cannot decode"
	case t.rate < minSoundRate || t.rate > maxSoundRate:
		return fmt.Sprintf("has %d samples a second", t.rate)
	}
	return ""
}

// Sample rates outside these are no speech: half a kilohertz of bandwidth, and four times the rate
// of studio sound.
const (
	minSoundRate = 1000
	maxSoundRate = 768000
)

// remarks returns what a user should know of the streams that were chosen.
func (p *probed) remarks() []string {
	var out []string
	in := &p.info
	if in.Programs > 1 {
		out = append(out, fmt.Sprintf("the file has %d programmes: programme %d is judged, picture and sound", in.Programs, in.Program))
	}
	if p.pictures > 1 {
		out = append(out, fmt.Sprintf("the file has %d picture tracks: the one that players show is judged", p.pictures))
	}
	if p.passed > 0 {
		out = append(out, fmt.Sprintf("sound track %d %s: sound track %d is judged", p.passed, p.unreadable(p.passed-1), in.SoundTrack))
	} else if in.SoundTrack > 0 {
		if why := p.unreadable(in.SoundTrack - 1); why != "" {
			out = append(out, fmt.Sprintf("sound track %d %s", in.SoundTrack, why))
		}
	}
	return out
}

// defaultSound selects the sound track that players play: the first that is marked as the default,
// else the first. A track that cannot be decoded gives way to one that can.
func (p *probed) defaultSound() {
	in := &p.info
	best := func(usable func(i int) bool) int {
		first := 0
		for i := range p.tracks {
			if !usable(i) {
				continue
			}
			if p.tracks[i].isDefault {
				return i + 1
			}
			if first == 0 {
				first = i + 1
			}
		}
		return first
	}
	played := best(func(int) bool { return true })
	in.SoundTrack = best(p.readable)
	if in.SoundTrack == 0 {
		in.SoundTrack = played
	} else if in.SoundTrack != played {
		p.passed = played
	}
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

// soundDelay returns by how many of our samples the decoder's sound is late, without the container
// saying so.
func (p *probed) soundDelay() int64 {
	in := &p.info
	sound := in.Sound()
	if in.Format != "avi" || sound == nil || sound.Codec != "mp3" || p.tracks[in.SoundTrack-1].rate == 0 {
		return 0
	}
	return mp3Delay * SampleRate / int64(p.tracks[in.SoundTrack-1].rate)
}

// indexed reports whether ffmpeg finds the key picture before a time.
func (p *probed) indexed() bool {
	return !slices.Contains([]string{"mpegts", "mpeg", "mpegvideo", "h264", "hevc"}, p.info.Format)
}

// mix returns the filter, with a comma, that mixes the channels of the selected track to one where
// ffmpeg does not know how to, or selects a channel; "" otherwise.
func (p *probed) mix() string {
	in := &p.info
	if in.Channel > 0 {
		return fmt.Sprintf("pan=mono|c0=c%d,", in.Channel-1)
	}
	sound := in.Sound()
	layout := p.tracks[in.SoundTrack-1].layout
	if sound.Channels <= 2 || layout != "" && layout != "unknown" && !strings.Contains(layout, "channels") {
		return ""
	}
	terms := make([]string, sound.Channels)
	for i := range terms {
		terms[i] = fmt.Sprintf("%g*c%d", 1/float64(sound.Channels), i)
	}
	return "pan=mono|c0=" + strings.Join(terms, "+") + ","
}

// language returns the language of a stream, empty if it is missing or "undetermined".
func (s *probeStream) language() string {
	if s.Tags["language"] == "und" {
		return ""
	}
	return s.Tags["language"]
}
