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
		".3g2", ".3gp", ".3gpp", ".asf", ".avi", ".divx", ".dv", ".f4v", ".flv", ".gxf", ".lrv", ".m2t", ".m2ts", ".m2v", ".m4v",
		".mkv", ".mod", ".mov", ".mp4", ".mpe", ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".qt", ".rm", ".rmvb", ".tod",
		".ts", ".vob", ".webm", ".wmv", ".wtv", ".y4m",
	}
}

// IsVideoName reports whether a file found in a folder counts as a video, by its extension and
// kind. Names that begin with "._" do not. A symbolic link counts as its target. A broken link
// counts as a video, so that opening it reports the error.
func IsVideoName(path string, kind fs.FileMode) bool {
	// macOS writes "._name" beside files on foreign disks: attributes under the name of a video.
	if strings.HasPrefix(filepath.Base(path), "._") || !slices.Contains(Extensions(), strings.ToLower(filepath.Ext(path))) {
		return false
	}
	if kind&fs.ModeSymlink == 0 {
		return kind.IsRegular()
	}
	st, err := os.Stat(path)
	return err != nil || st.Mode().IsRegular()
}
