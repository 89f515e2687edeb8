package store

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/verdict"
)

// An Identity is everything that determines the result of a scan, except the content of the
// file.
type Identity struct {
	Tool    string            // program, version and commit; a build id if the commit is unknown
	Weights string            // fingerprint
	Options map[string]string // of the scan
}

// Digest returns the SHA-256 of the identity, hexadecimal.
func (id Identity) Digest() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q", id.Tool, id.Weights)
	for _, name := range slices.Sorted(maps.Keys(id.Options)) {
		fmt.Fprintf(&b, " %q=%q", name, id.Options[name])
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
}

// difference describes how other differs; it is empty if the identities are equal.
func (id Identity) difference(other Identity) string {
	switch {
	case id.Tool != other.Tool:
		return fmt.Sprintf("made by %s, this is %s", other.Tool, id.Tool)
	case id.Weights != other.Weights:
		return fmt.Sprintf("made with weights %.12s, these are %.12s", other.Weights, id.Weights)
	case !maps.Equal(id.Options, other.Options):
		return "made with other options"
	}
	return ""
}

// A Key identifies a scan: the same content and the same identity have the same result.
type Key struct {
	SHA256   string // of the file, hexadecimal
	Size     int64  // bytes
	Identity string // its Digest
}

// ID returns the key as a file name: the SHA-256 of the content and 64 bits of the identity.
func (k Key) ID() string { return fmt.Sprintf("%s-%.16s", k.SHA256, k.Identity) }

// A Scan is the scan of one file.
type Scan struct {
	Name     string // path or name of the file, as the user knows it
	SHA256   string // of the file, hexadecimal
	Size     int64  // bytes
	Identity Identity
	Started  time.Time       // when the scan or its sweep began
	Result   *verdict.Result // nil in listings

	// Further fields that a History lists and reports. A Journal leaves them zero.
	Tool        report.Tool
	WeightsName string
	Machine     string
	Glance      report.Glance
}

// Key returns the key of the scan.
func (s *Scan) Key() Key { return Key{s.SHA256, s.Size, s.Identity.Digest()} }

// Rename changes res into the result of the same content under another name.
func Rename(res *verdict.Result, name string) {
	if res.Path == name {
		return
	}
	for i, warning := range res.Warnings {
		res.Warnings[i] = strings.ReplaceAll(warning, strconv.Quote(res.Path), strconv.Quote(name))
	}
	res.Path, res.Media.Path = name, name
}
