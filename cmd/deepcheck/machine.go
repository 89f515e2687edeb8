package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/facenet"
	"github.com/deepcheck/deepcheck/video/opencv"
)

// machine describes what, besides program, weights and options, decides the bits of a result: the
// processor's vector code and the libraries. Stored scans are found again only where it is the
// same.
func machine(ctx context.Context) string {
	ffmpeg := cmp.Or(video.FFmpegVersion(ctx), "unknown")
	return fmt.Sprintf("%s/%s, vectors of %d, %s %s on %s, OpenCV %s, ffmpeg %s", runtime.GOOS, runtime.GOARCH,
		facenet.VectorWidth(), network.BLAS, network.BLASKernel(), network.Device, opencv.Version(), ffmpeg)
}
