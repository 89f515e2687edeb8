package phrase

import (
	"slices"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	type inner struct {
		Text string
		List []string
		Map  map[string]string
	}
	good := struct {
		Plain   string
		One     With1[int64]
		Two     With2[string, int]
		Three   With3[string, string, float64]
		Percent With1[string]
		Inner   *inner
		Func    func() string
	}{
		"plain", "%d bytes", "%[2]d of %[1]s", "%s, %s: %+.1f", "%s %%",
		&inner{"a", []string{"b"}, map[string]string{"key": "c"}}, func() string { return "" },
	}
	if got := Check(&good); got != nil {
		t.Errorf("good texts: %q", got)
	}
	for _, tt := range []struct {
		name  string
		texts any
		want  string // contained in the only fault
	}{
		{"a verb without arguments", struct{ A string }{"%s s"}, "A: a % in"},
		{"in a list", struct{ A []string }{[]string{"a", "%d"}}, "A[1]: a % in"},
		{"in a map", struct{ A map[string]string }{map[string]string{"b": ""}}, "A[b]: empty"},
		{"in a struct", struct{ A *inner }{&inner{Text: "%v"}}, "A.Text: a % in"},
		{"nil", struct{ A *inner }{}, "A: nil"},
		{"no function", struct{ A func() string }{}, "A: nil"},
		{"empty", struct{ A With1[int] }{}, "A: empty"},
		{"another type", struct{ A With1[string] }{"%d"}, "%!d(string="},
		{"number for text", struct{ A With1[int] }{"%s"}, "%!s(int="},
		{"too few verbs", struct{ A With2[int, int] }{"%d"}, "%!(EXTRA"},
		{"too many verbs", struct{ A With1[int] }{"%d %d"}, "%!d(MISSING)"},
		{"no verb", struct{ A With1[int] }{"none"}, "%!(EXTRA"},
		{"an argument left out", struct{ A With2[string, int] }{"%[2]d"}, "argument 1 is missing"},
		{"no text", struct{ A bool }{}, "A: a bool is not a text"},
		{"no sample", struct{ A With1[bool] }{"%v"}, "no sample of type bool"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Check(tt.texts); len(got) != 1 || !strings.Contains(got[0], tt.want) {
				t.Errorf("got %q, want one with %q", got, tt.want)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	if got := []int{Arguments("a"), Arguments(With1[int]("a")), Arguments(With5[int, int, int, int, int]("a"))}; !slices.Equal(got, []int{0, 1, 5}) {
		t.Errorf("got %d, want 0, 1, 5", got)
	}
}

func TestFill(t *testing.T) {
	if got, want := With4[string, int, int64, float64]("%s %d %d %.1f").Fill("a", 1, 2, 3), "a 1 2 3.0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := With5[int, int, int, int, int]("%d%d%d%d%d").Fill(1, 2, 3, 4, 5), "12345"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFixedWords(t *testing.T) {
	if got := FixedWords(`<p class="x" title="{{.T}}">{{.A}}: ({{with .B}}{{.}}{{end}})</p>`); got != nil {
		t.Errorf("all words come from the data, got %q", got)
	}
	if got, want := FixedWords(`<p aria-label="two words">{{.A}} more</p>`), []string{"more", "two", "words"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
