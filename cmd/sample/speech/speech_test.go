package speech

import (
	"context"
	"math"
	"os/exec"
	"strings"
	"testing"
)

func TestParseIPA(t *testing.T) {
	for _, c := range []struct{ name, listing, want string }{
		{"words", "m_aɪ m_ˈʌ_ð_ɚ\n", "m aɪ | m ʌ' ð ɚ"},
		{"long", "b_ˈɔː_t", "b ɔ': t"},
		{"clauses", "h_ə_l_ˈoʊ\nj_ˈɛ_s\n", "h ə l oʊ' | | j ɛ' s"},
		{"language marks", "(en)_m_aɪ_(de) m_ˈɔ_t_ɜ", "m aɪ | m ɔ' t ɜ"},
		{"syllabic and empty parts", "b_ˈʌ_ʔ_n̩__r", "b ʌ' ʔ n r"},
		{"nothing", "\n \n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var words []string
			for _, w := range parseIPA(c.listing) {
				var phones []string
				for _, p := range w {
					s := p.IPA
					if p.Stressed {
						s += "'"
					}
					if p.Long {
						s += ":"
					}
					phones = append(phones, s)
				}
				words = append(words, strings.Join(phones, " "))
			}
			got := strings.ReplaceAll(strings.Join(words, " | "), "|  |", "| |")
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReadWAVRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":     nil,
		"cut header":  []byte("RIFF....WAVE"),
		"not a wav":   make([]byte, 100),
		"other rates": append([]byte("RIFF....WAVEfmt ................data"), make([]byte, 60)...),
	} {
		if _, err := readWAV(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func say(t *testing.T, voice, text string) *Utterance {
	t.Helper()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	u, err := Voice{Name: voice}.Say(context.Background(), text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestAlignment compares the boundaries with the phone events of the espeak-ng 1.51
// library (espeakEVENT_PHONEME), recorded once for this sentence.
func TestAlignment(t *testing.T) {
	u := say(t, "en-us", "My mother bought seven blue shoes.")
	// Both times count from the first sample. Stops are left out, because the library
	// assigns their gap to the preceding phone.
	want := map[string]float64{"my": 0, "mother": .171, "bought": .586, "shoes": 1.569}
	got := map[string]float64{}
	var seenM int
	for i, p := range u.Phones {
		switch {
		case p.IPA == "m":
			got[[]string{"my", "mother"}[min(1, seenM)]] = p.Start
			seenM++
		case p.IPA == "ɔ":
			got["bought"] = p.Start
		case p.IPA == "ʃ":
			got["shoes"] = p.Start
		}
		if i > 0 && p.Start != u.Phones[i-1].End {
			t.Errorf("a gap before phone %d (%s)", i, p.IPA)
		}
		if p.End <= p.Start || p.Release < p.Start || p.Release > p.End {
			t.Errorf("phone %d (%s): %v..%v, release %v", i, p.IPA, p.Start, p.End, p.Release)
		}
	}
	for word, at := range want {
		if math.Abs(got[word]-at) > .04 {
			t.Errorf("%s begins at %.3f s, want %.3f", word, got[word], at)
		}
	}
	if last := u.Phones[len(u.Phones)-1].End; last != u.Duration() {
		t.Errorf("the phones end at %v, the sound at %v", last, u.Duration())
	}
}

// TestClosures checks what viewers notice first: the lips meet at every m, b and p
// and are apart in open vowels.
func TestClosures(t *testing.T) {
	for voice, text := range map[string]string{
		"en-us": "Bob may pump the map, mama.",
		"de":    "Am Abend kam Papa.",
		"it":    "Mamma e papà ballano.",
	} {
		u := say(t, voice, text)
		m := NewMouth(u.Phones, 1)
		for _, p := range u.Phones {
			switch p.IPA {
			case "m", "b", "p":
				if open := m.At((p.Start + max(p.Release, p.Start+.045)) / 2).Open; open > 1.5 {
					t.Errorf("%s: %.1f mm open in %s at %.2f s", text, open, p.IPA, p.Start)
				}
			case "a", "ɑ", "æ":
				if p.End-p.Start < .08 {
					continue
				}
				var widest float64
				for at := p.Start - .05; at < p.End; at += .005 {
					widest = max(widest, m.At(at).Open)
				}
				if widest < 5 {
					t.Errorf("%s: only %.1f mm open in %s at %.2f s", text, widest, p.IPA, p.Start)
				}
			}
		}
	}
}

// TestMouthMovesLikeOne checks that the jaw moves at 300 mm/s at most, about the
// highest speed of real lips.
func TestMouthMovesLikeOne(t *testing.T) {
	u := say(t, "en-us", "The big ship moves slowly past the harbour.")
	m := NewMouth(u.Phones, 1)
	const dt = .001
	was := m.At(-1)
	if was != (Pose{}) {
		t.Errorf("before speech the mouth is at %+v, want at rest", was)
	}
	for at := -1 + dt; at < u.Duration()+1; at += dt {
		p := m.At(at)
		if v := math.Abs(p.Jaw-was.Jaw) / dt; v > 300 {
			t.Fatalf("the jaw moves at %.0f mm/s at %.3f s", v, at)
		}
		for _, x := range []float64{p.Open, p.Jaw, p.Round, p.Press, p.Bite, p.Clench, p.Tongue} {
			if !(x >= 0 && x < 30) {
				t.Fatalf("pose %+v at %.3f s", p, at)
			}
		}
		was = p
	}
}

func TestBadVoice(t *testing.T) {
	say(t, "en-us", "Hello.")
	for name, v := range map[string]Voice{"unknown": {Name: "nobody-here"}} {
		if _, err := v.Say(context.Background(), "Hello."); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line", name, err)
		}
	}
	if _, err := (Voice{}).Say(context.Background(), "..."); err == nil {
		t.Error("a text without words gave no error")
	}
}

// TestAlignNeverFails aligns phones with sounds that do not fit them.
func TestAlignNeverFails(t *testing.T) {
	words := [][]Phone{{{IPA: "m"}, {IPA: "a"}}, nil, {{IPA: "tʃ"}, {IPA: "ɔɪ"}}}
	for name, n := range map[string]int{"empty": 0, "one step": step, "short": 5 * step, "long": 8 * Rate} {
		for _, p := range align(words, make([]float64, n)) {
			if math.IsNaN(p.Start) || p.End < p.Start {
				t.Errorf("%s: phone %+v", name, p)
			}
		}
	}
}
