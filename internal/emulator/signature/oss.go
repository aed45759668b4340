package signature

import (
	"net/http"
	"net/url"
	"strings"
)

const (
	v4Algorithm     = "OSS4-HMAC-SHA256"
	scopeTerminator = "aliyun_v4_request"
	unsignedPayload = "UNSIGNED-PAYLOAD"
	v1Prefix        = "OSS "
)

// ReadOSS reads the authentication of an OSS request to target. A request
// without any is an anonymous claim, not a failure. The failure is the answer
// to send when the authentication is malformed or contradictory.
func ReadOSS(r *http.Request, target Target) (Claim, *Failure) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Claim{}, invalidArgument("The query string is not well formed.", "", "")
	}
	header := r.Header.Values("Authorization")
	v1 := query.Has("OSSAccessKeyId") || query.Has("Signature")
	v4 := query.Has("x-oss-signature-version") || query.Has("x-oss-signature") || query.Has("x-oss-credential")
	switch {
	case len(header) > 1 || len(header) == 1 && (v1 || v4) || v1 && v4:
		return Claim{}, invalidArgument("Only one auth mechanism allowed; only the Authorization header or the query string may carry the signature.", "Authorization", strings.Join(header, ","))
	case v1:
		return readV1Query(r, query, target)
	case v4:
		return readV4Query(r, query, target)
	case len(header) == 0 || header[0] == "":
		return Claim{}, nil
	case strings.HasPrefix(header[0], v4Algorithm+" "):
		return readV4Header(r, query, target, header[0])
	case strings.HasPrefix(header[0], v1Prefix):
		return readV1Header(r, query, target, header[0])
	}
	return Claim{}, malformedAuthorization(header[0])
}

func malformedAuthorization(value string) *Failure {
	return invalidArgument("Authorization header is invalid.", "Authorization", value)
}

func isOSSHeader(lower string) bool { return strings.HasPrefix(lower, "x-oss-") }

// once returns the only value of a query parameter. A repeated parameter of the
// authentication itself has no meaning.
func once(query url.Values, name string) (string, bool) {
	values := query[name]
	return query.Get(name), len(values) == 1 && values[0] != ""
}
