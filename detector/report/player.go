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

// A Page says where an HTML report will lie and what it carries. The zero value
// is a page in the working folder that points to the files.
type Page struct {
	Folder string // that the page will lie in; empty: the working folder
	Embed  bool   // carry the files in the page
}

// mostEmbedded is how large a file may be that a page carries: browsers hold it
// in memory several times.
const maxEmbeddedSize = 256 << 20

// videoTypes are the media types of containers by ffmpeg's names.
var videoTypes = []struct{ format, media string }{
	{"mp4", "video/mp4"}, {"webm", "video/webm"}, {"ogg", "video/ogg"}, {"mpegts", "video/mp2t"}, {"avi", "video/x-msvideo"},
}

// player returns the address of the file for the page's player; empty for none.
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

// relative returns the way from the page's folder to a file as a URL, empty
// where there is none.
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
	if strings.Contains(parts[0], ":") { // or it would be a scheme
		parts[0] = "./" + parts[0]
	}
	return strings.Join(parts, "/")
}

// embed returns the whole file as a data URI. It must still be the one that was
// judged.
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
