package check

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const noKeyPolicy = "the key has no key policy"

func (r *reader) readKey(ctx context.Context) {
	f, key := &r.facts, r.in.ReplicaKey
	reason := ""
	switch {
	case key == nil:
		reason = "no replica_kms_key_id is given"
	case key.AccountID != f.Caller.ID:
		reason = "the key belongs to account " + key.AccountID
	case key.Region != f.Region:
		reason = "the key is in " + key.Region
	}
	f.Key = ask(reason, func() (alicloud.Key, error) { return r.client.DescribeKey(ctx, key.ARN()) })
	if reason == "" && f.Key.Known() && f.Key.Value.InstanceID == "" {
		reason = noKeyPolicy
	}
	f.KeyPolicy = ask(reason, func() ([]byte, error) { return r.client.KeyPolicy(ctx, key.ARN()) })
	f.Sharing = ask(cmp.Or(reason, r.noInstance()), func() (alicloud.InstanceSharing, error) {
		return r.client.InstanceSharing(ctx, f.Key.Value.InstanceID)
	})
}

// noInstance says why the key's instance is not asked for, "" when it is.
func (r *reader) noInstance() string {
	switch {
	case !r.facts.Key.Known():
		return "the instance of the key is not known"
	case r.facts.RoleAccount == "":
		return "the account of the role is not known"
	case r.facts.KeyPolicy.Known() && slices.Contains(foreignAccounts(r.facts.KeyPolicy.Value, r.in.ReplicaKey.AccountID), r.facts.RoleAccount):
		return "the key policy names the account already"
	}
	return ""
}

// readSourceKey reads the key of the source's default encryption, with which the
// role has to decrypt.
func (r *reader) readSourceKey(ctx context.Context) {
	f, source := &r.facts, r.facts.Source
	key := encryptionKey(source.Value)
	owner := source.Value.OwnerID
	if parsed, err := replication.ParseKeyARN(key); err == nil {
		owner = parsed.AccountID
	}
	reason := ""
	switch {
	case r.in.ReplicaKey == nil:
		reason = "no replica_kms_key_id is given"
	case !source.Known():
		reason = cmp.Or(f.unasked(r.in.SourceBucket, source), source.Elsewhere)
		f.SourceKey, f.SourceKeyPolicy = Fact[alicloud.Key]{Err: source.Err, Elsewhere: reason}, Fact[[]byte]{Err: source.Err, Elsewhere: reason}
		return
	case key == "":
		reason = "the source has no default key"
	case owner != f.Caller.ID:
		reason = "the key belongs to account " + owner
	}
	f.SourceKey = ask(reason, func() (alicloud.Key, error) { return r.client.DescribeKey(ctx, key) })
	if reason == "" && f.SourceKey.Known() && f.SourceKey.Value.InstanceID == "" {
		reason = noKeyPolicy
	}
	f.SourceKeyPolicy = ask(reason, func() ([]byte, error) { return r.client.KeyPolicy(ctx, key) })
}

// encryptionKey is the key of a bucket's default encryption as an ARN, "" without
// one of its own.
func encryptionKey(info alicloud.BucketInfo) string {
	switch {
	case info.SSEAlgorithm != "KMS" || info.KMSKeyID == "":
		return ""
	case strings.HasPrefix(info.KMSKeyID, "acs:"):
		return info.KMSKeyID
	}
	return replication.Key{Region: info.Region, AccountID: info.OwnerID, ID: info.KMSKeyID}.ARN()
}
