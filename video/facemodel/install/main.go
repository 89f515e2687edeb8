// Command install puts MediaPipe's two face networks where the build embeds
// them:
//
//	go run ./video/facemodel/install TARBALL DIR
//
// TARBALL is what `npm pack @mediapipe/face_mesh@0.4.1657299874` fetched.
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
