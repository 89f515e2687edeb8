package video

import (
	"fmt"
	"slices"
	"strconv"
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
// after the error. Of an intra-only codec it is one picture. An error before the first picture
// ends with the first key picture.
type damage struct {
	kindOf func(line string) errorKind // what a line of the log reports
	intra  bool                        // every picture is a key picture
	bad    bool
	shown  bool // a picture has been output
	since  int  // pictures since the last error
	key    bool // the next picture is a key picture
}

// An errorKind is what a log line says of the pictures.
type errorKind int

const (
	noError      errorKind = iota // nothing that changes pictures
	decoderError                  // something was lost in a picture that is not output yet
	corruptFrame                  // the next picture is corrupt
	soundError                    // something of the sound was lost
)

// note takes a line of the log and returns its kind.
func (d *damage) note(line string) errorKind {
	kind := d.kindOf(line)
	switch kind {
	case corruptFrame:
		d.bad, d.since, d.shown = true, 0, true
	case decoderError:
		d.bad, d.since = true, 0
	}
	return kind
}

// isErrorLine reports whether a line of ffmpeg's log is an error, not a warning.
func isErrorLine(line string) bool { return !strings.Contains(line, "[warning]") }

// next reports whether the next picture may be corrupt.
func (d *damage) next() bool {
	d.since++
	if d.key && (d.since > mostReordered || !d.shown) || d.since > longestDamage || d.intra && d.since > 1 {
		d.bad = false
	}
	d.key = false
	d.shown = true
	return d.bad
}

// intraOnly are codecs whose pictures do not depend on each other.
var intraOnly = []string{"mjpeg", "mjpegb", "prores", "dnxhd", "dvvideo", "rawvideo", "huffyuv", "ffvhuff", "ffv1", "utvideo", "v210", "jpeg2000", "png", "cfhd", "hap", "magicyuv", "qtrle", "rpza"}

// lostData are texts that ffmpeg's decoders of pictures log when they could not decode a part of
// a picture, or miss a picture that others are predicted from. Complaints about headers, side
// data, timestamps and order change no picture. ffmpeg's decoders: h264_cabac, h264_slice,
// h264_refs, hevc_refs, mpegvideo, error_resilience.
var lostData = []string{
	"error while decoding MB", "Error at MB", "concealing ", "decode_slice_header error", "no frame!",
	"Missing reference picture", "reference picture missing", "Could not find ref with POC", "Error constructing the reference",
	"ac-tex damaged", "cbpy damaged", "slice end not reached", "illegal dc vlc", "Invalid NAL unit", "first slice missing",
	"Frame num gap", "overread", "Not all references are available", "Error parsing NAL unit",
}

// logged classifies a line of ffmpeg's log. It knows the wordings of ffmpeg 5.1 ("Error while
// decoding stream #0:1", "a.mp4: corrupt decoded frame in stream 0"), 6.1 ("[vist#0:0/h264 @ 0x1]
// corrupt decoded frame", "[vist#0:0/h264 @ 0x1] Error submitting packet to decoder") and 7.1
// ("[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] ...").
func (p *probed) logged(line string) errorKind {
	const corrupt = "corrupt decoded frame"
	named := strings.Contains(line, fmt.Sprintf("stream #0:%d:", p.videoStream)) || strings.Contains(line, fmt.Sprintf("[vist#0:%d/", p.videoStream))
	if _, stream, ok := strings.Cut(line, corrupt); ok {
		if number, ok := strings.CutPrefix(stream, " in stream "); ok {
			named = number == strconv.Itoa(p.videoStream)
		}
		if named {
			return corruptFrame
		}
		return noError
	}
	switch {
	case strings.Contains(line, "Error while decoding stream") || strings.Contains(line, "Error submitting packet to decoder"):
		if named {
			return decoderError
		}
		return soundError
	case strings.Contains(line, "[aist#") && isErrorLine(line):
		return soundError
	}
	if rest, bracket := strings.CutPrefix(line, "["); bracket {
		if sound := p.info.Sound(); sound != nil && strings.HasPrefix(strings.TrimPrefix(rest, "dec:"), soundDecoder(sound.Codec)) {
			if isErrorLine(line) {
				return soundError
			}
			return noError
		}
	}
	if slices.ContainsFunc(lostData, func(text string) bool { return strings.Contains(line, text) }) {
		return decoderError
	}
	return noError
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
