package oss_test

import (
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestObject_headers(t *testing.T) {
	w := newWorld(t)
	put := w.put("x", "hello world", "Content-Type: text/plain", "x-oss-meta-a: 1", "x-oss-tagging: k=v&l=w%20x", contentMD5("hello world"))
	want := map[string]string{
		"ETag": `"5EB63BBBE01EEED093CB22BB8F5ACDC3"`, "x-oss-hash-crc64ecma": "5981764153023615706", "Content-MD5": "XrY7u+Ae7tCTyyK7j1rNww==",
	}
	for name, value := range want {
		if got := put.Header().Get(name); got != value {
			t.Errorf("put: %s is %q, want %q", name, got, value)
		}
	}
	want["Content-Type"], want["Content-Length"], want["x-oss-object-type"], want["x-oss-storage-class"] = "text/plain", "11", "Normal", "Standard"
	want["x-oss-meta-a"], want["x-oss-tagging-count"], want["Last-Modified"], want["x-oss-version-id"] = "1", "2", "Tue, 10 Mar 2026 08:00:00 GMT", ""
	for _, method := range []string{"GET", "HEAD"} {
		a := w.must(200, source, method+" /src/x", "")
		for name, value := range want {
			if got := a.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", method, name, got, value)
			}
		}
	}
}

func TestObject_ranges(t *testing.T) {
	w := newWorld(t)
	w.put("x", "0123456789")
	for given, want := range map[string]struct {
		status        int
		body, content string
	}{
		"bytes=2-4":  {206, "234", "bytes 2-4/10"},
		"bytes=7-":   {206, "789", "bytes 7-9/10"},
		"bytes=-3":   {206, "789", "bytes 7-9/10"},
		"bytes=8-99": {206, "89", "bytes 8-9/10"},
		"bytes=-99":  {206, "0123456789", "bytes 0-9/10"},
		"bytes=10-":  {200, "0123456789", ""},
		"bytes=5-2":  {200, "0123456789", ""},
		"bytes=-":    {200, "0123456789", ""},
		"lines=1-2":  {200, "0123456789", ""},
	} {
		a := w.must(want.status, source, "GET /src/x", "", "Range: "+given)
		if a.Body.String() != want.body || a.Header().Get("Content-Range") != want.content {
			t.Errorf("%s: %q as %q", given, a.Body, a.Header().Get("Content-Range"))
		}
	}
}

func TestObject_anyKey(t *testing.T) {
	w := newWorld(t)
	keys := []string{"a//b", ".", "../x", "a b+c", "ключ", "%41", "x?y=z", "&<>\"'", "tab\tnew\nline", "日本/語", strings.Repeat("k", 1023)}
	for _, key := range keys {
		w.put(url.PathEscape(key), key)
	}
	for _, key := range keys {
		if got := w.must(200, source, "GET /src/"+url.PathEscape(key), "").Body.String(); got != key {
			t.Errorf("key %q holds %q", key, got)
		}
	}
	slices.Sort(keys)
	if got := w.listed("GET /src/?encoding-type=url&max-keys=1000"); !slices.Equal(got, keys) {
		t.Errorf("listed %q, want %q", got, keys)
	}
	w.call(source, "PUT /src/"+strings.Repeat("k", 1024), "").wants(400, "InvalidObjectName", "")
	w.call(source, "PUT /src/%ff", "").wants(400, "InvalidObjectName", "")
}

func TestObject_refusals(t *testing.T) {
	w := newWorld(t)
	w.put("x", "data")
	w.call(source, "PUT /src/x", "data", contentMD5("other")).wants(400, "InvalidDigest", "")
	w.call(source, "PUT /src/x", "data", "x-oss-forbid-overwrite: true").wants(409, "FileAlreadyExists", "")
	w.call(source, "PUT /src/y", "", "x-oss-storage-class: Gold").wants(400, "InvalidArgument", "")
	w.call(source, "PUT /src/y", "", "x-oss-object-acl: mine").wants(400, "InvalidArgument", "")
	w.call(source, "PUT /src/y", "", "x-oss-tagging: a=1&a=2").wants(400, "InvalidTag", "")
	w.call(source, "PUT /src/y", "", "x-oss-tagging: "+many(11, "k%d=v&")).wants(400, "InvalidTag", "")
	w.call(source, "PUT /src/y", "", "x-oss-server-side-encryption: ROT13").wants(400, "InvalidEncryptionAlgorithmError", "")
	w.call(source, "PUT /src/y", "", "x-oss-server-side-encryption-key-id: k").wants(400, "InvalidArgument", "")
	w.call(source, "GET /src/none", "").wants(404, "NoSuchKey", "0026-00000001")
	w.call(source, "GET /src/x?versionId=none", "").wants(404, "NoSuchVersion", "")
	w.must(204, source, "DELETE /src/none", "")
	own := user(sourceUID, "own")
	w.policies["own"] = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:PutObject","Resource":"*"}]}`
	w.must(200, own, "PUT /src/z", "data")
	w.call(own, "PUT /src/z", "data", "x-oss-tagging: a=1").wants(403, "AccessDenied", "0003-00000905")
}

func TestVersions(t *testing.T) {
	w := newWorld(t)
	w.put("x", "before")
	w.must(200, source, "PUT /src/?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	first := w.put("x", "one").Header().Get("x-oss-version-id")
	deleted := w.must(204, source, "DELETE /src/x", "")
	marker := deleted.Header().Get("x-oss-version-id")
	if deleted.Header().Get("x-oss-delete-marker") != "true" || marker == "" || marker == first {
		t.Errorf("headers of the marker: %v", deleted.Header())
	}
	if a := w.call(source, "GET /src/x?versionId="+marker, ""); a.Code != 405 || a.Header().Get("x-oss-delete-marker") != "true" {
		t.Errorf("a marker can be read: %d %v", a.Code, a.Header())
	}
	for id, want := range map[string]string{"null": "before", first: "one"} {
		if got := w.must(200, source, "GET /src/x?versionId="+id, "").Body.String(); got != want {
			t.Errorf("version %s is %q", id, got)
		}
	}
	got := w.versions("GET /src/?versions")
	if want := []string{"x " + marker + " marker latest", "x " + first, "x null"}; !slices.Equal(got, want) {
		t.Errorf("versions %q, want %q", got, want)
	}
	page := w.versions("GET /src/?versions&key-marker=x&version-id-marker=" + first)
	if want := []string{"x null"}; !slices.Equal(page, want) {
		t.Errorf("behind the marker %q, want %q", page, want)
	}
	if gone := w.must(204, source, "DELETE /src/x?versionId="+marker, ""); gone.Header().Get("x-oss-delete-marker") != "true" {
		t.Errorf("headers of the marker's removal: %v", gone.Header())
	}
	if got := w.must(200, source, "GET /src/x", "").Body.String(); got != "one" {
		t.Errorf("without the marker: %q", got)
	}
	w.must(200, source, "PUT /src/?versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>")
	if got := w.put("x", "after").Header().Get("x-oss-version-id"); got != "null" {
		t.Errorf("suspended write makes version %q", got)
	}
	if got := w.versions("GET /src/?versions"); !slices.Equal(got, []string{"x null latest", "x " + first}) {
		t.Errorf("versions %q", got)
	}
}

// versions lists "key id [marker] [latest]".
func (w *world) versions(call string) []string {
	w.t.Helper()
	type entry struct {
		XMLName   xml.Name
		Key       string
		VersionID string `xml:"VersionId"`
		IsLatest  bool
	}
	var document struct {
		Entries []entry `xml:",any"`
	}
	if err := xml.Unmarshal(w.must(200, source, call, "").Body.Bytes(), &document); err != nil {
		w.t.Fatal(err)
	}
	var list []string
	for _, e := range document.Entries {
		if e.VersionID == "" {
			continue
		}
		line := e.Key + " " + e.VersionID
		if e.XMLName.Local == "DeleteMarker" {
			line += " marker"
		}
		if e.IsLatest {
			line += " latest"
		}
		list = append(list, line)
	}
	return list
}

func TestDeleteMultipleObjects(t *testing.T) {
	w := newWorld(t)
	w.put("a", "1")
	w.put("b", "2")
	w.put("c", "3")
	body := "<Delete><Quiet>false</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key></Object><Object><Key>none</Key></Object></Delete>"
	w.call(source, "POST /src/?delete", body).wants(400, "MissingArgument", "")
	w.call(source, "POST /src/?delete", "<Delete/>", contentMD5("<Delete/>")).wants(400, "MalformedXML", "0016-00000608")
	w.call(user(sourceUID, "own"), "POST /src/?delete", body, contentMD5(body)).wants(403, "AccessDenied", "0003-00000202")
	if got := w.must(200, source, "POST /src/?delete", body, contentMD5(body)).Body.String(); strings.Count(got, "<Deleted>") != 3 {
		t.Errorf("answer %s", got)
	}
	if got := w.listed("GET /src/"); !slices.Equal(got, []string{"c"}) {
		t.Errorf("left %q", got)
	}
	w.versioned("Enabled")
	w.put("a", "1")
	body = "<Delete><Object><Key>a</Key></Object></Delete>"
	if got := w.must(200, source, "POST /src/?delete", body, contentMD5(body)).Body.String(); !strings.Contains(got, "<DeleteMarker>true</DeleteMarker>") || !strings.Contains(got, "<DeleteMarkerVersionId>CAEQ") {
		t.Errorf("answer %s", got)
	}
}

func TestCopyObject(t *testing.T) {
	w := newWorld(t)
	w.put("dir/a%20b", "data", "x-oss-meta-a: 1", "x-oss-tagging: k=v")
	a := w.must(200, source, "PUT /src/copy", "", "x-oss-copy-source: /src/dir%2Fa%20b")
	if !strings.Contains(a.Body.String(), "8D777F385D3DFEC8815D20F7496026DC") {
		t.Errorf("answer %s", a.Body)
	}
	copied := w.must(200, source, "GET /src/copy", "")
	if copied.Body.String() != "data" || copied.Header().Get("x-oss-meta-a") != "1" || copied.Header().Get("x-oss-tagging-count") != "1" {
		t.Errorf("copy %q %v", copied.Body, copied.Header())
	}
	w.must(200, source, "PUT /src/copy", "", "x-oss-copy-source: /src/dir%2Fa%20b", "x-oss-metadata-directive: REPLACE", "x-oss-meta-b: 2")
	if got := w.must(200, source, "HEAD /src/copy", "").Header(); got.Get("x-oss-meta-a") != "" || got.Get("x-oss-meta-b") != "2" {
		t.Errorf("replaced metadata %v", got)
	}
	w.call(source, "PUT /src/copy", "", "x-oss-copy-source: nonsense").wants(400, "InvalidArgument", "")
	w.call(source, "PUT /src/copy", "", "x-oss-copy-source: /none/x").wants(404, "NoSuchBucket", "0015-00000101")
	w.call(source, "PUT /src/copy", "", "x-oss-copy-source: /src/none").wants(404, "NoSuchKey", "0026-00000001")
	w.call(source, "PUT /src/copy", "", "x-oss-copy-source: /dst/x").wants(403, "AccessDenied", "0003-00000001")
}

func TestObjectTagging(t *testing.T) {
	const tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"
	w := newWorld(t)
	w.call(source, "PUT /src/x?tagging", tags).wants(404, "NoSuchKey", "0026-00000001")
	w.put("x", "data")
	w.must(200, source, "PUT /src/x?tagging", tags)
	if got := w.must(200, source, "GET /src/x?tagging", "").Body.String(); !strings.Contains(strings.Join(strings.Fields(got), ""), "<Tag><Key>k</Key><Value>v</Value></Tag>") {
		t.Errorf("tags %s", got)
	}
	w.call(source, "PUT /src/x?tagging", "<x/>").wants(400, "MalformedXML", "0015-00000231")
	w.must(204, source, "DELETE /src/x?tagging", "")
	if got := w.must(200, source, "HEAD /src/x", "").Header().Get("x-oss-tagging-count"); got != "" {
		t.Errorf("%s tags are left", got)
	}
}

func TestMultipart(t *testing.T) {
	w := newWorld(t)
	w.started("")
	var initiated struct {
		UploadID string `xml:"UploadId"`
	}
	if err := xml.Unmarshal(w.must(200, source, "POST /src/big?uploads", "", "Content-Type: text/plain").Body.Bytes(), &initiated); err != nil {
		t.Fatal(err)
	}
	at := "/src/big?uploadId=" + initiated.UploadID
	long := strings.Repeat("a", 100<<10)
	one, two := w.must(200, source, "PUT "+at+"&partNumber=1", long).Header().Get("ETag"), w.must(200, source, "PUT "+at+"&partNumber=2", "end").Header().Get("ETag")
	small := w.must(200, source, "PUT "+at+"&partNumber=3", "s").Header().Get("ETag")
	part := func(number, etag string) string {
		return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + strings.ReplaceAll(etag, `"`, "&quot;") + "</ETag></Part>"
	}
	complete := func(parts ...string) string {
		return "<CompleteMultipartUpload>" + strings.Join(parts, "") + "</CompleteMultipartUpload>"
	}
	if got := w.must(200, source, "GET "+at, "").Body.String(); strings.Count(got, "<Part>") != 3 {
		t.Errorf("parts %s", got)
	}
	if got := w.must(200, source, "GET /src/?uploads", "").Body.String(); !strings.Contains(got, initiated.UploadID) {
		t.Errorf("uploads %s", got)
	}
	w.call(source, "PUT "+at+"&partNumber=0", "").wants(400, "InvalidArgument", "")
	w.call(source, "POST "+at, "x").wants(400, "MalformedXML", "0042-00000205")
	w.call(source, "POST "+at, complete(part("2", two), part("1", one))).wants(400, "InvalidPartOrder", "")
	w.call(source, "POST "+at, complete(part("1", two))).wants(400, "InvalidPart", "")
	w.call(source, "POST "+at, complete(part("1", one), part("3", small), part("4", two))).wants(400, "EntityTooSmall", "")
	done := w.must(200, source, "POST "+at, complete(part("1", one), part("2", two)))
	if etag := done.Header().Get("ETag"); !strings.HasSuffix(etag, `-2"`) {
		t.Errorf("ETag %s", etag)
	}
	copied := w.must(200, target, "GET /dst/big", "")
	if copied.Body.String() != long+"end" || copied.Header().Get("x-oss-object-type") != "Multipart" || copied.Header().Get("Content-Type") != "text/plain" || copied.Header().Get("ETag") != done.Header().Get("ETag") {
		t.Errorf("replica of %d bytes, %v", copied.Body.Len(), copied.Header())
	}
	w.call(source, "GET "+at, "").wants(404, "NoSuchUpload", "")
	if err := xml.Unmarshal(w.must(200, source, "POST /src/big?uploads", "").Body.Bytes(), &initiated); err != nil {
		t.Fatal(err)
	}
	w.call(source, "DELETE /dst/", "").wants(403, "AccessDenied", "0003-00000001")
	w.must(204, source, "DELETE /src/big?uploadId="+initiated.UploadID, "")
}

func TestList(t *testing.T) {
	w := newWorld(t)
	w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Objects: []oss.Object{
		{Key: "a/1"}, {Key: "a/2"}, {Key: "b"}, {Key: "c/1"}, {Key: "c/2/3"}, {Key: "d"},
	}})
	for call, want := range map[string][]string{
		"":                       {"a/1", "a/2", "b", "c/1", "c/2/3", "d"},
		"?prefix=c/":             {"c/1", "c/2/3"},
		"?delimiter=/":           {"b", "d", "a/ dir", "c/ dir"},
		"?delimiter=/&prefix=c/": {"c/1", "c/2/ dir"},
		"?marker=b":              {"c/1", "c/2/3", "d"},
		"?delimiter=/&marker=a/": {"b", "d", "c/ dir"},
		"?list-type=2&start-after=b&fetch-owner=true": {"c/1", "c/2/3", "d"},
	} {
		if got := w.listed("GET /src/" + call); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", call, got, want)
		}
	}
	for _, bad := range []string{"?max-keys=0", "?max-keys=1001", "?max-keys=x", "?encoding-type=rot13", "?list-type=2&continuation-token=%25", "?versions&max-keys=-1"} {
		w.call(source, "GET /src/"+bad, "").wants(400, "InvalidArgument", "")
	}
}

func TestList_pages(t *testing.T) {
	w := newWorld(t)
	for _, key := range []string{"a/1", "a/2", "b", "c/1", "d"} {
		w.put(key, key)
	}
	want := []string{"a/ dir", "b", "c/ dir", "d"}
	for kind, names := range map[string][2]string{
		"GET /src/?delimiter=/&max-keys=1":             {"NextMarker", "marker"},
		"GET /src/?delimiter=/&max-keys=1&list-type=2": {"NextContinuationToken", "continuation-token"},
		"GET /src/?delimiter=/&max-keys=1&versions":    {"NextKeyMarker", "key-marker"},
	} {
		var got []string
		call := kind
		for range 10 {
			got = append(got, w.listed(call)...)
			body := w.must(200, source, call, "").Body.String()
			_, rest, truncated := strings.Cut(body, "<"+names[0]+">")
			if !truncated {
				break
			}
			next, _, _ := strings.Cut(rest, "<")
			call = kind + "&" + names[1] + "=" + url.QueryEscape(next)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

// listed are the keys of a listing, decoded, then its common prefixes.
func (w *world) listed(call string) []string {
	w.t.Helper()
	var document struct {
		Encoding string `xml:"EncodingType"`
		Contents []struct{ Key string }
		Version  []struct{ Key string }
		Prefixes []string `xml:"CommonPrefixes>Prefix"`
	}
	if err := xml.Unmarshal(w.must(200, source, call, "").Body.Bytes(), &document); err != nil {
		w.t.Fatal(err)
	}
	var keys []string
	for _, c := range append(document.Contents, document.Version...) {
		key := c.Key
		if document.Encoding == "url" {
			decoded, err := url.PathUnescape(key)
			if err != nil {
				w.t.Fatal(err)
			}
			key = decoded
		}
		keys = append(keys, key)
	}
	for _, prefix := range document.Prefixes {
		keys = append(keys, prefix+" dir")
	}
	return keys
}
