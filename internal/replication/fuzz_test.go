package replication_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// FuzzNames wants what is accepted as a name, an ARN or an identity to lead back
// to itself, and nothing else in it.
func FuzzNames(f *testing.F) {
	for _, text := range []string{
		"acs:ram::1000000000000001:role/oss-srr-Orders", "arn:sts::1000000000000001:assumed-role/a/*", "oss-srr.orders", "orders-backup",
		"acs:kms:cn-hangzhou:2000000000000002:key/key-hzz000000000000replica", "alias/replicas", "acs:kms:cn-hangzhou:2000000000000002:alias/a",
		"acs:ram::1:role/a", "acs:ram::１０００００００００００００１:role/a", "acs:ram::1000000000000001:role/a/b", "acs:ram::1000000000000001:user/a", "\xff", "İ", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		role, err := replication.ParseRole(text)
		if err == nil && role.AccountID != "" {
			again, err := replication.ParseRoleARN(role.ARN())
			if err != nil || !again.Same(role) || !strings.EqualFold(role.ARN(), text) {
				t.Errorf("%q is %+v, again %+v, %v", text, role, again, err)
			}
			if p := role.Principal(); p != strings.ToLower(p) || strings.Count(p, "/") != 2 || strings.Count(p, "*") != 1 {
				t.Errorf("%q has the principal %q", text, p)
			}
		}
		if key, err := replication.ParseKeyARN(text); err == nil && key.ARN() != text {
			t.Errorf("%q is the key %q", text, key.ARN())
		}
		for name, check := range map[string]func(string) error{
			"role": replication.CheckRoleName, "policy": replication.CheckPolicyName, "bucket": replication.CheckBucketName, "account": replication.CheckAccountID,
		} {
			if check(text) == nil && strings.ContainsAny(text, "/:*?#&% \n\"\\") {
				t.Errorf("%q is accepted as the name of a %s", text, name)
			}
		}
	})
}

// FuzzReadSourcePolicy wants what is read from a policy to be what a policy of
// that content says.
func FuzzReadSourcePolicy(f *testing.F) {
	f.Add(replication.SourcePolicy([]string{"orders", "logs"}, nil))
	f.Add(replication.SourcePolicy([]string{"orders"}, []string{"acs:kms:cn-hangzhou:1000000000000001:key/a"}))
	f.Add(`{"Version":"1","Statement":{}}`)
	f.Add(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":"acs:oss:*:*:orders"}]}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, document string) {
		buckets, keys, err := replication.ReadSourcePolicy(document)
		if err != nil {
			return
		}
		again, keysAgain, err := replication.ReadSourcePolicy(replication.SourcePolicy(buckets, keys))
		slices.Sort(buckets)
		slices.Sort(again)
		slices.Sort(keys)
		slices.Sort(keysAgain)
		if err != nil || !slices.Equal(slices.Compact(buckets), again) || !slices.Equal(slices.Compact(keys), keysAgain) {
			t.Errorf("%q has %q and %q, again %q and %q, %v", document, buckets, keys, again, keysAgain, err)
		}
	})
}
