package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// profiling writes an overlay for `go build` in which the provider's main is called by one that writes profiles. The
// provider as it is released knows nothing of them.
func profiling(root, dir, profiles string) (overlay string, err error) {
	path := filepath.Join(root, "main.go")
	main, err := os.ReadFile(path) //nolint:gosec // of this module
	if err != nil {
		return "", err
	}
	const begins = "\nfunc main() {"
	if strings.Count(string(main), begins) != 1 {
		return "", errors.New("main.go has no main function to profile")
	}
	overlay = filepath.Join(dir, "overlay.json")
	served, profiled := filepath.Join(dir, "served.go"), filepath.Join(dir, "profiled.go")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {path: served, filepath.Join(root, "profiled.go"): profiled}})
	if err != nil {
		return "", err
	}
	return overlay, errors.Join(
		os.WriteFile(served, []byte(strings.Replace(string(main), begins, "\nfunc serve() {", 1)), 0o600), //nolint:gosec // in a directory of our own
		os.WriteFile(profiled, fmt.Appendf(nil, profilingMain, profiles), 0o600),
		os.WriteFile(overlay, replace, 0o600),
	)
}

// profilingMain names the profiles by the workspace, in which the CLI starts a plugin, and the process.
const profilingMain = `package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

func main() {
	dir, err := os.Getwd()
	if err != nil {
		log.Fatal(err)
	}
	name := filepath.Join(%q, fmt.Sprintf("%%s-%%d", filepath.Base(dir), os.Getpid()))
	cpu, err := os.Create(name + ".cpu.pprof")
	if err != nil {
		log.Fatal(err)
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		log.Fatal(err)
	}
	serve()
	pprof.StopCPUProfile()
	runtime.GC()
	heap, err := os.Create(name + ".heap.pprof")
	if err != nil {
		log.Fatal(err)
	}
	if err := pprof.WriteHeapProfile(heap); err != nil {
		log.Fatal(err)
	}
}
`
