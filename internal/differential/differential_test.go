package differential_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

const rounds = 10_000

// contexts are connections on which the generated conditions hold or do not.
func contexts() []map[string][]string {
	return []map[string][]string{
		{"acs:UserAgent": {"a"}, "acs:SecureTransport": {"true"}}, {"acs:UserAgent": {"b"}, "acs:SecureTransport": {"false"}}, nil,
	}
}

// compare asks both sides one question about one document. A decision of the
// provider has to be the emulator's on every connection. It may leave a document
// undecided that holds a condition, an unknown field or a resource with an empty
// segment, and no other.
func compare(t *testing.T, g *generator, kind policy.Kind, document string, who subject, action, resource string) (decided bool) {
	t.Helper()
	grammar := map[policy.Kind]access.Grammar{policy.BucketPolicy: access.BucketPolicy, policy.KeyPolicy: access.KeyPolicy}[kind]
	theirs, refusal := access.Parse(grammar, []byte(document))
	ours, err := policy.Parse(kind, []byte(document))
	if refusal != nil || err != nil {
		t.Fatalf("generated a document that is refused: %v, %v\n%s", refusal, err, document)
	}
	got := ours.Evaluate(policy.Question{Principal: who.text, Action: action, Resource: resource})
	if got == policy.Undecided {
		if !g.open {
			t.Errorf("undecided without a reason: %s %s %s\n%s", who.text, action, resource, document)
		}
		return false
	}
	want := map[policy.Decision]access.Effect{
		policy.Allowed: access.Allow, policy.ExplicitDeny: access.ExplicitDeny, policy.ImplicitDeny: access.ImplicitDeny,
	}[got]
	for _, context := range contexts() {
		ask := access.Request{Principal: who.who, Action: action, Resource: resource, Owner: owner, Context: context}
		if effect := theirs.Decide(ask); effect != want {
			t.Errorf("the provider says %v, the emulator %d with %v: %s %s %s\n%s", got, effect, context, who.text, action, resource, document)
		}
	}
	return true
}

func compareBucket(t *testing.T, seed uint64) bool {
	g := newGenerator(seed)
	document := g.document(g.bucketStatement)
	return compare(t, g, policy.BucketPolicy, document, pick(g, bucketSubjects()...), g.bucketActionAsked(), g.bucketResourceAsked())
}

func compareKey(t *testing.T, seed uint64) bool {
	g := newGenerator(seed)
	document := g.document(g.keyStatement)
	return compare(t, g, policy.KeyPolicy, document, pick(g, keySubjects()...), g.keyActionAsked(), "*")
}

func TestDifferential_generatedPolicies(t *testing.T) {
	for name, compared := range map[string]func(*testing.T, uint64) bool{"bucket": compareBucket, "key": compareKey} {
		t.Run(name, func(t *testing.T) {
			decided := 0
			for seed := range uint64(rounds) {
				if compared(t, seed) {
					decided++
				}
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			if decided < rounds*7/10 {
				t.Errorf("only %d of %d questions were decided", decided, rounds)
			}
		})
	}
}

// Where the sides differ, they do so for a reason, which is part of the case. The
// generator keeps away from these questions.
func TestDifferential_explainedDifferences(t *testing.T) {
	const (
		everyone = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Principal":["*"],"Resource":"*"}]}`
		short    = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Principal":["` + foreign + `"],"Resource":"acs:oss:*"}]}`
		anyByte  = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Principal":["` + foreign + `"],"Resource":"acs:oss:*:*:dst/?"}]}`
		manages  = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Principal":{"RAM":["acs:ram::` + foreign + `:*"]},"Resource":"*"}]}`
		anyRole  = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Principal":{"RAM":["acs:ram::` + foreign + `:role/*"]},"Resource":"*"}]}`
		object   = "acs:oss:oss-cn-x:" + owner + ":dst/a"
	)
	root := access.Principal{Kind: access.Root, AccountID: owner}
	stranger := access.Principal{Kind: access.User, AccountID: foreign, UserName: "a"}
	role := keySubjects()[0]
	for _, c := range []struct {
		reason                     string
		kind                       policy.Kind
		document, action, resource string
		who                        subject
		ours                       policy.Decision
		theirs                     access.Effect
	}{
		{
			"an uid names an account and all its identities to the provider, while * leaves out the owner's root identity (OSS bucket policy page, 2026)",
			policy.BucketPolicy, everyone, "oss:GetObject", object,
			subject{owner, root},
			policy.Allowed, access.ImplicitDeny,
		},
		{
			"no page says what a resource with missing segments means: the emulator matches nothing, the provider takes it for wider than ours",
			policy.BucketPolicy, short, "oss:GetObject", object,
			subject{foreign, stranger},
			policy.Allowed, access.ImplicitDeny,
		},
		{
			"the provider compares bytes: it asks about bucket names and patterns, which are ASCII; an object's name has characters",
			policy.BucketPolicy, anyByte, "oss:GetObject", "acs:oss:oss-cn-x:" + owner + ":dst/é",
			subject{foreign, stranger},
			policy.ImplicitDeny, access.Allow,
		},
		{
			"what a key policy may give to another account is known to the service (KMS key policy page, 2024-12), not to the document",
			policy.KeyPolicy, manages, "kms:DisableKey", "*", role, policy.Allowed, access.ImplicitDeny,
		},
		{
			"no page knows role/* in a key policy: the emulator matches nothing, the provider takes it for wider than ours",
			policy.KeyPolicy, anyRole, "kms:Decrypt", "*", role, policy.Allowed, access.ImplicitDeny,
		},
	} {
		ours, err := policy.Parse(c.kind, []byte(c.document))
		theirs, refusal := access.Parse(map[policy.Kind]access.Grammar{policy.BucketPolicy: access.BucketPolicy, policy.KeyPolicy: access.KeyPolicy}[c.kind], []byte(c.document))
		if err != nil || refusal != nil {
			t.Fatal(err, refusal)
		}
		got := ours.Evaluate(policy.Question{Principal: c.who.text, Action: c.action, Resource: c.resource})
		effect := theirs.Decide(access.Request{Principal: c.who.who, Action: c.action, Resource: c.resource, Owner: owner})
		if got != c.ours || effect != c.theirs {
			t.Errorf("%s: the provider says %v, the emulator %d", c.reason, got, effect)
		}
	}
}

// What one side cannot read, nobody trusts: a document that the service refuses
// may be read by the provider, and one that the provider refuses may be stored.
func TestDifferential_unreadable(t *testing.T) {
	for name, c := range map[string]struct {
		document      string
		ours, service bool
	}{
		"a name twice":    {`{"Version":"1","Statement":[],"Statement":[]}`, false, true},
		"no version":      {`{"Statement":[]}`, false, false},
		"another version": {`{"Version":"2","Statement":[]}`, false, false},
		"not UTF-8":       {"{\"Version\":\"1\",\"Statement\":[],\"a\":\"\xff\"}", false, false},
		"trailing text":   {`{"Version":"1","Statement":[]} x`, false, false},
		"an odd effect":   {`{"Version":"1","Statement":[{"Effect":"allow","Action":"*","Principal":["*"],"Resource":"*"}]}`, true, false},
	} {
		_, err := policy.Parse(policy.BucketPolicy, []byte(c.document))
		_, refusal := access.Parse(access.BucketPolicy, []byte(c.document))
		if (err == nil) != c.ours || (refusal == nil) != c.service {
			t.Errorf("%s: provider %v, emulator %v", name, err, refusal)
		}
	}
}

func FuzzDifferential(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, key bool) {
		if key {
			compareKey(t, seed)
		} else {
			compareBucket(t, seed)
		}
	})
}
