package store

import (
	"bytes"
	"flag"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fill sets every field below v to a value other than zero, each number to another one. Every
// float is what float returns.
func fill(t *testing.T, v reflect.Value, n *int, float func(n int) float64) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("x", 1+*n%7))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(1 + *n%255))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float(*n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n, float)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n, float)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key, n, float)
			fill(t, value, n, float)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		switch at := v.Addr().Interface().(type) {
		case *time.Time: // has unexported fields
			*at = time.Unix(int64(*n), 1).UTC()
			return
		case *verdict.Spectrogram: // its size must fit
			*at = verdict.Spectrogram{Start: 1, End: 2, Columns: 3, Rows: 2, Grey: []byte("abcdef")}
			return
		}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				t.Fatalf("%s.%s is not exported, and so cannot be stored", v.Type(), v.Type().Field(i).Name)
			}
			fill(t, v.Field(i), n, float)
		}
	default:
		t.Fatalf("cannot fill a %s", v.Type())
	}
}

// eachFloat calls f for every float below v.
func eachFloat(v reflect.Value, f func(float64)) {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		f(v.Float())
	case reflect.Pointer:
		if !v.IsNil() {
			eachFloat(v.Elem(), f)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachFloat(v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachFloat(v.Field(i), f)
			}
		}
	}
}

// recode encodes and decodes a scan.
func recode(t *testing.T, s *Scan) *Scan {
	t.Helper()
	head, body, err := encode(s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeHead(head)
	if err != nil {
		t.Fatal(err)
	}
	if got.Result, err = decodeResult(body); err != nil {
		t.Fatal(err)
	}
	return got
}

func seventh(n int) float64 { return float64(n) / 7 }

// A field that is added to Scan or verdict.Result, or below, must be stored: this test fails
// otherwise.
func TestEveryFieldIsStored(t *testing.T) {
	var want Scan
	n := 0
	fill(t, reflect.ValueOf(&want).Elem(), &n, seventh)
	if got := recode(t, &want); !reflect.DeepEqual(got, &want) {
		t.Errorf("got\n%+v, want\n%+v", got, &want)
	}
	if got, want := recode(t, &Scan{Result: &verdict.Result{}}), (&Scan{Result: &verdict.Result{}}); !reflect.DeepEqual(got, want) {
		t.Errorf("the empty scan: got\n%+v, want\n%+v", got, want)
	}
}

func TestEveryBitOfNumbersIsStored(t *testing.T) {
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)} {
		var s Scan
		n := 0
		fill(t, reflect.ValueOf(&s).Elem(), &n, func(int) float64 { return x })
		count := 0
		eachFloat(reflect.ValueOf(recode(t, &s)), func(got float64) {
			count++
			if math.Float64bits(got) != math.Float64bits(x) && !(math.IsNaN(x) && math.IsNaN(got)) {
				t.Errorf("got %v, want %v", got, x)
			}
		})
		if count < 100 {
			t.Errorf("only %d numbers were compared", count)
		}
	}
}

func TestNamesInAnyEncoding(t *testing.T) {
	want := &Scan{Name: "a\xff.mp4", Identity: Identity{Options: map[string]string{"\xfe": "\xfd"}}, Result: &verdict.Result{Path: "a\xff.mp4"}}
	if got := recode(t, want); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLongFile(t *testing.T) {
	want := &Scan{Result: &verdict.Result{Tracks: []verdict.Track{{Scores: make([]verdict.Score, 500_000)}}}}
	want.Result.Tracks[0].Scores[499_999].Frame = 7
	if got := recode(t, want); !reflect.DeepEqual(got, want) {
		t.Error("the scores of 500,000 frames are not stored")
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct {
		name string
		form resultForm
	}{
		{"columns of two lengths", resultForm{Tracks: []trackForm{{Scores: &scoresForm{Frame: []int{1, 2}, Yaw: []float64{1}}}}}},
		{"crop too short", resultForm{Segments: []segmentForm{{Stills: []stillForm{{Crop: []byte{1}}}}}}},
		{"spectrogram too short", resultForm{Below: []segmentForm{{Spectrogram: &spectrogramForm{Columns: 2, Rows: 2, Grey: []byte{1}}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, err := marshal(tt.form)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := decodeResult(body); err == nil {
				t.Errorf("got %+v, want an error", got)
			}
		})
	}
}

// A column that an older record lacks is zero.
func TestDecodeMissingColumn(t *testing.T) {
	body, err := marshal(map[string]any{"tracks": []any{map[string]any{"scores": map[string]any{"frame": []int{3, 4}}}}, "unknown": 1})
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeResult(body)
	if err != nil {
		t.Fatal(err)
	}
	if want := []verdict.Score{{Frame: 3}, {Frame: 4}}; !reflect.DeepEqual(got.Tracks[0].Scores, want) {
		t.Errorf("got %+v, want %+v", got.Tracks[0].Scores, want)
	}
}

// Stored journals and histories stay readable: the golden file of version 1 is never rewritten,
// and goldenScan gets no further field.
func TestGolden(t *testing.T) {
	const path = "testdata/history-1.scan"
	want := goldenScan()
	m := marker([]byte("0123456789abcdef"))
	head, body, err := encode(want)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		b, err := appendRecord(historyKind.header(m), m, head, body)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := OpenHistory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	id := want.Key().ID()
	if err := os.WriteFile(h.path(id), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if h, err = OpenHistory(h.folder); err != nil {
		t.Fatal(err)
	}
	got, err := h.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	if !bytes.Contains(b, []byte("voice_distance")) {
		t.Error("the golden file has no scores")
	}
}

func TestRename(t *testing.T) {
	res := &verdict.Result{Path: "copy", Warnings: []string{`"copy" ends early`}}
	res.Media.Path = "copy"
	Rename(res, "a b.mp4")
	if res.Path != "a b.mp4" || res.Media.Path != "a b.mp4" || res.Warnings[0] != `"a b.mp4" ends early` {
		t.Errorf("got %+v", res)
	}
}

func TestIdentityDigest(t *testing.T) {
	base := Identity{Tool: "t", Weights: "w", Options: map[string]string{"a": "b"}}
	if base.Digest() != (Identity{Tool: "t", Weights: "w", Options: map[string]string{"a": "b"}}).Digest() {
		t.Error("the same identity has two digests")
	}
	for _, other := range []Identity{
		{Tool: "t2", Weights: "w", Options: base.Options},
		{Tool: "t", Weights: "w2", Options: base.Options},
		{Tool: "t", Weights: "w"},
		{Tool: "t", Weights: "w", Options: map[string]string{"a": "c"}},
		{Tool: `t" "w`, Weights: "", Options: base.Options},
	} {
		if base.Digest() == other.Digest() || base.difference(other) == "" {
			t.Errorf("%+v is taken for %+v", other, base)
		}
	}
}

// FuzzDecode: no head or body makes decoding panic.
func FuzzDecode(f *testing.F) {
	head, body, err := encode(goldenScan())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(head)
	f.Add(body)
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := decodeHead(b); err == nil {
			s.Key().ID()
		}
		decodeResult(b)
	})
}
