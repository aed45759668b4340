// Command srr-demo shows the provider's main job on the embedded cloud and checks
// every step. It needs Go, the source tree and a Terraform or OpenTofu CLI. With
// -cli it only prints the path of that CLI, fetching one where there is none.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
)

// interrupted is the status of a program that a Ctrl-C ended, as shells report it.
const interrupted = 130

func main() {
	onlyCLI := flag.Bool("cli", false, "print the path of the CLI that the tests use, and end")
	flag.Parse()
	// The signals stay caught until the end, so that a second Ctrl-C cannot leave
	// processes behind while the first one is being obeyed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *onlyCLI)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "srr-demo:", err)
		os.Exit(status(err))
	}
}

func status(err error) int {
	if errors.Is(err, demo.ErrInterrupted) {
		return interrupted
	}
	return 1
}

func run(ctx context.Context, onlyCLI bool) error {
	if !onlyCLI {
		return demo.Run(ctx, os.Stdout)
	}
	path, err := demo.SharedCLI(ctx)
	if err == nil {
		fmt.Println(path)
	}
	return err
}
