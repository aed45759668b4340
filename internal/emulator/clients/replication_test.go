package clients_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	access "github.com/alibabacloud-go/ram-20150501/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	copies = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]},` +
		`{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],"Resource":["acs:oss:*:*:orders-backup","acs:oss:*:*:orders-backup/*"]}]}`
	takes = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],` +
		`"Principal":["arn:sts::` + emulator.SourceAccount + `:assumed-role/oss-srr/*"],` +
		`"Resource":["acs:oss:*:` + emulator.DestinationAccount + `:orders-backup","acs:oss:*:` + emulator.DestinationAccount + `:orders-backup/*"]}]}`
)

func ruleFor(id string) *oss.PutBucketReplicationRequest {
	return &oss.PutBucketReplicationRequest{Bucket: oss.Ptr(emulator.SourceBucket), ReplicationConfiguration: &oss.ReplicationConfiguration{
		Rules: []oss.ReplicationRule{{
			ID: oss.Ptr(id), Action: oss.Ptr("ALL"), SyncRole: oss.Ptr("oss-srr"), HistoricalObjectReplication: oss.HistoricalObjectReplicationEnabled,
			Destination: &oss.ReplicationDestination{
				Bucket: oss.Ptr(emulator.DestinationBucket), Location: oss.Ptr("oss-" + emulator.Region), TransferType: oss.TransferTypeInternal,
			},
		}},
	}}
}

// replicationCalls are the three steps of the console in two accounts.
func replicationCalls(t *testing.T, c cloud) {
	source, destination, roles, ctx := c.objects(from()), c.objects(to()), c.access(from()), t.Context()
	orders := oss.Ptr(emulator.SourceBucket)
	refused(source.PutBucketReplication(ctx, ruleFor("rule-1")))(t, "NoPermission")
	must(roles.CreateRole(&access.CreateRoleRequest{RoleName: tea.String("oss-srr"), AssumeRolePolicyDocument: tea.String(trustsOSS)}))(t)
	must(roles.CreatePolicy(&access.CreatePolicyRequest{PolicyName: tea.String("oss-srr"), PolicyDocument: tea.String(copies)}))(t)
	must(roles.AttachPolicyToRole(&access.AttachPolicyToRoleRequest{
		PolicyType: tea.String(custom), PolicyName: tea.String("oss-srr"), RoleName: tea.String("oss-srr"),
	}))(t)
	must(destination.PutBucketPolicy(ctx, &oss.PutBucketPolicyRequest{Bucket: oss.Ptr(emulator.DestinationBucket), Body: strings.NewReader(takes)}))(t)
	places := must(source.GetBucketReplicationLocation(ctx, &oss.GetBucketReplicationLocationRequest{Bucket: orders}))(t)
	if !strings.Contains(strings.Join(places.ReplicationLocation.Locations, " "), "oss-cn-shanghai") {
		t.Errorf("locations: %v", places.ReplicationLocation.Locations)
	}

	made := must(source.PutBucketReplication(ctx, ruleFor("rule-1")))(t)
	equal(t, "rule id", *made.ReplicationRuleId, "rule-1")
	equal(t, "state", state(t, source), "starting")
	c.Advance(3 * time.Minute)
	equal(t, "state", state(t, source), "doing")
	replica := must(destination.GetObject(ctx, &oss.GetObjectRequest{Bucket: oss.Ptr(emulator.DestinationBucket), Key: oss.Ptr("2026/first.json")}))(t)
	equal(t, "replica", text(t, replica), "{\"order\": 1}\n")
	progress := must(source.GetBucketReplicationProgress(ctx, &oss.GetBucketReplicationProgressRequest{Bucket: orders, RuleId: oss.Ptr("rule-1")}))(t)
	equal(t, "history", *progress.ReplicationProgress.Rules[0].Progress.HistoricalObject, "1")
	refused(source.PutBucketRtc(ctx, &oss.PutBucketRtcRequest{Bucket: orders, RtcConfiguration: &oss.RtcConfiguration{
		ID: oss.Ptr("rule-1"), RTC: &oss.ReplicationTimeControl{Status: oss.Ptr("enabled")},
	}}))(t, "ReplicationLocationNotSupportRtc") // replication time control is for two regions
	refused(source.PutBucketReplication(ctx, ruleFor("rule-2")))(t, "BucketReplicationAlreadyExist")

	must(source.DeleteBucketReplication(ctx, &oss.DeleteBucketReplicationRequest{
		Bucket: orders, ReplicationRules: &oss.ReplicationRules{IDs: []string{"rule-1"}},
	}))(t)
	equal(t, "state", state(t, source), "closing")
	c.Advance(2 * time.Minute)
	refused(source.GetBucketReplication(ctx, &oss.GetBucketReplicationRequest{Bucket: orders}))(t, "NoSuchReplicationConfiguration")
}

// state is that of the only rule.
func state(t *testing.T, client *oss.Client) string {
	t.Helper()
	got := must(client.GetBucketReplication(t.Context(), &oss.GetBucketReplicationRequest{Bucket: oss.Ptr(emulator.SourceBucket)}))(t)
	if len(got.ReplicationConfiguration.Rules) != 1 {
		t.Fatalf("%d rules", len(got.ReplicationConfiguration.Rules))
	}
	return *got.ReplicationConfiguration.Rules[0].Status
}

func replicationRefusals(t *testing.T, c cloud) {
	client, other, ctx := c.objects(from()), c.objects(to()), t.Context()
	orders := oss.Ptr(emulator.SourceBucket)
	bad := ruleFor("rule-1")
	bad.ReplicationConfiguration.Rules[0].Destination.Location = oss.Ptr("oss-cn-shanghai")
	_, err := client.PutBucketReplication(ctx, bad)
	var failure *oss.ServiceError
	if !errors.As(err, &failure) || failure.Code != "InvalidTargetLocation" || failure.StatusCode != http.StatusBadRequest || failure.RequestID == "" {
		t.Errorf("wrong location: %v", err)
	}
	bad = ruleFor("rule-1")
	bad.ReplicationConfiguration.Rules[0].Destination.Bucket = oss.Ptr("missing-bucket")
	refused(client.PutBucketReplication(ctx, bad))(t, "InvalidTargetBucket")
	bad = ruleFor("rule-1")
	bad.ReplicationConfiguration.Rules[0].PrefixSet = &oss.ReplicationPrefixSet{Prefixs: []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}}
	refused(client.PutBucketReplication(ctx, bad))(t, "TooManyPrefixes")
	bad = ruleFor("rule-1")
	bad.ReplicationConfiguration.Rules = append(bad.ReplicationConfiguration.Rules, bad.ReplicationConfiguration.Rules[0])
	refused(client.PutBucketReplication(ctx, bad))(t, "TooManyReplicationRules")
	refused(client.PutBucketRtc(ctx, &oss.PutBucketRtcRequest{Bucket: orders, RtcConfiguration: &oss.RtcConfiguration{
		ID: oss.Ptr("none"), RTC: &oss.ReplicationTimeControl{Status: oss.Ptr("enabled")},
	}}))(t, "NoSuchReplicationRule")
	refused(client.GetBucketReplicationProgress(ctx, &oss.GetBucketReplicationProgressRequest{Bucket: orders, RuleId: oss.Ptr("none")}))(t, "NoSuchReplicationRule")
	refused(other.GetBucketReplication(ctx, &oss.GetBucketReplicationRequest{Bucket: orders}))(t, "AccessDenied")
	refused(other.GetBucketReplicationLocation(ctx, &oss.GetBucketReplicationLocationRequest{Bucket: orders}))(t, "AccessDenied")
	refused(other.DeleteBucketReplication(ctx, &oss.DeleteBucketReplicationRequest{
		Bucket: orders, ReplicationRules: &oss.ReplicationRules{IDs: []string{"rule-1"}},
	}))(t, "AccessDenied")
}
