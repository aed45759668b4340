package ledger

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// Parent names the process that started this one. All plugins of one run of Terraform have the same parent, and no other
// run has it: where the system tells, the time at which the parent began keeps a process number that is used again apart.
func Parent() string {
	id := strconv.Itoa(os.Getppid())
	if begun := beginning(id); begun != "" {
		return id + "-" + begun
	}
	return id
}

// Ended reports whether the process that Parent named has ended for sure.
func Ended(parent string) bool {
	id, begun, known := strings.Cut(parent, "-")
	return known && beginning(strconv.Itoa(os.Getpid())) != "" && beginning(id) != begun
}

// beginning is the start of a process in clock ticks since the system booted, the 22nd field of /proc/<pid>/stat
// (proc_pid_stat(5), Linux man pages 6.9); "" on systems without that file. The second field, a name in parentheses, may
// hold anything.
func beginning(id string) string {
	const startTime = 22 - 3                          // fields are counted from the third
	text, err := os.ReadFile("/proc/" + id + "/stat") //nolint:gosec // a process number
	if err != nil {
		return ""
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= startTime {
		return ""
	}
	return string(fields[startTime])
}
