package identity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const (
	home  = "1000000000000001"
	other = "1000000000000002"

	allowAll   = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	trustOSS   = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["oss.aliyuncs.com"]}}]}`
	trustHome  = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::` + home + `:root"]}}]}`
	trustOther = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["acs:ram::` + other + `:user/guest"]},` +
		`"Condition":{"StringEquals":{"sts:ExternalId":"ticket-7"}}}]}`
)

// params are the fields of one call.
type params map[string]string

type world struct {
	*identity.Service
	t     *testing.T
	clock *cloud.Clock
	wall  *time.Time
}

func newWorld(t *testing.T) world { return switchedWorld(t, cloud.Switches{}) }

func switchedWorld(t *testing.T, switches cloud.Switches) world {
	t.Helper()
	w := emptyWorld(t, switches)
	if err := w.Load(accounts()); err != nil {
		t.Fatal(err)
	}
	return w
}

func emptyWorld(t *testing.T, switches cloud.Switches) world {
	t.Helper()
	wall := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	w := world{t: t, wall: &wall, clock: cloud.NewClock(func() time.Time { return wall }, 0)}
	w.Service = identity.New(identity.Options{Clock: w.clock, Now: func() time.Time { return *w.wall }, Switches: switches})
	return w
}

// accounts are two accounts: in the first a policy of every kind of use and
// roles of every kind of trust, in the second a user who may assume roles.
func accounts() []identity.Account {
	system := func(name string) []identity.Attachment { return []identity.Attachment{{Type: "System", Policy: name}} }
	own := func(name string) []identity.Attachment { return []identity.Attachment{{Type: "Custom", Policy: name}} }
	return []identity.Account{
		{
			ID: home, Name: "source",
			Keys: []identity.AccessKey{
				{ID: "AK-ROOT", Secret: "root-secret"},
				{ID: "AK-ADMIN", Secret: "admin-secret", User: "Admin"},
				{ID: "AK-OFF", Secret: "off-secret", User: "admin", Inactive: true},
			},
			Users: []identity.User{
				{ID: "200000000000000001", Name: "Admin", Attached: system("AdministratorAccess")},
				{ID: "200000000000000002", Name: "clerk", Attached: own("clerks")},
				{ID: "200000000000000003", Name: "nobody"},
			},
			Roles: []identity.Role{
				{Name: "App-Role", TrustPolicy: trustHome, Description: "runs the app", Attached: append(own("used"), system("AliyunOSSReadOnlyAccess")...), MaxSessionDuration: 7200},
				{Name: "bare", TrustPolicy: trustOSS},
				{Name: "partner", TrustPolicy: trustOther},
			},
			Policies: []identity.Policy{
				policyOf("used", 1), policyOf("free", 1), policyOf("Two-Versions", 2), policyOf("full", 5),
				{Name: "clerks", Versions: []identity.Version{{Number: 1, Document: `{"Version":"1","Statement":[` +
					`{"Effect":"Allow","Action":["ram:GetRole","ram:CreateRole","ram:TagResources"],"Resource":"acs:ram:*:` + home + `:role/bare"},` +
					`{"Effect":"Allow","Action":"ram:*","Resource":"acs:ram:*:system:policy/*"},` +
					`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"},` +
					`{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"acs:ram:*:` + home + `:role/bare"},` +
					`{"Effect":"Deny","Action":"ram:GetRole","Resource":"acs:ram:*:` + home + `:role/partner"}]}`}}},
			},
		},
		{
			ID:   other,
			Keys: []identity.AccessKey{{ID: "AK-GUEST", Secret: "guest-secret", User: "guest"}},
			Users: []identity.User{
				{ID: "200000000000000004", Name: "guest", Attached: system("AliyunSTSAssumeRoleAccess")},
				{ID: "200000000000000005", Name: "stranger", Attached: system("AliyunSTSAssumeRoleAccess")},
			},
		},
	}
}

// policyOf has versions 1 to count; the default is the first.
func policyOf(name string, count int) identity.Policy {
	p := identity.Policy{Name: name}
	for n := 1; n <= count; n++ {
		p.Versions = append(p.Versions, identity.Version{Number: n, Document: numbered(n)})
	}
	return p
}

// numbered is a policy by which versions can be told apart.
func numbered(n int) string {
	return fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:bucket-%d/*"}]}`, n)
}

func root() cloud.Caller { return cloud.Caller{Kind: cloud.Root, AccountID: home} }

func user(account, id, name string) cloud.Caller {
	return cloud.Caller{Kind: cloud.User, AccountID: account, UserID: id, UserName: name}
}

func admin() cloud.Caller  { return user(home, "200000000000000001", "Admin") }
func clerk() cloud.Caller  { return user(home, "200000000000000002", "clerk") }
func nobody() cloud.Caller { return user(home, "200000000000000003", "nobody") }
func guest() cloud.Caller  { return user(other, "200000000000000004", "guest") }

func (w world) call(caller cloud.Caller, operation string, p params) (map[string]any, *cloud.Error) {
	service := "ram"
	if operation == "GetCallerIdentity" || len(operation) >= 10 && operation[:10] == "AssumeRole" {
		service = "sts"
	}
	return w.Serve(identity.Call{Service: service, Operation: operation, Params: p, Caller: caller})
}

// must carries out a call of the root identity that works.
func (w world) must(operation string, p params) map[string]any {
	w.t.Helper()
	return w.mustAs(root(), operation, p)
}

func (w world) mustAs(caller cloud.Caller, operation string, p params) map[string]any {
	w.t.Helper()
	answer, err := w.call(caller, operation, p)
	if err != nil {
		w.t.Fatalf("%s %v: %v", operation, p, err)
	}
	return answer
}

// assume returns the session of a caller in a role of the home account.
func (w world) assume(caller cloud.Caller, role, policy string) (cloud.Caller, map[string]any) {
	w.t.Helper()
	answer := w.mustAs(caller, "AssumeRole", params{"RoleArn": "acs:ram::" + home + ":role/" + role, "RoleSessionName": "job", "Policy": policy})
	keys := answer["Credentials"].(map[string]any)
	_, session, err := w.Lookup(keys["AccessKeyId"].(string), keys["SecurityToken"].(string))
	if err != nil {
		w.t.Fatal(err)
	}
	return session, keys
}

// refusal is a call of the root identity in the standard world that must fail.
type refusal struct {
	name, operation string
	params          params
	status          int
	code            string
}

func checkRefusals(t *testing.T, tests []refusal) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.call(root(), test.operation, test.params)
			wantError(t, err, test.status, test.code)
		})
	}
}

func wantError(t *testing.T, err *cloud.Error, status int, code string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %d %s", status, code)
	}
	if err.Status != status || err.Code != code {
		t.Fatalf("%v, want %d %s", err, status, code)
	}
}

// field reads a path through nested objects.
func field(answer map[string]any, path ...string) any {
	var at any = answer
	for _, name := range path {
		object, _ := at.(map[string]any)
		at = object[name]
	}
	return at
}

// column reads one field of every object of a list.
func column(list any, name string) []string {
	var out []string
	for _, item := range list.([]any) {
		out = append(out, fmt.Sprint(item.(map[string]any)[name]))
	}
	return out
}
