package signature

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const v4QueryMissing = "Query-string authentication requires the x-oss-signature-version, x-oss-credential, x-oss-date, x-oss-expires and x-oss-signature parameters"

func readV4Header(r *http.Request, query url.Values, target Target, authorization string) (Claim, *Failure) {
	parts, ok := authorizationParts(strings.TrimPrefix(authorization, v4Algorithm+" "))
	credential, inScope := parseScope(parts["Credential"])
	if !ok || !inScope || parts["Signature"] == "" {
		return Claim{}, malformedAuthorization(authorization)
	}
	timestamp := r.Header.Get("x-oss-date")
	if timestamp == "" {
		timestamp = r.Header.Get("Date")
	}
	signedAt, ok := parseOSSTime(timestamp)
	if !ok {
		return Claim{}, missingDate()
	}
	payload := r.Header.Get("x-oss-content-sha256")
	if payload == "" {
		return Claim{}, invalidArgument("The x-oss-content-sha256 header is required by signature version 4.", "x-oss-content-sha256", "")
	}
	credential.Scheme = OSSV4Header
	credential.SignedAt = signedAt
	credential.SecurityToken = r.Header.Get("x-oss-security-token")
	c := Claim{Credential: credential, provided: parts["Signature"]}
	c.signV4(r, query, target, timestamp, parts["AdditionalHeaders"], payload)
	return c, nil
}

func readV4Query(r *http.Request, query url.Values, target Target) (Claim, *Failure) {
	values := make(map[string]string, 5)
	for _, name := range []string{"x-oss-signature-version", "x-oss-credential", "x-oss-date", "x-oss-expires", "x-oss-signature"} {
		value, ok := once(query, name)
		if !ok {
			return Claim{}, denied(v4QueryMissing, "")
		}
		values[name] = value
	}
	if v := values["x-oss-signature-version"]; v != v4Algorithm {
		return Claim{}, invalidArgument("The signature version is not supported.", "x-oss-signature-version", v)
	}
	credential, ok := parseScope(values["x-oss-credential"])
	if !ok {
		return Claim{}, invalidArgument("The credential is not well formed.", "x-oss-credential", values["x-oss-credential"])
	}
	signedAt, err := time.Parse(v4Time, values["x-oss-date"])
	if err != nil {
		return Claim{}, missingDate()
	}
	seconds, ok := parseSeconds(values["x-oss-expires"])
	if !ok || seconds > maxPresign {
		return Claim{}, invalidArgument("The x-oss-expires parameter must be between 0 and 604800 seconds.", "x-oss-expires", values["x-oss-expires"])
	}
	credential.Scheme = OSSV4Query
	credential.SignedAt = signedAt
	credential.Expires = signedAt.Add(time.Duration(seconds) * time.Second)
	credential.SecurityToken = query.Get("x-oss-security-token")
	c := Claim{Credential: credential, provided: values["x-oss-signature"]}
	c.signV4(r, query, target, values["x-oss-date"], query.Get("x-oss-additional-headers"), unsignedPayload)
	return c, nil
}

// signV4 fills in canonical request and string to sign. The list of additional
// headers goes in as it was sent, so that no respelling of it verifies.
func (c *Claim) signV4(r *http.Request, query url.Values, target Target, timestamp, additional, payload string) {
	named := strings.Split(strings.ToLower(additional), ";")
	signedHeader := func(lower string) bool {
		return isOSSHeader(lower) || lower == "content-type" || lower == "content-md5" || slices.Contains(named, lower)
	}
	signedQuery := func(name string) bool {
		return c.Credential.Scheme != OSSV4Query || name != "x-oss-signature"
	}
	c.canonicalRequest = r.Method + "\n" +
		percentEncode(target.resource(), "/") + "\n" +
		joinPairs(sortedPairs(query, signedQuery, encodeAll), true) + "\n" +
		canonicalHeaders(r, signedHeader) + "\n" +
		additional + "\n" +
		payload
	scope := strings.Join([]string{c.Credential.ScopeDate, c.Credential.Region, c.Credential.Product, scopeTerminator}, "/")
	c.stringToSign = v4Algorithm + "\n" + timestamp + "\n" + scope + "\n" + hashHex([]byte(c.canonicalRequest))
}

// parseScope reads key/yyyymmdd/region/product/aliyun_v4_request.
func parseScope(value string) (Credential, bool) {
	f := strings.Split(value, "/")
	if len(f) != 5 || slices.Contains(f, "") || f[4] != scopeTerminator {
		return Credential{}, false
	}
	return Credential{AccessKeyID: f[0], ScopeDate: f[1], Region: f[2], Product: f[3]}, true
}

// authorizationParts splits "a=b, c=d"; SDKs send no blank after the comma,
// documentation samples do. Repeated names are refused.
func authorizationParts(value string) (map[string]string, bool) {
	parts := make(map[string]string, 3)
	for _, item := range strings.Split(value, ",") {
		name, v, ok := strings.Cut(strings.TrimSpace(item), "=")
		if _, seen := parts[name]; !ok || seen {
			return nil, false
		}
		parts[name] = v
	}
	return parts, true
}
