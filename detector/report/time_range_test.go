package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/deepcheck/deepcheck/detector/verdict"
)

// TestTimeRangeIsDrawnAsFile checks that a time range is drawn like a file of the same length.
// Only the times in words count from the start of the file.
func TestTimeRangeIsDrawnAsFile(t *testing.T) {
	const first = 90000 // an hour
	w := english()
	for name, made := range map[string]func() *verdict.Result{"part": madePart, "fits": madeFits, "whole": madeWhole} {
		t.Run(name, func(t *testing.T) {
			whole, part := made(), made()
			part.OffsetBy(first)
			suspicions := verdict.Suspicions(whole.Tracks, whole.Thresholds)
			if got := verdict.Suspicions(part.Tracks, part.Thresholds); !reflect.DeepEqual(formatted(got), formatted(suspicions)) {
				t.Error("other levels")
			}
			same := func(what string, got, want any) {
				t.Helper()
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s:\n%+v, want\n%+v", what, got, want)
				}
			}
			same("missing", countOutcomes(part), countOutcomes(whole))
			same("length", totalFrames(part), totalFrames(whole))
			same("spark", newSparkline(part), newSparkline(whole))
			same("counted", newThresholdData(w, part, suspicions), newThresholdData(w, whole, suspicions))
			a, b := newTimeline(w, part, suspicions), newTimeline(w, whole, suspicions)
			for _, o := range []*timeline{a, b} {
				for i := range o.Rows {
					for j := range o.Rows[i].Tracks {
						o.Rows[i].Tracks[j].Title = ""
					}
				}
			}
			same("overview", a, b)
			for i := range whole.Tracks {
				same("curve", newCurve(&part.Tracks[i], part.Segments), newCurve(&whole.Tracks[i], whole.Segments))
				x, y := newLanes(&part.Tracks[i], suspicions[i], part.Thresholds), newLanes(&whole.Tracks[i], suspicions[i], whole.Thresholds)
				x.drawChange(&part.Tracks[i], &part.Change)
				y.drawChange(&whole.Tracks[i], &whole.Change)
				same("lanes", x, y)
			}
		})
	}
}

// formatted returns values as strings, so that NaN equals NaN.
func formatted(suspicions [][]float64) [][]string {
	var out [][]string
	for _, l := range suspicions {
		var row []string
		for _, x := range l {
			row = append(row, decimals(x, 9))
		}
		out = append(out, row)
	}
	return out
}

func TestTimeRangeCountsFromStartOfFile(t *testing.T) {
	part := madePart()
	part.OffsetBy(90000)
	run := &Run{Files: []File{{Path: "a.mp4", Result: part}}}
	var text, table, page, edl bytes.Buffer
	if err := Text(&text, run, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1:00:01.32", "in a part of 3.0", "This covers only the part from 1:00:00.00 to 1:00:03.00"} {
		if !strings.Contains(strings.Join(strings.Fields(text.String()), " "), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if err := CSV(&table, run); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(table.String(), "a.mp4,1,90025,3601.00,") {
		t.Errorf("no frame 90025 in\n%.300s", table.String())
	}
	if err := HTML(&page, run); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`data-from="3600.00" data-to="3603.00"`, `<output class="now">1:00:00.00</output>`, `data-at="3601.32"`} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if err := writeMarks(&edl, run, FormatSRT); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(edl.String(), "01:00:01,320 --> 01:00:01,640") {
		t.Errorf("SRT:\n%s", edl.String())
	}
	var out bytes.Buffer
	if err := JSON(&out, run); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Files []struct {
			Part struct {
				Start float64 `json:"start_s"`
				End   float64 `json:"end_s"`
			}
			Duration float64 `json:"duration_s"`
			Segments []struct {
				Start float64 `json:"start_s"`
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if f := got.Files[0]; f.Part.Start != 3600 || f.Part.End != 3603 || f.Duration != 3 || f.Segments[0].Start != 3601.32 {
		t.Errorf("got %+v", f)
	}
}
