package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// TestMain finds the CLI once, for these tests and for the testing framework.
func TestMain(m *testing.M) {
	path, err := demo.SharedCLI(context.Background())
	if err == nil {
		err = os.Setenv("TF_ACC_TERRAFORM_PATH", path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// terraformDir is a configuration with its state, and the CLI that works on it.
// Unlike the testing framework it shows warnings, refreshes in every plan as
// people do, and can be interrupted.
type terraformDir struct {
	t     *testing.T
	cloud testCloud
	path  string
	env   []string
	// commands counts them: each is a run, of which two processes of a provider know.
	commands *atomic.Int64
}

// terraform serves the provider inside the test, for both accounts.
func (c testCloud) terraform() terraformDir {
	c.t.Helper()
	return c.terraformBeside(map[string]any{})
}

// terraformBeside is terraform with more providers, by their addresses.
func (c testCloud) terraformBeside(served map[string]any) terraformDir {
	c.t.Helper()
	d := terraformDir{t: c.t, cloud: c, path: c.t.TempDir(), commands: &atomic.Int64{}}
	for _, name := range []string{"srr", "srralt"} {
		served["registry.terraform.io/terraform-srr/"+name] = c.serve(provider.ShareNotes(in(filepath.Join(d.path, "notes")), func() string {
			return fmt.Sprint(d.commands.Load())
		}))
	}
	reattach, err := json.Marshal(served)
	if err != nil {
		c.t.Fatal(err)
	}
	rc := filepath.Join(d.path, "cli.tfrc")
	if err := os.WriteFile(rc, nil, 0o600); err != nil {
		c.t.Fatal(err)
	}
	d.env = append(os.Environ(), "TF_REATTACH_PROVIDERS="+string(reattach), "TF_CLI_CONFIG_FILE="+rc, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	return d
}

func in(dir string) func() string { return func() string { return dir } }

// serve starts the provider as a debugged plugin and returns how to reach it.
func (c testCloud) serve(options ...provider.Option) any {
	c.t.Helper()
	return servePlugin(c.t, "registry.terraform.io/terraform-srr/srr", func() tfprotov6.ProviderServer {
		return provider.Forgetful(providerserver.NewProtocol6(provider.New("test", c.env(nil), options...)())())
	})
}

func servePlugin(t *testing.T, address string, factory func() tfprotov6.ProviderServer) any {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	config, closed := channelOf(tf6server.WithDebug), make(chan struct{})
	go func() {
		err := tf6server.Serve(address, factory, tf6server.WithDebug(ctx, config, closed), tf6server.WithLoggingSink(t), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
		if err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); <-closed })
	at := <-config
	return map[string]any{
		"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.Getpid(), "Test": true,
		"Addr": map[string]string{"Network": at.Addr.Network(), "String": at.Addr.String()},
	}
}

// channelOf makes a channel of the type that a debug option wants.
func channelOf[T any](func(context.Context, chan T, chan struct{}) tf6server.ServeOpt) chan T {
	return make(chan T, 1)
}

// write makes body the configuration, with provider blocks that do not repeat
// failed calls: tests inject the failures that they mean.
func (d terraformDir) write(body string) terraformDir {
	d.t.Helper()
	return d.writeAs(body, "")
}

// writeIn is write in another region.
func (d terraformDir) writeIn(region, body string) terraformDir {
	d.t.Helper()
	d.write(body)
	path := filepath.Join(d.path, "main.tf")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, bytes.ReplaceAll(text, []byte(`"`+emulator.Region+`"`), []byte(`"`+region+`"`)), 0o600)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

// writeAs also puts arguments into the provider block of the source account.
func (d terraformDir) writeAs(body, arguments string) terraformDir {
	d.t.Helper()
	text := `terraform {
  required_providers {
    srr    = { source = "registry.terraform.io/terraform-srr/srr" }
    srralt = { source = "registry.terraform.io/terraform-srr/srralt" }
  }
}
` + strings.Replace(config(""), "{\n", "{\n  max_retries = 1\n"+arguments, 1) + body
	if err := os.WriteFile(filepath.Join(d.path, "main.tf"), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return d
}

// diagnostic is an error or a warning of the provider or of Terraform.
type diagnostic struct {
	Severity, Summary, Detail, Address string
	// Snippet is the line of the configuration that is at fault.
	Snippet struct{ Code string }
}

// outcome is what a command said.
type outcome struct {
	t        *testing.T
	command  string
	exit     int
	problems []diagnostic
	// changes are actions by address, as planned; no-ops are not among them.
	changes map[string]string
}

// run starts the CLI and reads its machine-readable answer.
func (d terraformDir) run(arguments ...string) outcome {
	d.t.Helper()
	return d.finish(d.command(arguments...), make(chan *os.Process, 1))
}

func (d terraformDir) command(arguments ...string) *exec.Cmd {
	d.t.Helper()
	d.commands.Add(1)
	cmd := exec.CommandContext(d.t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...)
	cmd.Dir, cmd.Env = d.path, d.env
	return cmd
}

// finish starts a command, tells so, and waits for its end.
func (d terraformDir) finish(cmd *exec.Cmd, started chan<- *os.Process) outcome {
	d.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	o := outcome{t: d.t, command: strings.Join(cmd.Args[1:], " "), changes: map[string]string{}}
	var failed *exec.ExitError
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	started <- cmd.Process
	if err := cmd.Wait(); errors.As(err, &failed) {
		o.exit = failed.ExitCode()
	} else if err != nil {
		d.t.Fatal(err)
	}
	d.keepSecrets(o.command, stdout.String(), stderr.String())
	for line := range bytes.Lines(stdout.Bytes()) {
		var message struct {
			Type       string
			Diagnostic diagnostic
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if err := json.Unmarshal(line, &message); err != nil {
			d.t.Fatalf("%s said %q: %v\n%s", o.command, line, err, stderr.String())
		}
		switch message.Type {
		case "diagnostic":
			o.problems = append(o.problems, message.Diagnostic)
		case "planned_change":
			o.changes[message.Change.Resource.Addr] = message.Change.Action
		}
	}
	if stderr.Len() > 0 {
		d.t.Fatalf("%s: %s", o.command, stderr.String())
	}
	return o
}

// text runs a command that has no machine-readable answer.
func (d terraformDir) text(arguments ...string) {
	d.t.Helper()
	if said, err := d.command(arguments...).CombinedOutput(); err != nil {
		d.t.Fatalf("terraform %v: %v\n%s", arguments, err, said)
	}
}

func (d terraformDir) plan(flags ...string) outcome {
	d.t.Helper()
	return d.run(append([]string{"plan", "-json", "-detailed-exitcode"}, flags...)...)
}

func (d terraformDir) apply(flags ...string) outcome {
	d.t.Helper()
	return d.run(append([]string{"apply", "-json", "-auto-approve"}, flags...)...)
}

func (d terraformDir) destroy() outcome {
	d.t.Helper()
	return d.apply("-destroy")
}

// state is what is recorded of a resource's instance; nil when it is not there.
// The status "tainted" is added to the attributes.
func (d terraformDir) state(kind, name string) map[string]any {
	d.t.Helper()
	raw, err := os.ReadFile(filepath.Join(d.path, "terraform.tfstate"))
	if err != nil {
		d.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Status     string
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		d.t.Fatal(err)
	}
	for _, r := range state.Resources {
		if r.Type == kind && r.Name == name && len(r.Instances) > 0 {
			found := maps.Clone(r.Instances[0].Attributes)
			found["status"] = r.Instances[0].Status
			return found
		}
	}
	return nil
}

// ok demands success without a warning. Exit code 2 is a plan with changes.
func (o outcome) ok() outcome {
	o.t.Helper()
	if o.exit == 1 || len(o.problems) > 0 {
		o.t.Fatalf("%s ended with %d and %s", o.command, o.exit, o.said())
	}
	return o
}

// empty demands a plan without changes and without a word.
func (o outcome) empty() {
	o.t.Helper()
	if o.exit != 0 || len(o.changes) > 0 || len(o.problems) > 0 {
		o.t.Fatalf("%s ended with %d, changes %v and %s", o.command, o.exit, o.changes, o.said())
	}
}

// plans demands exactly these actions, written "address action".
func (o outcome) plans(want ...string) outcome {
	o.t.Helper()
	var got []string
	for address, action := range o.changes {
		got = append(got, strings.TrimPrefix(address, "srr_rule.")+" "+action)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		o.t.Fatalf("%s plans %v, want %v; %s", o.command, got, want, o.said())
	}
	return o
}

// fails demands an error, and only one, that contains all the texts.
func (o outcome) fails(texts ...string) outcome {
	o.t.Helper()
	if o.exit == 0 || o.exit == 2 {
		o.t.Fatalf("%s succeeded, want an error with %q", o.command, texts)
	}
	return o.says("error", texts...)
}

// warns demands a warning, and only one, that contains all the texts.
func (o outcome) warns(texts ...string) outcome {
	o.t.Helper()
	if o.exit == 1 {
		o.t.Fatalf("%s failed: %s", o.command, o.said())
	}
	return o.says("warning", texts...)
}

func (o outcome) says(severity string, texts ...string) outcome {
	o.t.Helper()
	var found []diagnostic
	for _, p := range o.problems {
		if p.Severity == severity {
			found = append(found, p)
		}
	}
	if len(found) != 1 {
		o.t.Fatalf("%s has %d of severity %s, want 1 with %q; %s", o.command, len(found), severity, texts, o.said())
	}
	whole := found[0].Summary + "\n" + found[0].Detail
	for _, text := range texts {
		if !strings.Contains(whole, text) {
			o.t.Fatalf("%s does not say %q but\n%s", o.command, text, whole)
		}
	}
	return o
}

func (o outcome) said() string {
	var b strings.Builder
	for _, p := range o.problems {
		fmt.Fprintf(&b, "\n%s at %s: %s\n%s\n", p.Severity, p.Address, p.Summary, p.Detail)
	}
	return b.String()
}

// inject arms a fault of the source account's cloud.
func (d terraformDir) inject(f emulator.Fault) {
	d.t.Helper()
	if err := d.cloud.Inject(f); err != nil {
		d.t.Fatal(err)
	}
}
