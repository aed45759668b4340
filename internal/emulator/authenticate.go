package emulator

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

// keyring knows whose access keys are whose. Its errors carry the codes of the
// RPC gateway.
type keyring interface {
	Lookup(accessKeyID, securityToken string) (secret string, caller cloud.Caller, err *cloud.Error)
}

// authenticator turns requests into callers. The time that counts here is wall
// time plus a settable skew, never the service clock.
type authenticator struct {
	keys     keyring
	now      func() time.Time
	nonces   *signature.Nonces
	refuseV1 bool
}

// rpc authenticates a call of RAM, STS or KMS. Key, token, time, nonce and
// signature are checked so that a stranger can neither use up a nonce nor learn
// more than that a key does not exist.
func (a *authenticator) rpc(r *http.Request, form url.Values, body []byte) (cloud.Caller, *cloud.Error) {
	claim, failure := signature.ReadRPC(r, form, body)
	if failure != nil {
		return cloud.Caller{}, refusal(failure)
	}
	secret, caller, err := a.keys.Lookup(claim.Credential.AccessKeyID, claim.Credential.SecurityToken)
	if err != nil {
		return cloud.Caller{}, err
	}
	now := a.now()
	if failure := signature.CheckTime(claim.Credential, now); failure != nil {
		return cloud.Caller{}, refusal(failure)
	}
	if failure := claim.Verify(secret); failure != nil {
		return cloud.Caller{}, refusal(failure)
	}
	if failure := a.nonces.Use(claim.Credential, now); failure != nil {
		return cloud.Caller{}, refusal(failure)
	}
	caller.Context = transportContext(r)
	return caller, nil
}

// oss authenticates an OSS request; requests without authentication are
// anonymous callers, whom policies and ACLs may still let in. The region is
// that of a V4 signature, "" for other forms.
func (a *authenticator) oss(r *http.Request, target signature.Target) (caller cloud.Caller, region string, err *cloud.Error) {
	claim, failure := signature.ReadOSS(r, target)
	if failure != nil {
		return cloud.Caller{}, "", refusal(failure)
	}
	credential := claim.Credential
	if credential.Scheme == signature.Anonymous {
		return cloud.Caller{Context: transportContext(r)}, "", nil
	}
	if a.refuseV1 && (credential.Scheme == signature.OSSV1Header || credential.Scheme == signature.OSSV1Query) {
		refused := cloud.Errorf(http.StatusForbidden, "AccessDenied", "OSS signature version 1 is not supported for this account or bucket.")
		refused.EC = "0002-00000080"
		return cloud.Caller{}, "", refused
	}
	secret, caller, err := a.keys.Lookup(credential.AccessKeyID, credential.SecurityToken)
	if err != nil {
		return cloud.Caller{}, "", ossKeyError(err, credential)
	}
	if failure := signature.CheckTime(credential, a.now()); failure != nil {
		return cloud.Caller{}, "", refusal(failure)
	}
	if failure := claim.Verify(secret); failure != nil {
		return cloud.Caller{}, "", refusal(failure)
	}
	caller.Context = transportContext(r)
	return caller, credential.Region, nil
}

// ossKeyError says in the words of OSS what the key look-up said in those of the
// RPC gateway (OSS 403 error pages, 2026).
func ossKeyError(err *cloud.Error, credential signature.Credential) *cloud.Error {
	field := cloud.Field{Name: "OSSAccessKeyId", Value: credential.AccessKeyID}
	switch {
	case strings.HasPrefix(err.Code, "InvalidAccessKeyId.Inactive"):
		return &cloud.Error{
			Status: http.StatusForbidden, Code: "InvalidAccessKeyId", EC: "0002-00000904",
			Message: "The OSS Access Key Id you provided is disabled.", Fields: []cloud.Field{field},
		}
	case strings.HasPrefix(err.Code, "InvalidAccessKeyId"):
		return &cloud.Error{
			Status: http.StatusForbidden, Code: "InvalidAccessKeyId", EC: "0002-00000902",
			Message: "The OSS Access Key Id you provided does not exist in our records.", Fields: []cloud.Field{field},
		}
	case err.Code == "InvalidSecurityToken.MismatchWithAccessKey":
		return cloud.Errorf(http.StatusForbidden, "AccessKeyIdAndSecurityTokenNotMatch", "The access key id and the security token do not belong together.")
	default:
		return cloud.Errorf(http.StatusForbidden, "InvalidSecurityToken", "The security token you provided is invalid.")
	}
}

func refusal(f *signature.Failure) *cloud.Error {
	e := &cloud.Error{Status: f.Status, Code: f.Code, Message: f.Message, EC: f.EC}
	for _, d := range f.Details {
		e.Fields = append(e.Fields, cloud.Field{Name: d.Name, Value: d.Value})
	}
	return e
}

// transportContext holds the condition keys that the connection decides.
func transportContext(r *http.Request) map[string][]string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	secure := "false"
	if r.TLS != nil {
		secure = "true"
	}
	return map[string][]string{
		"acs:SourceIp": {host}, "acs:SecureTransport": {secure}, "acs:UserAgent": {r.UserAgent()},
	}
}
