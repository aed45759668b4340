package credential_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

// TestMain lets this test binary be the credentials command: with "print" as its first argument it prints the others'
// file, so that no test depends on what programs a machine has.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "print" {
		raw, err := os.ReadFile(os.Args[2])
		fmt.Print(string(raw))
		if err != nil {
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func printing(t *testing.T, file string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`"%s" print '%s'`, self, file)
}

func TestProcess_runsAgainNearTheEnd(t *testing.T) {
	t.Parallel()
	var c clock
	file := filepath.Join(t.TempDir(), "it's here")
	command := strings.Replace(printing(t, "FILE"), "'FILE'", `"`+file+`"`, 1)
	prints := func(content string) {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	source, err := credential.Process(alicloud.Config{Now: c.now}, command)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		prints string
		wait   time.Duration
		want   string
	}{
		{`{"mode":"StsToken","access_key_id":"a","access_key_secret":"s","sts_token":"t","expiration":"2026-03-01T13:00:00Z"}`, 0, "a"},
		{`{"mode":"AK","access_key_id":"b","access_key_secret":"s"}`, 56 * time.Minute, "a"},
		{`{"mode":"AK","access_key_id":"b","access_key_secret":"s"}`, 3*time.Minute + 45*time.Second, "b"},
		{`{"mode":"AK","access_key_id":"c","access_key_secret":"s"}`, 9 * time.Minute, "b"},
		{`{"mode":"AK","access_key_id":"c","access_key_secret":"s"}`, 3*time.Minute + 45*time.Second, "c"},
	} {
		prints(step.prints)
		c.advance(step.wait)
		if got := keyOf(t, source); got != step.want {
			t.Errorf("after another %s: %s, want %s", step.wait, got, step.want)
		}
	}
}

func TestProcess_failuresQuoteNothing(t *testing.T) {
	t.Parallel()
	for prints, want := range map[string]string{
		"hello " + secret: "did not print the JSON",
		`{"mode":"OAuth","access_key_secret":"` + secret + `"}`:                                                      `the mode "OAuth"`,
		`{"mode":"AK","access_key_secret":"` + secret + `"}`:                                                         "no complete access key",
		`{"mode":"StsToken","access_key_id":"a","access_key_secret":"` + secret + `"}`:                               "no sts_token",
		`{"mode":"AK","access_key_id":"a","access_key_secret":"` + secret + `","expiration":"` + secret + `"}`:       "not a time",
		`{"mode":"AK","access_key_id":"a","access_key_secret":"` + secret + `","expiration":"2001-01-01T00:00:00Z"}`: "expired at 2001",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			refusedWhenRun(t, printing(t, write(t, prints)), want)
		})
	}
	for command, want := range map[string]string{
		"/nowhere/" + "tool " + secret:  "/nowhere/tool: it failed",
		printing(t, "/nowhere/"+secret): "exit status 3",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			refusedWhenRun(t, command, want)
		})
	}
	for command, want := range map[string]string{"  ": "is empty", `tool "` + secret: "within quotes"} {
		_, err := credential.Process(alicloud.Config{}, command)
		refused(t, err, want)
	}
}

func refusedWhenRun(t *testing.T, command, want string) {
	t.Helper()
	source, err := credential.Process(alicloud.Config{}, command)
	if err != nil {
		t.Fatal(err)
	}
	_, err = source.Credentials(t.Context())
	refused(t, err, want)
}
