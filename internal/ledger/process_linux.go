package ledger

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// beginning is the start of a process in clock ticks since the system booted, the 22nd field of /proc/<pid>/stat
// (proc_pid_stat(5), Linux man pages 6.9); "" where there is no such process. The second field, a name in parentheses, may
// hold anything.
func beginning(id int) string {
	const startTime = 22 - 3 // fields are counted from the third
	text, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/stat")
	if err != nil {
		return ""
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= startTime {
		return ""
	}
	return string(fields[startTime])
}

// place tells in what process numbers are valid: one PID namespace of one start of the system (pid_namespaces(7) and
// proc_sys_kernel(5), Linux man pages 6.9); "" where that is not known.
func place() string {
	namespace, err := os.Readlink("/proc/self/ns/pid")
	boot, bootErr := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil || bootErr != nil {
		return ""
	}
	return namespace + " " + string(boot)
}

// commandLine is the arguments that a process was started with, its name first.
func commandLine(id int) []string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(id) + "/cmdline")
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
}
