package alicloud

import (
	"context"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
)

// Key is what KMS says of a key. Every value is the service's own text.
type Key struct {
	ID, ARN, Description string
	// State is "Enabled", "Disabled", "PendingDeletion" or "PendingImport".
	State string
	Spec  string
	// Usage is "ENCRYPT/DECRYPT" or "SIGN/VERIFY".
	Usage           string
	Origin          string
	ProtectionLevel string
	// Creator is the UID of the owning account, or a service's name for a key that a service manages.
	Creator string
	// InstanceID is empty for keys outside a KMS instance; those have no key policy.
	InstanceID string
}

// defaultKeyPolicy is the name of the only policy a key has (KMS SetKeyPolicy page, 2026-03).
const defaultKeyPolicy = "default"

func keyObject(id string) string { return "key " + id }

func keyPolicyKey(id string) readKey { return readKey{kind: "key policy", object: id} }

// DescribeKey reads a key by id or ARN; a key of another account needs the ARN. A missing one is Forbidden.KeyNotFound.
func (c *Client) DescribeKey(ctx context.Context, id string) (Key, error) {
	key, err := shared(ctx, c.reads, readKey{kind: "key", object: id}, func(ctx context.Context) (Key, error) {
		r, err := rpc(ctx, c, serviceKMS, keyObject(id), kms.CreateDescribeKeyRequest, kms.CreateDescribeKeyResponse,
			func(q *kms.DescribeKeyRequest) { q.KeyId = id })
		if err != nil {
			return Key{}, err
		}
		m := r.KeyMetadata
		if m.KeyId == "" {
			return Key{}, c.incomplete(serviceKMS, "DescribeKey", keyObject(id), r.RequestId, "KeyId")
		}
		return Key{
			ID: m.KeyId, ARN: m.Arn, Description: m.Description, State: m.KeyState, Spec: m.KeySpec, Usage: m.KeyUsage,
			Origin: m.Origin, ProtectionLevel: m.ProtectionLevel, Creator: m.Creator, InstanceID: m.DKMSInstanceId,
		}, nil
	})
	return key, c.ended(err, serviceKMS, "DescribeKey", keyObject(id))
}

// KeyPolicy reads the key's policy as the service stores it. Spell the key the same way in every call of one client:
// an id and the ARN of the same key are read, and forgotten, separately.
func (c *Client) KeyPolicy(ctx context.Context, id string) ([]byte, error) {
	document, err := shared(ctx, c.reads, keyPolicyKey(id), func(ctx context.Context) (string, error) {
		r, err := rpc(ctx, c, serviceKMS, keyObject(id), kms.CreateGetKeyPolicyRequest, kms.CreateGetKeyPolicyResponse,
			func(q *kms.GetKeyPolicyRequest) { q.KeyId, q.PolicyName = id, defaultKeyPolicy })
		if err != nil {
			return "", err
		}
		if r.Policy == "" {
			return "", c.incomplete(serviceKMS, "GetKeyPolicy", keyObject(id), r.RequestId, "Policy")
		}
		return r.Policy, nil
	})
	if err != nil {
		return nil, c.ended(err, serviceKMS, "GetKeyPolicy", keyObject(id))
	}
	return []byte(document), nil
}

// SetKeyPolicy replaces the key's whole policy; the service has no version check.
func (c *Client) SetKeyPolicy(ctx context.Context, id string, document []byte) error {
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceKMS, keyObject(id), kms.CreateSetKeyPolicyRequest, kms.CreateSetKeyPolicyResponse,
			func(q *kms.SetKeyPolicyRequest) {
				q.KeyId, q.PolicyName, q.Policy = id, defaultKeyPolicy, string(document)
			})
		return err
	}, keyPolicyKey(id))
}
