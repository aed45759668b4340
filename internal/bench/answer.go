package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// What the CLI says to a plugin through its environment (terraform-plugin-go, package tf6server, v0.31.0).
const (
	pluginCookie    = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	pluginProtocols = "PLUGIN_PROTOCOL_VERSIONS=5,6"
)

// answerLimit ends a plugin that says nothing.
const answerLimit = 30 * time.Second

// measureAnswer starts this plugin and the one to compare with in turn.
func measureAnswer(ctx context.Context, b *bench) (Result, error) {
	if _, err := b.srr.firstAnswer(ctx); err != nil { // before minutes are spent on a build
		return Result{}, err
	}
	tls, notBuilt := b.tls()
	var ours, theirs []time.Duration
	for range answerRuns * b.options.Runs {
		took, err := b.srr.firstAnswer(ctx)
		if err != nil {
			return Result{}, err
		}
		ours = append(ours, took)
		if notBuilt != nil {
			continue
		}
		if took, err = tls.firstAnswer(ctx); err != nil {
			return Result{}, err
		}
		theirs = append(theirs, took)
	}
	if notBuilt != nil {
		return Result{
			Measured: fmt.Sprintf("%s; nothing to compare with, it could not be built", milliseconds(median(ours))),
			held:     notJudged, Details: []string{oneLine(notBuilt)},
		}, nil
	}
	beyond := beyondTLS(ours, theirs)
	return Result{
		Measured: fmt.Sprintf("%s against %s; beyond 1.1 × %s (%s to %s)", milliseconds(median(ours)), milliseconds(median(theirs)),
			milliseconds(beyond.median), milliseconds(beyond.low), milliseconds(beyond.high)),
		held: beyond.within(answerSlack),
	}, nil
}

const (
	// answerRuns multiplies the runs of what takes some milliseconds.
	answerRuns = 6
	// answerSlack is for what a start does once and tls need not do at all, however fast the machine is.
	answerSlack = 5 * time.Millisecond
)

// beyondTLS is by how much each start took longer than 1.1 × the start of tls beside it.
func beyondTLS(ours, theirs []time.Duration) spread {
	beyond := make([]time.Duration, len(ours))
	for i := range ours {
		beyond[i] = ours[i] - theirs[i]*11/10
	}
	return spreadOf(beyond)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// firstAnswer is the time from the start of a plugin to its answer to the first request, which asks for its schema. There
// is no CLI, and so no encryption between the two.
func (p program) firstAnswer(ctx context.Context) (took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	command := exec.CommandContext(ctx, p.path) //nolint:gosec // the program that is measured
	command.Env = append(ownEnvironment(), pluginCookie, pluginProtocols)
	said, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	defer func() {
		cancel()
		_ = command.Wait() // it was killed
	}()
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("%s does not say where it listens: %w", p.source, err)
	}
	if err := askSchema(ctx, line); err != nil {
		return 0, fmt.Errorf("%s: %w", p.source, err)
	}
	return time.Since(began), nil
}

// askSchema makes one gRPC call as HTTP/2 carries it (gRPC over HTTP2, PROTOCOL-HTTP2.md, 2025): five bytes before each
// message, and the outcome in a trailer. Line is the greeting of a plugin, "1|6|unix|/tmp/plugin1|grpc|".
func askSchema(ctx context.Context, line string) error {
	words := strings.Split(strings.TrimSpace(line), "|")
	if len(words) < 5 {
		return fmt.Errorf("the plugin greets with %q", line)
	}
	if words[2] == "unix" {
		defer func() { _ = os.Remove(words[3]) }() // a plugin that is killed leaves its socket
	}
	method := "tfplugin6.Provider/GetProviderSchema"
	if words[1] == "5" {
		method = "tfplugin5.Provider/GetSchema"
	}
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, words[2], words[3])
	}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://plugin/"+method, bytes.NewReader(make([]byte, 5)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	size, err := io.Copy(io.Discard, response.Body)
	if outcome := response.Trailer.Get("Grpc-Status"); err == nil && (outcome != "0" || size == 0) {
		err = fmt.Errorf("%s ended with HTTP status %d, gRPC status %q and %d bytes", method, response.StatusCode, outcome, size)
	}
	return err
}
