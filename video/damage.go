package video

import (
	"fmt"
	"strings"
)

const (
	// mostReordered is how many pictures may come out of a decoder between an error and the
	// picture in which it is: the reordering of H.264 (max_num_reorder_frames) and H.265.
	mostReordered = 16
	// longestDamage is how many pictures an error is held to spoil where no key picture comes: as far apart as
	// x264 sets these.
	longestDamage = 250

	// keyNote is what a filter's expression is to add so that ffmpeg logs keyLine before every key
	// picture: nothing.
	keyNote = "0*if(key,print(7777777,16))"
	keyLine = "7777777.000000"
)

// A damage tells which pictures are spoilt by an error in the decoding: every one behind it, as it may be made
// of those before, until a key picture that was decoded after the error.
type damage struct {
	tells func(line string) bool // a line of the log is of an error in a picture
	bad   bool
	since int  // pictures since the last error
	key   bool // the next picture is a key picture
}

// note takes a line of the log.
func (d *damage) note(line string) {
	if d.tells(line) {
		d.bad, d.since = true, 0
	}
}

// next says whether the next picture is spoilt.
func (d *damage) next() bool {
	d.since++
	if d.key && d.since > mostReordered || d.since > longestDamage {
		d.bad = false
	}
	d.key = false
	return d.bad
}

// ofPictures says whether a line that ffmpeg logs is about decoding the picture stream: what the
// container and the decoder of the sound log is not.
func (p *probed) ofPictures(line string) bool {
	rest, bracket := strings.CutPrefix(line, "[")
	from, _, address := strings.Cut(rest, " @ 0x")
	if !bracket || !address {
		return strings.Contains(line, fmt.Sprintf("stream #0:%d:", p.videoStream))
	}
	if sound := p.info.Sound(); sound != nil && strings.HasPrefix(from, soundDecoder(sound.Codec)) {
		return false
	}
	return from != p.info.Format
}

// soundDecoders are ffmpeg's decoders of sound that are not named after the codec.
var soundDecoders = map[string]string{
	"adpcm_g722": "g722", "adpcm_g726": "g726", "adpcm_g726le": "g726le", "amr_nb": "amrnb", "amr_wb": "amrwb",
	"atrac3pal": "atrac3plusal", "avc": "on2avc", "codec2": "libcodec2", "dts": "dca", "mp4als": "als", "musepack7": "mpc7",
	"musepack8": "mpc8", "ra_144": "real_144", "ra_288": "real_288", "smackaudio": "smackaud", "westwood_snd1": "ws_snd1",
}

// soundDecoder returns with what the name begins under which ffmpeg logs errors in sound of a codec.
func soundDecoder(codec string) string {
	if name, ok := soundDecoders[codec]; ok {
		return name
	}
	return codec
}
