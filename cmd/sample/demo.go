package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"github.com/deepcheck/deepcheck/cmd/sample/clip"
	"github.com/deepcheck/deepcheck/cmd/sample/speech"
)

// demo writes genuine.mp4 and tampered.mp4 with their truth (.json) to a folder. Both
// show the same person saying the same three sentences. In tampered.mp4, the voice
// says a different sentence in the middle.
func demo(ctx context.Context, dir string, stdout io.Writer) error {
	o := clip.Options{
		Seed:  8,
		Voice: speech.Voice{Name: "en-us", Speed: 140},
		Text: "My brother promised to pay for the broken window by Monday. " +
			"Nobody above the third floor ever saw the man who bought the map. " +
			"We will publish the whole film before the summer is over.",
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	genuine, err := clip.Plan(ctx, o)
	if err != nil {
		return err
	}
	middle := genuine.MouthLines[1].Interval
	o.Replace = &middle
	tampered, err := clip.Plan(ctx, o)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "genuine")
	if err := write(ctx, genuine, path+".mp4", path+".json", stdout); err != nil {
		return err
	}
	path = filepath.Join(dir, "tampered")
	return write(ctx, tampered, path+".mp4", path+".json", stdout)
}
