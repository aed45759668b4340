package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// testSpeed makes a rule active after 0.18 s and gone 0.12 s after its deletion.
const testSpeed = 1000

// never is a time of the cloud that no test lives to see: six hours of the machine.
// A state that a test is to find must last as long, or end when the test says.
const never = 250 * 24 * time.Hour

// testCloud is an emulated cloud with the two accounts of the default world and
// the configuration to reach it: provider srr is the source account, srralt the
// destination account.
type testCloud struct {
	*emulator.Server
	t *testing.T
}

func newCloud(t *testing.T, changes ...func(*emulator.World)) testCloud {
	t.Helper()
	world := emulator.DefaultWorld()
	for _, change := range changes {
		change(&world)
	}
	made, err := emulator.New(emulator.Options{World: &world, Speed: testSpeed})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return testCloud{server, t}
}

func (c testCloud) env(extra map[string]string) func(string) string {
	values := map[string]string{}
	for _, line := range emulator.Environment(c.URL) {
		name, value, _ := strings.Cut(line, "=")
		values[name] = value
	}
	maps.Copy(values, extra)
	return func(name string) string { return values[name] }
}

func (c testCloud) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	made := func() (tfprotov6.ProviderServer, error) {
		return providerserver.NewProtocol6WithError(provider.New("test", c.env(nil))())()
	}
	return map[string]func() (tfprotov6.ProviderServer, error){"srr": made, "srralt": made}
}

// config puts the two provider blocks before a configuration.
func config(body string) string {
	return providerBlock("srr", emulator.SourceKeyPair()) + providerBlock("srralt", emulator.DestinationKeyPair()) + body
}

func providerBlock(name string, key emulator.KeyPair) string {
	return fmt.Sprintf("provider %q {\n  region = %q\n  access_key = %q\n  secret_key = %q\n}\n", name, emulator.Region, key.ID, key.Secret)
}

// run goes through the steps with Terraform itself. Every step's configuration
// gets the provider blocks.
func (c testCloud) run(steps ...resource.TestStep) {
	c.t.Helper()
	for i := range steps {
		if steps[i].Config != "" {
			steps[i].Config = config(steps[i].Config)
		}
	}
	resource.UnitTest(c.t, resource.TestCase{ProtoV6ProviderFactories: c.factories(), Steps: steps})
}

// calls counts the logged requests of one operation, also failed ones.
func (c testCloud) calls(operation string) int {
	count := 0
	for _, r := range c.Requests(0) {
		if r.Operation == operation {
			count++
		}
	}
	return count
}

// change edits the world behind Terraform's back.
func (c testCloud) change(edit func(*emulator.World)) {
	c.t.Helper()
	world := c.World()
	edit(&world)
	if err := c.SetWorld(world); err != nil {
		c.t.Fatal(err)
	}
}

// policy is the text of a bucket's policy.
func (c testCloud) policy(bucket string) string {
	for _, b := range c.World().OSS.Buckets {
		if b.Name == bucket {
			return b.Policy
		}
	}
	c.t.Fatalf("no bucket %s", bucket)
	return ""
}
