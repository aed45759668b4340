package document_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

// A second process is this test binary with these variables.
const (
	envWriter = "DOCUMENT_TEST_WRITER" // the prefix of its lines
	envDir    = "DOCUMENT_TEST_DIR"
)

const linesPerWriter = 40

func TestMain(m *testing.M) {
	if writer := os.Getenv(envWriter); writer != "" {
		if err := writeAsProcess(writer, os.Getenv(envDir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fileStore keeps the document in a file that every process sees.
type fileStore struct{ path string }

func (s fileStore) Read(context.Context) ([]byte, error) {
	raw, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return raw, err
}

func (s fileStore) Write(_ context.Context, raw []byte) error {
	fresh := fmt.Sprint(s.path, ".", os.Getpid())
	if err := os.WriteFile(fresh, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, s.path)
}

func (s fileStore) Delete(context.Context) error { return os.Remove(s.path) }

// writeAsProcess waits for the word to begin and adds its lines, four at a time.
func writeAsProcess(writer, dir string) error {
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	return addLines(document.New(document.Options{LockDir: filepath.Join(dir, "locks")}), writer, dir)
}

func addLines(e *document.Editors, writer, dir string) error {
	store := fileStore{filepath.Join(dir, "document")}
	failed := make([]error, 4)
	var wg sync.WaitGroup
	for i := range failed {
		wg.Go(func() {
			for n := i; n < linesPerWriter && failed[i] == nil; n += len(failed) {
				_, failed[i] = e.Do(context.Background(), key, store, add(fmt.Sprint(writer, n)))
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

func TestProcessesLoseNothing(t *testing.T) {
	dir := t.TempDir()
	var begin []io.Writer
	var ended []func() error
	for _, writer := range []string{"a", "b"} {
		command := exec.CommandContext(t.Context(), os.Args[0])
		command.Env = append(os.Environ(), envWriter+"="+writer, envDir+"="+dir)
		command.Stderr = os.Stderr
		in, err := command.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		begin, ended = append(begin, in), append(ended, command.Wait)
	}
	for _, in := range begin {
		if _, err := io.WriteString(in, "begin\n"); err != nil {
			t.Fatal(err)
		}
	}
	for _, wait := range ended {
		if err := wait(); err != nil {
			t.Error(err)
		}
	}
	wantLines(t, dir, "a", "b")
}

func TestEditorsOfOneProcessLoseNothing(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for _, writer := range []string{"a", "b"} {
		wg.Go(func() {
			e := document.New(document.Options{LockDir: filepath.Join(dir, "locks")})
			if err := addLines(e, writer, dir); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wantLines(t, dir, "a", "b")
}

func wantLines(t *testing.T, dir string, writers ...string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "document"))
	if err != nil {
		t.Fatal(err)
	}
	for _, writer := range writers {
		for n := range linesPerWriter {
			if line := fmt.Sprint(writer, n); !has(raw, line) {
				t.Errorf("%s is lost", line)
			}
		}
	}
	if got, want := strings.Count(string(raw), "\n")+1, len(writers)*linesPerWriter; got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
}

func TestLockIsHeldUntilTheReadBack(t *testing.T) {
	o := options(t)
	reached, opened := make(chan struct{}), make(chan struct{})
	c := newCloud()
	c.read = func(_ context.Context, n int) ([]byte, error) {
		if n == 3 {
			close(reached)
			<-opened
		}
		if n < 3 {
			return nil, nil // before, and stale
		}
		return c.get(), nil
	}
	o.Sleep = func(context.Context, time.Duration) error { return nil }
	first := do(t.Context(), document.New(o), c, add("first"))
	<-reached
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	other := newCloud()
	if _, err := document.New(o).Do(ctx, key, other, add("second")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v; the lock was free before the write was confirmed", err)
	}
	other.wantCalls(t, 0, 0)
	close(opened)
	if got := <-first; got.err != nil {
		t.Error(got)
	}
	if _, err := document.New(o).Do(t.Context(), key, other, add("second")); err != nil {
		t.Errorf("the lock is not free afterwards: %v", err)
	}
}

func TestLockFiles(t *testing.T) {
	o := options(t)
	o.LockDir = filepath.Join(o.LockDir, "deep", "inside")
	if _, err := document.New(o).Do(t.Context(), key, newCloud(), add("ours")); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(o.LockDir)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	const sum = "2590cd2c5c8c562a50bfffe7ca56b3468f906b43b961b0f60dcbd22097e72b0b" // sha256sum of the key
	if got := files[0].Name(); got != sum {
		t.Errorf("file is called %s, want the SHA-256 of the key, %s", got, sum)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, want := range map[string]fs.FileMode{o.LockDir: 0o700, filepath.Join(o.LockDir, sum): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want mode %o", path, info.Mode(), err, want)
		}
	}
}

func TestUnusableLockDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := newCloud("theirs")
	e := document.New(document.Options{LockDir: filepath.Join(file, "locks")})
	_, err := e.Do(t.Context(), key, c, add("ours"))
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "lock files") {
		t.Error(err)
	}
	c.wantCalls(t, 0, 0)
	c.want(t, "theirs")
}

func TestDefaultLockDirectory(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, home)
	}
	if _, err := document.New(document.Options{}).Do(t.Context(), key, newCloud(), add("ours")); err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Join(cache, "terraform-provider-srr", "locks"))
	if err != nil || len(files) != 1 {
		t.Error(files, err)
	}
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	c := newCloud()
	if _, err := document.New(document.Options{}).Do(t.Context(), key, c, add("ours")); err == nil {
		t.Error("changed without a lock")
	}
	c.wantCalls(t, 0, 0)
}
