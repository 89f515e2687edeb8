package video

import (
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// canPassFiles says that a program can open a descriptor that it got as a file of its own, with an
// offset of its own: /dev/fd/N.
const canPassFiles = true

// changeTime returns when the contents or the attributes of a file last changed.
func changeTime(info fs.FileInfo) time.Time {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(st.Ctim.Unix())
	}
	return time.Time{}
}

// ownGroup puts a process into its own process group. The terminal sends Ctrl-C to our whole
// group and could end ffmpeg before we know of the interrupt, which would look like a bad file.
// The kernel kills the process when the thread that started it ends, so that none outlives a killed
// deepcheck: the caller must hold that thread until the process has ended.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &unix.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGKILL}
}

// maxMemory is the greatest address space of ffmpeg or ffprobe, in bytes. A picture of maxPixels
// needs less than a gigabyte; a file that makes ffmpeg want more gets an error.
const maxMemory = 4 << 30

// limitMemory limits the memory of a process to maxMemory, if the system lets it.
func limitMemory(pid int) {
	_ = unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: maxMemory, Max: maxMemory}, nil)
}

// openPipe returns a pipe with blocking ends that the Go runtime does not poll. The poller
// would wake up for every piece that ffmpeg writes, whether anybody reads or not.
func openPipe() (r, w *os.File, err error) {
	var fd [2]int
	if err := unix.Pipe2(fd[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, os.NewSyscallError("pipe2", err)
	}
	return os.NewFile(uintptr(fd[0]), "pipe"), os.NewFile(uintptr(fd[1]), "pipe"), nil
}

// openStream returns a connected pair of sockets with room for n bytes, or as many as the
// system allows, for large data. A socket pair holds more than a pipe and takes memory in
// pieces of 32 KiB, where a pipe takes single pages.
func openStream(n int) (r, w *os.File, err error) {
	fd, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	_ = unix.SetsockoptInt(fd[1], unix.SOL_SOCKET, unix.SO_SNDBUF, n)
	return os.NewFile(uintptr(fd[0]), "socket"), os.NewFile(uintptr(fd[1]), "socket"), nil
}

// widen asks the kernel to enlarge a pipe from 64 KiB to n bytes, so that ffmpeg need not wait
// while the reader pauses. If the system refuses, the pipe keeps its size.
func widen(f *os.File, n int) {
	_ = control(f, func(fd int) { _, _ = unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, n) })
}

// look reports whether a read of a pipe would return at once, and how many bytes are there: 0
// at the end of the stream. The error is that of a closed file.
func look(f *os.File) (ready bool, n int, err error) {
	err = control(f, func(fd int) {
		p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		events, failed := unix.Poll(p, 0)
		if ready = failed == nil && events > 0; ready {
			n, _ = unix.IoctlGetInt(fd, unix.TIOCINQ) // 0 if that is unknown: Read finds out
		}
	})
	return ready, n, err
}

// control calls do with the descriptor of a file, which stays valid during the call. The error
// is that of a closed file.
func control(f *os.File, do func(fd int)) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	return conn.Control(func(fd uintptr) { do(int(fd)) })
}
