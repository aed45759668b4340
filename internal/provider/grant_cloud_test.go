package provider_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// grantCloud is a cloud that hears what the provider says: Terraform shows
// warnings to people, its test framework shows them to nobody.
type grantCloud struct {
	testCloud
	heard *diagnostics
}

func newGrantCloud(t *testing.T, changes ...func(*emulator.World)) grantCloud {
	t.Helper()
	return grantCloud{newCloud(t, changes...), &diagnostics{}}
}

// run is testCloud.run with every diagnostic noted.
func (c grantCloud) run(steps ...resource.TestStep) {
	c.t.Helper()
	for i := range steps {
		if steps[i].Config != "" && !strings.Contains(steps[i].Config, "provider \"srr\"") {
			steps[i].Config = config(steps[i].Config)
		}
	}
	resource.UnitTest(c.t, resource.TestCase{ProtoV6ProviderFactories: c.listening(), Steps: steps})
}

func (c grantCloud) listening() map[string]func() (tfprotov6.ProviderServer, error) {
	wrapped := map[string]func() (tfprotov6.ProviderServer, error){}
	for name, made := range c.factories() {
		wrapped[name] = func() (tfprotov6.ProviderServer, error) {
			server, err := made()
			return listener{server, c.heard}, err
		}
	}
	return wrapped
}

// diagnostics are texts of errors and warnings, in the order in which they came.
type diagnostics struct {
	mu    sync.Mutex
	texts []string
}

func (d *diagnostics) add(given []*tfprotov6.Diagnostic) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range given {
		d.texts = append(d.texts, fmt.Sprintf("%s: %s: %s", one.Severity, one.Summary, one.Detail))
	}
}

// take returns what was said since the last call.
func (d *diagnostics) take() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := strings.Join(d.texts, "\n")
	d.texts = nil
	return all
}

type listener struct {
	tfprotov6.ProviderServer
	heard *diagnostics
}

// PlanResourceChange notes the diagnostics of a plan.
func (l listener) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := l.ProviderServer.PlanResourceChange(ctx, req)
	if err == nil {
		l.heard.add(resp.Diagnostics)
	}
	return resp, err
}

// ApplyResourceChange notes the diagnostics of an apply.
func (l listener) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := l.ProviderServer.ApplyResourceChange(ctx, req)
	if err == nil {
		l.heard.add(resp.Diagnostics)
	}
	return resp, err
}

// ReadResource notes the diagnostics of a refresh.
func (l listener) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := l.ProviderServer.ReadResource(ctx, req)
	if err == nil {
		l.heard.add(resp.Diagnostics)
	}
	return resp, err
}

// silent fails if anything was said since the last look.
func (c grantCloud) silent() {
	c.t.Helper()
	if all := c.heard.take(); all != "" {
		c.t.Errorf("unexpected: %s", all)
	}
}

// withPolicy gives the destination bucket a policy; "" is none.
func withPolicy(policy string) func(*emulator.World) {
	return func(w *emulator.World) { destination(w).Policy = policy }
}

func (c testCloud) setPolicy(policy string) { c.change(withPolicy(policy)) }

// writes counts the calls that wrote or tried to write a document.
func (c testCloud) writes() int {
	return c.calls("PutBucketPolicy") + c.calls("DeleteBucketPolicy") + c.calls("SetKeyPolicy")
}

func (c testCloud) inject(f emulator.Fault) {
	if err := c.Inject(f); err != nil {
		c.t.Error(err)
	}
}

// bucketGrant is a configuration with one grant and nothing else.
func bucketGrant(more string) string { return namedGrant("orders", more) }

func namedGrant(name, more string) string {
	return `
resource "srr_destination_grant" "` + name + `" {
  provider = srralt
  bucket   = "orders-backup"
  role_arn = "` + roleOfSource + `"
` + more + `
}
`
}

const (
	grantPrincipal = "arn:sts::" + emulator.SourceAccount + ":assumed-role/oss-srr-orders/*"
	grantBucket    = "acs:oss:*:" + emulator.DestinationAccount + ":orders-backup"
	grantActions   = `"oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"`
	foreign        = `{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["3000000000000003"],"Resource":["` + grantBucket + `/reports/*"]}`
)

// allows is a statement in the words of a bucket policy.
func allows(actions, principals, resources string) string {
	return `{"Effect":"Allow","Action":[` + actions + `],"Principal":[` + principals + `],"Resource":[` + resources + `]}`
}

const wholeBucket = `"` + grantBucket + `","` + grantBucket + `/*"`

// ours is the statement that the resource writes.
func ours() string { return allows(grantActions, `"`+grantPrincipal+`"`, wholeBucket) }

func documentOf(statements ...string) string {
	return `{"Version":"1","Statement":[` + strings.Join(statements, ",") + `]}`
}

// grownAtOnePlace says that a text became another one by one insertion: all that
// was there kept its bytes and its order.
func grownAtOnePlace(before, after string) error {
	head := 0
	for head < len(before) && head < len(after) && before[head] == after[head] {
		head++
	}
	if len(after) > len(before) && strings.HasSuffix(after, before[head:]) {
		return nil
	}
	return fmt.Errorf("what others wrote has changed, before:\n%s\nafter:\n%s", before, after)
}

// corpus is a document of others that the policy tests use.
func corpus(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "policy", "testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// statementPlan checks the planned action, and what the plan shows of our
// statement as it is: texts that must be there, or with ! must not.
type statementPlan struct {
	address string
	action  plancheck.ResourceActionType
	before  []string
}

// CheckPlan implements plancheck.PlanCheck.
func (s statementPlan) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	if plancheck.ExpectResourceAction(s.address, s.action).CheckPlan(ctx, req, resp); resp.Error != nil {
		return
	}
	for _, change := range req.Plan.ResourceChanges {
		before, _ := change.Change.Before.(map[string]any)
		if change.Address == s.address && before != nil {
			resp.Error = shows(fmt.Sprint(before["statement"]), s.before)
		}
	}
}

func shows(text string, wanted []string) error {
	var failures []error
	for _, part := range wanted {
		absent, negated := strings.CutPrefix(part, "!")
		if strings.Contains(text, absent) == negated {
			failures = append(failures, fmt.Errorf("%s in the statement %s", part, text))
		}
	}
	return errors.Join(failures...)
}

func planned(address string, action plancheck.ResourceActionType, before ...string) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{statementPlan{address, action, before}}}
}

// then makes a check of something that returns only an error.
func then(check func() error) resource.TestCheckFunc {
	return func(*terraform.State) error { return check() }
}

// destination is the bucket of the grants.
func destination(w *emulator.World) *oss.Bucket {
	for i := range w.OSS.Buckets {
		if w.OSS.Buckets[i].Name == emulator.DestinationBucket {
			return &w.OSS.Buckets[i]
		}
	}
	return nil
}
