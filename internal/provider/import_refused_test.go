package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// What a configuration cannot say is an error that names it: an apply after the
// import would take rights away, or give more.
func TestImport_refusesGrantsItCannotExpress(t *testing.T) {
	t.Parallel()
	ourselves := `"` + grantPrincipal + `"`
	id := "orders-backup," + roleOfSource
	for want, policy := range map[string]string{
		"holds oss:GetObject":              allows(grantActions+`,"oss:GetObject"`, ourselves, wholeBucket),
		"holds " + grantBucket + "/in/*, ": allows(grantActions, ourselves, `"`+grantBucket+`","`+grantBucket+`/in/*"`),
	} {
		found := newCloud(t, withPolicy(documentOf(foreign, policy))).speakForDestination().importByID("srr_destination_grant", id)
		if got := said(found); !strings.Contains(got, "ERROR: Grant cannot be imported") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
	for _, policy := range []string{
		allows(`"oss:ReplicatePut"`, ourselves, wholeBucket), // less is repaired, and the plan shows it
		allows(grantActions, ourselves, wholeBucket+`,"`+grantBucket+`/in/*"`),
		ours() + "," + allows(`"oss:GetObject"`, ourselves, `"`+grantBucket+`/*"`), // a statement of its own is not ours
	} {
		found := newCloud(t, withPolicy(documentOf(foreign, policy))).speakForDestination().importByID("srr_destination_grant", id)
		if len(found.problems) > 0 || found.object == nil {
			t.Errorf("%s: %s", policy, said(found))
		}
	}
	wider := keyAllows("", keyActions+`,"kms:CreateAlias"`, `"`+roleOfSource+`"`)
	found := newCloud(t, withKeyPolicy(documentOf(keyOwner, wider))).speakForDestination().importByID("srr_kms_key_policy", emulator.ReplicaKey+","+roleOfSource)
	if got := said(found); !strings.Contains(got, "ERROR: Grant cannot be imported") || !strings.Contains(got, "holds kms:CreateAlias") {
		t.Errorf("key: %s", got)
	}
}

func TestImport_refusesRolesItCannotExpress(t *testing.T) {
	t.Parallel()
	both := strings.Replace(trustOfOSS, `"oss.aliyuncs.com"`, `"oss.aliyuncs.com","ecs.aliyuncs.com"`, 1)
	for _, row := range []struct{ trust, document, want string }{
		{both, readOrders, "does not let exactly the service oss.aliyuncs.com assume it"},
		{strings.Replace(trustOfOSS, `"Effect"`, `"Condition":{"StringEquals":{"acs:SourceVpc":["vpc-1"]}},"Effect"`, 1), readOrders, "without a condition"},
		{trustOfOSS, strings.Replace(readOrders, `"oss:ReplicateGet"`, `"oss:ReplicateGet","oss:PutObject"`, 1), "which holds oss:PutObject"},
		{trustOfOSS, strings.ReplaceAll(readOrders, ":orders/*", ":orders/in/*"), "/in/*"},
		{trustOfOSS, strings.Replace(readOrders, `"Effect"`, `"Condition":{"Bool":{"acs:SecureTransport":["true"]}},"Effect"`, 1), "which holds Condition"},
		{trustOfOSS, strings.TrimSuffix(readOrders, "]}") + `,{"Effect":"Deny","Action":["oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders/secret/*"]}]}`, `Effect "Deny"`},
	} {
		found := newCloud(t, handMade, func(w *emulator.World) {
			w.Accounts[0].Roles[0].TrustPolicy = row.trust
			w.Accounts[0].Policies[0].Versions = []identity.Version{{Number: 1, Document: row.document}}
		}).speakForSource().importByID("srr_replication_role", "srr-orders")
		if got := said(found); !strings.Contains(got, "ERROR: Role cannot be imported") || !strings.Contains(got, row.want) {
			t.Errorf("want %q: %s", row.want, got)
		}
	}
}
