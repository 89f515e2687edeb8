package video

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
)

// ErrChanged means that a file changed while it was read.
var ErrChanged = errors.New("the file was changed or replaced while it was scanned: scan it again")

// An input is the file that ffprobe and ffmpeg read. Where the system lets them, they read the open
// file, so that they and its owner read the same bytes even if another file takes the path.
type input struct {
	path string
	file *os.File
	own  bool // file is to be closed
}

// openInput returns the input of an open file, or opens path if f is nil. It detects the errors
// that need no ffmpeg, whose own messages are less clear.
func openInput(path string, f *os.File) (*input, error) {
	in := &input{path: path, file: f}
	if f == nil {
		var err error
		if in.file, err = OpenFile(path); err != nil {
			return nil, err
		}
		in.own = true
	}
	st, err := in.file.Stat()
	if err == nil && st.Size() > 0 {
		return in, nil
	}
	in.close()
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, WithoutPath(err))
	}
	return nil, fmt.Errorf("reading %q: empty file: %w", path, ErrNotMedia)
}

// attach passes the open file to a program and returns the name by which the program opens it.
func (in *input) attach(cmd *exec.Cmd) string {
	if !canPassFiles {
		return "file:" + in.path
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, in.file)
	return fmt.Sprintf("file:/dev/fd/%d", 2+len(cmd.ExtraFiles))
}

func (in *input) close() {
	if in.own {
		in.file.Close()
	}
}

// named replaces the names by which programs know the input with its path.
func (in *input) named(line string) string {
	for fd := 3; canPassFiles && fd <= 6; fd++ {
		line = strings.ReplaceAll(line, fmt.Sprintf("file:/dev/fd/%d", fd), in.path)
	}
	return line
}

// CheckUnchanged returns ErrChanged if an open file is not as it was: its size, its time of
// modification or, where the system has one, its time of change.
func CheckUnchanged(f *os.File, before fs.FileInfo) error {
	now, err := f.Stat()
	if err != nil {
		return fmt.Errorf("reading %q: %w", f.Name(), WithoutPath(err))
	}
	if now.Size() != before.Size() || !now.ModTime().Equal(before.ModTime()) || !changeTime(now).Equal(changeTime(before)) {
		return fmt.Errorf("reading %q: %w", f.Name(), ErrChanged)
	}
	return nil
}
