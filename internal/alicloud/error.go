package alicloud

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Codes of failures that no service named. They stand in Error.Code like the service's own.
const (
	// CodeConnection means that no complete answer arrived: unreachable, reset, TLS failure.
	CodeConnection = "ConnectionFailed"
	// CodeTimeout means that an attempt took longer than the time allowed for it.
	CodeTimeout = "AttemptTimedOut"
	// CodeCanceled means that the caller's context ended.
	CodeCanceled = "Canceled"
	// CodeCredentials means that the credential source gave none.
	CodeCredentials = "CredentialsUnavailable"
	// CodeEmptyResponse means HTTP success without the body that the operation promises.
	CodeEmptyResponse = "EmptyResponse"
	// CodeInvalidResponse means an answer that does not have the form of the service's answers.
	CodeInvalidResponse = "InvalidResponse"
	// CodeInvalidRequest means that the call was refused before it was sent.
	CodeInvalidRequest = "InvalidRequest"
)

// Error is the failure of one call, whichever service it went to.
type Error struct {
	// Operation is the API name, such as "PutBucketReplication".
	Operation string
	// Object is what the call was about, such as "bucket orders" or "role oss-srr-orders".
	Object string
	// AccountID is the caller's account, when it was known already.
	AccountID string
	// Service is "OSS", "RAM", "STS" or "KMS".
	Service string
	// Code is the service's error code or one of the constants of this package.
	Code    string
	Message string
	// EC is the detail code that OSS adds, such as "0003-00000001".
	EC string
	// HTTPStatus is 0 when there was no answer.
	HTTPStatus int
	RequestID  string
	// Host is what the service calls itself in its answer; Endpoint is where the call was sent.
	Host     string
	Endpoint string
	// Attempts counts the attempts made.
	Attempts int
	// Unclear says that the service may have carried out at least one of the attempts: it was sent, and what came back
	// was no refusal but a server error, nothing at all, or an answer that cannot be read.
	Unclear bool

	cause error
	// opening is the failure of the call that was to open a session for this one.
	opening *Error
}

// Error tells operation, object, account, code, status and request id in one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Service + " " + e.Operation)
	if e.Object != "" {
		b.WriteString(" of " + e.Object)
	}
	b.WriteString(" failed: " + e.Code)
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	var details []string
	add := func(name, value string) {
		if value != "" {
			details = append(details, name+" "+value)
		}
	}
	if e.HTTPStatus != 0 {
		add("HTTP status", fmt.Sprint(e.HTTPStatus))
	}
	add("EC", e.EC)
	add("account", e.AccountID)
	add("request id", e.RequestID)
	add("endpoint", e.Endpoint)
	if e.Attempts > 1 {
		add("attempts", fmt.Sprint(e.Attempts))
	}
	if len(details) > 0 {
		b.WriteString(" (" + strings.Join(details, ", ") + ")")
	}
	return b.String()
}

// Unwrap returns what lies below, for instance context.Canceled or a network error. It holds no URL of a request.
func (e *Error) Unwrap() error { return e.cause }

// NextStep is the advice for the error's code, see the function NextStep. Where no session of a role could be opened
// for the call, it is the advice for that.
func (e *Error) NextStep() string {
	if e.opening == nil {
		return NextStep(e.Code)
	}
	if step := sessionStep(e.opening.Code); step != "" {
		return step
	}
	return e.opening.NextStep()
}

// HasCode says whether err is an *Error with one of the codes.
func HasCode(err error, codes ...string) bool {
	var e *Error
	return errors.As(err, &e) && slices.Contains(codes, e.Code)
}

// IsConflict says whether err is an *Error with this code. With an empty code it reports any HTTP 409 and the codes
// with which the services say "exists already" under another status.
func IsConflict(err error, code string) bool {
	if code != "" {
		return HasCode(err, code)
	}
	var e *Error
	return errors.As(err, &e) && (e.HTTPStatus == http.StatusConflict || e.Code == "BucketReplicationAlreadyExist")
}

// IsNotFound says whether the service has stated that the object of the call, or the bucket, role or key that holds
// it, does not exist. A bare 404, an unknown access key or an unknown action is no such statement.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && statesAbsence(e.Code)
}

func statesAbsence(code string) bool {
	switch code {
	case "EntityNotExist.Role", "EntityNotExist.Policy", "EntityNotExist.Policy.Version", "EntityNotExist.Role.Policy",
		"NoSuchBucket", "NoSuchBucketPolicy", "NoSuchReplicationConfiguration", "NoSuchReplicationRule",
		"Forbidden.KeyNotFound", "Forbidden.AliasNotFound", "Forbidden.ResourceNotFound":
		return true
	}
	return false
}

// IsForbidden says whether the caller was recognised but may not do this. A refused signature, key, token or clock is
// not meant, although OSS answers those with 403 as well.
func IsForbidden(err error) bool {
	return HasCode(err, "AccessDenied", "NoPermission", "Forbidden.NoPermission", "Forbidden.RAM", "Forbidden",
		"BucketNotBelongTo", "AccessDeniedError", "NotAuthorized")
}

// IsThrottled says whether the service refused the call because there were too many.
func IsThrottled(err error) bool {
	var e *Error
	return errors.As(err, &e) && throttled(e)
}

func throttled(e *Error) bool {
	if e.HTTPStatus == http.StatusTooManyRequests || strings.HasPrefix(e.Code, "Throttling") {
		return true
	}
	switch e.Code {
	case "Rejected.Throttling", "MetaOperationQpsLimitExceeded", "TotalQpsLimitExceeded", "QpsLimitExceeded",
		"DownloadTrafficRateLimitExceeded", "UploadTrafficRateLimitExceeded", "ActiveRequestLimitExceeded",
		"CpuLimitExceeded", "RequestLimitExceeded":
		return true
	}
	return false
}

// IsCanceled says whether the call ended because its context did.
func IsCanceled(err error) bool { return HasCode(err, CodeCanceled) }
