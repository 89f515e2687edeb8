package video

import (
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// apart puts a process into a group of its own: a Ctrl-C that the terminal sends to all of ours must not end it before
// we know of it, as if the file were bad.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true} }

// openPipe returns a pipe whose ends block and which the runtime does not watch: it
// would be woken by every piece that ffmpeg writes, whether anybody reads or not.
func openPipe() (r, w *os.File, err error) {
	var fd [2]int
	if err := unix.Pipe2(fd[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	return os.NewFile(uintptr(fd[0]), "pipe"), os.NewFile(uintptr(fd[1]), "pipe"), nil
}

// openStream is openPipe with room for n bytes, or as many as the system allows, for what is
// large: of a socket pair, which takes memory in pieces of 32 KiB, where a pipe
// takes it by the page, and of which more fits.
func openStream(n int) (r, w *os.File, err error) {
	fd, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	_ = unix.SetsockoptInt(fd[1], unix.SOL_SOCKET, unix.SO_SNDBUF, n)
	return os.NewFile(uintptr(fd[0]), "socket"), os.NewFile(uintptr(fd[1]), "socket"), nil
}

// widen asks the kernel for a pipe of n bytes instead of 64 KiB, so that ffmpeg
// need not wait while the reader rests. Where the system allows less, the pipe stays as it is.
func widen(f *os.File, n int) {
	_ = control(f, func(fd int) { _, _ = unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, n) })
}

// look tells whether reading a pipe would not block, and how many bytes are there:
// none at the end. The error is that of a closed file.
func look(f *os.File) (ready bool, n int, err error) {
	err = control(f, func(fd int) {
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		events, failed := unix.Poll(p, 0)
		if ready = failed == nil && events > 0; ready {
			n, _ = unix.IoctlGetInt(fd, unix.TIOCINQ) // none where that is unknown: reading tells
		}
	})
	return ready, n, err
}

// control calls do with the descriptor of a file, which stays valid meanwhile; the
// error is that of a closed file.
func control(f *os.File, do func(fd int)) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return conn.Control(func(fd uintptr) { do(int(fd)) })
}
