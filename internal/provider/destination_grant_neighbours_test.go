package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const grantAddress = "srr_destination_grant.orders"

// foreignPolicies are documents of others: written by consoles and by hand,
// with odd formatting, repeated statements and fields that no page mentions.
func foreignPolicies(t *testing.T) map[string]string {
	t.Helper()
	documents := map[string]string{
		"carriage returns": "{\r\n\t\"Statement\" : [ " + foreign + " ,\r\n " + foreign + " ] ,\r\n\t\"Version\":\"1\"\r\n}\r\n",
		"escapes":          `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:\u0047etObject","Principal":"250","Resource":"acs:oss:*:*:orders-backup\/\u00e9\/*","Condition":{"StringLike":{"acs:UserAgent":["a\tb"]}}}]}`,
		"shared":           documentOf(foreign, allows(grantActions, `"arn:sts::3000000000000003:assumed-role/other/*"`, wholeBucket)),
		"no statement":     `{ "Version" : "1", "Statement" : [ ], "Note" : 1.50 }`,
	}
	for _, name := range []string{"bucket-ros", "bucket-hand", "bucket-minified-shared", "bucket-unknown-fields"} {
		documents[name] = corpus(t, name)
	}
	return documents
}

// TestDestinationGrant_neighbours takes one grant through its life beside the
// statements of others.
func TestDestinationGrant_neighbours(t *testing.T) {
	t.Parallel()
	for name, before := range foreignPolicies(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newGrantCloud(t, withPolicy(before))
			grown := then(func() error { return grownAtOnePlace(before, cloud.policy(emulator.DestinationBucket)) })
			cloud.run(
				resource.TestStep{Config: bucketGrant(""), Check: grown},
				resource.TestStep{
					Config: bucketGrant("allow_deletes = false"), Check: grown,
					ConfigPlanChecks: planned(grantAddress, plancheck.ResourceActionUpdate, "oss:ReplicateDelete"),
				},
			)
			if after := cloud.policy(emulator.DestinationBucket); after != before {
				t.Errorf("the policy was\n%s\nand is\n%s", before, after)
			}
			if cloud.writes() != 3 {
				t.Errorf("%d writes for create, update and destroy; a refresh or an empty plan wrote", cloud.writes())
			}
		})
	}
}

// TestDestinationGrant_alone deletes the policy with the last statement.
func TestDestinationGrant_alone(t *testing.T) {
	t.Parallel()
	cloud := newGrantCloud(t, withPolicy(""))
	cloud.run(resource.TestStep{Config: bucketGrant(""), Check: then(func() error {
		if got := cloud.policy(emulator.DestinationBucket); got != documentOf(ours()) {
			return fmt.Errorf("the policy is %s", got)
		}
		return nil
	})})
	if got := cloud.policy(emulator.DestinationBucket); got != "" || cloud.calls("DeleteBucketPolicy") != 1 {
		t.Errorf("the policy is still %s", got)
	}
	cloud.silent()
}

// spelled are documents in which somebody changed our statement, and what the
// next plan makes of it.
func spelled() map[string]struct {
	statements []string
	action     plancheck.ResourceActionType
	before     []string
} {
	upper := strings.Replace(grantPrincipal, "oss-srr", "OSS-SRR", 1)
	other := `"arn:sts::3000000000000003:assumed-role/other/*"`
	return map[string]struct {
		statements []string
		action     plancheck.ResourceActionType
		before     []string
	}{
		"narrowed actions":   {[]string{foreign, allows(`"oss:ReplicateList","oss:ReplicateGet"`, `"`+grantPrincipal+`"`, wholeBucket)}, plancheck.ResourceActionUpdate, []string{"oss:ReplicateGet", "!oss:ReplicatePut", "!oss:GetObject"}},
		"narrowed resources": {[]string{allows(grantActions, `"`+grantPrincipal+`"`, `"`+grantBucket+`/2026/*"`), foreign}, plancheck.ResourceActionUpdate, []string{"orders-backup/2026/*", "!reports"}},
		"widened":            {[]string{foreign, allows(grantActions+`,"oss:PutObjectAcl"`, `"`+grantPrincipal+`"`, wholeBucket)}, plancheck.ResourceActionUpdate, []string{"oss:PutObjectAcl"}},
		"upper case":         {[]string{foreign, allows(grantActions, `"`+upper+`"`, wholeBucket)}, plancheck.ResourceActionUpdate, []string{"OSS-SRR-orders"}},
		"split":              {[]string{allows(`"oss:ReplicateList","oss:ReplicateGet"`, `"`+grantPrincipal+`"`, wholeBucket), foreign, allows(`"oss:ReplicatePut","oss:ReplicateDelete"`, `"`+grantPrincipal+`"`, wholeBucket)}, plancheck.ResourceActionNoop, nil},
		"shared":             {[]string{foreign, allows(grantActions, other+`,"`+grantPrincipal+`"`, wholeBucket)}, plancheck.ResourceActionNoop, nil},
		"shared, narrowed":   {[]string{foreign, allows(`"oss:ReplicateList"`, `"`+grantPrincipal+`",`+other, wholeBucket)}, plancheck.ResourceActionUpdate, []string{"oss:ReplicateList", "!3000000000000003"}},
		"scalars, any owner": {[]string{`{"Resource":["acs:oss:*:*:orders-backup/*","acs:oss:*:*:orders-backup"],"Principal":"` + grantPrincipal + `","Action":["oss:ReplicateDelete","oss:replicateput","oss:ReplicateGet","oss:ReplicateList"],"Effect":"Allow"}`, foreign}, plancheck.ResourceActionNoop, nil},
		"condition added":    {[]string{foreign, strings.TrimSuffix(ours(), "}") + `,"Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.1"]}}}`}, plancheck.ResourceActionCreate, nil},
		"removed":            {[]string{foreign}, plancheck.ResourceActionCreate, nil},
		"wider instead":      {[]string{foreign, allows(`"oss:*"`, `"`+grantPrincipal+`"`, `"*"`)}, plancheck.ResourceActionCreate, nil},
	}
}

// TestDestinationGrant_drift finds the grant by its meaning, shows what differs
// in it, and heals it.
func TestDestinationGrant_drift(t *testing.T) {
	t.Parallel()
	for name, c := range spelled() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newGrantCloud(t)
			changed := documentOf(c.statements...)
			cloud.run(
				resource.TestStep{Config: bucketGrant("")},
				resource.TestStep{
					PreConfig:        func() { cloud.heard.take(); cloud.setPolicy(changed); cloud.ClearRequests() },
					Config:           bucketGrant(""),
					ConfigPlanChecks: planned(grantAddress, c.action, c.before...),
				},
				resource.TestStep{Config: bucketGrant(""), Check: then(func() error { return healed(cloud, c.action, changed) })},
			)
		})
	}
}

func healed(cloud grantCloud, action plancheck.ResourceActionType, changed string) error {
	now := cloud.policy(emulator.DestinationBucket)
	if !strings.Contains(now, foreign) {
		return fmt.Errorf("the neighbour is gone: %s", now)
	}
	if action == plancheck.ResourceActionNoop {
		if now != changed || cloud.writes() != 0 {
			return fmt.Errorf("%d writes for nothing: %s", cloud.writes(), now)
		}
		return nil
	}
	if !strings.Contains(now, ours()) || cloud.writes() != 1 {
		return fmt.Errorf("%d writes, not healed: %s", cloud.writes(), now)
	}
	if heard := cloud.heard.take(); action == plancheck.ResourceActionCreate && !strings.Contains(heard, "ignore_changes = [policy]") {
		return fmt.Errorf("the cure is missing in: %s", heard)
	}
	return nil
}
