package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const roleAddress = "srr_replication_role.this"

// roleCloud is a cloud seen from its source account, and what the provider said.
type roleCloud struct {
	testCloud
	said *roleWarnings
}

func newRoleCloud(t *testing.T, changes ...func(*emulator.World)) roleCloud {
	t.Helper()
	return roleCloud{newCloud(t, changes...), &roleWarnings{}}
}

// run goes through the steps; warnings, which the test framework drops, are kept.
func (c roleCloud) run(steps ...resource.TestStep) {
	c.t.Helper()
	for i := range steps {
		if steps[i].Config != "" && !strings.Contains(steps[i].Config, "provider \"srr\"") {
			steps[i].Config = config(steps[i].Config)
		}
	}
	factories := map[string]func() (tfprotov6.ProviderServer, error){}
	for name, made := range c.factories() {
		factories[name] = func() (tfprotov6.ProviderServer, error) {
			server, err := made()
			return roleReader{server, c.said}, err
		}
	}
	resource.UnitTest(c.t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}

// roleReader notes the diagnostics of reading.
type roleReader struct {
	tfprotov6.ProviderServer
	said *roleWarnings
}

func (r roleReader) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := r.ProviderServer.ReadResource(ctx, req)
	if resp != nil {
		r.said.add(resp.Diagnostics)
	}
	return resp, err
}

type roleWarnings struct {
	mu    sync.Mutex
	texts []string
}

func (w *roleWarnings) add(given []*tfprotov6.Diagnostic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range given {
		w.texts = append(w.texts, d.Summary+": "+d.Detail)
	}
}

// take returns what was said since the last call.
func (w *roleWarnings) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := strings.Join(w.texts, "\n")
	w.texts = nil
	return all
}

// account is the source account as it is now.
func (c roleCloud) account() identity.Account {
	for _, a := range c.World().Accounts {
		if a.ID == emulator.SourceAccount {
			return a
		}
	}
	return identity.Account{}
}

// edit changes the source account behind Terraform's back.
func (c roleCloud) edit(change func(*identity.Account)) {
	c.change(func(w *emulator.World) {
		for i := range w.Accounts {
			if w.Accounts[i].ID == emulator.SourceAccount {
				change(&w.Accounts[i])
			}
		}
	})
}

// fail arms a fault for the next call of an operation.
func (c roleCloud) fail(kind emulator.FaultKind, operations ...string) {
	c.t.Helper()
	for _, operation := range operations {
		fault := emulator.Fault{Kind: kind, Service: "ram", Operation: operation}
		if kind == emulator.FaultError {
			fault.Status, fault.Code = 403, "NoPermission"
		}
		if err := c.Inject(fault); err != nil {
			c.t.Fatal(err)
		}
	}
}

// writes lists the operations that changed or tried to change RAM.
func (c roleCloud) writes() []string {
	var list []string
	for _, r := range c.Requests(0) {
		if r.Service == "ram" && !strings.HasPrefix(r.Operation, "Get") && !strings.HasPrefix(r.Operation, "List") {
			list = append(list, r.Operation)
		}
	}
	return list
}

// holds checks that the account has exactly these roles and policies.
func (c roleCloud) holds(roles, policies []string) error {
	var haveRoles, havePolicies []string
	a := c.account()
	for _, r := range a.Roles {
		haveRoles = append(haveRoles, r.Name)
	}
	for _, p := range a.Policies {
		havePolicies = append(havePolicies, p.Name)
	}
	slices.Sort(haveRoles)
	slices.Sort(havePolicies)
	if !slices.Equal(haveRoles, roles) || !slices.Equal(havePolicies, policies) {
		return fmt.Errorf("the account has roles %q and policies %q, want %q and %q", haveRoles, havePolicies, roles, policies)
	}
	return nil
}

// healthy checks the only role: trusted by OSS, with exactly its own policy.
func (c roleCloud) healthy(document string, attached ...string) error {
	a := c.account()
	if len(a.Roles) != 1 {
		return fmt.Errorf("roles: %v", a.Roles)
	}
	var have []string
	for _, at := range a.Roles[0].Attached {
		have = append(have, at.Policy)
	}
	slices.Sort(have)
	if !slices.Equal(have, attached) {
		return fmt.Errorf("attached are %q, want %q", have, attached)
	}
	if got := a.Roles[0].TrustPolicy; !sameJSON(got, trustOfOSS) {
		return fmt.Errorf("trust policy is %s", got)
	}
	for _, p := range a.Policies {
		if strings.HasPrefix(p.Description, "Read access for OSS replication") {
			if got := defaultDocument(p); !sameJSON(got, document) {
				return fmt.Errorf("policy %s is %s\nwant %s", p.Name, got, document)
			}
			return nil
		}
	}
	return fmt.Errorf("the role has no policy of its own")
}

func defaultDocument(p identity.Policy) string {
	for _, v := range p.Versions {
		if p.DefaultVersion == fmt.Sprintf("v%d", v.Number) {
			return v.Document
		}
	}
	return ""
}

func healthyAfter(c roleCloud, document string, attached ...string) func(*terraform.State) error {
	return func(*terraform.State) error { return c.healthy(document, attached...) }
}

// roleUnchanged expects a plan without any change.
func roleUnchanged() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

// rolePlan expects an action on the role, and more.
func rolePlan(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(roleAddress, action)}, more...)}
}

// roleConfig is the role named srr-orders with some more arguments.
func roleConfig(arguments string) string {
	if !strings.Contains(arguments, "source_buckets") {
		arguments += "\n  source_buckets = [\"orders\"]"
	}
	return "resource \"srr_replication_role\" \"this\" {\n  name = \"srr-orders\"\n" + arguments + "\n}\n"
}
