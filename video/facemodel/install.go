package facemodel

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The npm package @mediapipe/face_mesh (Apache-2.0) is the only package on a registry that
// contains the two files.
const (
	packageVersion = "@mediapipe/face_mesh 0.4.1657299874"
	packageSum     = "c08a7e0742a326285da666cf81d77c8b6f3a181a2ee948cadaf166008e0d3bc7"
	packageAssets  = "package/face_mesh_solution_packed_assets.data"
	packageLimit   = 16 << 20 // bytes; the package has 7.4 million
)

// A modelFile locates a TFLite file in the package's assets.
type modelFile struct {
	name       string
	start, end int64 // byte range [start, end) of the unpacked assets
	sha256     string
}

var (
	landmarkFile = modelFile{"face_landmark.tflite", 2495952, 3737848,
		"c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1"}
	detectorFile = modelFile{"face_detection_short_range.tflite", 3757224, 3986256,
		"3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633"}
)

// Install writes the two TFLite files to dir, which it creates if needed. tarball is npm
// package @mediapipe/face_mesh 0.4.1657299874 as fetched by `npm pack`. Install checks the
// tarball and both files by SHA-256 and writes nothing if a checksum differs.
func Install(tarball io.Reader, dir string) error {
	packed, err := io.ReadAll(io.LimitReader(tarball, packageLimit))
	if err != nil {
		return fmt.Errorf("reading the package: %w", err)
	}
	if err := checkSum(packed, packageSum); err != nil {
		return fmt.Errorf("not the package %s: %w", packageVersion, err)
	}
	assets, err := unpack(packed)
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", packageVersion, err)
	}
	files := []modelFile{landmarkFile, detectorFile}
	for _, f := range files {
		if f.end > int64(len(assets)) {
			return fmt.Errorf("%s: assets end at byte %d", f.name, len(assets))
		}
		if err := checkSum(assets[f.start:f.end], f.sha256); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.name), assets[f.start:f.end], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// unpack returns the file of the package that contains the networks.
func unpack(packed []byte) ([]byte, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(zipped); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("it has no file %s", packageAssets)
		}
		if err != nil {
			return nil, err
		}
		if h.Name == packageAssets {
			return io.ReadAll(io.LimitReader(files, packageLimit))
		}
	}
}
