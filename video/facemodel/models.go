package facemodel

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
)

// models holds what `make setup` put into the folder, beside its README.
//
//go:embed models
var models embed.FS

// ErrNoModels says that the program was built without the face networks.
var ErrNoModels = errors.New("built without the face networks: run `make setup build`")

// Input sizes: the networks take squares of so many pixels a side.
const (
	LandmarkSize = 192
	DetectorSize = 128
)

// Tensors at which the networks are cut; the package comment has their shapes.
const (
	meshTensor     = 213
	presenceTensor = 210

	scoresFine   = 160 // grid of 16 x 16
	scoresCoarse = 163 // grid of 8 x 8
	boxesFine    = 166
	boxesCoarse  = 169
)

// Landmark returns the face mesh network as ONNX bytes, or ErrNoModels.
func Landmark() ([]byte, error) {
	return load(landmarkFile, meshTensor, presenceTensor)
}

// Detector returns the short-range face detector as ONNX bytes, or ErrNoModels.
func Detector() ([]byte, error) {
	return load(detectorFile, scoresFine, scoresCoarse, boxesFine, boxesCoarse)
}

// read returns an embedded file after checking that it is the pinned one.
func read(m modelFile) ([]byte, error) {
	file, err := models.ReadFile("models/" + m.name)
	if err != nil {
		return nil, ErrNoModels
	}
	if err := checkSum(file, m.sha256); err != nil {
		return nil, fmt.Errorf("embedded %s: %w", m.name, err)
	}
	return file, nil
}

// load converts an embedded file.
func load(m modelFile, outputs ...int) ([]byte, error) {
	file, err := read(m)
	if err != nil {
		return nil, err
	}
	onnx, err := Convert(file, outputs...)
	if err != nil {
		return nil, fmt.Errorf("embedded %s: %w", m.name, err)
	}
	return onnx, nil
}

func checkSum(data []byte, want string) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("sha256 is %s, want %s", got, want)
	}
	return nil
}

// LandmarkLayers returns the face mesh network as layers and the tensors that
// are its outputs, in the order of [Landmark]'s; or ErrNoModels.
func LandmarkLayers() (layers []Layer, outputs []int, err error) {
	return loadLayers(landmarkFile, meshTensor, presenceTensor)
}

// DetectorLayers is LandmarkLayers for the short-range face detector, in the order
// of [Detector]'s.
func DetectorLayers() (layers []Layer, outputs []int, err error) {
	return loadLayers(detectorFile, scoresFine, scoresCoarse, boxesFine, boxesCoarse)
}

// loadLayers fuses an embedded file.
func loadLayers(m modelFile, outputs ...int) ([]Layer, []int, error) {
	file, err := read(m)
	if err != nil {
		return nil, nil, err
	}
	layers, err := Fuse(file, outputs...)
	if err != nil {
		return nil, nil, fmt.Errorf("embedded %s: %w", m.name, err)
	}
	return layers, outputs, nil
}
