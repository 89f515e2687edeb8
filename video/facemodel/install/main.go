// Command install writes MediaPipe's two face networks to the folder that the build embeds:
//
//	go run ./video/facemodel/install TARBALL DIR
//
// TARBALL is the file that `npm pack @mediapipe/face_mesh@0.4.1657299874` fetches, DIR the
// folder video/facemodel/models.
package main

import (
	"fmt"
	"os"

	"github.com/deepcheck/deepcheck/video/facemodel"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want TARBALL DIR, got %d arguments", len(args))
	}
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	if err := facemodel.Install(f, args[1]); err != nil {
		return fmt.Errorf("installing %q: %w", args[0], err)
	}
	return nil
}
