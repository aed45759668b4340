package policy_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

// bucketRole is the principal of a role of the source account.
func bucketRole(name string) string { return "arn:sts::" + sourceUID + ":assumed-role/" + name + "/*" }

func TestGrantees_bucket(t *testing.T) {
	for name, c := range map[string]struct {
		statements []string
		want       []string
	}{
		"none":   {[]string{`{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["$U"],"Resource":["$B/*"]}`}, nil},
		"one":    {[]string{`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"]}`}, []string{ours}},
		"scalar": {[]string{`{"Effect":"Allow","Action":"oss:ReplicatePut","Principal":"$P","Resource":"$B/*"}`}, []string{ours}},
		"shared by two, and a third in two statements": {
			[]string{
				`{"Effect":"Allow","Action":[$A],"Principal":["` + bucketRole("b") + `","` + bucketRole("a") + `"],"Resource":["$B","$B/*"]}`,
				`{"Effect":"Allow","Action":["oss:ReplicateList"],"Principal":["` + bucketRole("C") + `"],"Resource":["$B"]}`,
				`{"Effect":"Allow","Action":["oss:ReplicatePut"],"Principal":["` + bucketRole("c") + `"],"Resource":["$B/*"]}`,
			},
			[]string{bucketRole("b"), bucketRole("a"), bucketRole("c")},
		},
		"other forms of principals": {
			[]string{
				`{"Effect":"Allow","Action":[$A],"Principal":["*","$U","$K","arn:sts::` + sourceUID + `:assumed-role/r/one","arn:sts::` + sourceUID + `:assumed-role/r*/*"],"Resource":["$B","$B/*"]}`,
			}, nil,
		},
		"other actions, conditions, buckets, and a denial": {
			[]string{
				`{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["$P"],"Resource":["$B/*"]}`,
				`{"Effect":"Allow","Action":["oss:*"],"Principal":["$P"],"Resource":["$B/*"]}`,
				`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B/*"],"Condition":{"Bool":{"acs:SecureTransport":["true"]}}}`,
				`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:*:$O:other/*"]}`,
				`{"Effect":"Deny","Action":[$A],"Principal":["$P"],"Resource":["$B/*"]}`,
			}, nil,
		},
	} {
		got := parse(t, policy.BucketPolicy, doc(c.statements...)).Grantees(bucketGrant())
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestGrantees_key(t *testing.T) {
	owner := `{"Effect":"Allow","Action":["kms:*"],"Principal":{"RAM":["acs:ram::$O:*"]},"Resource":["*"]}`
	two := `{"Sid":"x","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Principal":{"RAM":["acs:ram::$U:role/OSS-SRR-orders","acs:ram::$U:user/u"]},"Resource":["*"]}`
	document := parse(t, policy.KeyPolicy, doc(owner, two))
	if diff := cmp.Diff([]string{oursKey}, document.Grantees(keyGrant())); diff != "" {
		t.Error(diff)
	}
	if got := document.Grantees(bucketGrant()); got != nil {
		t.Errorf("a grant for a bucket is found in a key policy: %v", got)
	}
}

func TestBeyond(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		want      []string
	}{
		"exact":                       {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"]}`, nil},
		"less":                        {`{"Effect":"Allow","Action":["oss:ReplicatePut"],"Principal":["$P"],"Resource":["$B/*"]}`, nil},
		"owner left open":             {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:*:*:dst","acs:oss:*:*:dst/*"]}`, nil},
		"one region":                  {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:cn-hangzhou:$O:dst/*"]}`, nil},
		"a part that the whole holds": {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*","$B/in/*"]}`, nil},
		"another action":              {`{"Effect":"Allow","Action":[$A,"oss:GetObject"],"Principal":["$P"],"Resource":["$B","$B/*"]}`, []string{"oss:GetObject"}},
		"a part of the bucket":        {`{"Effect":"Allow","Action":["oss:ReplicatePut"],"Principal":["$P"],"Resource":["$B","$B/in/*"]}`, []string{bucketARN + "/in/*"}},
		"of somebody else":            {`{"Effect":"Allow","Action":[$A,"oss:GetObject"],"Principal":["$U"],"Resource":["$B/in/*"]}`, nil},
	} {
		got := parse(t, policy.BucketPolicy, doc(c.statement)).Beyond(bucketGrant())
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	marked := `{"Sid":"$S","Effect":"Allow","Action":["kms:Decrypt","kms:CreateAlias"],"Principal":{"RAM":["$K"]},"Resource":["*"]}`
	if diff := cmp.Diff([]string{"kms:CreateAlias"}, parse(t, policy.KeyPolicy, doc(marked)).Beyond(keyGrant())); diff != "" {
		t.Error(diff)
	}
}

// Whoever is listed has a grant, and whoever has one is listed.
func TestGrantees_areExactlyThoseThatFindFinds(t *testing.T) {
	g := &generator{Rand: rand.New(rand.NewPCG(8, 2)), kind: policy.BucketPolicy}
	for range 2000 {
		raw := g.document().raw
		document := parse(t, policy.BucketPolicy, raw)
		listed := document.Grantees(bucketGrant())
		if document.Find(bucketGrant()).Present != slices.Contains(listed, ours) {
			t.Fatalf("%v are listed for\n%s", listed, raw)
		}
		for _, principal := range listed {
			grant := bucketGrant()
			grant.Principal = principal
			if !document.Find(grant).Present || principal != strings.ToLower(principal) {
				t.Fatalf("%s is listed without a grant in\n%s", principal, raw)
			}
		}
	}
}
