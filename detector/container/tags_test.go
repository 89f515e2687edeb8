package container

import (
	"reflect"
	"strings"
	"testing"
)

func TestAddTags(t *testing.T) {
	type tags = map[string]string
	mark := []string{"x264 core 164"}
	for _, tt := range []struct {
		name    string
		facts   Facts
		file    tags
		streams []tags
		want    Facts
	}{
		{"iso", Facts{Kind: ISO, Encoders: mark},
			tags{"major_brand": "qt  ", "compatible_brands": "qt  \x00\x00\x00\x00isom", "encoder": "Lavf59.27.100", "creation_time": "2026-01-02T03:04:05.000000Z"},
			[]tags{{"encoder": "Lavc59 libx264", "handler_name": "\tGoPro AVC  "}, {"handler_name": "SoundHandler", "title": "no handler"}, {"handler_name": "SoundHandler"}, {}},
			Facts{Kind: ISO, Brand: "qt", Brands: []string{"qt", "isom"}, Writer: "Lavf59.27.100", Created: "2026-01-02T03:04:05Z",
				Encoders: []string{"Lavc59 libx264", "x264 core 164"}, Handlers: []string{"GoPro AVC", "SoundHandler"}}},
		{"iso without tags", Facts{Kind: ISO, Cut: true}, nil, nil, Facts{Kind: ISO, Cut: true}},
		{"matroska from iso", Facts{Kind: Matroska, Brand: "webm", Writer: "mkvmerge v74"},
			tags{"encoder": "libebml v1.4.4", "major_brand": "isom", "compatible_brands": "isommp41", "creation_time": "2026-01-02T04:04:05+01:00"},
			[]tags{{"title": "Main", "encoder": "Lavc59 libvpx", "handler_name": "VideoHandler"}},
			Facts{Kind: Matroska, Brand: "webm", Writer: "mkvmerge v74", Created: "2026-01-02T03:04:05Z",
				Encoders: []string{"Lavc59 libvpx"}, Handlers: []string{"Main", "VideoHandler"}}},
		{"avi, date without a zone", Facts{Kind: RIFF}, tags{"software": "VirtualDub", "creation_time": "2003-03-10 15:04:43"}, nil, Facts{Kind: RIFF, Writer: "VirtualDub"}},
		{"year 10000", Facts{Kind: ISO}, tags{"creation_time": "9999-12-31T23:59:59-01:00"}, nil, Facts{Kind: ISO}},
		{"wav", Facts{Kind: RIFF}, tags{"encoder": "Lavf59"}, nil, Facts{Kind: RIFF, Writer: "Lavf59"}},
		{"another kind", Facts{}, tags{"encoder": "Lavf59", "creation_time": "2026-01-02T03:04:05Z"}, []tags{{"encoder": "Lavc59"}}, Facts{}},
		{"long", Facts{Kind: RIFF}, tags{"software": strings.Repeat("x", 2*mostText)}, nil, Facts{Kind: RIFF, Writer: strings.Repeat("x", mostText)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.facts
			got.AddTags(tt.file, tt.streams)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}
