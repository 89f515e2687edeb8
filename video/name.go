package video

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Extensions lists the endings, in lower case, by which files in folders are
// taken for video.
func Extensions() []string {
	return []string{
		".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".m2ts", ".m2v", ".m4v", ".mkv", ".mov", ".mp4",
		".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".y4m",
	}
}

// IsVideo tells by name and kind whether a file found in a folder is taken for video. A link is what it leads
// to; one that leads nowhere is too, so that opening it says so.
func IsVideo(path string, kind fs.FileMode) bool {
	if !slices.Contains(Extensions(), strings.ToLower(filepath.Ext(path))) {
		return false
	}
	if kind&fs.ModeSymlink == 0 {
		return kind.IsRegular()
	}
	st, err := os.Stat(path)
	return err != nil || st.Mode().IsRegular()
}
