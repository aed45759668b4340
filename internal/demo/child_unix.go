//go:build unix

package demo

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C at the terminal, which goes to the whole foreground
// group, from the emulator: it has to outlive the CLI that is still calling it.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
