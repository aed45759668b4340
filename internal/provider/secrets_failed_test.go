package provider_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// positions are calls of a create, from 1: the first ones open the session, the others read, write and read back.
func positions() []int { return []int{1, 2, 4, 9, 16, 25} }

// TestSecrets_ofCallsThatFail lets calls of an apply fail in every way, with everything logged and the source account
// reached through a session: neither the output nor the log has a secret of a key, of the session or of a signature.
func TestSecrets_ofCallsThatFail(t *testing.T) {
	t.Parallel()
	cloud := &eavesdropper{testCloud: newCloud(t, deployer, encryptedObject)}
	d := cloud.secretsDir(func(_, keys string) string {
		return strings.ReplaceAll(profiles(keys), "  region =", "  max_retries = 0\n  region =") + strings.ReplaceAll(twoAccountsKMS(), "= srralt", "= srr.backup")
	})
	cloud.keep(emulator.SourceKeyPair().Secret, emulator.DestinationKeyPair().Secret)
	hit, written, before := map[emulator.FaultKind]bool{}, map[string]string{}, cloud.World()
	for i, fault := range []emulator.Fault{
		{Kind: emulator.FaultError, Status: 500, Code: "InternalError"},
		{Kind: emulator.FaultError, Status: 403, Code: "SignatureDoesNotMatch", Message: "server string to sign is:" + emulator.SourceKeyPair().Secret},
		{Kind: emulator.FaultReset},
		{Kind: emulator.FaultLostResponse},
		{Kind: emulator.FaultEmpty},
		{Kind: emulator.FaultMalformed},
		{Kind: emulator.FaultStale, Reads: 2},
		{Kind: emulator.FaultLateResponse, Delay: 50 * time.Millisecond},
		{Kind: emulator.FaultDelay, Delay: 50 * time.Millisecond},
	} {
		fault.Skip = positions()[i%len(positions())] - 1
		d.inject(fault)
		said, _ := d.command("apply", "-auto-approve", "-no-color").CombinedOutput() // it fails, or not
		if len(cloud.Faults()) == 0 {
			hit[fault.Kind] = true
		}
		written[fmt.Sprintf("output with %s at call %d", fault.Kind, fault.Skip+1)] = string(said)
		cloud.ClearFaults()
		if err := errors.Join(cloud.SetWorld(before), os.Remove(filepath.Join(d.path, "terraform.tfstate"))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	written["trace.log"] = d.read("trace.log")
	if !strings.Contains(written["trace.log"], "alicloud call") || len(cloud.secrets) < 10 {
		t.Fatalf("only %d secrets in use, %d bytes logged", len(cloud.secrets), len(written["trace.log"]))
	}
	slices.Sort(cloud.secrets)
	cloud.secrets = slices.Compact(cloud.secrets)
	for name, text := range written {
		cloud.heard(name, text)
	}
	if len(hit) < 7 {
		t.Errorf("only these faults hit: %v", hit)
	}
}
