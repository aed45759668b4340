package clients_test

import (
	"io"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
	ossv1 "github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// The SDKs that the provider uses, called without the provider.
func TestProviderSDKs_objectStorage(t *testing.T) {
	c := newCloud(t)
	client := must(ossv1.New(c.URL, from().ID, from().Secret, ossv1.AuthVersion(ossv1.AuthV4), ossv1.Region(emulator.Region)))(t)
	done := func(err error) { t.Helper(); must(0, err)(t) }
	refuses := func(code string, err error) { t.Helper(); refused(0, err)(t, code) }

	done(client.CreateBucket("letters", ossv1.StorageClass(ossv1.StorageStandard)))
	done(client.SetBucketVersioning("letters", ossv1.VersioningConfig{Status: "Enabled"}))
	done(client.SetBucketPolicy("letters", readers))
	equal(t, "policy", must(client.GetBucketPolicy("letters"))(t), readers)
	info := must(client.GetBucketInfo("letters"))(t).BucketInfo
	equal(t, "versioning", info.Versioning, "Enabled")
	equal(t, "owner", info.Owner.ID, emulator.SourceAccount)
	done(client.DeleteBucketPolicy("letters"))
	refuses("NoSuchBucketPolicy", func() error { _, err := client.GetBucketPolicy("letters"); return err }())
	refuses("NoSuchReplicationConfiguration", func() error { _, err := client.GetBucketReplication("letters"); return err }())
	refuses("NoSuchBucket", client.DeleteBucketPolicy("missing-bucket"))
	refuses("BucketAlreadyExists", client.CreateBucket(emulator.DestinationBucket))

	bucket := must(client.Bucket("letters"))(t)
	done(bucket.PutObject(oddKey, strings.NewReader("hello")))
	body := must(bucket.GetObject(oddKey))(t)
	equal(t, "object", string(must(io.ReadAll(body))(t)), "hello")
	equal(t, "versions", len(must(bucket.ListObjectVersions())(t).ObjectVersions), 1)
	refuses("NoSuchKey", func() error { _, err := bucket.GetObject("none"); return err }())
	refuses("BucketNotEmpty", client.DeleteBucket("letters"))
}

func TestProviderSDKs_accessAndKeys(t *testing.T) {
	c := newCloud(t)
	config, host := sdk.NewConfig().WithScheme("HTTP"), strings.TrimPrefix(c.URL, "http://")
	key := credentials.NewAccessKeyCredential(from().ID, from().Secret)

	security := must(sts.NewClientWithOptions(emulator.Region, config, key))(t)
	security.Domain = host
	equal(t, "account", must(security.GetCallerIdentity(sts.CreateGetCallerIdentityRequest()))(t).AccountId, emulator.SourceAccount)
	assumption := sts.CreateAssumeRoleRequest()
	assumption.RoleArn, assumption.RoleSessionName = visitor, "tests"
	refused(security.AssumeRole(assumption))(t, "EntityNotExist.Role")

	roles := must(ram.NewClientWithOptions(emulator.Region, config, key))(t)
	roles.Domain = host
	role := ram.CreateCreateRoleRequest()
	role.RoleName, role.AssumeRolePolicyDocument = "visitor", trustsAccount
	equal(t, "role", must(roles.CreateRole(role))(t).Role.RoleName, "visitor")
	refused(roles.CreateRole(role))(t, "EntityAlreadyExists.Role")
	session := must(security.AssumeRole(assumption))(t)
	if !strings.HasPrefix(session.Credentials.AccessKeyId, "STS.") {
		t.Errorf("session: %+v", session.Credentials)
	}
	attachment := ram.CreateAttachPolicyToRoleRequest()
	attachment.RoleName, attachment.PolicyName, attachment.PolicyType = "visitor", "AliyunKMSCryptoUserAccess", "System"
	must(roles.AttachPolicyToRole(attachment))(t)
	deletion := ram.CreateDeleteRoleRequest()
	deletion.RoleName = "visitor"
	refused(roles.DeleteRole(deletion))(t, "DeleteConflict.Role.Policy")

	sealing := must(kms.NewClientWithOptions(emulator.Region, config, key))(t)
	sealing.Domain = host
	data := kms.CreateGenerateDataKeyRequest()
	data.KeyId = emulator.SourceKey
	equal(t, "key", must(sealing.GenerateDataKey(data))(t).KeyId, emulator.SourceKey)
	data.KeyId = emulator.ReplicaKeyARN()
	refused(sealing.GenerateDataKey(data))(t, "Forbidden.NoPermission")
	instance := kms.CreateGetKmsInstanceRequest()
	instance.KmsInstanceId = replicaInstance
	refused(sealing.GetKmsInstance(instance))(t, "Forbidden.DKMSInstanceNotFound")
	policy := kms.CreateGetKeyPolicyRequest()
	policy.KeyId = emulator.SourceKey
	if text := must(sealing.GetKeyPolicy(policy))(t).Policy; !strings.Contains(text, emulator.SourceAccount) {
		t.Errorf("policy: %s", text)
	}
}
