package facemodel

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tarball packs one file into a gzipped tar, the format of npm packages.
func tarball(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInstallTakesOnlyThePinnedPackage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "models")
	for name, data := range map[string][]byte{
		"nothing":           nil,
		"a text":            []byte("<html>not found</html>"),
		"another package":   tarball(t, packageAssets, []byte("assets")),
		"more than a limit": make([]byte, packageLimit+1),
	} {
		err := Install(bytes.NewReader(data), dir)
		if err == nil || !strings.Contains(err.Error(), "not the package @mediapipe/face_mesh") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("Install created its folder for a wrong package")
	}
}

func TestUnpack(t *testing.T) {
	packed := tarball(t, packageAssets, []byte("assets"))
	if got, err := unpack(packed); err != nil || string(got) != "assets" {
		t.Errorf("unpacked %q, error %v", got, err)
	}
	for n := range len(packed) - 20 {
		if _, err := unpack(packed[:n]); err == nil {
			t.Errorf("the first %d of %d bytes: no error", n, len(packed))
		}
	}
	if _, err := unpack(tarball(t, "package/README.md", []byte("assets"))); err == nil {
		t.Error("package without the assets: no error")
	}
}
