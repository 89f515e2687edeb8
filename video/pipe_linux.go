package video

import (
	"os"
	"syscall"
)

// widen asks the kernel for a pipe of n bytes instead of 64 KiB, so that ffmpeg
// and the reader change places a dozen times less often a picture. Where the
// system allows less, the pipe stays as it is.
func widen(f *os.File, n int) {
	const setPipeSize = 1031 // F_SETPIPE_SZ of fcntl(2), which package syscall does not name
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	// Control cannot fail on a pipe that was just made.
	_ = conn.Control(func(fd uintptr) {
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, uintptr(n))
	})
}
