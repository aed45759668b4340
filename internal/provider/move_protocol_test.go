package provider_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// movedState is what Terraform sends for a moved block. The zero values stand
// for the rule of the tests, as alicloud records it.
type movedState struct {
	address, from, to, json string
	version                 int64
}

func (m movedState) send(t *testing.T, server tfprotov6.ProviderServer) *tfprotov6.MoveResourceStateResponse {
	t.Helper()
	set := func(text *string, value string) {
		if *text == "" {
			*text = value
		}
	}
	set(&m.address, "registry.terraform.io/aliyun/alicloud")
	set(&m.from, "alicloud_oss_bucket_replication")
	set(&m.to, "srr_rule")
	set(&m.json, recordedRule)
	resp, err := server.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: m.address, SourceTypeName: m.from, SourceSchemaVersion: m.version,
		SourceState: &tfprotov6.RawState{JSON: []byte(m.json)}, TargetTypeName: m.to,
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

const (
	recordedRule = `{"id":"orders:by:hand","bucket":"orders","rule_id":null,"action":null,"historical_object_replication":null,
		"sync_role":"oss-srr-orders","prefix_set":[],"destination":[{"bucket":"orders-backup","location":"oss-cn-hangzhou","transfer_type":""}],
		"encryption_configuration":[],"source_selection_criteria":[{"sse_kms_encrypted_objects":[]}],
		"rtc":[{"enabled":false,"status":""}],"progress":[{"historical_object":"0.85","new_object":null}],"status":"doing",
		"timeouts":null,"added_by_a_later_version":{"deep":[1,true]}}`
	recordedRole = `{"id":"srr-orders","role_name":"srr-orders","arn":"acs:ram::1000000000000001:role/srr-orders","role_id":"3","force":null,
		"max_session_duration":null,"description":null,"tags":null,"ram_users":[],"services":["oss.aliyuncs.com"],
		"document":"{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"oss.aliyuncs.com\"}}],\"Version\":\"1\"}"}`
)

func recordedGrant() string {
	return `{"id":"orders-backup","bucket":"orders-backup","policy":` + strconv.Quote(documentOf(ours())) + `}`
}

func TestMove_whatAnotherProviderRecords(t *testing.T) {
	t.Parallel()
	server := newCloud(t).speakForSource()
	for name, c := range map[string]struct {
		sent   movedState
		values map[string]any
	}{
		"rule":                       {movedState{}, map[string]any{"rule_id": "by:hand", "replicate_history": true, "replicate_deletes": true, "prefixes": nil, "account_id": nil}},
		"rule by the older address":  {movedState{address: "registry.terraform.io/hashicorp/alicloud"}, map[string]any{"role": "oss-srr-orders"}},
		"rule on OpenTofu":           {movedState{address: "registry.opentofu.org/aliyun/alicloud"}, map[string]any{"destination_bucket": "orders-backup"}},
		"rule from a private mirror": {movedState{address: "mirror.example.com/aliyun/alicloud"}, map[string]any{"source_bucket": "orders"}},
		"role": {
			movedState{from: "alicloud_ram_role", to: "srr_replication_role", json: recordedRole},
			map[string]any{"name": "srr-orders", "account_id": emulator.SourceAccount, "role_id": "3", "description": "", "force_detach_policies": false, "source_buckets": nil},
		},
		"grant": {
			movedState{from: "alicloud_oss_bucket_policy", to: "srr_destination_grant", json: recordedGrant()},
			map[string]any{"role_arn": roleOfSource, "account_id": emulator.DestinationAccount, "allow_deletes": true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := c.sent.send(t, server)
			if len(resp.Diagnostics) > 0 {
				t.Fatal(resp.Diagnostics[0].Summary, resp.Diagnostics[0].Detail)
			}
			got := attributesOf(t, server, c.sent, resp.TargetState)
			for attribute, want := range c.values {
				if !holds(got[attribute], want) {
					t.Errorf("%s is %v, want %v", attribute, got[attribute], want)
				}
			}
			// What identifies a rule is complete only after it was read.
			known := resp.TargetIdentity != nil && resp.TargetIdentity.IdentityData != nil
			if known {
				null, err := resp.TargetIdentity.IdentityData.IsNull()
				known = err == nil && !null
			}
			if known == (c.values["account_id"] == nil) {
				t.Errorf("the identity is known: %t", known)
			}
		})
	}
}

// Terraform hands what a move made to the read that follows, and since 1.12 the
// identity with it, which a read must not change.
func TestMove_readGoesOnWithWhatTheMoveIdentified(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, handMade, silent, withPolicy(documentOf(ours())), existing(oss.Rule{ID: "by:hand", ReplicateHistory: true, Action: "ALL"}))
	role := strings.Replace(recordedRole, `"role_id":"3"`, `"role_id":"300000000000000042"`, 1)
	for name, c := range map[string]struct {
		speaks protocol
		sent   movedState
		want   map[string]string
	}{
		"role in another case": {
			cloud.speakForSource(),
			movedState{from: "alicloud_ram_role", to: "srr_replication_role", json: role},
			map[string]string{"account_id": emulator.SourceAccount, "name": "srr-orders"},
		},
		"grant": {
			cloud.speakForDestination(),
			movedState{from: "alicloud_oss_bucket_policy", to: "srr_destination_grant", json: recordedGrant()},
			map[string]string{"account_id": emulator.DestinationAccount, "bucket": "orders-backup", "role_arn": roleOfSource},
		},
		"rule": {
			cloud.speakForSource(),
			movedState{to: "srr_rule"},
			map[string]string{"account_id": emulator.SourceAccount, "source_bucket": "orders", "rule_id": "by:hand"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := c.sent.send(t, c.speaks)
			if len(resp.Diagnostics) > 0 {
				t.Fatal(resp.Diagnostics[0].Detail)
			}
			moved := c.speaks.identified(c.sent.to, resp.TargetState, resp.TargetIdentity, nil)
			moved.private = resp.TargetPrivate
			if found := c.speaks.read(c.sent.to, moved); len(found.problems) > 0 || !maps.Equal(found.identity, c.want) {
				t.Errorf("the identity is %v, want %v\n%s", found.identity, c.want, said(found))
			}
		})
	}
}

// attributesOf decodes a state of the target type.
func attributesOf(t *testing.T, server tfprotov6.ProviderServer, m movedState, state *tfprotov6.DynamicValue) map[string]tftypes.Value {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind := m.to
	if kind == "" {
		kind = "srr_rule"
	}
	value, err := state.Unmarshal(schemas.ResourceSchemas[kind].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

func holds(value tftypes.Value, want any) bool {
	if want == nil {
		return value.IsNull()
	}
	return value.Equal(tftypes.NewValue(value.Type(), want))
}

func TestMove_tagsOfARoleAreAnnounced(t *testing.T) {
	t.Parallel()
	tagged := strings.Replace(recordedRole, `"tags":null`, `"tags":{"team":"data"}`, 1)
	resp := movedState{from: "alicloud_ram_role", to: "srr_replication_role", json: tagged}.send(t, newCloud(t).speakForSource())
	if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
		resp.Diagnostics[0].Summary != "Tags of the role are no longer managed" || resp.TargetState == nil {
		t.Errorf("the diagnostics are %v", resp.Diagnostics)
	}
}

func TestMove_sourcesThatAreNotTaken(t *testing.T) {
	t.Parallel()
	server := newCloud(t).speakForSource()
	const nobody = "does not include support for the given source resource"
	for name, c := range map[string]struct {
		sent movedState
		want string
	}{
		"another version":             {movedState{version: 1}, "schema version 1; this provider knows version 0"},
		"another version of a role":   {movedState{version: 7, from: "alicloud_ram_role", to: "srr_replication_role", json: recordedRole}, "schema version 7"},
		"another shape":               {movedState{json: `{"bucket":"orders","destination":"orders-backup"}`}, "is not what this provider expects"},
		"a broken text":               {movedState{json: `{"bucket":`}, "is not what this provider expects"},
		"nothing recorded":            {movedState{json: `{}`}, "has no bucket, id or destination in the state"},
		"another type":                {movedState{from: "alicloud_oss_bucket"}, nobody},
		"a fork of the provider":      {movedState{address: "registry.terraform.io/somebody/alicloud"}, nobody},
		"another provider":            {movedState{address: "registry.terraform.io/aliyun/alicloud/extra"}, nobody},
		"a type of another provider":  {movedState{address: "registry.terraform.io/hashicorp/aws", from: "aws_s3_bucket_replication_configuration"}, nobody},
		"a role into a rule":          {movedState{from: "alicloud_ram_role"}, nobody},
		"a rule into a grant":         {movedState{to: "srr_destination_grant"}, nobody},
		"a rule into a key policy":    {movedState{to: "srr_kms_key_policy"}, nobody},
		"a key of another provider":   {movedState{address: "registry.terraform.io/acme/kms", from: "alicloud_kms_key", to: "srr_kms_key_policy"}, nobody},
		"a key":                       {movedState{from: "alicloud_kms_key", to: "srr_kms_key_policy"}, "Keep it without policy"},
		"a policy that is not JSON":   {movedState{from: "alicloud_oss_bucket_policy", to: "srr_destination_grant", json: `{"bucket":"b","policy":"x"}`}, "cannot be read without a doubt"},
		"a bucket without its policy": {movedState{from: "alicloud_oss_bucket_policy", to: "srr_destination_grant", json: `{"bucket":"b"}`}, "has no grant for a replication role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := c.sent.send(t, server)
			if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, c.want) {
				t.Fatalf("the diagnostics are %v, want %q", resp.Diagnostics, c.want)
			}
			if resp.TargetState != nil {
				t.Errorf("a state came with the error")
			}
		})
	}
}
