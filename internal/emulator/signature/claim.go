package signature

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what the service's signatures are made with
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"time"
)

// Scheme is a way to authenticate a request.
type Scheme int

// The schemes. Anonymous is the zero value, so that a forgotten scheme can
// never pass as an authenticated one.
const (
	Anonymous Scheme = iota
	OSSV1Header
	OSSV1Query
	OSSV4Header
	OSSV4Query
	RPCV1
	RPCV3
)

// String names the scheme for logs.
func (s Scheme) String() string {
	switch s {
	case OSSV1Header:
		return "OSS V1 header"
	case OSSV1Query:
		return "OSS V1 query"
	case OSSV4Header:
		return "OSS V4 header"
	case OSSV4Query:
		return "OSS V4 query"
	case RPCV1:
		return "RPC V1"
	case RPCV3:
		return "RPC V3"
	default:
		return "anonymous"
	}
}

// Credential is what a request says about its caller. Nothing in it is proven
// before the claim is verified.
type Credential struct {
	// AccessKeyID is empty for anonymous requests.
	AccessKeyID string
	// SecurityToken is the STS token; empty for long-lived keys.
	SecurityToken string
	Scheme        Scheme
	// Region and Product are from the scope of an OSS V4 signature.
	Region  string
	Product string
	// ScopeDate is the day (yyyymmdd) in the scope of an OSS V4 signature.
	ScopeDate string
	// SignedAt is when the request was signed; zero for OSS V1 presigned URLs.
	SignedAt time.Time
	// Expires is the end of a presigned URL; zero for all other schemes.
	Expires time.Time
	// Nonce is the signature nonce of RPC requests.
	Nonce string
}

// Claim is the authentication of one request, not yet proven.
type Claim struct {
	Credential Credential

	provided         string
	stringToSign     string
	canonicalRequest string
	// altered says that the body is not the one the request announces.
	altered bool
}

// StringToSign is the text that the signature covers; empty for anonymous
// requests.
func (c Claim) StringToSign() string { return c.stringToSign }

// CanonicalRequest is the text that is hashed into the string to sign of OSS V4
// and RPC V3; empty for the other schemes.
func (c Claim) CanonicalRequest() string { return c.canonicalRequest }

// Sign computes the signature that the request should carry, encoded as on the
// wire; empty for anonymous requests.
func (c Claim) Sign(secret string) string {
	switch c.Credential.Scheme {
	case OSSV1Header, OSSV1Query:
		return base64.StdEncoding.EncodeToString(mac(sha1.New, []byte(secret), c.stringToSign))
	case OSSV4Header, OSSV4Query:
		key := mac(sha256.New, []byte("aliyun_v4"+secret), c.Credential.ScopeDate)
		key = mac(sha256.New, key, c.Credential.Region)
		key = mac(sha256.New, key, c.Credential.Product)
		key = mac(sha256.New, key, scopeTerminator)
		return hex.EncodeToString(mac(sha256.New, key, c.stringToSign))
	case RPCV1:
		return base64.StdEncoding.EncodeToString(mac(sha1.New, []byte(secret+"&"), c.stringToSign))
	case RPCV3:
		return hex.EncodeToString(mac(sha256.New, []byte(secret), c.stringToSign))
	default:
		return ""
	}
}

// Verify checks the signature with the secret of the claimed key, in constant
// time. It returns nil if the caller knew the secret. An anonymous claim never
// verifies. Encoded forms are compared, because a decoder would accept several
// spellings of one signature.
func (c Claim) Verify(secret string) *Failure {
	if c.Credential.Scheme == Anonymous {
		return denied("Anonymous user has no right to access this bucket.", "")
	}
	match := subtle.ConstantTimeCompare([]byte(c.Sign(secret)), []byte(c.provided)) == 1
	if match && !c.altered {
		return nil
	}
	if c.Credential.Scheme == RPCV1 || c.Credential.Scheme == RPCV3 {
		return rpcMismatch(c)
	}
	return ossMismatch(c)
}

func mac(algorithm func() hash.Hash, key []byte, text string) []byte {
	h := hmac.New(algorithm, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hashHex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
