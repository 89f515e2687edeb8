//go:build !linux

package video

import (
	"io/fs"
	"math"
	"os"
	"os/exec"
	"time"
)

// canPassFiles: elsewhere a descriptor passed on shares its offset with ours.
const canPassFiles = false

// changeTime returns the zero time: the system is not asked.
func changeTime(fs.FileInfo) time.Time { return time.Time{} }

// ownGroup leaves a process in our process group.
func ownGroup(*exec.Cmd) {}

// limitMemory does nothing: the system has no such limit for another process.
func limitMemory(int) {}

func openPipe() (r, w *os.File, err error) { return os.Pipe() }

func openStream(int) (r, w *os.File, err error) { return os.Pipe() }

// widen does nothing: the system has no way to enlarge a pipe.
func widen(*os.File, int) {}

// look always reports enough data: Read waits for it.
func look(*os.File) (ready bool, n int, err error) { return true, math.MaxInt, nil }
