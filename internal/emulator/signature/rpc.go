package signature

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const v3Algorithm = "ACS3-HMAC-SHA256"

// ReadRPC reads the authentication of an RPC request. form holds the parameters
// of a form body and body its bytes; the bytes matter only for V3, where they
// are hashed. The failure is the gateway's answer to a request whose signature
// parameters are missing or malformed.
func ReadRPC(r *http.Request, form url.Values, body []byte) (Claim, *Failure) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Claim{}, incompleteSignature()
	}
	if authorization := r.Header.Values("Authorization"); len(authorization) > 0 {
		if len(authorization) > 1 {
			return Claim{}, incompleteSignature()
		}
		return readV3(r, query, body, authorization[0])
	}
	return readRPCV1(r, merge(query, form))
}

func merge(query, form url.Values) url.Values {
	all := make(url.Values, len(query)+len(form))
	for _, values := range []url.Values{query, form} {
		for name, list := range values {
			all[name] = append(all[name], list...)
		}
	}
	return all
}

func readRPCV1(r *http.Request, all url.Values) (Claim, *Failure) {
	for _, name := range []string{"AccessKeyId", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp", "Signature"} {
		if all.Get(name) == "" {
			return Claim{}, MissingParameter(name)
		}
		if len(all[name]) > 1 {
			return Claim{}, incompleteSignature()
		}
	}
	// SignatureType is empty, or absent, for every key pair.
	if all.Get("SignatureMethod") != "HMAC-SHA1" || all.Get("SignatureVersion") != "1.0" || all.Get("SignatureType") != "" {
		return Claim{}, incompleteSignature()
	}
	signedAt, f := parseRPCTime(all.Get("Timestamp"))
	if f != nil {
		return Claim{}, f
	}
	signed := func(name string) bool { return name != "Signature" }
	parameters := joinPairs(sortedPairs(all, signed, encodeAll), false)
	return Claim{
		Credential: Credential{
			AccessKeyID:   all.Get("AccessKeyId"),
			SecurityToken: all.Get("SecurityToken"),
			Scheme:        RPCV1,
			SignedAt:      signedAt,
			Nonce:         all.Get("SignatureNonce"),
		},
		provided:     all.Get("Signature"),
		stringToSign: r.Method + "&%2F&" + encodeAll(parameters),
	}, nil
}

func readV3(r *http.Request, query url.Values, body []byte, authorization string) (Claim, *Failure) {
	rest, isV3 := strings.CutPrefix(authorization, v3Algorithm+" ")
	parts, ok := authorizationParts(rest)
	if !isV3 || !ok || parts["Credential"] == "" || parts["Signature"] == "" || parts["SignedHeaders"] == "" {
		return Claim{}, incompleteSignature()
	}
	if f := requireV3Headers(r); f != nil {
		return Claim{}, f
	}
	named := strings.Split(parts["SignedHeaders"], ";")
	if !coversV3(r, named) {
		return Claim{}, incompleteSignature()
	}
	signedAt, f := parseRPCTime(r.Header.Get("x-acs-date"))
	if f != nil {
		return Claim{}, f
	}
	c := Claim{
		Credential: Credential{
			AccessKeyID:   parts["Credential"],
			SecurityToken: r.Header.Get("x-acs-security-token"),
			Scheme:        RPCV3,
			SignedAt:      signedAt,
			Nonce:         r.Header.Get("x-acs-signature-nonce"),
		},
		provided: parts["Signature"],
	}
	payload := hashHex(body)
	c.altered = r.Header.Get("x-acs-content-sha256") != payload
	c.canonicalRequest = r.Method + "\n" +
		v3Path(r.URL) + "\n" +
		joinPairs(sortedPairs(query, func(string) bool { return true }, encodeAll), false) + "\n" +
		canonicalHeaders(r, func(lower string) bool { return slices.Contains(named, lower) }) + "\n" +
		parts["SignedHeaders"] + "\n" +
		payload
	c.stringToSign = v3Algorithm + "\n" + hashHex([]byte(c.canonicalRequest))
	return c, nil
}

func v3Path(u *url.URL) string {
	if path := escapedPath(u); path != "" {
		return path
	}
	return "/"
}

// requireV3Headers names a missing header by the parameter it stands for.
func requireV3Headers(r *http.Request) *Failure {
	for _, h := range [][2]string{
		{"x-acs-action", "Action"},
		{"x-acs-version", "Version"},
		{"x-acs-date", "Timestamp"},
		{"x-acs-signature-nonce", "SignatureNonce"},
	} {
		if r.Header.Get(h[0]) == "" {
			return MissingParameter(h[1])
		}
		if len(r.Header.Values(h[0])) > 1 {
			return incompleteSignature()
		}
	}
	if len(r.Header.Values("x-acs-content-sha256")) != 1 {
		return incompleteSignature()
	}
	return nil
}

// coversV3 says whether the host and every x-acs- header are signed. Otherwise
// somebody on the way could turn one operation into another.
func coversV3(r *http.Request, named []string) bool {
	if !slices.Contains(named, "host") {
		return false
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-acs-") && !slices.Contains(named, lower) {
			return false
		}
	}
	return true
}

func parseRPCTime(value string) (time.Time, *Failure) {
	t, err := time.Parse(rpcTime, value)
	// Parse accepts a fraction of a second that the layout does not have.
	if err != nil || t.Format(rpcTime) != value {
		return time.Time{}, timestampFormat()
	}
	return t, nil
}
