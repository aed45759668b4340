//go:build !windows

package provider

import (
	"io/fs"
	"os"
	"syscall"
)

func ofThisUserAlone(dir fs.FileInfo) bool {
	stat, ok := dir.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && dir.Mode().Perm() == 0o700
}
