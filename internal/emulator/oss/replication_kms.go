package oss

import "strings"

// replicaEncryption says how a replica is encrypted, or why it cannot be. Both
// keys are used by the role: its own account's to read, the destination's to
// write. A bare key id means a key of the role's account, so that across accounts
// the replica key must be an ARN. The documentation asks for both actions with the
// replica key, so both are needed here (OSS cross-account same-region replication
// page, 2026).
func (s *Service) replicaEncryption(session actor, source, destination *bucket, r *rule, o *Object) (*Encryption, string) {
	switch {
	case o.Encryption != nil && o.Encryption.Algorithm == "KMS":
		if reason := session.cannotUse("kms:Decrypt", o.Encryption.KMSKeyID, source.Region); reason != "" {
			return nil, reason
		}
		return session.encryptReplica(source, destination, r)
	case o.Encryption != nil:
		return &Encryption{Algorithm: o.Encryption.Algorithm}, ""
	case destination.Encryption == nil:
		return nil, ""
	case destination.Encryption.Algorithm == "KMS" && destination.Encryption.KMSKeyID != "" && !r.ReplicateKMS:
		return nil, "the destination encrypts with a KMS key by default, which the rule does not provide for"
	case destination.Encryption.Algorithm == "KMS" && r.ReplicateKMS:
		return session.encryptReplica(source, destination, r)
	default:
		byDefault := *destination.Encryption
		return &byDefault, ""
	}
}

func (p actor) encryptReplica(source, destination *bucket, r *rule) (*Encryption, string) {
	if source.Owner != destination.Owner && !strings.HasPrefix(r.ReplicaKMSKeyID, "acs:kms:") {
		return nil, "the replica key " + r.ReplicaKMSKeyID + " is a bare id, which names no key of another account"
	}
	for _, action := range []string{"kms:GenerateDataKey", "kms:Decrypt"} {
		if reason := p.cannotUse(action, r.ReplicaKMSKeyID, destination.Region); reason != "" {
			return nil, reason
		}
	}
	return &Encryption{Algorithm: "KMS", KMSKeyID: r.ReplicaKMSKeyID}, ""
}

// cannotUse asks KMS; the service's own key ("") needs no permission.
func (p actor) cannotUse(action, key, region string) string {
	if key == "" {
		return ""
	}
	if err := p.service.options.Keys.Use(p.caller, action, key, region); err != nil {
		return action + " with " + key + ": " + err.Code + ": " + err.Message
	}
	return ""
}
