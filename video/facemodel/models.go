package facemodel

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
)

// models embeds the folder that `make setup` puts the networks into.
//
//go:embed models
var models embed.FS

// ErrNoModels reports that the program was built without the face networks.
var ErrNoModels = errors.New("built without the face networks: run `make setup build`")

// Side of the networks' square input in pixels.
const (
	LandmarkSize = 192
	DetectorSize = 128
)

// Output tensors of the networks; the package comment lists their shapes.
const (
	meshTensor     = 213
	presenceTensor = 210

	scoresFine   = 160 // 16 x 16 grid
	scoresCoarse = 163 // 8 x 8 grid
	boxesFine    = 166
	boxesCoarse  = 169
)

// Landmark returns the TFLite file of the face mesh network, or ErrNoModels.
func Landmark() ([]byte, error) { return read(landmarkFile) }

// Detector returns the TFLite file of the short-range face detector, or ErrNoModels.
func Detector() ([]byte, error) { return read(detectorFile) }

// read returns an embedded file after checking its SHA-256, or ErrNoModels.
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

func checkSum(data []byte, want string) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("sha256 is %s, want %s", got, want)
	}
	return nil
}

// LandmarkLayers returns the layers of the face mesh network and the indices of its output
// tensors: mesh, then presence logit. It returns ErrNoModels if the network is not embedded.
func LandmarkLayers() (layers []Layer, outputs []int, err error) {
	return loadLayers(Landmark, meshTensor, presenceTensor)
}

// DetectorLayers is LandmarkLayers for the short-range face detector. Its outputs are the
// scores of the fine and the coarse grid, then the boxes of both.
func DetectorLayers() (layers []Layer, outputs []int, err error) {
	return loadLayers(Detector, scoresFine, scoresCoarse, boxesFine, boxesCoarse)
}

// loadLayers fuses the file that load returns.
func loadLayers(load func() ([]byte, error), outputs ...int) ([]Layer, []int, error) {
	file, err := load()
	if err != nil {
		return nil, nil, err
	}
	layers, err := Fuse(file, outputs...)
	return layers, outputs, err
}
