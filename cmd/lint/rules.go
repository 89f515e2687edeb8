package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxLines is the maximum length of a file. A longer file has more than one subject.
const maxLines = 500

// topLevel lists the top-level folders that hold Go code.
var topLevel = []string{"audio", "cmd", "detector", "sync", "video", "weights"}

// badNames lists package names that do not describe the content.
var badNames = []string{"base", "common", "helper", "helpers", "misc", "shared", "types", "util", "utils"}

// A lock restricts an import to the folders that own it.
type lock struct {
	imports  string   // import path; includes all paths below it
	except   []string // paths below it that every package may import
	owners   []string // folders that may import it; "a/..." is all below a; nil: none
	notTests bool     // tests in any folder may import it
	reason   string   // end of the message
}

// locks confines each heavy dependency to the packages that own it, and restricts flags, processes
// and the network to the packages that need them. Tests may use flags and processes
// everywhere: they have an -update flag and make their clips with ffmpeg.
//
// The packages video, video/facemodel and weights are pure Go: the lock on "C"
// forbids cgo there, and mayImport gives them no package that uses cgo.
var locks = []lock{
	{"gocv.io/x/gocv", nil, []string{"video/opencv"}, false, "OpenCV stays in one leaf"},
	{"github.com/mjibson/go-dsp", nil, []string{"audio"}, false, "signal processing stays in package audio"},
	{"github.com/go-audio", nil, []string{"audio"}, false, "PCM decoding stays in package audio"},
	{"github.com/fxamacker/cbor", nil, []string{"detector/store"}, false, "scans are encoded in package store"},
	{"gorgonia.org", nil, []string{"detector/network"}, false, "Gorgonia stays in one leaf"},
	{"github.com/chewxy", nil, []string{"detector/network"}, false, "Gorgonia's types stay with it"},
	{"gonum.org", nil, []string{"detector/network", "detector/internal/statistic"}, false, "linear algebra stays with the network and the fits"},
	{"github.com/schollz/progressbar", nil, []string{"cmd/deepcheck"}, false, "progress is drawn by the command"},
	{"golang.org/x/term", nil, []string{"cmd/deepcheck"}, false, "only the command knows terminals"},
	{"flag", nil, []string{"cmd/..."}, true, "flags are read by commands"},
	{"github.com/chromedp", nil, []string{"detector/visit"}, true, "a browser is driven by tests only"},
	{"github.com/deepcheck/deepcheck/detector/visit", nil, nil, true, "pages are visited by tests only"},
	{"github.com/deepcheck/deepcheck/detector/dataset/made", nil, nil, true, "clips of noise are for tests only"},
	{"github.com/santhosh-tekuri/jsonschema", nil, nil, true, "schemas are checked by tests only"},
	{"os/exec", nil, []string{"video", "detector/report/pdf", "detector/visit", "cmd/..."}, true, "ffmpeg and the browser that prints are each run from one place"},
	{"C", nil, []string{"video/opencv", "video/facenet", "detector/network"}, false, "all else is pure Go"},
	{"net", []string{"net/url"}, []string{"detector/ui"}, true, "deepcheck connects to nothing but the local browser"},
}

// mayImport lists the packages of the module that each package may import outside
// its tests. Folders below cmd are not listed: a command may import every package
// except those of other commands.
var mayImport = map[string][]string{
	// The flow, from the file to the report.
	"video":            nil,
	"audio":            {"video"},
	"sync":             {"video"},
	"detector/embed":   {"audio", "detector/network", "sync", "video"},
	"detector/score":   {"detector/embed", "detector/internal/lips", "detector/network", "detector/verdict", "sync", "video"},
	"detector/verdict": {"detector/container", "sync", "video"},
	"detector":         {"audio", "detector/container", "detector/embed", "detector/internal/lips", "detector/network", "detector/score", "detector/verdict", "sync", "video", "weights"},
	"detector/report":  {"detector/container", "detector/internal/lips", "detector/record", "detector/report/markers", "detector/report/pdf", "detector/report/phrase", "detector/verdict", "sync", "video"},

	// What the flow calls.
	"detector/container":      nil,
	"detector/internal/lips":  nil,
	"detector/network":        nil,
	"detector/record":         nil,
	"detector/report/markers": nil,
	"detector/report/pdf":     nil,
	"detector/report/phrase":  nil,
	"video/facemodel":         nil,
	"video/facemodel/install": {"video/facemodel"},
	"video/facenet":           {"video/facemodel"},
	"video/opencv":            {"video", "video/facemodel", "video/facenet"},
	"weights":                 nil,

	// What calls the flow.
	"detector/store":              {"detector/container", "detector/report", "detector/verdict", "sync", "video"},
	"detector/batch":              {"detector/report", "detector/store", "detector/verdict", "video"},
	"detector/ui":                 {"detector/batch", "detector/report", "detector/report/phrase", "detector/store", "detector/verdict", "video"},
	"detector/dataset":            {"audio", "detector", "detector/network", "video"},
	"detector/dataset/made":       {"audio", "detector/dataset", "video"},
	"detector/internal/statistic": nil,
	"detector/evaluate":           {"audio", "detector", "detector/dataset", "detector/embed", "detector/internal/lips", "detector/network", "detector/score", "detector/internal/statistic", "detector/verdict", "sync", "video", "weights"},
	"detector/train":              {"audio", "detector", "detector/dataset", "detector/embed", "detector/evaluate", "detector/internal/lips", "detector/network", "detector/score", "detector/internal/statistic", "detector/verdict", "sync", "video", "weights"},
	"detector/visit":              nil,
}

// mayExit lists the folders whose code may end the process.
var mayExit = []string{"cmd/...", "video/facemodel/install"}

// A breach is one place where a rule is broken.
type breach struct {
	file    string
	line    int // from 1; 0 if the breach concerns the whole file or folder
	message string
}

func (b breach) String() string {
	if b.line == 0 {
		return b.file + ": " + b.message
	}
	return fmt.Sprintf("%s:%d: %s", b.file, b.line, b.message)
}

// check returns all breaches, ordered by file and line.
func check(t *tree) []breach {
	var all []breach
	documented := map[string]bool{}
	for i := range t.files {
		f := &t.files[i]
		all = append(all, checkFile(f)...)
		for _, im := range f.imports {
			all = append(all, checkImport(t.module, f, im)...)
		}
		if f.documents && (path.Base(f.name) == "doc.go" || f.pkg == "main") {
			documented[f.dir()] = true
		}
	}
	for _, p := range t.pages {
		all = append(all, checkWidth(p.name, "line", p.prose, maxProse)...)
	}
	all = append(all, checkPackages(t, documented)...)
	slices.SortStableFunc(all, func(a, b breach) int {
		return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
	return all
}

// checkFile checks the rules that concern one file alone.
func checkFile(f *file) []breach {
	var all []breach
	if f.lines > maxLines {
		all = append(all, breach{f.name, 0, fmt.Sprintf("%d lines, more than %d", f.lines, maxLines)})
	}
	all = append(all, checkWidth(f.name, "comment", f.wide, maxComment)...)
	all = append(all, checkComments(f)...)
	for _, line := range f.inits {
		all = append(all, breach{f.name, line, "func init: create each value where it is used"})
	}
	if !within(f.dir(), mayExit) && !f.test() {
		for _, c := range f.exits {
			all = append(all, breach{f.name, c.line, c.name + ": only commands end the process"})
		}
	}
	return all
}

// checkImport checks one import of a file.
func checkImport(module string, f *file, im imported) []breach {
	var all []breach
	for _, l := range locks {
		if below(im.path, l.imports) && !slices.ContainsFunc(l.except, func(e string) bool { return below(im.path, e) }) && !within(f.dir(), l.owners) {
			if f.test() && l.notTests {
				continue
			}
			all = append(all, breach{f.name, im.line, fmt.Sprintf("import %q: %s", im.path, l.reason)})
		}
	}
	own, ok := strings.CutPrefix(im.path, module+"/")
	if !ok {
		return all
	}
	if own == "sync" && im.alias != "avsync" {
		all = append(all, breach{f.name, im.line, fmt.Sprintf("import %q: import it as avsync, because the standard library has a package sync", im.path)})
	}
	if f.test() || mayUse(f.dir(), own) {
		return all
	}
	return append(all, breach{f.name, im.line, fmt.Sprintf("import %q: %s does not import %s", im.path, f.dir(), own)})
}

// mayUse reports whether code in folder dir may import folder own of the module.
func mayUse(dir, own string) bool {
	if command, ok := commandOf(dir); ok {
		other, ok := commandOf(own)
		return !ok || other == command
	}
	return slices.Contains(mayImport[dir], own)
}

// commandOf returns the name of the command that folder dir belongs to; ok is false
// if dir is not below cmd.
func commandOf(dir string) (string, bool) {
	rest, ok := strings.CutPrefix(dir, "cmd/")
	command, _, _ := strings.Cut(rest, "/")
	return command, ok
}

// checkPackages checks the rules that concern a folder. documented holds the folders
// with a package comment.
func checkPackages(t *tree, documented map[string]bool) []breach {
	var all []breach
	seen := map[string]bool{}
	for i := range t.files {
		f := &t.files[i]
		dir := f.dir()
		if seen[dir] {
			continue
		}
		seen[dir] = true
		top, _, _ := strings.Cut(dir, "/")
		if !slices.Contains(topLevel, top) {
			all = append(all, breach{dir, 0, "Go code belongs in " + strings.Join(topLevel, ", ") + " and below"})
		} else if _, listed := mayImport[dir]; !listed && top != "cmd" {
			all = append(all, breach{dir, 0, "new package: enter it in mayImport of cmd/lint"})
		}
		if slices.Contains(badNames, f.pkg) || slices.Contains(badNames, path.Base(dir)) {
			all = append(all, breach{dir, 0, "package name " + f.pkg + " does not describe the content"})
		}
		if !documented[dir] {
			all = append(all, breach{dir, 0, "no package comment in doc.go"})
		}
	}
	return all
}

// below reports whether path p is root or lies below root.
func below(p, root string) bool {
	return p == root || strings.HasPrefix(p, root+"/")
}

// within reports whether a folder matches one of the patterns. The pattern "a/..."
// matches all folders below a, any other pattern only itself.
func within(dir string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if root, ok := strings.CutSuffix(p, "/..."); ok {
			return strings.HasPrefix(dir, root+"/")
		}
		return dir == p
	})
}
