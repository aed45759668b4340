package kms

import "github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"

// Codes and statuses: KMS "Common error codes" page (2026-03).

func keyNotFound() *cloud.Error {
	return cloud.Errorf(404, "Forbidden.KeyNotFound", "The specified Key is not found.")
}

func aliasNotFound() *cloud.Error {
	return cloud.Errorf(404, "Forbidden.AliasNotFound", "The specified Alias is not found.")
}

func instanceNotFound() *cloud.Error {
	return cloud.Errorf(404, "Forbidden.DKMSInstanceNotFound", "The specified DKMS instance is not found.")
}

func invalid(parameter string) *cloud.Error {
	return cloud.Errorf(400, "InvalidParameter", "The specified parameter %s is not valid.", parameter)
}

func invalidBecause(parameter, reason string) *cloud.Error {
	return cloud.Errorf(400, "InvalidParameter", "The specified parameter %s is not valid: %s.", parameter, reason)
}

func unsupported() *cloud.Error {
	return cloud.Errorf(400, "UnsupportedOperation", "This action is not supported by the specified key.")
}

func rejected(state string) *cloud.Error {
	return cloud.Errorf(409, "Rejected."+state, "The request was rejected because the key state is %s.", state)
}

func notModifiable() *cloud.Error {
	return cloud.Errorf(409, "Rejected.StateModifiedFailed", "The request was rejected because the key state does not allow the change.")
}

func limitExceeded() *cloud.Error {
	return cloud.Errorf(400, "Rejected.LimitExceeded", "The request was rejected because the quota is exceeded.")
}

func noRandom() *cloud.Error {
	return cloud.Errorf(500, "InternalFailure", "Internal Failure")
}
