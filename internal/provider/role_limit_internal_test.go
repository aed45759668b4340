package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// textSet is a set of a prefix with the numbers below n.
func textSet(prefix string, n int) types.Set {
	values := []attr.Value{}
	for i := range n {
		values = append(values, types.StringValue(fmt.Sprintf("%s-%03d", prefix, i)))
	}
	return types.SetValueMust(types.StringType, values)
}

// RAM takes a policy of 6,144 characters. What is one longer is refused at the
// argument that fills most of it.
func TestRole_policyOfTheGreatestLength(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		buckets, keys, length int
		at, says              string
	}{
		{105, 1, 6144, "", ""},
		{105, 1, 6145, "source_buckets", "With 105 source buckets and 1 KMS keys the policy has 6145 characters; RAM accepts 6144."},
		{1, 70, 6144, "", ""},
		{1, 70, 6145, "kms_key_arns", "kms_crypto_user_access"},
	} {
		m := roleModel{SourceBuckets: textSet("orders", row.buckets), KMSKeyARNs: textSet("acs:kms:cn-hangzhou:1000000000000001:key/k", row.keys)}
		document, diags := m.document(t.Context())
		missing := row.length - len(document)
		if diags.HasError() || missing < 0 {
			t.Fatalf("%d characters, %v", len(document), diags)
		}
		// Each character of a key is once in the document, those of the last one fill it up.
		keys := m.KMSKeyARNs.Elements()
		keys[len(keys)-1] = types.StringValue(keys[len(keys)-1].(types.String).ValueString() + strings.Repeat("k", missing))
		m.KMSKeyARNs = types.SetValueMust(types.StringType, keys)
		var got diag.Diagnostics
		m.planPolicy(t.Context(), &got)
		switch {
		case row.at == "" && len(got) > 0:
			t.Errorf("%d characters: %v", row.length, got)
		case row.at != "" && (len(got) != 1 || !strings.Contains(got[0].Detail(), row.says) || !got[0].(diag.DiagnosticWithPath).Path().Equal(path.Root(row.at))):
			t.Errorf("%d characters: %v, want it at %s", row.length, got, row.at)
		}
	}
	if replication.MaxPolicyDocument != 6144 {
		t.Error("the limit has changed")
	}
}

// Who may not read policies learns all the same that the role is gone.
func TestRole_missingRoleOutweighsAnUnreadablePolicy(t *testing.T) {
	t.Parallel()
	bench := newRoleBench(t)
	bench.inject(t, emulator.Fault{Kind: emulator.FaultDelay, Operation: "GetRole", Delay: 50 * time.Millisecond})
	bench.inject(t, emulator.Fault{Kind: emulator.FaultDelay, Operation: "ListPoliciesForRole", Delay: 50 * time.Millisecond})
	bench.inject(t, emulator.Fault{Kind: emulator.FaultError, Operation: "GetPolicy", Status: 403, Code: "NoPermission"})
	if _, err := observeRole(t.Context(), bench.account.client, "srr-orders", "srr-orders"); !alicloud.HasCode(err, codeRoleMissing) {
		t.Errorf("got %v", err)
	}
}
