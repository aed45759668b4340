package signature_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

// ossRequest builds a request from "METHOD url" and header lines "name: value".
func ossRequest(t *testing.T, line string, headers ...string) *http.Request {
	t.Helper()
	method, link, _ := strings.Cut(line, " ")
	r, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func TestReadOSSFailures(t *testing.T) {
	const (
		date   = "Date: " + vectorDate
		v1     = "Authorization: OSS LTAI:c2ln"
		v4     = "Authorization: " + v4Auth
		sha    = "x-oss-content-sha256: UNSIGNED-PAYLOAD"
		v4link = "GET /b/k?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-signature=ab&x-oss-credential="
		scope  = "AK%2F20260310%2Fcn-hangzhou%2Foss%2Faliyun_v4_request"
		needs  = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"
	)
	for _, c := range []struct {
		name, line string
		headers    []string
		status     int
		code       string
		ec         string
		message    string // prefix
	}{
		{"v1 and query", "GET /b/?OSSAccessKeyId=a&Expires=1&Signature=s", []string{date, v1}, 400, "InvalidArgument", "", ""},
		{"v1 and v4 query", v4link + scope, []string{date, v1}, 400, "InvalidArgument", "", ""},
		{"both queries", v4link + scope + "&Signature=s", nil, 400, "InvalidArgument", "", ""},
		{"two headers", "GET /b/", []string{date, v1, v4}, 400, "InvalidArgument", "", ""},
		{"unknown scheme", "GET /b/", []string{date, "Authorization: AWS a:b"}, 400, "InvalidArgument", "", ""},
		{"no signature", "GET /b/", []string{date, "Authorization: OSS LTAI"}, 400, "InvalidArgument", "", ""},
		{"no key", "GET /b/", []string{date, "Authorization: OSS :c2ln"}, 400, "InvalidArgument", "", ""},
		{"bad query escape", "GET /b/?a=%zz", []string{date, v1}, 400, "InvalidArgument", "", ""},
		{"v1 without date", "GET /b/", []string{v1}, 403, "AccessDenied", "0002-00000503", "OSS authentication requires a valid Date."},
		{"v1 with nonsense date", "GET /b/", []string{v1, "Date: yesterday"}, 403, "AccessDenied", "0002-00000503", "OSS authentication requires a valid Date."},
		{"v4 without date", "GET /b/", []string{v4, sha}, 403, "AccessDenied", "0002-00000503", "OSS authentication requires a valid Date."},
		{"v4 without payload", "GET /b/", []string{v4, date}, 400, "InvalidArgument", "", ""},
		{"v4 wrong scope", "GET /b/", []string{"Authorization: OSS4-HMAC-SHA256 Credential=a/20260310/r/oss/aws4_request,Signature=s", sha, date}, 400, "InvalidArgument", "", ""},
		{"v4 repeated part", "GET /b/", []string{v4 + ",Signature=s", sha, date}, 400, "InvalidArgument", "", ""},
		{"query without Signature", "GET /b/k?OSSAccessKeyId=a&Expires=1", nil, 403, "AccessDenied", "", needs},
		{"query without Expires", "GET /b/k?OSSAccessKeyId=a&Signature=s", nil, 403, "AccessDenied", "", needs},
		{"query without key", "GET /b/k?Expires=1&Signature=s", nil, 403, "AccessDenied", "", needs},
		{"query repeated key", "GET /b/k?Expires=1&Signature=s&OSSAccessKeyId=a&OSSAccessKeyId=b", nil, 403, "AccessDenied", "", needs},
		{"query bad Expires", "GET /b/k?Expires=x&Signature=s&OSSAccessKeyId=a", nil, 400, "InvalidArgument", "", ""},
		{"v4 query without date", v4link + scope + "&x-oss-expires=60", nil, 403, "AccessDenied", "", "Query-string authentication requires"},
		{"v4 query too long", v4link + scope + "&x-oss-date=20260310T080000Z&x-oss-expires=604801", nil, 400, "InvalidArgument", "", ""},
		{"v4 query negative", v4link + scope + "&x-oss-date=20260310T080000Z&x-oss-expires=-1", nil, 400, "InvalidArgument", "", ""},
		{"v4 query bad scope", v4link + "AK&x-oss-date=20260310T080000Z&x-oss-expires=60", nil, 400, "InvalidArgument", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, f := signature.ReadOSS(ossRequest(t, c.line, c.headers...), signature.Target{Bucket: "b"})
			if f == nil {
				t.Fatal("accepted")
			}
			if f.Status != c.status || f.Code != c.code || f.EC != c.ec || !strings.HasPrefix(f.Message, c.message) {
				t.Errorf("got %d %s %s %q", f.Status, f.Code, f.EC, f.Message)
			}
		})
	}
}

func TestAnonymousNeverVerifies(t *testing.T) {
	claim, f := signature.ReadOSS(ossRequest(t, "GET /b/k?acl"), signature.Target{Bucket: "b", Key: "k"})
	if f != nil || claim.Credential.Scheme != signature.Anonymous {
		t.Fatalf("%v %+v", claim.Credential.Scheme, f)
	}
	if f := claim.Verify(""); f == nil || f.Code != "AccessDenied" || f.Status != 403 {
		t.Errorf("anonymous claim: %+v", f)
	}
}

func TestOSSMismatchEchoesWhatWasSigned(t *testing.T) {
	v := ossVectors[5]
	f := readOSS(t, v.request(t, "00")).Verify("exampleSecret")
	if f == nil || f.Status != 403 || f.Code != "SignatureDoesNotMatch" || f.EC != "0002-00000040" {
		t.Fatalf("%+v", f)
	}
	const canonical = "GET\n/src-bucket/\nreplication\nx-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20260310T080000Z\n\n\nUNSIGNED-PAYLOAD"
	if f.CanonicalRequest != canonical {
		t.Errorf("canonical request %q", f.CanonicalRequest)
	}
	if !strings.HasPrefix(f.StringToSign, "OSS4-HMAC-SHA256\n20260310T080000Z\n20260310/cn-hangzhou/oss/aliyun_v4_request\n") {
		t.Errorf("string to sign %q", f.StringToSign)
	}
	details := map[string]string{}
	for _, d := range f.Details {
		details[d.Name] = d.Value
		if strings.Contains(d.Value, v.signature) || strings.Contains(d.Value, "exampleSecret") {
			t.Errorf("%s discloses the expected signature or the secret", d.Name)
		}
	}
	if details["StringToSign"] != f.StringToSign || details["SignatureProvided"] != "00" || !strings.HasPrefix(details["StringToSignBytes"], "4F 53 53 34 ") {
		t.Errorf("details %v", details)
	}
}

func TestCheckTime(t *testing.T) {
	const allowed = 15 * time.Minute
	at := func(s signature.Scheme) signature.Credential {
		c := signature.Credential{Scheme: s, SignedAt: vectorTime, ScopeDate: "20260310"}
		if s == signature.OSSV1Query || s == signature.OSSV4Query {
			c.Expires = vectorTime.Add(time.Hour)
		}
		return c
	}
	wrongDay := func(s signature.Scheme) signature.Credential {
		c := at(s)
		c.ScopeDate = "20260311"
		return c
	}
	for _, c := range []struct {
		credential signature.Credential
		after      time.Duration
		code, ec   string
	}{
		{at(signature.OSSV1Header), allowed, "", ""},
		{at(signature.OSSV1Header), -allowed, "", ""},
		{at(signature.OSSV1Header), allowed + time.Second, "RequestTimeTooSkewed", "0002-00000504"},
		{at(signature.OSSV4Header), -allowed - time.Second, "RequestTimeTooSkewed", "0002-00000504"},
		{at(signature.OSSV4Header), 0, "", ""},
		{wrongDay(signature.OSSV4Header), 0, "InvalidArgument", ""},
		{wrongDay(signature.OSSV4Query), 0, "InvalidArgument", ""},
		{at(signature.OSSV1Query), time.Hour, "", ""},
		{at(signature.OSSV1Query), time.Hour + time.Second, "AccessDenied", ""},
		{at(signature.OSSV4Query), 59 * time.Minute, "", ""},
		{at(signature.OSSV4Query), time.Hour + time.Second, "AccessDenied", ""},
		{at(signature.OSSV4Query), -allowed - time.Second, "RequestTimeTooSkewed", "0002-00000504"},
		{at(signature.RPCV1), allowed, "", ""},
		{at(signature.RPCV1), allowed + time.Second, "InvalidTimeStamp.Expired", ""},
		{at(signature.RPCV3), -allowed - time.Second, "InvalidTimeStamp.Expired", ""},
	} {
		f := signature.CheckTime(c.credential, vectorTime.Add(c.after))
		switch {
		case f == nil && c.code != "":
			t.Errorf("%v after %v: accepted", c.credential.Scheme, c.after)
		case f != nil && (f.Code != c.code || f.EC != c.ec || f.Code == "AccessDenied" && f.Message != "Request has expired."):
			t.Errorf("%v after %v: %+v", c.credential.Scheme, c.after, f)
		}
	}
}

func TestReadRPCFailures(t *testing.T) {
	complete := func() url.Values {
		return url.Values{
			"AccessKeyId": {"a"}, "SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"}, "SignatureNonce": {"n"},
			"Timestamp": {"2026-03-10T08:00:00Z"}, "Signature": {"s"}, "SignatureType": {""},
		}
	}
	for _, c := range []struct{ name, value, code, message string }{
		{"AccessKeyId", "", "MissingAccessKeyId", "AccessKeyId is mandatory for this action."},
		{"Signature", "", "MissingSignature", "Signature is mandatory for this action."},
		{"SignatureNonce", "", "MissingSignatureNonce", "SignatureNonce is mandatory for this action."},
		{"Timestamp", "", "MissingTimestamp", "Timestamp is mandatory for this action."},
		{"Timestamp", "2026-03-10 08:00:00", "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."},
		{"Timestamp", "2026-03-10T08:00:00.5Z", "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."},
		{"SignatureMethod", "HMAC-MD5", "IncompleteSignature", ""},
		{"SignatureVersion", "2.0", "IncompleteSignature", ""},
		{"SignatureType", "BEARERTOKEN", "IncompleteSignature", ""},
	} {
		query := complete()
		query.Set(c.name, c.value)
		_, f := signature.ReadRPC(ossRequest(t, "GET /?"+query.Encode()), nil, nil)
		if f == nil || f.Status != 400 || f.Code != c.code || !strings.HasPrefix(f.Message, c.message) {
			t.Errorf("%s=%q: %+v", c.name, c.value, f)
		}
	}
	// The same parameter in query and form has no single meaning.
	_, f := signature.ReadRPC(ossRequest(t, "POST /?"+complete().Encode()), url.Values{"AccessKeyId": {"b"}}, nil)
	if f == nil || f.Code != "IncompleteSignature" {
		t.Errorf("two keys: %+v", f)
	}
}

func TestReadRPCV3Failures(t *testing.T) {
	for _, c := range []struct{ header, value, code string }{
		{"x-acs-action", "", "MissingAction"},
		{"x-acs-version", "", "MissingVersion"},
		{"x-acs-date", "", "MissingTimestamp"},
		{"x-acs-date", "10 March", "InvalidTimeStamp.Format"},
		{"x-acs-signature-nonce", "", "MissingSignatureNonce"},
		{"x-acs-content-sha256", "", "IncompleteSignature"},
		{"x-acs-security-token", "added on the way", "IncompleteSignature"},
		{"Authorization", "ACS3-HMAC-SHA256 Credential=testid", "IncompleteSignature"},
		{"Authorization", "Bearer x", "IncompleteSignature"},
	} {
		r := v3Vector(t)
		r.Header.Set(c.header, c.value)
		if c.value == "" {
			r.Header.Del(c.header)
		}
		if _, f := signature.ReadRPC(r, nil, nil); f == nil || f.Status != 400 || f.Code != c.code {
			t.Errorf("%s=%q: %+v", c.header, c.value, f)
		}
	}
}
