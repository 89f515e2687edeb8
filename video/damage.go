package video

import (
	"fmt"
	"strings"
)

const (
	// mostReordered is the largest number of pictures that a decoder may output between
	// reporting an error and outputting the picture with the error: the reordering depth of
	// H.264 (max_num_reorder_frames) and H.265.
	mostReordered = 16
	// longestDamage is the largest number of pictures that an error is assumed to corrupt if no
	// key picture follows: x264's default distance of key pictures.
	longestDamage = 250

	// keyNote is an ffmpeg expression whose value is 0. Added to a filter's expression, it
	// makes ffmpeg log keyLine before every key picture.
	keyNote = "0*if(key,print(7777777,16))"
	keyLine = "7777777.000000"
)

// A damage tracks which pictures a decoding error may have corrupted: all pictures after the
// error, because each may be predicted from a corrupt one, until a key picture that was decoded
// after the error.
type damage struct {
	tells func(line string) bool // reports whether a line of the log is an error in a picture
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

// next reports whether the next picture may be corrupt.
func (d *damage) next() bool {
	d.since++
	if d.key && d.since > mostReordered || d.since > longestDamage {
		d.bad = false
	}
	d.key = false
	return d.bad
}

// ofPictures reports whether a line that ffmpeg logs concerns the decoding of the picture
// stream. Lines of the container and of the sound decoder do not.
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

// soundDecoders maps a codec to ffmpeg's sound decoder where the two names differ.
var soundDecoders = map[string]string{
	"adpcm_g722": "g722", "adpcm_g726": "g726", "adpcm_g726le": "g726le", "amr_nb": "amrnb", "amr_wb": "amrwb",
	"atrac3pal": "atrac3plusal", "avc": "on2avc", "codec2": "libcodec2", "dts": "dca", "mp4als": "als", "musepack7": "mpc7",
	"musepack8": "mpc8", "ra_144": "real_144", "ra_288": "real_288", "smackaudio": "smackaud", "westwood_snd1": "ws_snd1",
}

// soundDecoder returns the prefix of the name under which ffmpeg logs errors in sound of a
// codec.
func soundDecoder(codec string) string {
	if name, ok := soundDecoders[codec]; ok {
		return name
	}
	return codec
}
