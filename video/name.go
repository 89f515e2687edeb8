package video

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Extensions lists the extensions, in lower case, of the files in a folder that count as
// videos.
func Extensions() []string {
	return []string{
		".3g2", ".3gp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".m2ts", ".m2v", ".m4v", ".mkv", ".mov", ".mp4",
		".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".y4m",
	}
}

// IsVideoName reports whether a file found in a folder counts as a video, by its extension and
// kind. A symbolic link counts as its target. A broken link counts as a video, so that opening
// it reports the error.
func IsVideoName(path string, kind fs.FileMode) bool {
	if !slices.Contains(Extensions(), strings.ToLower(filepath.Ext(path))) {
		return false
	}
	if kind&fs.ModeSymlink == 0 {
		return kind.IsRegular()
	}
	st, err := os.Stat(path)
	return err != nil || st.Mode().IsRegular()
}
