package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxLines is how long a file may be: what is longer has two subjects.
const maxLines = 500

// topLevel are the folders that hold Go code at the top.
var topLevel = []string{"audio", "cmd", "detector", "sync", "video", "weights"}

// badNames are package names that say nothing of what is inside.
var badNames = []string{"base", "common", "helper", "helpers", "misc", "shared", "types", "util", "utils"}

// A lock keeps an import inside the folders that own it.
type lock struct {
	imports  string   // path; all paths below it are meant too
	except   []string // paths below it that anybody may import
	owners   []string // folders, "/..." for all below; none: nobody may
	notTests bool     // tests may import it anywhere
	reason   string
}

// locks: each heavy dependency has one leaf, and what ends the process, reads
// flags or runs programs has its place. (Tests have their -update flag, and make
// their clips with ffmpeg.)
//
// That video, video/facemodel and weights are pure Go follows from the lock on
// "C" together with mayImport, which lets them reach no package that has it.
var locks = []lock{
	{"gocv.io/x/gocv", nil, []string{"video/opencv"}, false, "OpenCV stays in one leaf"},
	{"github.com/mjibson/go-dsp", nil, []string{"audio"}, false, "signal processing stays in package audio"},
	{"github.com/go-audio", nil, []string{"audio"}, false, "PCM decoding stays in package audio"},
	{"gorgonia.org", nil, []string{"detector/network"}, false, "Gorgonia stays in one leaf"},
	{"github.com/chewxy", nil, []string{"detector/network"}, false, "Gorgonia's types stay with it"},
	{"gonum.org", nil, []string{"detector/network", "detector/statistic"}, false, "linear algebra stays with the network and the fits"},
	{"github.com/schollz/progressbar", nil, []string{"cmd/deepcheck"}, false, "progress is drawn by the command"},
	{"golang.org/x/term", nil, []string{"cmd/deepcheck"}, false, "only the command knows terminals"},
	{"flag", nil, []string{"cmd/..."}, true, "flags are read by commands"},
	{"github.com/chromedp", nil, []string{"detector/visit"}, true, "a browser is driven by tests only"},
	{"github.com/deepcheck/deepcheck/detector/visit", nil, nil, true, "pages are visited by tests only"},
	{"github.com/deepcheck/deepcheck/detector/dataset/made", nil, nil, true, "clips of noise are for tests only"},
	{"github.com/santhosh-tekuri/jsonschema", nil, nil, true, "schemas are checked by tests only"},
	{"os/exec", nil, []string{"video", "detector/report/pdf", "detector/visit", "cmd/..."}, true, "ffmpeg and the browser that prints are each run from one place"},
	{"C", nil, []string{"video/opencv", "video/facenet", "detector/network"}, false, "all else is pure Go"},
	{"net", []string{"net/url"}, []string{"detector/ui"}, true, "deepcheck talks to nobody but the browser beside it"},
}

// mayImport says which of the module's own packages a package imports outside
// its tests. Folders below cmd are not listed: they may import all but each
// other's.
var mayImport = map[string][]string{
	"audio":                   {"video"},
	"detector":                {"audio", "detector/container", "detector/lips", "detector/network", "sync", "video", "video/opencv", "weights"},
	"detector/batch":          {"detector", "detector/report", "video"},
	"detector/container":      nil,
	"detector/dataset":        {"audio", "detector", "detector/network", "video"},
	"detector/dataset/made":   {"audio", "detector/dataset", "video"},
	"detector/evaluate":       {"audio", "detector", "detector/dataset", "detector/lips", "detector/network", "detector/statistic", "sync", "video", "weights"},
	"detector/lips":           nil,
	"detector/network":        {"weights"},
	"detector/record":         nil,
	"detector/report":         {"detector", "detector/container", "detector/lips", "detector/record", "detector/report/markers", "detector/report/pdf", "sync", "video"},
	"detector/report/markers": nil,
	"detector/report/pdf":     nil,
	"detector/ui":             {"detector", "detector/batch", "detector/report", "video"},
	"detector/statistic":      nil,
	"detector/train":          {"audio", "detector", "detector/dataset", "detector/evaluate", "detector/lips", "detector/network", "detector/statistic", "sync", "video", "weights"},
	"detector/visit":          nil,
	"sync":                    nil,
	"video":                   nil,
	"video/facemodel":         nil,
	"video/facemodel/install": {"video/facemodel"},
	"video/facenet":           {"video/facemodel"},
	"video/opencv":            {"video", "video/facemodel", "video/facenet"},
	"weights":                 nil,
}

// mayExit are the folders whose code may end the process.
var mayExit = []string{"cmd/...", "video/facemodel/install"}

// A breach is one place where a rule is broken.
type breach struct {
	file    string
	line    int // 0 where the whole file is meant
	message string
}

func (b breach) String() string {
	if b.line == 0 {
		return b.file + ": " + b.message
	}
	return fmt.Sprintf("%s:%d: %s", b.file, b.line, b.message)
}

// check returns what breaks the rules, in order of file and line.
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
	all = append(all, checkPackages(t, documented)...)
	slices.SortStableFunc(all, func(a, b breach) int {
		return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
	})
	return all
}

// checkFile checks what a file tells by itself.
func checkFile(f *file) []breach {
	var all []breach
	if f.lines > maxLines {
		all = append(all, breach{f.name, 0, fmt.Sprintf("%d lines, more than %d", f.lines, maxLines)})
	}
	for _, line := range f.inits {
		all = append(all, breach{f.name, line, "func init: what is needed at start is made where it is used"})
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
		all = append(all, breach{f.name, im.line, fmt.Sprintf("import %q: import it as avsync, the standard library has a sync too", im.path)})
	}
	if f.test() || mayUse(f.dir(), own) {
		return all
	}
	return append(all, breach{f.name, im.line, fmt.Sprintf("import %q: %s does not import %s", im.path, f.dir(), own)})
}

// mayUse tells whether code of folder dir may import the module's folder own.
func mayUse(dir, own string) bool {
	if command, ok := commandOf(dir); ok {
		other, ok := commandOf(own)
		return !ok || other == command
	}
	return slices.Contains(mayImport[dir], own)
}

// commandOf returns the folder right below cmd that holds dir.
func commandOf(dir string) (string, bool) {
	rest, ok := strings.CutPrefix(dir, "cmd/")
	command, _, _ := strings.Cut(rest, "/")
	return command, ok
}

// checkPackages checks each folder once.
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
			all = append(all, breach{dir, 0, "Go code stands in " + strings.Join(topLevel, ", ") + " and below"})
		} else if _, listed := mayImport[dir]; !listed && top != "cmd" {
			all = append(all, breach{dir, 0, "new package: enter it in mayImport of cmd/lint"})
		}
		if slices.Contains(badNames, f.pkg) || slices.Contains(badNames, path.Base(dir)) {
			all = append(all, breach{dir, 0, "the name of package " + f.pkg + " says nothing of what is inside"})
		}
		if !documented[dir] {
			all = append(all, breach{dir, 0, "no package comment in doc.go"})
		}
	}
	return all
}

// below tells whether path p is root or lies below it.
func below(p, root string) bool {
	return p == root || strings.HasPrefix(p, root+"/")
}

// within tells whether a folder is one of the patterns, of which "a/..." means
// all below a.
func within(dir string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if root, ok := strings.CutSuffix(p, "/..."); ok {
			return strings.HasPrefix(dir, root+"/")
		}
		return dir == p
	})
}
