//go:build unix

package pdf

import (
	"os/exec"
	"syscall"
)

// ownGroup puts a browser into its own process group, and kills the whole group when its context
// ends: a browser has many processes.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
