package oss

import (
	"crypto/md5" //nolint:gosec // the protocol's checksum
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// configLimit and listLimit bound XML bodies in bytes: configurations, and lists
// of keys or parts.
const (
	configLimit = 256 << 10
	listLimit   = 2 << 20
)

// checkBody verifies Content-MD5 and bounds the bodies that are parsed.
func (q *request) checkBody() *cloud.Error {
	if want := q.http.Header.Get("Content-MD5"); want != "" {
		sum := md5.Sum(q.call.Body) //nolint:gosec // the protocol's checksum
		if base64.StdEncoding.EncodeToString(sum[:]) != want {
			return errInvalidDigest(want)
		}
	}
	limit := configLimit
	switch q.route.name {
	case "PutObject", "UploadPart":
		return nil
	case "DeleteMultipleObjects", "CompleteMultipartUpload":
		limit = listLimit
	}
	if len(q.call.Body) > limit {
		return errMalformedXML()
	}
	return nil
}

// authorize decides the action on the bucket or one of its objects, which is nil
// when there is none.
func (q *request) authorize(action, key string, object *Object) *cloud.Error {
	return q.authorizeOn(q.bucket, action, key, object)
}

func (q *request) authorizeOn(b *bucket, action, key string, object *Object) *cloud.Error {
	if q.query.Get("versionId") != "" && b == q.bucket {
		action = versionAction(action)
	}
	ask := access.Request{
		Principal: q.options.Principal(q.call.Caller), Action: action, Resource: b.resource(key), Owner: b.Owner,
		Context: q.context(object), Now: time.Now(),
	}
	identities := q.identities(q.call.Caller)
	decision := access.Bucket(identities, b.document, b.effectiveACL(object), ask)
	if decision.Effect == access.Allow {
		return nil
	}
	if q.options.Switches.ForeignBucketNotFound && decision.Effect == access.ImplicitDeny && isForeign(q.call.Caller, b) {
		return errNoSuchBucket(b.Name)
	}
	return denied(q.call.Caller, b, ask, decision)
}

func isForeign(caller cloud.Caller, b *bucket) bool {
	return caller.Kind != cloud.Anonymous && caller.AccountID != b.Owner
}

func (s *Service) identities(caller cloud.Caller) access.Identities {
	if caller.Kind == cloud.Anonymous {
		return access.Identities{}
	}
	return s.options.Identities.Identities(caller)
}

// context is what conditions may look at: keys of the OSS "Bucket policy" page,
// 2026. The object is the one that is there, nil when there is none.
func (q *request) context(object *Object) map[string][]string {
	context := q.call.Caller.Conditions()
	for key, parameter := range map[string]string{"oss:Prefix": "prefix", "oss:Delimiter": "delimiter"} {
		if q.query.Has(parameter) {
			context[key] = []string{q.query.Get(parameter)}
		}
	}
	for _, header := range []string{"x-oss-acl", "x-oss-object-acl"} {
		if value := q.http.Header.Get(header); value != "" {
			context["oss:"+header] = []string{value}
		}
	}
	// Tags that cannot be read are refused when the call is carried out.
	requested, _ := url.ParseQuery(q.http.Header.Get("x-oss-tagging"))
	for key, values := range requested {
		context["oss:RequestObjectTag/"+key] = values
	}
	if object != nil {
		for _, tag := range object.Tags {
			context["oss:ExistingObjectTag/"+tag.Key] = []string{tag.Value}
		}
	}
	return context
}

// denied words a refusal as the 403 page with its 0003-* codes does.
func denied(caller cloud.Caller, b *bucket, ask access.Request, decision access.Decision) *cloud.Error {
	switch {
	case decision.Source == "session policy":
		return withDetail(refuse(http.StatusForbidden, "AccessDenied", "Access denied by authorizer's policy.", "0003-00000301"),
			caller, "SessionPolicy", ask.Action, decision.Effect)
	case decision.Effect == access.ExplicitDeny && decision.Source == "bucket policy":
		return refuse(http.StatusForbidden, "AccessDenied", "Access denied by bucket policy.", "0003-00000101")
	case decision.Effect == access.ExplicitDeny:
		ec := "0003-00000201"
		if b.document.Decide(ask) == access.ExplicitDeny {
			ec = "0003-00000203"
		}
		return withDetail(refuse(http.StatusForbidden, "AccessDenied", "Access denied by bucket policy.", ec),
			caller, "AccountLevelIdentityBasedPolicy", ask.Action, decision.Effect)
	case caller.Kind == cloud.Anonymous:
		return refuse(http.StatusForbidden, "AccessDenied", "Anonymous user has no right to access this bucket.", "0003-00000001")
	case caller.AccountID != b.Owner:
		return refuse(http.StatusForbidden, "AccessDenied", "The bucket you access does not belong to you.", "0003-00000001")
	default:
		return withDetail(refuse(http.StatusForbidden, "AccessDenied", "You have no right to access this object because of bucket acl.", "0003-00000202"),
			caller, "AccountLevelIdentityBasedPolicy", ask.Action, decision.Effect)
	}
}

// withDetail adds what RAM identities are told about their denial.
func withDetail(e *cloud.Error, caller cloud.Caller, policyType, action string, effect access.Effect) *cloud.Error {
	detail := &cloud.AccessDenied{PolicyType: policyType, AuthAction: action, AuthPrincipalOwnerID: caller.AccountID, NoPermissionType: "ImplicitDeny"}
	if effect == access.ExplicitDeny {
		detail.NoPermissionType = "ExplicitDeny"
	}
	switch caller.Kind {
	case cloud.User:
		detail.AuthPrincipalType, detail.AuthPrincipalDisplayName = "SubUser", caller.UserID
	case cloud.RoleSession:
		detail.AuthPrincipalType, detail.AuthPrincipalDisplayName = "AssumedRoleUser", caller.RoleName+":"+caller.SessionName
	case cloud.Anonymous, cloud.Root:
		return e
	}
	e.Denied = detail
	return e
}
