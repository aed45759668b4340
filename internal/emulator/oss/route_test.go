package oss_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

func operationOf(t *testing.T, call string, header http.Header) (string, string) {
	t.Helper()
	method, address, _ := strings.Cut(call, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1"+address, nil)
	r.Header = header
	at, err := signature.SplitTarget(r, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	return oss.Operation(r, at)
}

func TestOperation(t *testing.T) {
	for call, want := range map[string]string{
		"GET /": "ListBuckets ", "GET /b/": "ListObjects b", "GET /b": "ListObjects b", "GET /b/?list-type=2": "ListObjectsV2 b",
		"GET /b/?list-type=1": "ListObjects b", "PUT /b/": "PutBucket b", "DELETE /b/": "DeleteBucket b",
		"POST /b/?comp=add&replication":         "PutBucketReplication b",
		"POST /b/?comp=delete&replication=":     "DeleteBucketReplication b",
		"GET /b/?replication":                   "GetBucketReplication b",
		"GET /b/?replicationProgress&rule-id=x": "GetBucketReplicationProgress b",
		"GET /b/?replicationLocation":           "GetBucketReplicationLocation b",
		"PUT /b/?rtc":                           "PutBucketRTC b",
		"GET /b/?policy":                        "GetBucketPolicy b", "PUT /b/?policy": "PutBucketPolicy b", "DELETE /b/?policy": "DeleteBucketPolicy b",
		"GET /b/?policyStatus": "GetBucketPolicyStatus b", "GET /b/?publicAccessBlock": "GetBucketPublicAccessBlock b",
		"GET /b/?bucketInfo": "GetBucketInfo b", "GET /b/?versions": "ListObjectVersions b", "POST /b/?delete": "DeleteMultipleObjects b",
		"PUT /b/k": "PutObject b/k", "GET /b/k%2Fl": "GetObject b/k/l", "HEAD /b/k": "HeadObject b/k", "DELETE /b/k?versionId=1": "DeleteObject b/k",
		"PUT /b/k?tagging": "PutObjectTagging b/k", "GET /b/k?acl": "GetObjectAcl b/k", "POST /b/k?uploads": "InitiateMultipartUpload b/k",
		"PUT /b/k?partNumber=1&uploadId=x": "UploadPart b/k", "POST /b/k?uploadId=x": "CompleteMultipartUpload b/k",
		"HEAD /b/k?objectMeta": "GetObjectMeta b/k",
		"POST /b/?replication": "Unknown b", "PUT /b/?replication": "Unknown b", "POST /b/?comp=add": "Unknown b", "GET /b/?lifecycle": "Unknown b",
		"PUT /b/k?uploadId=x": "Unknown b/k", "PATCH /b/k": "Unknown b/k", "POST /": "Unknown ", "DELETE /b/?rtc": "Unknown b",
	} {
		operation, object := operationOf(t, call, http.Header{})
		if got := operation + " " + object; got != want {
			t.Errorf("%s is %q, want %q", call, got, want)
		}
	}
	if got, _ := operationOf(t, "PUT /b/k", http.Header{"X-Oss-Copy-Source": {"/b/l"}}); got != "CopyObject" {
		t.Errorf("a copy is %s", got)
	}
}

func TestServe_unknownCalls(t *testing.T) {
	w := newWorld(t)
	for call, want := range map[string]struct {
		status int
		code   string
	}{
		"GET /src/?lifecycle":              {501, "NotImplemented"},
		"PUT /src/?website":                {501, "NotImplemented"},
		"POST /src/x?append&position=0":    {501, "NotImplemented"},
		"POST /src/":                       {405, "MethodNotAllowed"},
		"PUT /src/?replication":            {405, "MethodNotAllowed"},
		"DELETE /src/?bucketInfo":          {405, "MethodNotAllowed"},
		"PATCH /src/x":                     {405, "MethodNotAllowed"},
		"POST /":                           {405, "MethodNotAllowed"},
		"PUT /src/?versioning":             {400, "MalformedXML"},
		"PUT /src/?publicAccessBlock":      {400, "MalformedXML"},
		"PUT /src/?encryption":             {400, "MalformedXML"},
		"PUT /src/?rtc":                    {400, "MalformedXML"},
		"POST /src/?replication&comp=more": {405, "MethodNotAllowed"},
	} {
		if a := w.call(source, call, ""); a.Code != want.status || a.error().Code != want.code {
			t.Errorf("%s: %d %s", call, a.Code, a.Body)
		}
	}
}

// FuzzServe: whatever a body or query holds, the answer is one of the service's.
func FuzzServe(f *testing.F) {
	f.Add("POST", "replication&comp=add", "", ruleBody(toTarget+byRole))
	f.Add("POST", "replication&comp=delete", "", "<ReplicationRules><ID>x</ID></ReplicationRules>")
	f.Add("PUT", "policy", "", targetGrant)
	f.Add("GET", "versions&prefix=a&delimiter=/&key-marker=a/&max-keys=3", "", "")
	f.Add("GET", "list-type=2&delimiter=a&start-after=aa&prefix=a", "", "")
	f.Add("PUT", "tagging", "x", "<Tagging><TagSet/></Tagging>")
	f.Add("POST", "delete", "", "<Delete><Object><Key>x</Key></Object></Delete>")
	f.Add("GET", "versionId=null", "x", "")
	f.Fuzz(func(t *testing.T, method, query, key, body string) {
		w := newWorld(t)
		w.put("aa", "data", "x-oss-tagging: k=v")
		w.put("a/b", "data")
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/src/", strings.NewReader(body))
		r.Method, r.URL.RawQuery = method, query
		recorder := httptest.NewRecorder()
		w.service.Serve(recorder, r, oss.Call{Target: signature.Target{Bucket: "src", Key: key}, Caller: source, Body: []byte(body)})
		if recorder.Code < 200 || recorder.Code > 501 || recorder.Header().Get("Server") != "AliyunOSS" {
			t.Errorf("%s ?%s: %d", method, query, recorder.Code)
		}
	})
}
