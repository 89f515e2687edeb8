package main

import "testing"

func TestFFmpegNote(t *testing.T) {
	for version, noted := range map[string]bool{"": false, "5.1": false, "5.1.9-0+deb12u1": false, "5.10": true, "6.1.1": true, "n7.1": true} {
		if got := ffmpegNote(version); (got != "") != noted {
			t.Errorf("version %q: %q", version, got)
		}
	}
}
