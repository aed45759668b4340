package ledger

import (
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// beginning is the time at which a process began (sysctl(3), kern.proc.pid); "" where there is no such process.
func beginning(id int) string {
	process, err := unix.SysctlKinfoProc("kern.proc.pid", id)
	if err != nil || int(process.Proc.P_pid) != id {
		return ""
	}
	begun := process.Proc.P_starttime
	return strconv.FormatInt(begun.Sec, 10) + "." + strconv.FormatInt(int64(begun.Usec), 10)
}

// place is one: there are no namespaces of process numbers, and beginnings are points in time.
func place() string { return "darwin" }

// commandLine is the arguments that a process was started with, its name first (sysctl(3), KERN_PROCARGS2: the number of
// arguments, the path of the program, zeros, the arguments).
func commandLine(id int) []string {
	raw, err := unix.SysctlRaw("kern.procargs2", id)
	if err != nil || len(raw) < 4 {
		return nil
	}
	count := int(binary.NativeEndian.Uint32(raw))
	_, rest, _ := strings.Cut(string(raw[4:]), "\x00")
	arguments := strings.Split(strings.TrimLeft(rest, "\x00"), "\x00")
	return arguments[:min(max(count, 0), len(arguments))]
}
