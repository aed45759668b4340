package clients_test

import (
	"strings"
	"testing"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const readers = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["` + emulator.DestinationAccount +
	`"],"Resource":["acs:oss:*:` + emulator.SourceAccount + `:letters/*"]}]}`

func bucketCalls(t *testing.T, c cloud) {
	client, ctx, name := c.objects(from()), t.Context(), oss.Ptr("letters")
	must(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: name, Acl: oss.BucketACLPrivate}))(t)
	must(client.PutBucketVersioning(ctx, &oss.PutBucketVersioningRequest{
		Bucket: name, VersioningConfiguration: &oss.VersioningConfiguration{Status: oss.VersionEnabled},
	}))(t)
	versioning := must(client.GetBucketVersioning(ctx, &oss.GetBucketVersioningRequest{Bucket: name}))(t)
	equal(t, "versioning", *versioning.VersionStatus, "Enabled")

	must(client.PutBucketEncryption(ctx, &oss.PutBucketEncryptionRequest{Bucket: name, ServerSideEncryptionRule: &oss.ServerSideEncryptionRule{
		ApplyServerSideEncryptionByDefault: &oss.ApplyServerSideEncryptionByDefault{SSEAlgorithm: oss.Ptr("KMS"), KMSMasterKeyID: oss.Ptr(emulator.SourceKey)},
	}}))(t)
	encryption := must(client.GetBucketEncryption(ctx, &oss.GetBucketEncryptionRequest{Bucket: name}))(t)
	equal(t, "key", *encryption.ServerSideEncryptionRule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID, emulator.SourceKey)
	must(client.DeleteBucketEncryption(ctx, &oss.DeleteBucketEncryptionRequest{Bucket: name}))(t)

	must(client.PutBucketPolicy(ctx, &oss.PutBucketPolicyRequest{Bucket: name, Body: strings.NewReader(readers)}))(t)
	equal(t, "policy", must(client.GetBucketPolicy(ctx, &oss.GetBucketPolicyRequest{Bucket: name}))(t).Body, readers)
	status := must(client.GetBucketPolicyStatus(ctx, &oss.GetBucketPolicyStatusRequest{Bucket: name}))(t)
	equal(t, "policy is public", *status.PolicyStatus.IsPublic, false)
	must(client.DeleteBucketPolicy(ctx, &oss.DeleteBucketPolicyRequest{Bucket: name}))(t)

	must(client.PutBucketPublicAccessBlock(ctx, &oss.PutBucketPublicAccessBlockRequest{
		Bucket: name, PublicAccessBlockConfiguration: &oss.PublicAccessBlockConfiguration{BlockPublicAccess: oss.Ptr(true)},
	}))(t)
	block := must(client.GetBucketPublicAccessBlock(ctx, &oss.GetBucketPublicAccessBlockRequest{Bucket: name}))(t)
	equal(t, "block public access", *block.PublicAccessBlockConfiguration.BlockPublicAccess, true)
	must(client.DeleteBucketPublicAccessBlock(ctx, &oss.DeleteBucketPublicAccessBlockRequest{Bucket: name}))(t)

	must(client.PutBucketAcl(ctx, &oss.PutBucketAclRequest{Bucket: name, Acl: oss.BucketACLPublicRead}))(t)
	equal(t, "ACL", *must(client.GetBucketAcl(ctx, &oss.GetBucketAclRequest{Bucket: name}))(t).ACL, "public-read")
	bucketFacts(t, client)
	must(client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: name}))(t)
	equal(t, "bucket exists", must(client.IsBucketExist(ctx, *name))(t), false)
}

// bucketFacts reads what nobody writes.
func bucketFacts(t *testing.T, client *oss.Client) {
	ctx, name := t.Context(), oss.Ptr("letters")
	info := must(client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: name}))(t).BucketInfo
	equal(t, "owner", *info.Owner.ID, emulator.SourceAccount)
	equal(t, "region", *info.Location, "oss-"+emulator.Region)
	equal(t, "versioning in the summary", *info.Versioning, "Enabled")
	equal(t, "location", *must(client.GetBucketLocation(ctx, &oss.GetBucketLocationRequest{Bucket: name}))(t).LocationConstraint, "oss-"+emulator.Region)
	equal(t, "objects", must(client.GetBucketStat(ctx, &oss.GetBucketStatRequest{Bucket: name}))(t).ObjectCount, 0)
	listed := must(client.ListBuckets(ctx, &oss.ListBucketsRequest{}))(t)
	equal(t, "buckets", len(listed.Buckets), 2)
}

func bucketRefusals(t *testing.T, c cloud) {
	client, other, ctx := c.objects(from()), c.objects(to()), t.Context()
	missing, orders := oss.Ptr("missing-bucket"), oss.Ptr(emulator.SourceBucket)
	refused(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: oss.Ptr(emulator.DestinationBucket)}))(t, "BucketAlreadyExists")
	refused(client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: orders}))(t, "BucketNotEmpty")
	refused(client.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: missing}))(t, "NoSuchBucket")
	refused(client.GetBucketAcl(ctx, &oss.GetBucketAclRequest{Bucket: missing}))(t, "NoSuchBucket")
	refused(client.GetBucketStat(ctx, &oss.GetBucketStatRequest{Bucket: missing}))(t, "NoSuchBucket")
	refused(client.GetBucketPolicy(ctx, &oss.GetBucketPolicyRequest{Bucket: orders}))(t, "NoSuchBucketPolicy")
	refused(client.GetBucketEncryption(ctx, &oss.GetBucketEncryptionRequest{Bucket: orders}))(t, "NoSuchServerSideEncryptionRule")
	refused(client.GetBucketReplication(ctx, &oss.GetBucketReplicationRequest{Bucket: orders}))(t, "NoSuchReplicationConfiguration")
	refused(client.PutBucketPolicy(ctx, &oss.PutBucketPolicyRequest{Bucket: orders, Body: strings.NewReader("{")}))(t, "InvalidPolicyDocument")
	refused(other.GetBucketInfo(ctx, &oss.GetBucketInfoRequest{Bucket: orders}))(t, "AccessDenied")
	refused(other.GetBucketPolicy(ctx, &oss.GetBucketPolicyRequest{Bucket: orders}))(t, "AccessDenied")
	refused(other.DeleteBucketPolicy(ctx, &oss.DeleteBucketPolicyRequest{Bucket: orders}))(t, "AccessDenied")
	refused(other.GetBucketVersioning(ctx, &oss.GetBucketVersioningRequest{Bucket: orders}))(t, "AccessDenied")
	refused(other.PutBucketVersioning(ctx, &oss.PutBucketVersioningRequest{
		Bucket: orders, VersioningConfiguration: &oss.VersioningConfiguration{Status: oss.VersionEnabled},
	}))(t, "AccessDenied")
	refused(other.PutBucketAcl(ctx, &oss.PutBucketAclRequest{Bucket: orders, Acl: oss.BucketACLPrivate}))(t, "BucketAlreadyExists")
	refused(client.ListObjectsV2(ctx, &oss.ListObjectsV2Request{Bucket: missing}))(t, "NoSuchBucket")

	elsewhere := c.objects(from(), func(o *oss.Options) { o.Region = "cn-shanghai" })
	refused(elsewhere.GetBucketLocation(ctx, &oss.GetBucketLocationRequest{Bucket: orders}))(t, "AccessDenied")
	wrong := from()
	wrong.Secret = "another"
	refused(c.objects(wrong).ListBuckets(ctx, &oss.ListBucketsRequest{}))(t, "SignatureDoesNotMatch")
	wrong.ID = "LTAIunknown"
	refused(c.objects(wrong).ListBuckets(ctx, &oss.ListBucketsRequest{}))(t, "InvalidAccessKeyId")
}
