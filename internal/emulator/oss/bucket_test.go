package oss_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func TestGetBucketInfo(t *testing.T) {
	w := newWorld(t)
	w.load(oss.Bucket{
		Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Versioning: "Enabled", BlockPublicAccess: true, Created: time.Date(2025, 7, 31, 10, 56, 21, 0, time.UTC),
		Encryption: &oss.Encryption{Algorithm: "KMS", KMSKeyID: "key"},
	})
	got := strings.Join(strings.Fields(w.must(200, source, "GET /src/?bucketInfo", "").Body.String()), "")
	want := `<BucketInfo><Bucket><AccessMonitor>Disabled</AccessMonitor><BlockPublicAccess>true</BlockPublicAccess><Comment></Comment>` +
		`<CreationDate>2025-07-31T10:56:21.000Z</CreationDate><CrossRegionReplication>Disabled</CrossRegionReplication>` +
		`<DataRedundancyType>LRS</DataRedundancyType><ExtranetEndpoint>oss-cn-hangzhou.aliyuncs.com</ExtranetEndpoint>` +
		`<IntranetEndpoint>oss-cn-hangzhou-internal.aliyuncs.com</IntranetEndpoint><Location>oss-cn-hangzhou</Location><Name>src</Name>` +
		`<ResourceGroupId>rg-default</ResourceGroupId><StorageClass>Standard</StorageClass><TransferAcceleration>Disabled</TransferAcceleration>` +
		`<Versioning>Enabled</Versioning><Owner><ID>1000000000000001</ID><DisplayName>1000000000000001</DisplayName></Owner>` +
		`<AccessControlList><Grant>private</Grant></AccessControlList>` +
		`<ServerSideEncryptionRule><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>key</KMSMasterKeyID></ServerSideEncryptionRule>` +
		`<BucketPolicy><LogBucket></LogBucket><LogPrefix></LogPrefix></BucketPolicy></Bucket></BucketInfo>`
	if !strings.HasSuffix(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"})
	plain := w.must(200, source, "GET /src/?bucketInfo=", "").Body.String()
	if strings.Contains(plain, "<Versioning>") || !strings.Contains(plain, "<SSEAlgorithm>None</SSEAlgorithm>") {
		t.Errorf("plain bucket: %s", plain)
	}
}

func TestBucket_lifeCycle(t *testing.T) {
	w := newWorld(t)
	made := w.callIn("cn-beijing", source, "PUT /made/", "<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>")
	if made.Code != 200 || made.Header().Get("Location") != "/made" {
		t.Fatalf("PutBucket: %d %s", made.Code, made.Body)
	}
	info := w.must(200, source, "GET /made/?bucketInfo", "").Body.String()
	for _, want := range []string{"<Location>oss-cn-beijing<", "<BlockPublicAccess>true<", "<StorageClass>IA<", "<DataRedundancyType>ZRS<"} {
		if !strings.Contains(info, want) {
			t.Errorf("info lacks %s: %s", want, info)
		}
	}
	if got := w.must(200, source, "GET /made/?location", "").Body.String(); !strings.Contains(got, "<LocationConstraint>oss-cn-beijing</LocationConstraint>") {
		t.Errorf("location %s", got)
	}
	w.must(200, source, "PUT /made/?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	id := w.must(200, source, "PUT /made/x", "data").Header().Get("x-oss-version-id")
	marker := w.must(204, source, "DELETE /made/x", "").Header().Get("x-oss-version-id")
	stat := w.must(200, source, "GET /made/?stat", "").Body.String()
	if !strings.Contains(stat, "<Storage>4</Storage>") || !strings.Contains(stat, "<DeleteMarkerCount>1<") {
		t.Errorf("stat %s", stat)
	}
	w.must(204, source, "DELETE /made/x?versionId="+id, "")
	w.call(source, "DELETE /made/", "").wants(409, "BucketNotEmpty", "0015-00000301")
	w.must(204, source, "DELETE /made/x?versionId="+marker, "")
	w.must(204, source, "DELETE /made/", "")
	w.call(source, "DELETE /made/", "").wants(404, "NoSuchBucket", "0015-00000101")
}

func TestPutBucket_refusals(t *testing.T) {
	w := newWorld(t)
	w.call(source, "PUT /n/", "").wants(400, "InvalidBucketName", "")
	w.call(source, "PUT /new/", "<x>").wants(400, "MalformedXML", "0015-00000231")
	w.call(source, "PUT /new/", "<CreateBucketConfiguration><StorageClass>Gold</StorageClass></CreateBucketConfiguration>").wants(400, "InvalidArgument", "")
	w.call(source, "PUT /new/", "", "x-oss-acl: public-read").wants(403, "AccessDenied", "")
	w.call(user(sourceUID, "own"), "PUT /new/", "").wants(403, "AccessDenied", "0003-00000202")
	for i := range 99 {
		w.must(200, source, fmt.Sprintf("PUT /new-%d/", i), "")
	}
	w.call(source, "PUT /new/", "").wants(400, "TooManyBuckets", "")
	if a := w.callIn("cn-beijing", source, "PUT /new/", ""); a.Code != 200 {
		t.Errorf("the limit is per region: %d", a.Code)
	}
}

func TestListBuckets(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"b-1", "b-2", "c-1"} {
		w.must(200, source, "PUT /"+name+"/", "")
	}
	got := w.must(200, source, "GET /?prefix=b-&max-keys=1", "").Body.String()
	if !strings.Contains(got, "<Name>b-1</Name>") || strings.Contains(got, "<Name>b-2</Name>") || !strings.Contains(got, "<NextMarker>b-1</NextMarker>") {
		t.Errorf("first page %s", got)
	}
	got = w.must(200, source, "GET /?marker=b-1", "").Body.String()
	if strings.Contains(got, "<Name>b-1<") || !strings.Contains(got, "<Name>src<") || strings.Contains(got, "<Name>dst<") || !strings.Contains(got, "<IsTruncated>false<") {
		t.Errorf("second page %s", got)
	}
}

func TestBucketPolicy(t *testing.T) {
	w := newWorld(t)
	w.call(source, "GET /src/?policy", "").wants(404, "NoSuchBucketPolicy", "")
	text := "\n\t" + statement("Allow", "oss:GetObject", targetUID, "acs:oss:*:*:src/*") + " \n"
	w.must(200, source, "PUT /src/?policy", text)
	a := w.must(200, source, "GET /src/?policy", "")
	if a.Body.String() != text || a.Header().Get("Content-Type") != "application/json" {
		t.Errorf("policy %q as %s", a.Body, a.Header().Get("Content-Type"))
	}
	if got := w.must(200, source, "GET /src/?policyStatus", "").Body.String(); !strings.Contains(got, "<IsPublic>false</IsPublic>") {
		t.Errorf("status %s", got)
	}
	for name, refused := range map[string]struct{ text, ec string }{
		"not JSON":          {"policy", "0030-00000005"},
		"too long":          {text + strings.Repeat(" ", 16*1024), "0030-00000001"},
		"version":           {`{"Version":"2","Statement":[]}`, "0030-00000002"},
		"version as number": {`{"Version":1,"Statement":[]}`, "0030-00000005"},
		"not UTF-8":         {"\xff", "0030-00000004"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.call(source, "PUT /src/?policy", refused.text).wants(400, "InvalidPolicyDocument", refused.ec)
		})
	}
	if got := w.must(200, source, "GET /src/?policy", "").Body.String(); got != text {
		t.Errorf("a refused document changed the policy to %q", got)
	}
	w.must(204, source, "DELETE /src/?policy", "")
	w.must(204, source, "DELETE /src/?policy", "")
	w.call(target, "GET /src/x", "").wants(403, "AccessDenied", "0003-00000001")
}

func TestBucketEncryption(t *testing.T) {
	body := func(inner string) string {
		return "<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>" + inner + "</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>"
	}
	w := newWorld(t)
	w.call(source, "GET /src/?encryption", "").wants(404, "NoSuchServerSideEncryptionRule", "")
	w.call(source, "PUT /src/?encryption", body("<SSEAlgorithm>ROT13</SSEAlgorithm>")).wants(400, "InvalidEncryptionAlgorithmError", "")
	w.call(source, "PUT /src/?encryption", body("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>")).wants(400, "InvalidArgument", "")
	w.must(200, source, "PUT /src/?encryption", body("<SSEAlgorithm>AES256</SSEAlgorithm>"))
	if got := w.must(200, source, "GET /src/?encryption", "").Body.String(); !strings.Contains(got, "<SSEAlgorithm>AES256</SSEAlgorithm>") {
		t.Errorf("encryption %s", got)
	}
	if got := w.put("x", "data").Header().Get("x-oss-server-side-encryption"); got != "AES256" {
		t.Errorf("object is encrypted with %q", got)
	}
	w.must(204, source, "DELETE /src/?encryption", "")
	if got := w.put("x", "data").Header().Get("x-oss-server-side-encryption"); got != "" {
		t.Errorf("object is encrypted with %q", got)
	}
}
