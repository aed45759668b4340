package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// program is the command at work.
type program struct {
	t     *testing.T
	lines *bufio.Scanner
	stop  context.CancelFunc
	ended chan error
}

func begin(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	p := &program{t: t, lines: bufio.NewScanner(reader), stop: stop, ended: make(chan error, 1)}
	go func() {
		err := run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), writer)
		_ = writer.CloseWithError(io.EOF)
		p.ended <- err
	}()
	t.Cleanup(stop)
	return p
}

// until reads output up to the line with a text; a program that does not print
// it in time is stopped.
func (p *program) until(text string) (read string) {
	p.t.Helper()
	defer time.AfterFunc(3*time.Second, p.stop).Stop()
	for p.lines.Scan() {
		read += p.lines.Text() + "\n"
		if strings.Contains(p.lines.Text(), text) {
			return read
		}
	}
	p.t.Fatalf("no line with %q in %q; ended with %v", text, read, <-p.ended)
	return ""
}

// address is what follows "listening on" in the next such line.
func (p *program) address() string {
	p.t.Helper()
	_, rest, _ := strings.Cut(p.until("listening on "), "listening on ")
	return strings.TrimRight(strings.Fields(rest)[0], ",")
}

// end stops the program and returns the rest of what it prints.
func (p *program) end() (rest string) {
	p.t.Helper()
	p.stop()
	for p.lines.Scan() {
		rest += p.lines.Text() + "\n"
	}
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		p.t.Fatal("does not end")
	}
	return rest
}

func (p *program) get(client *http.Client, url string) (int, string) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "world.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const oneAccount = `{"accounts":[{"id":"1000000000000001","name":"only","access_keys":[{"id":"LTAIonly","secret":"only-secret"}]}],
	"oss":{"buckets":[{"name":"single","owner":"1000000000000001","region":"cn-beijing"}]}}`

func TestRun_saysHowToConnectAndStops(t *testing.T) {
	p := begin(t)
	url := p.address()
	if told := p.until("Key for replicas"); !strings.Contains(told, "export KMS_ENDPOINT="+url) || !strings.Contains(told, emulator.SourceKeyPair().Secret) {
		t.Errorf("told %q", told)
	}
	if status, text := p.get(http.DefaultClient, url+"/-/world"); status != 200 || !strings.Contains(text, `"orders-backup"`) {
		t.Errorf("%d %s", status, text)
	}
	p.end()
	if response, err := http.Get(url + "/-/world"); err == nil { //nolint:noctx // expected to fail at once
		_ = response.Body.Close()
		t.Error("still answers after the end")
	}
}

func TestRun_ownWorld(t *testing.T) {
	p := begin(t, "-world", writeFile(t, oneAccount))
	url := p.address()
	told := p.until("KMS_ENDPOINT")
	if _, text := p.get(http.DefaultClient, url+"/-/world"); !strings.Contains(text, `"single"`) || strings.Contains(text, `"orders"`) {
		t.Errorf("world %s", text)
	}
	told += p.end()
	for _, line := range []string{url + "/-/\n", url + "/-/world", "export OSS_ENDPOINT=" + url} {
		if !strings.Contains(told, line) {
			t.Errorf("told %q without %q", told, line)
		}
	}
	if strings.Contains(told, "secret") {
		t.Errorf("keys of a world that has others: %q", told)
	}
}

func TestRun_seedFileIsAWorld(t *testing.T) {
	first, second := filepath.Join(t.TempDir(), "1.json"), filepath.Join(t.TempDir(), "2.json")
	p := begin(t, "-world", writeFile(t, oneAccount), "-speed", "0", "-seed-file", first)
	p.until("KMS_ENDPOINT")
	p.end()
	p = begin(t, "-world", first, "-speed", "0", "-seed-file", second)
	p.until("KMS_ENDPOINT")
	p.end()
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(second)
	if err != nil || string(after) != string(before) {
		t.Errorf("%v: %s became %s", err, before, after)
	}
	var world emulator.World
	if err := json.Unmarshal(after, &world); err != nil || len(world.OSS.Buckets) != 1 || world.OSS.Buckets[0].Name != "single" {
		t.Errorf("%v: %+v", err, world)
	}
}

func TestRun_latency(t *testing.T) {
	const latency = 120 * time.Millisecond
	p := begin(t, "-latency", latency.String())
	url := p.address()
	p.until("Key for replicas")
	before := time.Now()
	status, _ := p.get(http.DefaultClient, url+"/orders/")
	if took := time.Since(before); status != 403 || took < latency {
		t.Errorf("%d after %v", status, took)
	}
	p.end()
}

func TestRun_tls(t *testing.T) {
	dir := t.TempDir()
	p := begin(t, "-tls", dir)
	secure := p.address()
	p.until("Key for replicas")
	authority, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) || !strings.HasPrefix(secure, "https://") {
		t.Fatalf("%s, authority %s", secure, authority)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	if status, text := p.get(&http.Client{Transport: transport}, secure+"/-/clock"); status != 200 || !strings.Contains(text, `"speed"`) {
		t.Errorf("%d %s", status, text)
	}
	p.end()
}

func TestRun_refusals(t *testing.T) {
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown flag":         {[]string{"-fast"}, "not defined"},
		"argument":             {[]string{"world.json"}, `unexpected argument "world.json"`},
		"negative speed":       {[]string{"-speed", "-1"}, "must not be negative"},
		"negative latency":     {[]string{"-latency", "-1s"}, "must not be negative"},
		"no such world":        {[]string{"-world", filepath.Join(t.TempDir(), "none.json")}, "none.json"},
		"misspelt field":       {[]string{"-world", writeFile(t, `{"acounts":[]}`)}, `unknown field "acounts"`},
		"two worlds":           {[]string{"-world", writeFile(t, `{}{}`)}, "something follows"},
		"not JSON":             {[]string{"-world", writeFile(t, `accounts:`)}, "invalid character"},
		"contradictory world":  {[]string{"-world", writeFile(t, strings.Replace(oneAccount, "cn-beijing", "", 1))}, "single"},
		"address":              {[]string{"-listen", "nowhere"}, "listen on nowhere"},
		"address of the TLS":   {[]string{"-tls", t.TempDir(), "-tls-listen", "nowhere"}, "listen on nowhere"},
		"directory of the TLS": {[]string{"-tls", writeFile(t, "")}, "world.json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			err := run(ctx, append([]string{"-listen", "127.0.0.1:0"}, test.args...), io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	var said strings.Builder
	if err := run(t.Context(), []string{"-version"}, &said); err != nil || said.String() != "srr-emulator "+version+"\n" {
		t.Errorf("%v, %q", err, said.String())
	}
}
