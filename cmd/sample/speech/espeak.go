package speech

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// Rate is the sample rate of espeak-ng, in Hz.
const Rate = 22050

// A Voice is a voice of espeak-ng with its settings.
type Voice struct {
	Name  string // argument of espeak-ng -v, such as "en-us+f3"; "" is "en-us"
	Pitch int    // 1..99; 0 is espeak-ng's default, 50
	Speed int    // words per minute; 0 is 150
}

// An Utterance is one spoken sentence.
type Utterance struct {
	Text    string
	Samples []float64 // at Rate, full scale 1; silence before and after is cut to 10 ms
	Phones  []Phone   // in order, without gaps, from the first sample to the last
}

// Duration returns the length of the utterance in seconds.
func (u *Utterance) Duration() float64 { return float64(len(u.Samples)) / Rate }

// A Phone is one speech sound, or a pause.
type Phone struct {
	IPA        string  // without stress and length marks; "" is a pause
	Stressed   bool    // has primary or secondary stress
	Long       bool    // has a length mark
	Start, End float64 // seconds from the start of the utterance
	Release    float64 // seconds: end of the closure of a stop; End for other phones
}

// ErrNoEspeak means that the espeak-ng program is not installed.
var ErrNoEspeak = errors.New("espeak-ng not found: install it with: sudo apt-get install espeak-ng")

// Say speaks a text, which should be one sentence. The error is ErrNoEspeak, ctx.Err()
// or names what espeak-ng reported.
func (v Voice) Say(ctx context.Context, text string) (*Utterance, error) {
	ipa, err := v.run(ctx, text, "-q", "--ipa", "--sep=_")
	if err != nil {
		return nil, err
	}
	sound, err := v.run(ctx, text, "-z", "--stdout")
	if err != nil {
		return nil, err
	}
	samples, err := readWAV(sound)
	if err != nil {
		return nil, fmt.Errorf("reading the sound of espeak-ng: %w", err)
	}
	samples = trim(samples)
	words := parseIPA(string(ipa))
	if len(words) == 0 || len(samples) < Rate/10 {
		return nil, fmt.Errorf("espeak-ng spoke nothing for %q", text)
	}
	return &Utterance{Text: text, Samples: samples, Phones: align(words, samples)}, nil
}

// run runs espeak-ng on the text and returns its standard output.
func (v Voice) run(ctx context.Context, text string, args ...string) ([]byte, error) {
	name, speed := v.Name, v.Speed
	if name == "" {
		name = "en-us"
	}
	if speed == 0 {
		speed = 150
	}
	args = append(args, "-v", name, "-s", strconv.Itoa(speed), "--stdin")
	if v.Pitch != 0 {
		args = append(args, "-p", strconv.Itoa(v.Pitch))
	}
	cmd := exec.CommandContext(ctx, "espeak-ng", args...)
	// Not an argument, because a text may begin with a dash.
	cmd.Stdin = strings.NewReader(text)
	var out, report bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &report
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, ErrNoEspeak
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		line, _, _ := strings.Cut(strings.TrimSpace(report.String()), "\n")
		if line == "" {
			line = err.Error()
		}
		return nil, fmt.Errorf("espeak-ng with voice %q: %s", name, line)
	}
	return out.Bytes(), nil
}

// readWAV returns the samples of a WAV from espeak-ng: 16-bit mono at Rate. It ignores
// the data size in the header, which is larger than the actual data.
func readWAV(b []byte) ([]float64, error) {
	const header = 44
	if len(b) < header || string(b[:4]) != "RIFF" || string(b[36:40]) != "data" {
		return nil, errors.New("no WAV header")
	}
	channels, rate := binary.LittleEndian.Uint16(b[22:]), binary.LittleEndian.Uint32(b[24:])
	bits := binary.LittleEndian.Uint16(b[34:])
	if channels != 1 || rate != Rate || bits != 16 {
		return nil, fmt.Errorf("%d channels of %d bits at %d Hz, want 1 of 16 at %d", channels, bits, rate, Rate)
	}
	b = b[header:]
	samples := make([]float64, len(b)/2)
	for i := range samples {
		samples[i] = float64(int16(binary.LittleEndian.Uint16(b[2*i:]))) / (1 << 15)
	}
	return samples, nil
}

// trim shortens the silence at both ends to 10 ms.
func trim(x []float64) []float64 {
	const (
		quiet  = 0.003
		margin = Rate / 100
	)
	from, to := 0, len(x)
	for from < to && x[from] < quiet && x[from] > -quiet {
		from++
	}
	for to > from && x[to-1] < quiet && x[to-1] > -quiet {
		to--
	}
	return x[max(0, from-margin):min(len(x), to+margin)]
}

// parseIPA reads the listing of espeak-ng --ipa --sep=_: a line per clause, spaces
// between words, underscores between phones, language marks in brackets. It returns
// the phones of each word, and an empty word between two clauses.
func parseIPA(listing string) [][]Phone {
	var words [][]Phone
	for line := range strings.Lines(listing) {
		before := len(words)
		for field := range strings.FieldsSeq(line) {
			var word []Phone
			for part := range strings.SplitSeq(field, "_") {
				if p, ok := parsePhone(part); ok {
					word = append(word, p)
				}
			}
			if len(word) > 0 {
				words = append(words, word)
			}
		}
		if before > 0 && len(words) > before {
			words = append(words[:before], append([][]Phone{nil}, words[before:]...)...)
		}
	}
	return words
}

// parsePhone reads one phone, such as "ˈaɪ" or "(de)ɔː".
func parsePhone(s string) (Phone, bool) {
	var p Phone
	var b strings.Builder
	inMark := false
	for _, r := range s {
		switch {
		case r == '(':
			inMark = true
		case r == ')':
			inMark = false
		case inMark:
		case r == 'ˈ' || r == 'ˌ':
			p.Stressed = true
		case r == 'ː':
			p.Long = true
		case r == 'ˑ' || r == '̃' || r == '̩' || r == '͡' || r == '-' || r == 'ʲ' || r == 'ʰ':
			// These marks do not concern the lips.
		default:
			b.WriteRune(r)
		}
	}
	p.IPA = b.String()
	return p, p.IPA != ""
}
