package kms

import (
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// The states of a key (KMS DescribeKey page).
const (
	stateEnabled         = "Enabled"
	stateDisabled        = "Disabled"
	statePendingDeletion = "PendingDeletion"
	statePendingImport   = "PendingImport"
)

const (
	usageEncrypt = "ENCRYPT/DECRYPT"
	usageSign    = "SIGN/VERIFY"
	specDefault  = "Aliyun_AES_256"
	originKMS    = "Aliyun_KMS"
	originOwn    = "EXTERNAL"
	timeLayout   = "2006-01-02T15:04:05Z"
)

// key is a key with its policy as the evaluator reads it; nil for keys outside
// an instance, which have none.
type key struct {
	Key
	document *access.Document
}

func (k *key) arn() string { return arn(k.Region, k.Owner, "key/"+k.ID) }

// symmetric reports whether the key can encrypt data directly.
func (k *key) symmetric() bool {
	return k.Usage == usageEncrypt && (strings.HasPrefix(k.Spec, "Aliyun_AES") || k.Spec == "Aliyun_SM4")
}

// usable checks kind and state for a cryptographic call (KMS "Impact of key
// states" page).
func (k *key) usable() *cloud.Error {
	if k.State != stateEnabled {
		return rejected(k.State)
	}
	if !k.symmetric() {
		return unsupported()
	}
	return nil
}

func (r *request) describeKey() (answer, *cloud.Error) {
	k, err := r.permitted(r.Params["KeyId"], r.action())
	if err != nil {
		return nil, err
	}
	return answer{"KeyMetadata": k.metadata()}, nil
}

// metadata has strings only (KMS DescribeKey page).
func (k *key) metadata() answer {
	m := answer{
		"KeyId": k.ID, "Arn": k.arn(), "Description": k.Description, "KeyState": k.State,
		"KeySpec": k.Spec, "KeyUsage": k.Usage, "Origin": k.Origin, "ProtectionLevel": k.ProtectionLevel,
		"Creator": k.Creator, "CreationDate": date(k.CreatedAt), "PrimaryKeyVersion": k.VersionID,
		"MaterialExpireTime": "", "DeleteDate": date(k.DeleteAt), "AutomaticRotation": stateDisabled,
		"DeletionProtection": stateDisabled, "DeletionProtectionDescription": k.DeletionProtectionDescription,
	}
	if k.InstanceID != "" {
		m["DKMSInstanceId"] = k.InstanceID
	}
	if k.DeletionProtection {
		m["DeletionProtection"] = stateEnabled
	}
	if k.RotationInterval != "" {
		m["AutomaticRotation"], m["RotationInterval"] = stateEnabled, k.RotationInterval
		m["LastRotationDate"] = date(k.CreatedAt)
		if every, err := time.ParseDuration(k.RotationInterval); err == nil {
			m["NextRotationDate"] = date(k.CreatedAt.Add(every))
		}
	}
	return m
}

// date writes a time the way the service does; no time is an empty string.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}
