package kms_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

const (
	source      = "1000000000000001"
	destination = "1000000000000002"
	third       = "1000000000000003"

	usableKey   = "key-hzz01"
	usableARN   = "acs:kms:cn-hangzhou:" + destination + ":key/" + usableKey
	defaultKey  = "key-hzz02"
	sourceARN   = "acs:kms:cn-hangzhou:" + source + ":key/key-hzz03"
	serviceKey  = "key-hzz04"
	signingKey  = "key-hzz05"
	shanghaiARN = "acs:kms:cn-shanghai:" + destination + ":key/key-shh01"
	sessionRole = "acs:ram::" + source + ":role/oss-srr"
)

// policies are the RAM policies of callers, by their name.
type policies map[string]access.Identities

func (p policies) Identities(c cloud.Caller) access.Identities { return p[c.ARN()] }

func principal(c cloud.Caller) access.Principal {
	kinds := map[cloud.CallerKind]access.PrincipalKind{
		cloud.Root: access.Root, cloud.User: access.User, cloud.RoleSession: access.RoleSession,
	}
	return access.Principal{
		Kind: kinds[c.Kind], AccountID: c.AccountID, UserID: c.UserID, UserName: c.UserName, RoleName: c.RoleName, SessionName: c.SessionName,
	}
}

func root(account string) cloud.Caller { return cloud.Caller{Kind: cloud.Root, AccountID: account} }

func user(account, name string) cloud.Caller {
	return cloud.Caller{Kind: cloud.User, AccountID: account, UserName: name, UserID: "200000000000000001"}
}

func session() cloud.Caller {
	return cloud.Caller{Kind: cloud.RoleSession, AccountID: source, RoleName: "Oss-SRR", SessionName: "copy"}
}

type world struct {
	*kms.Service
	t        *testing.T
	clock    *cloud.Clock
	policies policies
}

func newWorld(t *testing.T) world { return switchedWorld(t, cloud.Switches{}) }

// switchedWorld has an instance with one free unit in the destination account,
// and a key of every kind.
func switchedWorld(t *testing.T, switches cloud.Switches) world {
	t.Helper()
	start := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	w := world{t: t, clock: cloud.NewClock(func() time.Time { return start }, 0), policies: policies{}}
	w.Service = kms.New(kms.Options{Clock: w.clock, Switches: switches, Identities: w.policies, Principal: principal})
	err := w.Load(kms.State{
		Instances: []kms.Instance{
			{ID: "kst-1", Owner: destination, Region: "cn-hangzhou", AccessManagementQuantity: 2},
			{ID: "kst-2", Owner: destination, Region: "cn-shanghai"},
			{ID: "kst-3", Owner: destination, Region: "cn-hangzhou", Status: "Connecting"},
		},
		Keys: []kms.Key{
			{ID: usableKey, Owner: destination, Region: "cn-hangzhou", InstanceID: "kst-1"},
			{ID: defaultKey, Owner: destination, Region: "cn-hangzhou"},
			{ID: "key-hzz03", Owner: source, Region: "cn-hangzhou"},
			{ID: serviceKey, Owner: destination, Region: "cn-hangzhou", Creator: "OSS"},
			{ID: signingKey, Owner: destination, Region: "cn-hangzhou", InstanceID: "kst-1", Spec: "EC_P256"},
			{ID: "key-shh01", Owner: destination, Region: "cn-shanghai", InstanceID: "kst-2"},
			{ID: "key-imp01", Owner: destination, Region: "cn-hangzhou", Origin: "EXTERNAL"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// params turns pairs of names and values into parameters.
func params(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// as calls an operation for a caller.
func (w world) as(c cloud.Caller, operation string, pairs ...string) (map[string]any, *cloud.Error) {
	p := params(pairs...)
	return w.Serve(kms.Call{Operation: operation, Params: p, Caller: c, Region: p["RegionId"]})
}

// do calls an operation as the destination's root and fails the test on an error.
func (w world) do(operation string, pairs ...string) map[string]any {
	w.t.Helper()
	out, err := w.as(root(destination), operation, pairs...)
	if err != nil {
		w.t.Fatalf("%s: %v", operation, err)
	}
	return out
}

// refused calls an operation as the destination's root and wants an error.
func (w world) refused(status int, code, operation string, pairs ...string) {
	w.t.Helper()
	_, err := w.as(root(destination), operation, pairs...)
	expect(w.t, err, status, code)
}

func expect(t *testing.T, err *cloud.Error, status int, code string) {
	t.Helper()
	switch {
	case err == nil && code != "":
		t.Errorf("worked, want %d %s", status, code)
	case err != nil && (err.Status != status || err.Code != code):
		t.Errorf("%v, want %d %s", err, status, code)
	}
}

// allow gives a caller a RAM policy with one statement.
func (w world) allow(c cloud.Caller, effect, actions, resource string) {
	w.t.Helper()
	document := parse(w.t, access.IdentityPolicy,
		`{"Version":"1","Statement":[{"Effect":"`+effect+`","Action":`+actions+`,"Resource":"`+resource+`"}]}`)
	ids := w.policies[c.ARN()]
	ids.Policies = append(ids.Policies, access.Named{Name: "p", Document: document})
	w.policies[c.ARN()] = ids
}

func parse(t *testing.T, g access.Grammar, text string) *access.Document {
	t.Helper()
	document, err := access.Parse(g, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// grant is a key policy that lets a principal use the key, beside the owner.
func grant(principal string, actions string) string {
	return `{"Version":"1","Statement":[` +
		`{"Sid":"kms default key policy","Effect":"Allow","Principal":{"RAM":["acs:ram::` + destination + `:*"]},"Action":["kms:*"],"Resource":["*"]},` +
		`{"Effect":"Allow","Principal":{"RAM":["` + principal + `"]},"Action":` + actions + `,"Resource":["*"]}]}`
}

const useActions = `["kms:Decrypt","kms:GenerateDataKey"]`
