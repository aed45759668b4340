package access_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

func fuzzSeeds() []string {
	return []string{
		``, `null`, `{"Version":"1","Statement":[]}`, policy(anything), policy(anything + `,"Principal":["*"]`),
		policy(`"Effect":"Deny","NotAction":["oss:*","k?s:*"],"NotResource":"acs:oss:*:*:orders/*","NotPrincipal":["1000000000000001"]`),
		policy(`"Effect":"Allow","Action":"kms:*","Resource":"*","Principal":{"RAM":["acs:ram::1000000000000001:role/oss-srr"]},"Sid":"a b"`),
		policy(`"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"oss.aliyuncs.com","Federated":["x"]}`),
		policy(anything + `,"Condition":{"DateLessThan":{"acs:CurrentTime":"2030-01-01T00:00:00Z"},"NotIpAddress":{"acs:SourceIp":["::/0",1,true]}}`),
	}
}

var grammars = [...]access.Grammar{access.IdentityPolicy, access.SessionPolicy, access.TrustPolicy, access.BucketPolicy, access.KeyPolicy}

// Whatever the bytes are, there is a document or a reason, and the same one
// every time.
func FuzzParse(f *testing.F) {
	for _, text := range fuzzSeeds() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, g := range grammars {
			d, err := access.Parse(g, raw)
			if (d == nil) == (err == nil) {
				t.Fatalf("document %v and error %v", d, err)
			}
			if _, again := access.Parse(g, raw); (again == nil) != (err == nil) {
				t.Fatalf("first %v, then %v", err, again)
			}
			if err != nil && (err.Reason == "" || (g == access.BucketPolicy) != (err.EC != "")) {
				t.Fatalf("%+v of grammar %d", err, g)
			}
		}
	})
}

// Whatever the documents are, an explicit Deny of any side wins, and nothing is
// allowed unless a document or the ACL allows it.
func FuzzDecide(f *testing.F) {
	for _, text := range fuzzSeeds() {
		f.Add(text, "oss:GetObject", objectARN, "oss-srr", "192.0.2.7")
	}
	f.Add(policy(`"Effect":"Allow","Action":"*****?*a","Resource":"acs:oss:****:?:*"`), "", "acs:oss::::", "", "")
	f.Fuzz(func(t *testing.T, text, action, resource, name, value string) {
		for _, g := range grammars {
			d, err := access.Parse(g, []byte(text))
			if err != nil {
				continue
			}
			for kind := access.Anonymous; kind <= access.Federated; kind++ {
				who := access.Principal{Kind: kind, RoleName: name, UserName: name, SessionName: name, ServiceName: name, ProviderARN: name}
				if kind == access.Root || kind == access.User || kind == access.RoleSession {
					who.AccountID = foreign
				}
				decideAll(t, d, access.Request{
					Principal: who, Action: action, Resource: resource, Owner: owner, Now: time.Unix(0, 0),
					Context: map[string][]string{"acs:SourceIp": {value}, name: {value, name}},
				})
			}
		}
	})
}

func decideAll(t *testing.T, d *access.Document, r access.Request) {
	t.Helper()
	ids := access.Identities{Policies: []access.Named{{Name: "p", Document: d}}}
	alone := d.Decide(r)
	if d.Decide(r) != alone {
		t.Fatal("two answers to one question")
	}
	for _, got := range []access.Decision{
		access.Identity(ids, r), access.Bucket(ids, d, "public-read-write", r), access.Key(ids, d, r),
		access.Bucket(access.Identities{}, d, "", r), access.Key(access.Identities{Session: d}, d, r),
	} {
		if alone == access.ExplicitDeny && got.Effect != access.ExplicitDeny {
			t.Fatalf("a deny came out as %+v", got)
		}
		if got.Effect == access.Allow && alone != access.Allow && got.Source != "acl" {
			t.Fatalf("allowed by %q without any allow", got.Source)
		}
	}
	access.Trusts(d, r.Principal, r.Context)
	access.IsPublic(d)
}
