package clients_test

import (
	"encoding/base64"
	"strings"
	"testing"

	keys "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const replicaInstance = "kst-hzz0000000000replica"

func keyCalls(t *testing.T, c cloud) {
	client := c.keys(to())
	made := must(client.CreateKey(&keys.CreateKeyRequest{DKMSInstanceId: tea.String(replicaInstance), Description: tea.String("for letters")}))(t).Body.KeyMetadata
	id := made.KeyId
	equal(t, "ARN", *made.Arn, "acs:kms:"+emulator.Region+":"+emulator.DestinationAccount+":key/"+*id)
	listed := must(client.ListKeys(&keys.ListKeysRequest{Filters: tea.String(`[{"Key":"DKMSInstanceId","Values":["` + replicaInstance + `"]}]`)}))(t)
	equal(t, "keys", len(listed.Body.Keys.Key), 2)

	must(client.CreateAlias(&keys.CreateAliasRequest{AliasName: tea.String("alias/letters"), KeyId: id}))(t)
	equal(t, "key of the alias", *describe(t, client, "alias/letters").KeyId, *id)
	equal(t, "aliases", *must(client.ListAliases(&keys.ListAliasesRequest{}))(t).Body.TotalCount, 1)
	must(client.UpdateAlias(&keys.UpdateAliasRequest{AliasName: tea.String("alias/letters"), KeyId: tea.String(emulator.ReplicaKey)}))(t)
	equal(t, "aliases of the key", *must(client.ListAliasesByKeyId(&keys.ListAliasesByKeyIdRequest{KeyId: id}))(t).Body.TotalCount, 0)
	must(client.DeleteAlias(&keys.DeleteAliasRequest{AliasName: tea.String("alias/letters")}))(t)

	cryptoCalls(t, client, id)

	must(client.DisableKey(&keys.DisableKeyRequest{KeyId: id}))(t)
	refused(client.GenerateDataKey(&keys.GenerateDataKeyRequest{KeyId: id}))(t, "Rejected.Disabled")
	must(client.EnableKey(&keys.EnableKeyRequest{KeyId: id}))(t)
	protection := &keys.SetDeletionProtectionRequest{ProtectedResourceArn: made.Arn, EnableDeletionProtection: tea.Bool(true)}
	must(client.SetDeletionProtection(protection))(t)
	deletion := &keys.ScheduleKeyDeletionRequest{KeyId: id, PendingWindowInDays: tea.Int32(7)}
	refused(client.ScheduleKeyDeletion(deletion))(t, "Rejected.UnsupportedOperation")
	protection.EnableDeletionProtection = tea.Bool(false)
	must(client.SetDeletionProtection(protection))(t)
	must(client.ScheduleKeyDeletion(deletion))(t)
	equal(t, "state", *describe(t, client, *id).KeyState, "PendingDeletion")
	must(client.CancelKeyDeletion(&keys.CancelKeyDeletionRequest{KeyId: id}))(t)
	equal(t, "state", *describe(t, client, *id).KeyState, "Enabled")

	equal(t, "service", *must(client.DescribeAccountKmsStatus())(t).Body.AccountStatus, "Enabled")
	if regions := must(client.DescribeRegions())(t).Body.Regions.Region; len(regions) == 0 {
		t.Error("there are no regions")
	}
}

func describe(t *testing.T, client *keys.Client, id string) *keys.DescribeKeyResponseBodyKeyMetadata {
	t.Helper()
	return must(client.DescribeKey(&keys.DescribeKeyRequest{KeyId: tea.String(id)}))(t).Body.KeyMetadata
}

func cryptoCalls(t *testing.T, client *keys.Client, id *string) {
	plain := base64.StdEncoding.EncodeToString([]byte("hello"))
	with := map[string]any{"bucket": "orders"}
	sealed := must(client.Encrypt(&keys.EncryptRequest{KeyId: id, Plaintext: &plain, EncryptionContext: with}))(t).Body
	opened := must(client.Decrypt(&keys.DecryptRequest{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: with}))(t).Body
	equal(t, "plaintext", *opened.Plaintext, plain)
	equal(t, "key", *opened.KeyId, *id)
	refused(client.Decrypt(&keys.DecryptRequest{CiphertextBlob: sealed.CiphertextBlob}))(t, "InvalidParameter")
	data := must(client.GenerateDataKey(&keys.GenerateDataKeyRequest{KeyId: id, KeySpec: tea.String("AES_128")}))(t).Body
	equal(t, "length", len(must(base64.StdEncoding.DecodeString(*data.Plaintext))(t)), 16)
	only := must(client.GenerateDataKeyWithoutPlaintext(&keys.GenerateDataKeyWithoutPlaintextRequest{KeyId: id}))(t).Body
	must(client.Decrypt(&keys.DecryptRequest{CiphertextBlob: only.CiphertextBlob}))(t)
	refused(client.Encrypt(&keys.EncryptRequest{KeyId: id, Plaintext: &plain, DryRun: tea.String("true")}))(t, "DryRunOperationError")
}

func keyPolicyCalls(t *testing.T, c cloud) {
	client, foreign, arn := c.keys(to()), c.keys(from()), tea.String(emulator.ReplicaKeyARN())
	before := must(client.GetKeyPolicy(&keys.GetKeyPolicyRequest{KeyId: arn, PolicyName: tea.String("default")}))(t).Body.Policy
	refused(foreign.GenerateDataKey(&keys.GenerateDataKeyRequest{KeyId: arn}))(t, "Forbidden.NoPermission")
	with := strings.Replace(*before, `"Statement":[`, `"Statement":[{"Effect":"Allow","Principal":{"RAM":["acs:ram::`+emulator.SourceAccount+
		`:user/terraform"]},"Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":["*"]},`, 1)
	must(client.SetKeyPolicy(&keys.SetKeyPolicyRequest{KeyId: arn, Policy: &with}))(t)
	equal(t, "policy", *must(client.GetKeyPolicy(&keys.GetKeyPolicyRequest{KeyId: arn}))(t).Body.Policy, with)
	must(foreign.GenerateDataKey(&keys.GenerateDataKeyRequest{KeyId: arn}))(t)
	refused(foreign.DescribeKey(&keys.DescribeKeyRequest{KeyId: arn}))(t, "Forbidden.NoPermission")
	must(client.SetKeyPolicy(&keys.SetKeyPolicyRequest{KeyId: arn, Policy: before}))(t)
	refused(foreign.GenerateDataKey(&keys.GenerateDataKeyRequest{KeyId: arn}))(t, "Forbidden.NoPermission")
}

func keyRefusals(t *testing.T, c cloud) {
	client, none := c.keys(to()), tea.String("key-hzznone")
	refused(client.DescribeKey(&keys.DescribeKeyRequest{KeyId: none}))(t, "Forbidden.KeyNotFound")
	refused(client.DescribeKey(&keys.DescribeKeyRequest{}))(t, "MissingKeyId")
	refused(client.EnableKey(&keys.EnableKeyRequest{KeyId: none}))(t, "Forbidden.KeyNotFound")
	refused(client.DisableKey(&keys.DisableKeyRequest{KeyId: none}))(t, "Forbidden.KeyNotFound")
	refused(client.GetKeyPolicy(&keys.GetKeyPolicyRequest{KeyId: tea.String(emulator.ReplicaKey), PolicyName: tea.String("other")}))(t, "Forbidden.ResourceNotFound")
	refused(client.SetKeyPolicy(&keys.SetKeyPolicyRequest{KeyId: tea.String(emulator.ReplicaKey), Policy: tea.String("{}")}))(t, "InvalidParameter")
	refused(client.DeleteAlias(&keys.DeleteAliasRequest{AliasName: tea.String("alias/none")}))(t, "Forbidden.AliasNotFound")
	refused(client.CreateAlias(&keys.CreateAliasRequest{AliasName: tea.String("alias/acs/x"), KeyId: tea.String(emulator.ReplicaKey)}))(t, "InvalidParameter")
	refused(client.ListKeys(&keys.ListKeysRequest{PageSize: tea.Int32(101)}))(t, "InvalidParameter")
	refused(client.CreateKey(&keys.CreateKeyRequest{DKMSInstanceId: tea.String("kst-none")}))(t, "Forbidden.DKMSInstanceNotFound")
	refused(client.GetKmsInstance(&keys.GetKmsInstanceRequest{KmsInstanceId: tea.String("kst-none")}))(t, "Forbidden.DKMSInstanceNotFound")
	refused(client.CancelKeyDeletion(&keys.CancelKeyDeletionRequest{KeyId: tea.String(emulator.ReplicaKey)}))(t, "Rejected.StateModifiedFailed")
	refused(client.ReEncrypt(&keys.ReEncryptRequest{}))(t, "InvalidAction.NotFound")
}
