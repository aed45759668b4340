package signature_test

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

// A target is the path that was sent, decoded once, and nothing else: escaped
// again it leads to the same object, and a bucket never has a separator.
func FuzzSplitTarget(f *testing.F) {
	for _, path := range []string{"/", "/b", "/b/", "/b/a%2Fb", "/b//x/../y/./z", "/b/%2e%2e%2Fother", "/b/a+b%20^%2F", "//k", "/a%2Fb/k", "/../k", "/b%3Facl/k", "/b/%", "/b/é"} {
		f.Add("127.0.0.1:8089", path)
		f.Add("b.oss-cn-hangzhou.aliyuncs.com:80", path)
	}
	f.Fuzz(func(t *testing.T, host, path string) {
		r, err := wireRequest(host, path)
		if err != nil {
			return // no server sees such a request
		}
		target, err := signature.SplitTarget(r, bucketHost)
		if err != nil {
			if target != (signature.Target{}) {
				t.Fatalf("%q %q: %+v beside %v", host, path, target, err)
			}
			return
		}
		if strings.ContainsAny(target.Bucket, "/%?#\\ \x00") || target.Bucket == "." || target.Bucket == ".." || target.Bucket == "" && target.Key != "" {
			t.Fatalf("%q %q: %+v", host, path, target)
		}
		again, err := wireRequest("127.0.0.1", "/"+target.Bucket+"/"+url.PathEscape(target.Key))
		if err != nil || target.Bucket == "" {
			return
		}
		if same, err := signature.SplitTarget(again, bucketHost); err != nil || same != target {
			t.Fatalf("%q %q: %+v, escaped again %+v, %v", host, path, target, same, err)
		}
	})
}

// What is signed of a query says exactly which parameters were sent, in any
// order and spelling: none can be added, dropped, renamed or moved into a value.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{"", "a", "a=", "a=b&a=c", "b=1&a=2", "a%26b=%3D", "a+b=%20", "é=*~", "%61=b", "a=b%0Ac", "x=%00&=&==", "a=b&Signature=c", "a;b"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		sent, err := url.ParseQuery(raw)
		if err != nil {
			sent = nil
		}
		if sent != nil {
			checkRPCQuery(t, raw, sent)
		}
		checkOSSQuery(t, raw, sent)
	})
}

func checkOSSQuery(t *testing.T, raw string, sent url.Values) {
	r := &http.Request{Method: http.MethodGet, Host: "127.0.0.1", URL: &url.URL{Path: "/b/k", RawQuery: raw}, Header: http.Header{
		"Authorization": {"OSS4-HMAC-SHA256 Credential=k/20260301/cn-hangzhou/oss/aliyun_v4_request,Signature=s"},
		"X-Oss-Date":    {"20260301T080000Z"}, "X-Oss-Content-Sha256": {"UNSIGNED-PAYLOAD"},
	}}
	claim, failure := signature.ReadOSS(r, signature.Target{Bucket: "b", Key: "k"})
	if failure != nil {
		return
	}
	if sent == nil {
		t.Fatalf("%q cannot be decoded and is accepted", raw)
	}
	// A parameter without name and value is signed as nothing between two "&".
	if named := slices.DeleteFunc(sent[""], func(value string) bool { return value == "" }); len(named) > 0 {
		sent[""] = named
	} else {
		delete(sent, "")
	}
	lines := strings.Split(claim.CanonicalRequest(), "\n")
	if signed, err := url.ParseQuery(lines[2]); err != nil || !reflect.DeepEqual(signed, sent) || lines[1] != "/b/k" {
		t.Fatalf("%q is signed as %q", raw, lines[2])
	}
}

func checkRPCQuery(t *testing.T, raw string, sent url.Values) {
	form := url.Values{
		"AccessKeyId": {"k"}, "SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"}, "SignatureNonce": {"n"},
		"Timestamp": {"2026-03-01T08:00:00Z"}, "Signature": {"s"},
	}
	claim, failure := signature.ReadRPC(&http.Request{Method: http.MethodPost, URL: &url.URL{Path: "/", RawQuery: raw}, Header: http.Header{}}, form, nil)
	if failure != nil {
		return // a parameter of the signature is there twice
	}
	text, found := strings.CutPrefix(claim.StringToSign(), "POST&%2F&")
	parameters, err := url.QueryUnescape(text)
	if !found || err != nil {
		t.Fatalf("%q: %q, %v", raw, claim.StringToSign(), err)
	}
	want := url.Values{}
	for _, values := range []url.Values{sent, form} {
		for name, list := range values {
			want[name] = append(want[name], list...)
		}
	}
	delete(want, "Signature")
	if signed, err := url.ParseQuery(parameters); err != nil || !reflect.DeepEqual(signed, want) {
		t.Fatalf("%q is signed as %q", raw, parameters)
	}
}
