// Command srr-emulator is a small Alibaba Cloud with OSS, RAM, STS and KMS for
// two or more accounts, for demonstrations and for testing modules without an
// account. See internal/emulator/README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "srr-emulator:", err)
		os.Exit(1)
	}
}

// version is set by the linker when a release is built.
var version = "dev"

// settings are the command line.
type settings struct {
	version            bool
	listen, world, out string
	tls, tlsListen     string
	speed              float64
	latency            time.Duration
}

func parse(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("srr-emulator", flag.ContinueOnError)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:8089", "`address` to listen on; port 0 picks a free one")
	flags.StringVar(&s.world, "world", "", "world to start with, a JSON `file`; without it there are two accounts with buckets and keys")
	flags.StringVar(&s.out, "seed-file", "", "`file` to write the world to on exit")
	flags.Float64Var(&s.speed, "speed", 1, "service seconds in one second; 60 makes a rule active in 3 s instead of 3 min")
	flags.DurationVar(&s.latency, "latency", 0, "time added to every call")
	flags.StringVar(&s.tls, "tls", "", "also listen with HTTPS and write the certificate to trust into this `directory`")
	flags.StringVar(&s.tlsListen, "tls-listen", "127.0.0.1:0", "`address` of the HTTPS listener")
	flags.BoolVar(&s.version, "version", false, "print the version and end")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if s.speed < 0 || s.latency < 0 {
		return s, errors.New("-speed and -latency must not be negative")
	}
	return s, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	if s.version {
		fmt.Fprintln(out, "srr-emulator", version)
		return nil
	}
	world, err := readWorld(s.world)
	if err != nil {
		return err
	}
	made, err := emulator.New(emulator.Options{World: world, Speed: s.speed, Latency: s.latency})
	if err != nil {
		return err
	}
	server, err := emulator.Start(ctx, made, s.listen, nil)
	if err != nil {
		return err
	}
	secure, err := startTLS(ctx, made, s, out)
	if err != nil {
		return errors.Join(err, server.Close()) //nolint:contextcheck // ctx may have ended
	}
	fmt.Fprintln(out, "listening on", server.URL)
	fmt.Fprint(out, told(server.URL, world))
	<-ctx.Done()
	return errors.Join(server.Close(), secure(), writeWorld(s.out, made.World())) //nolint:contextcheck // ctx has ended
}

// told is how to connect; only the default world's keys are known to be no
// secret.
func told(url string, world *emulator.World) string {
	if world != nil {
		return emulator.Reach(url)
	}
	return emulator.Connect(url)
}

// startTLS starts the second listener where one is wanted, and returns how to
// stop it.
func startTLS(ctx context.Context, e *emulator.Emulator, s settings, out io.Writer) (stop func() error, err error) {
	if s.tls == "" {
		return func() error { return nil }, nil
	}
	authority, err := emulator.NewAuthority()
	if err != nil {
		return nil, err
	}
	file, err := authority.WriteTo(s.tls)
	if err != nil {
		return nil, err
	}
	server, err := emulator.Start(ctx, e, s.tlsListen, authority.TLS())
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out, "listening on %s, trusted through SSL_CERT_FILE=%s\n", server.URL, file)
	return server.Close, nil
}

func readWorld(file string) (*emulator.World, error) {
	if file == "" {
		return nil, nil
	}
	opened, err := os.Open(file) //nolint:gosec // the user names it
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }()
	world, err := emulator.ReadWorld(opened)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &world, nil
}

func writeWorld(file string, world emulator.World) error {
	if file == "" {
		return nil
	}
	raw, err := json.MarshalIndent(world, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(raw, '\n'), 0o600)
}
