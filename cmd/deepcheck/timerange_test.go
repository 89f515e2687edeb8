package main

import (
	"context"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// A scan of a time range agrees with a scan of the whole file: the same faces in the same frames,
// the same speech, and nearly the same mismatch.
func TestTimeRange(t *testing.T) {
	isolateFolders(t)
	folder := t.TempDir()
	clip := filepath.Join(folder, "speaks.mp4")
	makeSample(t, "-out", clip, "-seed", "9", "-size", "320x240", "-seconds", "10")
	scan := func(flags ...string) map[string][]string {
		t.Helper()
		table := filepath.Join(folder, "out.csv")
		args := append([]string{"scan", "--quiet", "--no-resume", "-o", "csv=" + table, clip}, flags...)
		if status := runWith(context.Background(), commands(openEngine), args, io.Discard, os.Stderr); status != exitClean {
			t.Fatalf("status %d with %q", status, flags)
		}
		f, err := os.Open(table)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		out := map[string][]string{}
		for _, row := range rows[1:] {
			out[row[slices.Index(rows[0], "time_s")]] = []string{row[slices.Index(rows[0], "face_x")], row[slices.Index(rows[0], "voiced")], row[slices.Index(rows[0], "mismatch")]}
		}
		return out
	}
	whole, part := scan(), scan("--from", "3", "--to", "0:09.02")
	if len(part) != 150 || part["3.00"] == nil || part["8.96"] == nil {
		t.Fatalf("%d frames, want 150 from 3.00 to 8.96", len(part))
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	moved, voicingDiffers, judged, difference := 0, 0, 0, 0.0
	for time, p := range part {
		w := whole[time]
		if math.Abs(number(p[0])-number(w[0])) > 2 {
			moved++
		}
		if p[1] != w[1] {
			voicingDiffers++
		}
		if p[2] != "" && w[2] != "" {
			judged++
			difference += math.Abs(number(p[2]) - number(w[2]))
		}
	}
	if moved > 5 || voicingDiffers > 10 || judged < 75 || difference/float64(judged) > 0.1 {
		t.Errorf("face moved in %d frames, speech differs in %d, mean mismatch differs by %.3f in %d", moved, voicingDiffers, difference/float64(judged), judged)
	}
}

func TestParseTime(t *testing.T) {
	for _, tt := range []struct {
		text string
		want float64 // seconds; < 0: not a time
	}{
		{"90", 90}, {"90.5", 90.5}, {"1:30", 90}, {"1:02:03.25", 3723.25}, {"0:00", 0}, {"75:10", 4510},
		{"", -1}, {"a", -1}, {"1:60", -1}, {"1:2:3:4", -1}, {"-1", -1}, {"1.5:10", -1}, {"NaN", -1}, {"Inf", -1}, {"1e99", -1}, {":30", -1},
	} {
		got, ok := parseTime(tt.text)
		if ok != (tt.want >= 0) || ok && got.Seconds() != tt.want {
			t.Errorf("%q: got %v, %v, want %v s", tt.text, got, ok, tt.want)
		}
	}
}
