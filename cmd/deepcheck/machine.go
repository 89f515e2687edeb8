package main

import (
	"cmp"
	"fmt"
	"runtime"
	"strings"

	"github.com/deepcheck/deepcheck/detector/network"
	"github.com/deepcheck/deepcheck/video/facenet"
	"github.com/deepcheck/deepcheck/video/opencv"
)

// machine describes what, besides program, weights and options, decides the bits of a result: the
// processor's vector code and the libraries. ffmpeg is the version of ffmpeg, "" for none. Stored
// scans are found again only where it is the same.
func machine(ffmpeg string) string {
	return fmt.Sprintf("%s/%s, vectors of %d, %s %s on %s, OpenCV %s, ffmpeg %s", runtime.GOOS, runtime.GOARCH,
		facenet.VectorWidth(), network.BLAS, network.BLASKernel(), network.Device, opencv.Version(), cmp.Or(ffmpeg, "unknown"))
}

// testedFFmpeg is the version of ffmpeg that deepcheck is tested with.
const testedFFmpeg = "5.1"

// ffmpegNote returns a note on a version of ffmpeg that deepcheck is not tested with; "" if it is.
func ffmpegNote(version string) string {
	if version == "" || version == testedFFmpeg || strings.HasPrefix(version, testedFFmpeg+".") {
		return ""
	}
	return fmt.Sprintf("deepcheck is tested with ffmpeg %s, this is %s: check a clip that you know", testedFFmpeg, version)
}
