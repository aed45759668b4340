package ledger

import (
	"strconv"

	"golang.org/x/sys/windows"
)

// beginning is the time at which a process began (GetProcessTimes page of the Windows API, 2025); "" where there is no such
// process, or it ended.
func beginning(id int) string {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(id)) //nolint:gosec // a process number
	if err != nil {
		return ""
	}
	defer func() { _ = windows.CloseHandle(process) }()
	var created, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(process, &created, &exited, &kernel, &user); err != nil || exited.Nanoseconds() > 0 {
		return ""
	}
	return strconv.FormatInt(created.Nanoseconds(), 10)
}

// place is one: beginnings are points in time.
func place() string { return "windows" }

// commandLine is not known: the Windows API has no documented way to that of another process.
func commandLine(int) []string { return nil }
