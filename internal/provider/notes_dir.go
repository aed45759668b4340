package provider

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// NotesDir is where the provider processes of this user keep notes for each other:
// below the cache directory, or where that cannot be used, for example in a
// container without a home or with one of another user, in a directory of this user
// alone below the temporary one. Processes with the same environment choose the
// same one.
func NotesDir() string {
	if cache, err := os.UserCacheDir(); err == nil {
		dir := filepath.Join(cache, "terraform-provider-srr", "notes")
		if !neverWritable(tryDir(dir)) {
			return dir
		}
	}
	own := filepath.Join(os.TempDir(), "terraform-provider-srr-"+strconv.Itoa(os.Getuid()))
	return filepath.Join(ownDir(own), "notes")
}

// tryDir makes a directory, and a file in it for a moment.
func tryDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, "try")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// neverWritable tells what is so for every process of this user from what may be
// otherwise a moment later, such as a full disk: by that, two processes would part.
func neverWritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOTDIR)
}

// ownDir is the first of path, path-1, path-2 … that this user has alone. Others may
// write into the directory of temporary files, and take the names first. Whatever
// else is wrong is told by those who write there.
func ownDir(path string) string {
	for dir, n := path, 1; ; n++ {
		err := os.Mkdir(dir, 0o700)
		if !errors.Is(err, fs.ErrExist) {
			return dir
		}
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && ofThisUserAlone(info) {
			return dir
		}
		dir = path + "-" + strconv.Itoa(n)
	}
}
