package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestHouse runs lint on the module, so that `go test ./...` reports breaches too.
func TestHouse(t *testing.T) {
	tree, err := parseTree(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range check(tree) {
		t.Error(b)
	}
}

func TestRules(t *testing.T) {
	tests := []struct {
		name string
		file string
		src  string
		want []string // breaches; nil: none
	}{
		{"gocv in its leaf", "video/opencv/a.go", `package opencv; import "gocv.io/x/gocv"`, nil},
		{"gocv elsewhere", "video/a.go", `package video; import "gocv.io/x/gocv"`,
			[]string{`video/a.go:1: import "gocv.io/x/gocv": OpenCV stays in one leaf`}},
		{"gocv in a test elsewhere", "video/a_test.go", `package video; import "gocv.io/x/gocv"`,
			[]string{`video/a_test.go:1: import "gocv.io/x/gocv": OpenCV stays in one leaf`}},
		{"go-dsp elsewhere", "sync/a.go", `package avsync; import "github.com/mjibson/go-dsp/fft"`,
			[]string{`sync/a.go:1: import "github.com/mjibson/go-dsp/fft": signal processing stays in package audio`}},
		{"go-audio elsewhere", "detector/a.go", `package detector; import "github.com/go-audio/wav"`,
			[]string{`detector/a.go:1: import "github.com/go-audio/wav": PCM decoding stays in package audio`}},
		{"a path with the same prefix", "sync/a.go", `package avsync; import "github.com/go-audiophile/x"`, nil},
		{"tensor in its leaf", "detector/network/a.go", `package network; import "gorgonia.org/tensor"`, nil},
		{"tensor elsewhere", "detector/train/a.go", `package train; import "gorgonia.org/tensor"`,
			[]string{`detector/train/a.go:1: import "gorgonia.org/tensor": Gorgonia stays in one leaf`}},
		{"behind a build tag", "detector/a.go", "//go:build cuda\n\npackage detector\n\nimport \"gorgonia.org/cu\"\n",
			[]string{`detector/a.go:5: import "gorgonia.org/cu": Gorgonia stays in one leaf`}},
		{"progress bar in another command", "cmd/bench/a.go", `package main; import "github.com/schollz/progressbar/v3"`,
			[]string{`cmd/bench/a.go:1: import "github.com/schollz/progressbar/v3": progress is drawn by the command`}},
		{"flags in a command", "cmd/bench/a.go", `package main; import "flag"`, nil},
		{"flags elsewhere", "detector/batch/a.go", `package batch; import "flag"`,
			[]string{`detector/batch/a.go:1: import "flag": flags are read by commands`}},
		{"flags in a test", "detector/batch/a_test.go", `package batch; import "flag"`, nil},
		{"a process elsewhere", "audio/a.go", `package audio; import "os/exec"`,
			[]string{`audio/a.go:1: import "os/exec": ffmpeg and the browser that prints are each run from one place`}},
		{"a process in a test", "audio/a_test.go", `package audio; import "os/exec"`, nil},
		{"cgo in a pure package", "weights/a.go", `package weights; import "C"`,
			[]string{`weights/a.go:1: import "C": all else is pure Go`}},
		{"the network", "cmd/deepcheck/a.go", `package main; import "net/http"`,
			[]string{`cmd/deepcheck/a.go:1: import "net/http": deepcheck connects to nothing but the local browser`}},
		{"net/url without the network", "detector/report/a.go", `package report; import "net/url"`, nil},
		{"an allowed import", "detector/a.go", `package detector; import "example.com/m/video"`, nil},
		{"a forbidden import", "video/a.go", `package video; import "example.com/m/detector"`,
			[]string{`video/a.go:1: import "example.com/m/detector": video does not import detector`}},
		{"a pure Go package that imports OpenCV", "sync/a.go", `package avsync; import "example.com/m/video/opencv"`,
			[]string{`sync/a.go:1: import "example.com/m/video/opencv": sync does not import video/opencv`}},
		{"a forbidden import in a test", "video/a_test.go", `package video_test; import "example.com/m/video/opencv"`, nil},
		{"sync as avsync", "detector/a.go", `package detector; import avsync "example.com/m/sync"`, nil},
		{"sync without a name", "detector/a.go", `package detector; import "example.com/m/sync"`,
			[]string{`detector/a.go:1: import "example.com/m/sync": import it as avsync, because the standard library has a package sync`}},
		{"sync under another name", "detector/a_test.go", `package detector; import s "example.com/m/sync"`,
			[]string{`detector/a_test.go:1: import "example.com/m/sync": import it as avsync, because the standard library has a package sync`}},
		{"a command's own package", "cmd/sample/a.go", `package main; import "example.com/m/cmd/sample/speech"`, nil},
		{"another command's package", "cmd/bench/a.go", `package main; import "example.com/m/cmd/sample/speech"`,
			[]string{`cmd/bench/a.go:1: import "example.com/m/cmd/sample/speech": cmd/bench does not import cmd/sample/speech`}},
		{"exit in a command", "cmd/bench/a.go", "package main; import \"os\"; func f() { os.Exit(1) }", nil},
		{"exit elsewhere", "sync/a.go", "package avsync\nimport \"os\"\nfunc f() { os.Exit(1) }",
			[]string{`sync/a.go:3: os.Exit: only commands end the process`}},
		{"fatal elsewhere", "sync/a.go", "package avsync\nimport \"log\"\nfunc f() { log.Fatalf(\"\") }",
			[]string{`sync/a.go:3: log.Fatalf: only commands end the process`}},
		{"init", "sync/a.go", "package avsync\n\nfunc init() {}",
			[]string{`sync/a.go:3: func init: create each value where it is used`}},
		{"a method called init", "sync/a.go", "package avsync; type T int; func (T) init() {}", nil},
		{"500 lines", "sync/a.go", "package avsync\n" + strings.Repeat("\n", 499), nil},
		{"501 lines", "sync/a.go", "package avsync\n" + strings.Repeat("\n", 500),
			[]string{`sync/a.go: 501 lines, more than 500`}},
		{"at the top", "a.go", "// Package m is.\npackage m",
			[]string{
				`.: Go code belongs in audio, cmd, detector, sync, video, weights and below`,
				`.: no package comment in doc.go`}},
		{"an unknown package", "detector/magic/doc.go", "// Package magic is.\npackage magic",
			[]string{`detector/magic: new package: enter it in mayImport of cmd/lint`}},
		{"a meaningless name", "cmd/sample/utils/doc.go", "// Package utils is.\npackage utils",
			[]string{`cmd/sample/utils: package name utils does not describe the content`}},
		{"no doc.go", "cmd/sample/face/a.go", "// Package face is.\npackage face",
			[]string{`cmd/sample/face: no package comment in doc.go`}},
		{"test data is skipped", "video/testdata/a.go", "package helper", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fsys := fstest.MapFS{"go.mod": {Data: []byte("module example.com/m\n\ngo 1.26\n")}}
			for dir := range mayImport {
				fsys[dir+"/doc.go"] = &fstest.MapFile{Data: []byte("// Package p is.\npackage p\n")}
			}
			for _, dir := range []string{"cmd/bench", "cmd/deepcheck", "cmd/sample"} {
				fsys[dir+"/main.go"] = &fstest.MapFile{Data: []byte("// Command c is.\npackage main\n")}
			}
			fsys[test.file] = &fstest.MapFile{Data: []byte(test.src)}
			tree, err := parseTree(fsys)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range check(tree) {
				got = append(got, b.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}

func TestParseTreeErrors(t *testing.T) {
	tests := []struct {
		name string
		fsys fstest.MapFS
		want string
	}{
		{"no go.mod", fstest.MapFS{}, "go.mod"},
		{"go.mod without a module", fstest.MapFS{"go.mod": {Data: []byte("go 1.26\n")}}, "no module line"},
		{"not Go", fstest.MapFS{"go.mod": {Data: []byte("module m\n")}, "a.go": {Data: []byte("hello")}}, "a.go:1:1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseTree(test.fsys)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}
