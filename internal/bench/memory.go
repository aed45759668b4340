package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sampleEvery is often enough: a process's peak is kept by the system until it ends.
const sampleEvery = 20 * time.Millisecond

// watch follows the children of a process.
type watch struct {
	stop chan struct{}
	most chan int64
}

// watchChildren notes the largest resident set that any child of the process had, from Linux's /proc (proc_pid_status(5),
// VmHWM). Other systems have no such file, and the peak stays 0.
func watchChildren(pid int) watch {
	w := watch{stop: make(chan struct{}), most: make(chan int64, 1)}
	go func() {
		var most int64
		ticker := time.NewTicker(sampleEvery)
		defer ticker.Stop()
		for {
			for _, child := range children(pid) {
				most = max(most, peak(child))
			}
			select {
			case <-w.stop:
				w.most <- most
				return
			case <-ticker.C:
			}
		}
	}()
	return w
}

// end returns the peak in bytes.
func (w watch) end() int64 {
	close(w.stop)
	return <-w.most
}

func children(pid int) (found []string) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // a fixed pattern is never malformed
	for _, list := range lists {
		if raw, err := os.ReadFile(list); err == nil { //nolint:gosec // below /proc; a thread that has just ended is no loss
			found = append(found, strings.Fields(string(raw))...)
		}
	}
	return found
}

// peak is the largest resident set of a process so far in bytes.
func peak(pid string) int64 {
	raw, err := os.ReadFile("/proc/" + pid + "/status") //nolint:gosec // the number comes from the system
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(raw) {
		if rest, found := bytes.CutPrefix(line, []byte("VmHWM:")); found {
			fields := bytes.Fields(rest)
			kib, err := strconv.ParseInt(string(fields[0]), 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}
