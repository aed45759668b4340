package cloud

import "fmt"

// Error is a service's refusal, before it is rendered as XML (OSS) or JSON (RPC).
type Error struct {
	Status  int    // HTTP status
	Code    string // for example NoSuchBucket
	Message string
	EC      string // OSS error classification, "" where no source names one
	// Fields are operation-specific children of the error body, in order.
	Fields []Field
	// Denied is set for permission failures of RAM identities.
	Denied *AccessDenied
}

// Field is one named child of an error body.
type Field struct{ Name, Value string }

// AccessDenied is the AccessDeniedDetail block of 403 answers.
type AccessDenied struct {
	PolicyType, AuthAction, AuthPrincipalType, AuthPrincipalOwnerID, AuthPrincipalDisplayName, NoPermissionType string
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// Errorf builds an Error with a formatted message.
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}
