package endtoend_test

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// testBadInput applies the unchanged example where credentials, clock or network
// are at fault. Nothing may be written, and the error must name the call.
func (p programs) testBadInput(t *testing.T) {
	source, backup := emulator.SourceKeyPair(), emulator.DestinationKeyPair()
	swap := strings.NewReplacer(`"prod", "mode"`, `"backup", "mode"`, `"backup", "mode"`, `"prod", "mode"`)
	for name, c := range map[string]struct {
		profiles    func(string) string
		skew        time.Duration
		unreachable bool
		noRequest   bool     // the error is the provider's own, from what it read
		says        []string // in the error
	}{
		"wrong secret": {
			profiles: strings.NewReplacer(source.Secret, "not-the-secret", backup.Secret, "not-the-secret").Replace,
			says:     []string{"GetCallerIdentity", "SignatureDoesNotMatch"},
		},
		"unknown key": {
			profiles: strings.NewReplacer(source.ID, "LTAInobodyhasthis", backup.ID, "LTAInobodyhastheother").Replace,
			says:     []string{"GetCallerIdentity", "InvalidAccessKeyId.NotFound"},
		},
		"slow clock":  {skew: time.Hour, says: []string{"GetCallerIdentity", "InvalidTimeStamp.Expired"}},
		"unreachable": {unreachable: true, noRequest: true, says: []string{"GetCallerIdentity", "ConnectionFailed"}},
		"swapped aliases": {
			profiles: swap.Replace, noRequest: true,
			says: []string{emulator.DestinationAccount + ", which does not own bucket " + emulator.SourceBucket, "each other's credentials"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t)
			cloud.SetSkew(c.skew)
			url := cloud.URL
			if c.unreachable {
				url = closedPort(t)
			}
			w := p.open(t, filepath.Join(p.root, "examples", "two-accounts"), url, nil)
			if c.profiles != nil {
				editProfiles(t, w, c.profiles)
			}
			ctx := within(t)
			initialize(ctx, t, w)
			var said bytes.Buffer
			if err := w.ApplyJSON(ctx, &said); err == nil {
				t.Error("the configuration was applied")
			}
			refuses(t, said.Bytes(), c.says, !c.noRequest)
			onlyReads(t, cloud.Requests(0))
		})
	}
}

// closedPort is an address at which nothing listens any more.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return "http://" + listener.Addr().String()
}

func editProfiles(t *testing.T, w *demo.Workspace, edit func(string) string) {
	t.Helper()
	file := filepath.Join(filepath.Dir(w.WorkingDir()), "home", ".aliyun", "config.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := edit(string(raw))
	if changed == string(raw) {
		t.Fatal("the profiles are as before")
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

// refuses wants one error for the one cause, with all of the texts, and with the id
// of the request where one was refused.
func refuses(t *testing.T, said []byte, texts []string, answered bool) {
	t.Helper()
	found := failures(t, said)
	if len(found) != 1 {
		t.Fatalf("%d errors instead of one: %q", len(found), found)
	}
	for _, want := range texts {
		if !strings.Contains(found[0], want) {
			t.Errorf("%q lacks %q", found[0], want)
		}
	}
	if named := regexp.MustCompile(`request id [0-9A-F-]{24,}`).MatchString(found[0]); named != answered {
		t.Errorf("%q names a request: %v", found[0], named)
	}
}

// failures are the errors in the machine-readable output of the CLI.
func failures(t *testing.T, said []byte) []string {
	t.Helper()
	var found []string
	for line := range bytes.Lines(said) {
		var message struct {
			Diagnostic struct{ Severity, Summary, Detail string }
		}
		if err := json.Unmarshal(line, &message); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if d := message.Diagnostic; d.Severity == "error" {
			found = append(found, d.Summary+": "+d.Detail)
		}
	}
	return found
}

// onlyReads refuses every call that could have changed something.
func onlyReads(t *testing.T, log []emulator.Request) {
	t.Helper()
	for _, r := range log {
		if !strings.HasPrefix(r.Operation, "Get") && !strings.HasPrefix(r.Operation, "List") && !strings.HasPrefix(r.Operation, "Describe") {
			t.Errorf("%s of %s was sent, status %d", r.Operation, r.Object, r.Status)
		}
	}
}
