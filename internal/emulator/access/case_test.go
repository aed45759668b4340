package access_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// The accounts and identities of the tables.
const (
	owner   = "1000000000000002"
	foreign = "1000000000000001"

	bucketARN = "acs:oss:cn-hangzhou:" + owner + ":orders"
	objectARN = bucketARN + "/2026/a.csv"
	keyARN    = "acs:kms:cn-hangzhou:" + owner + ":key/key-1"
)

// The public pages that the expected decisions come from.
const (
	elements   = "RAM: Policy elements (2026-03)"
	syntax     = "RAM: Policy structure and syntax (2026-03)"
	evaluation = "RAM: Policy evaluation process (2026-03)"
	trustPage  = "RAM: Edit the trust policy of a RAM role (2026-03)"
	bucketPage = "OSS: Bucket policy (2026)"
	authPage   = "OSS: Authorization process of requests (2026)"
	crossPage  = "OSS: Authorize a RAM user of another account (2026)"
	replicate  = "OSS: Cross-account same-region replication (2026)"
	aclPage    = "OSS: ACLs (2026)"
	blockPage  = "OSS: Block Public Access (2025)"
	keyPage    = "KMS: Overview of key policies (2026-09)"
	actionPage = "KMS: Configure a key policy (2024-12)"
)

func ownerRoot() access.Principal { return access.Principal{Kind: access.Root, AccountID: owner} }

func ann(account string) access.Principal {
	return access.Principal{Kind: access.User, AccountID: account, UserName: "ann", UserID: "200000000000000001"}
}

func copier(account string) access.Principal {
	return access.Principal{Kind: access.RoleSession, AccountID: account, RoleName: "Oss-SRR", SessionName: "copy"}
}

// decision is one question with its literal answer. The fields identity, session,
// bucket, key and trust are statements without the braces around them.
type decision struct {
	name     string
	identity []string
	session  string
	bucket   []string
	acl      string
	key      []string
	trust    []string

	who      access.Principal
	action   string
	resource string // "" means the usual one of the table
	context  map[string]string
	want     access.Effect
	source   string // of the decision, "" is not looked at
	page     string
}

func document(t *testing.T, g access.Grammar, statements ...string) *access.Document {
	t.Helper()
	d, err := access.Parse(g, []byte(policy(statements...)))
	if err != nil {
		t.Fatalf("%v: %v", statements, err)
	}
	return d
}

func policy(statements ...string) string {
	return `{"Version":"1","Statement":[{` + strings.Join(statements, "},{") + `}]}`
}

func (d decision) identities(t *testing.T) access.Identities {
	t.Helper()
	var ids access.Identities
	for _, statement := range d.identity {
		ids.Policies = append(ids.Policies, access.Named{Name: "mine", Document: document(t, access.IdentityPolicy, statement)})
	}
	if d.session != "" {
		ids.Session = document(t, access.SessionPolicy, d.session)
	}
	return ids
}

func (d decision) request(resource string) access.Request {
	r := access.Request{Principal: d.who, Action: d.action, Resource: d.resource, Owner: owner, Context: map[string][]string{}}
	if r.Resource == "" {
		r.Resource = resource
	}
	for _, key := range slices.Sorted(maps.Keys(d.context)) {
		r.Context[key] = strings.Split(d.context[key], "|")
	}
	return r
}

func check(t *testing.T, cases []decision, decide func(*testing.T, decision) access.Decision) {
	t.Helper()
	for _, d := range cases {
		t.Run(d.name, func(t *testing.T) {
			got := decide(t, d)
			if got.Effect != d.want || d.source != "" && got.Source != d.source {
				t.Errorf("decided %s by %q, want %s by %q\nsource: %s", word(got.Effect), got.Source, word(d.want), d.source, d.page)
			}
		})
	}
}

func word(e access.Effect) string {
	return map[access.Effect]string{access.Allow: "allow", access.ExplicitDeny: "explicit deny", access.ImplicitDeny: "implicit deny"}[e]
}

const (
	yes      = access.Allow
	no       = access.ImplicitDeny
	denied   = access.ExplicitDeny
	anything = `"Effect":"Allow","Action":"*","Resource":"*"`
)
