package video

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRate(t *testing.T) {
	for fraction, want := range map[string]float64{"25/1": 25, "30000/1001": 30000. / 1001, "0/0": 0, "": 0, "x/1": 0} {
		if got := (&Info{FrameRate: fraction}).Rate(); got != want {
			t.Errorf("%q is %v pictures a second, want %v", fraction, got, want)
		}
	}
}

func TestWithoutPath(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	_, open := os.Open(missing)
	rename := os.Rename(missing, missing+"2")
	other := errors.New("disk on fire")
	for _, tt := range []struct {
		name      string
		err, want error
	}{
		{"open", open, fs.ErrNotExist},
		{"wrapped", fmt.Errorf("reading: %w", open), fs.ErrNotExist},
		{"rename", rename, fs.ErrNotExist},
		{"other", other, other},
		{"none", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := WithoutPath(tt.err)
			if !errors.Is(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if got != nil && strings.Contains(got.Error(), missing) {
				t.Errorf("got %q, want no path in it", got)
			}
		})
	}
}

// Tags have lower-case keys in every container and values of a limited length.
func TestProbeTags(t *testing.T) {
	var r probeReport
	err := json.Unmarshal([]byte(`{"streams": [{"codec_type": "video"}, {"codec_type": "audio", "channels": 1, "codec_name": "aac",
		"tags": {"LANGUAGE": "eng", "HANDLER_NAME": "Main"}}], "format": {"tags": {"ENCODER": "`+strings.Repeat("ä", maxTag)+`"}}}`), &r)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.read("a.mkv")
	if err != nil {
		t.Fatal(err)
	}
	in := &p.info
	if in.Tags["encoder"] != strings.Repeat("ä", maxTag/2) || len(in.StreamTags) != 1 || in.StreamTags[0]["handler_name"] != "Main" {
		t.Errorf("tags %.40q of the file, %q of the streams", in.Tags, in.StreamTags)
	}
	if len(in.SoundTracks) != 1 || in.SoundTracks[0].Language != "eng" {
		t.Errorf("sound tracks %+v", in.SoundTracks)
	}
}
