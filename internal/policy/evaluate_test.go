package policy_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

func TestEvaluate_bucket(t *testing.T) {
	const (
		session = "arn:sts::1234567890123456:assumed-role/oss-srr-orders/s"
		object  = "acs:oss:oss-cn-x:9876543210987654:dst/in/a"
	)
	get := policy.Question{Principal: session, Action: "oss:ReplicateGet", Resource: object}
	const denyIn = `{"Effect":"Deny","Action":["oss:Replicate*"],"Principal":["*"],"Resource":["$B/in/*"]}`
	for name, c := range map[string]struct {
		document string
		question policy.Question
		want     policy.Decision
	}{
		"no policy":              {"", get, policy.ImplicitDeny},
		"ours":                   {doc(exactBucket), get, policy.Allowed},
		"deny outweighs":         {doc(exactBucket, denyIn), get, policy.ExplicitDeny},
		"deny elsewhere":         {doc(exactBucket, strings.Replace(denyIn, "/in/", "/out/", 1)), get, policy.Allowed},
		"conditional deny":       {doc(exactBucket, strings.Replace(denyIn, `"Effect"`, `"Condition":{"Bool":{"a":["b"]}},"Effect"`, 1)), get, policy.Undecided},
		"conditional allow":      {doc(strings.Replace(exactBucket, `"Effect"`, `"Condition":{"Bool":{"a":["b"]}},"Effect"`, 1)), get, policy.Undecided},
		"empty condition":        {doc(strings.Replace(exactBucket, `"Effect"`, `"Condition":{},"Effect"`, 1)), get, policy.Allowed},
		"unknown field":          {doc(strings.Replace(exactBucket, `"Effect"`, `"X":{},"Effect"`, 1)), get, policy.Undecided},
		"unknown effect":         {doc(strings.Replace(exactBucket, "Allow", "allow", 1)), get, policy.Undecided},
		"other action":           {doc(exactBucket), policy.Question{session, "oss:GetObject", object}, policy.ImplicitDeny},
		"action in another case": {doc(exactBucket), policy.Question{session, "oss:replicateget", object}, policy.Allowed},
		"role in another case":   {doc(strings.Replace(exactBucket, "$P", "arn:sts::$U:assumed-role/OSS-srr-orders/*", 1)), get, policy.ImplicitDeny},
		"other bucket":           {doc(exactBucket), policy.Question{session, "oss:ReplicateGet", "acs:oss:oss-cn-x:9876543210987654:dst2/in/a"}, policy.ImplicitDeny},
		"other owner":            {doc(exactBucket), policy.Question{session, "oss:ReplicateGet", "acs:oss:oss-cn-x:1:dst/in/a"}, policy.ImplicitDeny},
		"other region":           {doc(strings.ReplaceAll(exactBucket, "$B", "acs:oss:oss-cn-y:*:dst")), get, policy.ImplicitDeny},
		"a part of the bucket":   {doc(`{"Effect":"Allow","Action":"oss:*","Principal":["*"],"Resource":"$B/in/*"}`), policy.Question{session, "oss:ReplicateGet", bucketARN + "/*"}, policy.Undecided},
		"case of keys":           {doc(`{"Effect":"Allow","Action":"oss:*","Principal":["*"],"Resource":"$B/IN/*"}`), get, policy.ImplicitDeny},
		"one character":          {doc(`{"Effect":"Allow","Action":"oss:*","Principal":["*"],"Resource":"$B/in/?"}`), get, policy.Allowed},
		"account":                {doc(strings.Replace(exactBucket, "$P", "$U", 1)), get, policy.Allowed},
		"no principal":           {doc(`{"Effect":"Allow","Action":"oss:*","Resource":"*"}`), get, policy.Allowed},
		"anonymous":              {doc(exactBucket), policy.Question{"*", "oss:ReplicateGet", object}, policy.ImplicitDeny},
		"not principal":          {doc(`{"Effect":"Allow","Action":"oss:*","NotPrincipal":["$P"],"Resource":"*"}`), get, policy.ImplicitDeny},
		"not action":             {doc(`{"Effect":"Allow","NotAction":"oss:Put*","Principal":["$P"],"Resource":"*"}`), get, policy.Allowed},
		"not resource":           {doc(`{"Effect":"Allow","Action":"oss:*","Principal":["$P"],"NotResource":"$B/in/*"}`), get, policy.ImplicitDeny},
		"both":                   {doc(`{"Effect":"Allow","Action":"oss:*","NotAction":"oss:X","Principal":["$P"],"Resource":"*"}`), get, policy.Undecided},
		"neither":                {doc(`{"Effect":"Allow","Principal":["$P"],"Resource":"*"}`), get, policy.Undecided},
		"an unreadable list":     {doc(`{"Effect":"Allow","Action":[1],"Principal":["$P"],"Resource":"*"}`), get, policy.Undecided},
	} {
		if got := parse(t, policy.BucketPolicy, c.document).Evaluate(c.question); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestEvaluate_key(t *testing.T) {
	decrypt := policy.Question{Principal: oursKey, Action: "kms:Decrypt", Resource: "*"}
	for name, c := range map[string]struct {
		document string
		question policy.Question
		want     policy.Decision
	}{
		"ours":          {doc(ownerKey, exactKey), decrypt, policy.Allowed},
		"another case":  {doc(strings.Replace(exactKey, "$K", "acs:ram::$U:role/OSS-SRR-ORDERS", 1)), decrypt, policy.Allowed},
		"only owner":    {doc(ownerKey), decrypt, policy.ImplicitDeny},
		"owner's user":  {doc(ownerKey), policy.Question{"acs:ram::" + ownerUID + ":user/a", "kms:Encrypt", "*"}, policy.Allowed},
		"owner's root":  {doc(strings.Replace(ownerKey, ":*", ":root", 1)), policy.Question{"acs:ram::" + ownerUID + ":user/a", "kms:Encrypt", "*"}, policy.Allowed},
		"denied":        {doc(exactKey, `{"Effect":"Deny","Principal":{"RAM":"acs:ram::$U:*"},"Action":"kms:De*","Resource":"*"}`), decrypt, policy.ExplicitDeny},
		"a service":     {doc(`{"Effect":"Allow","Principal":{"Service":["oss.aliyuncs.com"]},"Action":"kms:*","Resource":"*"}`), decrypt, policy.ImplicitDeny},
		"no principal":  {doc(`{"Effect":"Allow","Action":"kms:*","Resource":"*"}`), decrypt, policy.Undecided},
		"odd principal": {doc(`{"Effect":"Allow","Principal":["$K"],"Action":"kms:*","Resource":"*"}`), decrypt, policy.Undecided},
		"odd resource":  {doc(strings.Replace(exactKey, `"*"`, `"acs:kms:*:*:key/x"`, 1)), decrypt, policy.Undecided},
	} {
		if got := parse(t, policy.KeyPolicy, c.document).Evaluate(c.question); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestDecision_inWords(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range []policy.Decision{policy.Allowed, policy.ExplicitDeny, policy.ImplicitDeny, policy.Undecided} {
		seen[d.String()] = true
	}
	if len(seen) != 4 || !seen["allowed"] {
		t.Errorf("%v", seen)
	}
}
