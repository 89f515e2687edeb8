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

// Landmark returns the TFLite file of the face mesh network, or ErrNoModels.
func Landmark() ([]byte, error) { return read(landmarkFile) }

// Detector returns the TFLite file of the short-range face detector, or ErrNoModels.
func Detector() ([]byte, error) { return read(detectorFile) }

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

func checkSum(data []byte, want string) error {
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("sha256 is %s, want %s", got, want)
	}
	return nil
}

// LandmarkLayers returns the face mesh network as layers and the tensors that are its
// outputs: the mesh and the presence logit. The error is ErrNoModels without the networks.
func LandmarkLayers() (layers []Layer, outputs []int, err error) {
	return loadLayers(Landmark, meshTensor, presenceTensor)
}

// DetectorLayers is LandmarkLayers for the short-range face detector, whose outputs are the
// fine and coarse scores, then the fine and coarse boxes.
func DetectorLayers() (layers []Layer, outputs []int, err error) {
	return loadLayers(Detector, scoresFine, scoresCoarse, boxesFine, boxesCoarse)
}

// loadLayers fuses an embedded file.
func loadLayers(load func() ([]byte, error), outputs ...int) ([]Layer, []int, error) {
	file, err := load()
	if err != nil {
		return nil, nil, err
	}
	layers, err := Fuse(file, outputs...)
	return layers, outputs, err
}
