package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/deepcheck/deepcheck/video"
)

// A Page says where an HTML report is stored and whether it contains the videos. The zero value
// is a page in the working folder that links to the files.
type Page struct {
	Folder string // of the page; empty: the working folder
	Embed  bool   // embed the files in the page
}

// maxEmbeddedSize is the maximum size of an embedded file in bytes: browsers hold several copies
// of it in memory.
const maxEmbeddedSize = 256 << 20

// videoTypes maps ffmpeg's names of container formats to media types.
var videoTypes = []struct{ format, media string }{
	{"mp4", "video/mp4"}, {"webm", "video/webm"}, {"ogg", "video/ogg"}, {"mpegts", "video/mp2t"}, {"avi", "video/x-msvideo"},
}

// videoURL returns the URL of a file for the player of the page, empty for none.
func (p *Page) videoURL(f *File) (template.URL, error) {
	switch {
	case f.failed() || f.Path == "":
		return "", nil
	case p.Embed:
		return dataURI(f)
	case f.Video != "":
		return template.URL(f.Video), nil
	}
	return template.URL(p.relativeURL(f.Path)), nil
}

// relativeURL returns the path from the folder of the page to a file as a URL, empty if there is
// no relative path.
func (p *Page) relativeURL(path string) string {
	if filepath.IsAbs(path) || p.Folder != "" && p.Folder != "." {
		folder, err := filepath.Abs(p.Folder)
		if err != nil {
			return ""
		}
		if path, err = filepath.Abs(path); err != nil {
			return ""
		}
		if path, err = filepath.Rel(folder, path); err != nil {
			return ""
		}
	}
	parts := strings.Split(filepath.ToSlash(filepath.Clean(path)), "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	if strings.Contains(parts[0], ":") { // otherwise it would read as a scheme
		parts[0] = "./" + parts[0]
	}
	return strings.Join(parts, "/")
}

// dataURI returns the whole file as a data URI. The error wraps errChanged if the file has
// changed since the scan.
func dataURI(f *File) (template.URL, error) {
	if f.Result.Size > maxEmbeddedSize {
		return "", fmt.Errorf("embedding %q: %d MB, the most is %d: leave --embed-video out", f.Path, f.Result.Size>>20, maxEmbeddedSize>>20)
	}
	data, err := os.ReadFile(cmp.Or(f.ReadPath, f.Path))
	if err != nil {
		return "", fmt.Errorf("embedding %q: %w", f.Path, video.WithoutPath(err))
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.Result.SHA256 {
		return "", fmt.Errorf("embedding %q: %w", f.Path, errChanged)
	}
	media := "video/mp4"
	for _, t := range videoTypes {
		if strings.Contains(f.Result.Media.Format, t.format) {
			media = t.media
			break
		}
	}
	return template.URL("data:" + media + ";base64," + base64.StdEncoding.EncodeToString(data)), nil
}

var errChanged = errors.New("the file is no longer the one that was judged")
