package ledger_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
)

// asCounter makes the test binary a process of its own that counts in a note.
const asCounter = "LEDGER_TEST_COUNTS_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asCounter); dir != "" {
		count(dir, 50)
		fmt.Println(ledger.Parent())
		return
	}
	os.Exit(m.Run())
}

func count(dir string, times int) {
	notes := ledger.Open(dir)
	for range times {
		err := notes.Edit(context.Background(), "count", func(note []byte) []byte {
			n, _ := strconv.Atoi(string(note))
			return []byte(strconv.Itoa(n + 1))
		})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
}

func read(t *testing.T, notes *ledger.Ledger, name string) (found string) {
	t.Helper()
	if err := notes.Edit(t.Context(), name, func(note []byte) []byte { found = string(note); return note }); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEdit_processesExcludeEachOther(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	var group sync.WaitGroup
	parents := make([]string, 3)
	for i := range parents {
		group.Go(func() {
			other := exec.CommandContext(t.Context(), os.Args[0])
			other.Env = append(os.Environ(), asCounter+"="+dir)
			said, err := other.CombinedOutput()
			if err != nil {
				t.Errorf("%v: %s", err, said)
			}
			parents[i] = strings.TrimSpace(string(said))
		})
	}
	group.Go(func() { count(dir, 50) })
	group.Wait()
	if got := read(t, ledger.Open(dir), "count"); got != "200" {
		t.Errorf("200 edits counted to %s", got)
	}
	for _, parent := range parents {
		if parent != parents[0] || !strings.HasPrefix(parent, strconv.Itoa(os.Getpid())) {
			t.Errorf("children of process %d call it %v", os.Getpid(), parents)
		}
	}
	if ledger.Ended(parents[0]) {
		t.Errorf("this process, %s, should have ended", parents[0])
	}
	if pid, begun, known := strings.Cut(parents[0], "-"); known && !ledger.Ended(pid+"-1"+begun) {
		t.Error("an earlier process of the same number has not ended")
	}
	if own := ledger.Parent(); own == parents[0] {
		t.Errorf("this process has the parent %s, like its children", own)
	}
}

func TestEdit_emptyNoteIsNone(t *testing.T) {
	notes := ledger.Open(t.TempDir())
	write := func(text string) {
		t.Helper()
		if err := notes.Edit(t.Context(), "a", func([]byte) []byte { return []byte(text) }); err != nil {
			t.Fatal(err)
		}
	}
	write("x")
	if got := read(t, notes, "a") + read(t, notes, "b"); got != "x" {
		t.Errorf("the notes are %q", got)
	}
	if !notes.Has("a") || notes.Has("b") {
		t.Error("a should be there, and b not")
	}
	write("")
	var isNil bool
	if err := notes.Edit(t.Context(), "a", func(note []byte) []byte { isNil = note == nil; return nil }); err != nil || !isNil {
		t.Errorf("after its removal the note is there: %v, %v", !isNil, err)
	}
}

// A process that died between the two steps of a write leaves spaces behind the note.
func TestEdit_shorterNotesAndLeftOverSpaces(t *testing.T) {
	dir := t.TempDir()
	notes := ledger.Open(dir)
	for _, text := range []string{"a long note", "short", "short", "a longer note than ever", ""} {
		if err := notes.Edit(t.Context(), "a", func([]byte) []byte { return []byte(text) }); err != nil {
			t.Fatal(err)
		}
		if got := read(t, notes, "a"); got != text {
			t.Errorf("the note is %q instead of %q", got, text)
		}
	}
	if err := notes.Edit(t.Context(), "a", func([]byte) []byte { return []byte("whole") }); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("one note has the files %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err == nil {
		err = os.WriteFile(files[0], append(raw, "   "...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, notes, "a"); got != "whole" {
		t.Errorf("with spaces behind it the note is %q", got)
	}
}

func TestEdit_directoryThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := ledger.Open(filepath.Join(file, "dir")).Edit(t.Context(), "a", func([]byte) []byte { return []byte("x") })
	if err == nil || !strings.Contains(err.Error(), "cannot create the directory") {
		t.Errorf("got %v", err)
	}
}

func TestSweep_removesOnlyWhatIsOld(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"old", "new"} {
		if err := ledger.Open(filepath.Join(dir, name)).Edit(t.Context(), "a", func([]byte) []byte { return []byte("x") }); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "old"), then, then); err != nil {
		t.Fatal(err)
	}
	ledger.Sweep(dir, func(_ string, unchanged time.Duration) bool { return unchanged > time.Minute })
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "new" {
		t.Errorf("left are %v, %v", left, err)
	}
}
