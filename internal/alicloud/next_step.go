package alicloud

import "strings"

// NextStep returns one sentence on what to do about an error code. It is never empty.
func NextStep(code string) string {
	if step := exactStep(code); step != "" {
		return step
	}
	for _, family := range []struct{ prefix, step string }{
		{"Throttling", "The service is refusing calls because there are too many; run again later or with a lower -parallelism."},
		{"DeleteConflict.Policy", "Detach the policy from everything else that uses it, then delete it again."},
		{"InvalidSecurityToken", "Get new temporary credentials; the session token is expired or belongs to another key."},
		{"AuthenticationFail.OIDCToken", "Compare issuer, audience and key of the OIDC token with those of the OIDC provider in RAM."},
		{"InvalidTimeStamp", "Set this machine's clock; the services accept at most 15 minutes of difference."},
		{"InvalidParameter", "Correct the value that the message names."},
		{"Missing", "Give the value that the message names."},
		{"LimitExceeded", "Remove what is no longer used or ask for a higher quota in the Quota Center."},
		{"EntityAlreadyExists", "Import the existing object, or choose another name."},
		{"EntityNotExist", "Check the name and that the credentials belong to the account that owns the object."},
		{"Forbidden.InDebt", "Settle the account's overdue payment; KMS is suspended until then."},
		{"HTTP", "Check the endpoint: what answered may be a proxy or another service."},
	} {
		if strings.HasPrefix(code, family.prefix) {
			return family.step
		}
	}
	return "Look the code up in the service's error reference; with the request id, support can find the call."
}

// exactStep returns the advice for one code, empty where only its family or nothing is known.
func exactStep(code string) string {
	for _, table := range []func(string) string{accessStep, ramStep, ossStep, kmsStep, clientStep} {
		if step := table(code); step != "" {
			return step
		}
	}
	return ""
}

func accessStep(code string) string {
	switch code {
	case "InvalidAccessKeyId", "InvalidAccessKeyId.NotFound":
		return "Check the access key: it does not exist, is disabled, or belongs to another site (China or international)."
	case "InvalidAccessKeyId.Inactive":
		return "Enable the access key in the RAM console, or use another one."
	case "SignatureDoesNotMatch":
		return "Check the secret key; it does not belong to the access key."
	case "IncompleteSignature":
		return "Check that access key and secret key contain no blanks or line breaks."
	case "SignatureNonceUsed":
		return "Run again; a proxy may have sent the same request twice."
	case "MissingSecurityToken":
		return "Give the session token that came with the temporary access key."
	case "InvalidSecurityToken", "AccessKeyIdAndSecurityTokenNotMatch", "SecurityTokenExpired":
		return "Get new temporary credentials; the session token is expired or belongs to another key."
	case "RequestTimeTooSkewed", "IllegalTimestamp":
		return "Set this machine's clock; the services accept at most 15 minutes of difference."
	case "AccessDenied":
		return "Grant the caller the action on this bucket, and check that the credentials belong to the bucket's account."
	case "BucketNotBelongTo":
		return "Use the credentials of the account that owns the bucket; the provider aliases may be swapped."
	case "NoPermission":
		return "Give the permission to whomever the message names, the caller or a role; where a role lacks one on the target bucket, " +
			"its srr_destination_grant is missing or incomplete, and srr_check names everything that a rule's role lacks."
	case "Forbidden.NoPermission", "Forbidden.RAM":
		return "Grant the caller the action on this key in RAM; a caller from another account needs the key policy's permission too."
	case "Inactive":
		return "Activate RAM for the account in its console."
	case "InvalidParameter.DurationSeconds":
		return "Ask for a shorter session, or raise the longest session of the role; the shortest is 900 seconds."
	case "AuthenticationFail.NoPermission":
		return "Name the OIDC provider in the role's trust policy, and compare its conditions with the token."
	case "AuthenticationFail.OIDCToken.Expired":
		return "Get a new OIDC token; the one given is over."
	case "UserDisable":
		return "Settle the account's overdue payment or have it enabled again."
	}
	return ""
}

func ramStep(code string) string {
	switch code {
	case "EntityNotExist.Role":
		return "Check the role's name and that the credentials belong to the account that owns the role."
	case "EntityNotExist.Policy":
		return "Check the policy's name and type (Custom or System), and the account."
	case "EntityNotExist.Policy.Version":
		return "Refresh; the policy version has been removed by someone else."
	case "EntityNotExist.Role.Policy":
		return "Refresh; the policy is no longer attached to the role."
	case "EntityAlreadyExists.Role":
		return "Import the existing role, or choose another name."
	case "EntityAlreadyExists.Policy":
		return "Import the role that uses this policy, or choose another policy name."
	case "EntityAlreadyExists.Role.Policy":
		return "Refresh; the policy is attached to the role already."
	case "DeleteConflict.Role.Policy":
		return "Detach the remaining policies from the role, or set force_detach_policies."
	case "DeleteConflict.Policy.Version":
		return "Delete the policy's other versions first; another writer may have added one, so run again."
	case "DeleteConflict.Policy.Version.Default":
		return "Make another version the default before deleting this one."
	case "LimitExceeded.Policy.Version":
		return "Delete a policy version that is not the default; a policy holds five."
	case "LimitExceeded.Role.Policy":
		return "Detach a policy from the role, or ask for a higher quota in the Quota Center."
	case "MalformedPolicyDocument":
		return "Correct the policy document; the message tells what the service could not read."
	case "InvalidParameter.PolicyDocument.Length":
		return "Use fewer or shorter bucket names in one role; a policy document holds 6144 characters."
	case "InvalidParameter.RoleName.InvalidChars", "InvalidParameter.RoleName.Length":
		return "Use 1 to 64 letters, digits, dots and hyphens for the role's name."
	case "InvalidParameter.PolicyName.InvalidChars", "InvalidParameter.PolicyName.Length":
		return "Use 1 to 128 letters, digits and hyphens for the policy's name."
	}
	return ""
}

func ossStep(code string) string {
	switch code {
	case "NoSuchBucket":
		return "Create the bucket first, or check its name and the region of the provider."
	case "InvalidBucketName":
		return "Use 3 to 63 lower-case letters, digits and hyphens for the bucket's name."
	case "NoSuchBucketPolicy":
		return "Refresh; the bucket has no policy any more."
	case "NoSuchReplicationConfiguration", "NoSuchReplicationRule":
		return "Refresh; the replication rule no longer exists."
	case "InvalidPolicyDocument":
		return "Correct the bucket policy; the message comes from the service's parser."
	case "BucketReplicationAlreadyExist", "BucketAlreadyHasReplicationConfiguration":
		return "Import the rule that exists for this pair of buckets, or wait until its deletion has finished."
	case "InvalidTargetBucket":
		return "Check the destination bucket's name and that the bucket exists."
	case "InvalidTargetLocation":
		return "Check that the destination bucket is in the region of the source bucket."
	case "BadReplicationLocation", "NoReplicationLocation":
		return "Choose a destination region that the source region can replicate to."
	case "TooManyReplicationRules":
		return "Send one rule per request."
	case "TooManyIncomingReplication", "TooManyOutgoingReplication":
		return "Delete a rule of this bucket that is no longer used, or ask support for a higher limit."
	case "TooManyPrefixes":
		return "Use fewer prefixes in the rule, or ask support for a higher limit."
	case "TooManyFilterObjectTags":
		return "Use at most ten tags in the rule's filter."
	case "NoReplicationRule", "MalformedXML":
		return "Report this to the provider's maintainers; the request had the wrong form."
	case "InvalidBucketStatus":
		return "Enable versioning on both buckets; rules with a tag filter may need it."
	case "InvalidArgument", "InvalidRequest", "MissingArgument":
		return "Check the arguments; the EC code tells which one the service refuses."
	case "ReplicationLocationNotSupportRtc":
		return "Leave replication time control out; it does not exist within one region."
	case "MetaOperationQpsLimitExceeded", "QpsLimitExceeded", "TotalQpsLimitExceeded":
		return "OSS is refusing calls because there are too many; run again later or with a lower -parallelism."
	case "InternalError", "InternalFailure", "ServiceUnavailable", "SerivceUnavailableTemporary":
		return "Run again later; the service has a temporary failure."
	}
	return ""
}

func kmsStep(code string) string {
	switch code {
	case "Forbidden.KeyNotFound":
		return "Check the key's id and region; a key of another account needs its full ARN."
	case "Forbidden.AliasNotFound":
		return "Check the alias, or use the key's id or ARN."
	case "Forbidden.ResourceNotFound":
		return "Check that the key exists and lies in a KMS instance; other keys have no key policy."
	case "Forbidden.KeyPolicyUnSupported":
		return "Use a key of a KMS instance; default keys and service keys have no key policy."
	case "Forbidden.DKMSInstanceNotFound":
		return "Check that the key's KMS instance still exists."
	case "Forbidden.DKMSInstanceStateInvalid":
		return "Wait until the KMS instance is ready, then run again."
	case "Forbidden.KmsServiceNotEnabled":
		return "Activate KMS for the account in its console."
	case "Rejected.LimitExceeded":
		return "Raise the access management quota of the KMS instance; each foreign account in its key policies takes one."
	case "Rejected.Throttling":
		return "KMS is refusing calls because there are too many; run again later or with a lower -parallelism."
	case "Rejected.Disabled":
		return "Enable the key."
	case "Rejected.PendingDeletion":
		return "Cancel the key's deletion, or use another key."
	case "Rejected.PendingImport":
		return "Import the key's material, or use another key."
	case "Rejected.UnsupportedOperation", "UnsupportedOperation":
		return "Use a symmetric software-protected key of a KMS instance."
	}
	return ""
}

// sessionStep is the advice for a code of a call that was to open a session of a role, where it differs from the usual.
// STS answers NoPermission for the caller's own policy and for the role's trust policy alike (AssumeRole page, 2026-03).
func sessionStep(code string) string {
	switch code {
	case "NoPermission":
		return "Allow the caller sts:AssumeRole on the role and name it in the role's trust policy; the key of an account's owner cannot assume roles."
	case "EntityNotExist.Role":
		return "Check the ARN of the role to assume: its account and its name."
	}
	return ""
}

func clientStep(code string) string {
	switch code {
	case CodeConnection:
		return "Check the endpoint, the network and the proxy settings; an https endpoint also needs a certificate this machine trusts."
	case CodeTimeout:
		return "Check the network and the proxy settings, then run again."
	case CodeCanceled:
		return "Run again; the operation was interrupted or its time-out was too short."
	case CodeCredentials:
		return "Check the credential source that the message names, or give another one."
	case CodeEmptyResponse, CodeInvalidResponse:
		return "Check the endpoint: what answered does not speak like the service."
	case CodeInvalidRequest:
		return "Correct the value that the message names."
	}
	return ""
}
