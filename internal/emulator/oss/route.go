package oss

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

// level is what a target addresses.
type level int

const (
	serviceLevel level = iota
	bucketLevel
	objectLevel
)

// route is one operation: how to recognise it, which RAM action it needs on the
// target (none where the handler asks for itself) and who answers.
type route struct {
	name   string
	level  level
	method string
	sub    string            // query key that selects it, "" for the plain call
	also   map[string]string // further query parameters it needs; value "" means any
	header string            // request header that selects it
	action string
	handle func(*request) *cloud.Error
}

// routes lists the operations; the first that fits counts.
func routes() []route {
	const get, put, post, del, head = http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodHead
	return []route{
		{name: "ListBuckets", level: serviceLevel, method: get, handle: (*request).listBuckets},

		{name: "PutBucketReplication", level: bucketLevel, method: post, sub: "replication", also: map[string]string{"comp": "add"}, action: "oss:PutBucketReplication", handle: (*request).putReplication},
		{name: "DeleteBucketReplication", level: bucketLevel, method: post, sub: "replication", also: map[string]string{"comp": "delete"}, action: "oss:DeleteBucketReplication", handle: (*request).deleteReplication},
		{name: "GetBucketReplication", level: bucketLevel, method: get, sub: "replication", action: "oss:GetBucketReplication", handle: (*request).getReplication},
		{name: "GetBucketReplicationProgress", level: bucketLevel, method: get, sub: "replicationProgress", action: "oss:GetBucketReplicationProgress", handle: (*request).getProgress},
		{name: "GetBucketReplicationLocation", level: bucketLevel, method: get, sub: "replicationLocation", action: "oss:GetBucketReplicationLocation", handle: (*request).getReplicationLocation},
		{name: "PutBucketRTC", level: bucketLevel, method: put, sub: "rtc", action: "oss:PutBucketRTC", handle: (*request).putRTC},

		{name: "PutBucketPolicy", level: bucketLevel, method: put, sub: "policy", action: "oss:PutBucketPolicy", handle: (*request).putPolicy},
		{name: "GetBucketPolicy", level: bucketLevel, method: get, sub: "policy", action: "oss:GetBucketPolicy", handle: (*request).getPolicy},
		{name: "DeleteBucketPolicy", level: bucketLevel, method: del, sub: "policy", action: "oss:DeleteBucketPolicy", handle: (*request).deletePolicy},
		{name: "GetBucketPolicyStatus", level: bucketLevel, method: get, sub: "policyStatus", action: "oss:GetBucketPolicyStatus", handle: (*request).getPolicyStatus},
		{name: "PutBucketPublicAccessBlock", level: bucketLevel, method: put, sub: "publicAccessBlock", action: "oss:PutBucketPublicAccessBlock", handle: (*request).putPublicAccessBlock},
		{name: "GetBucketPublicAccessBlock", level: bucketLevel, method: get, sub: "publicAccessBlock", action: "oss:GetBucketPublicAccessBlock", handle: (*request).getPublicAccessBlock},
		{name: "DeleteBucketPublicAccessBlock", level: bucketLevel, method: del, sub: "publicAccessBlock", action: "oss:DeleteBucketPublicAccessBlock", handle: (*request).deletePublicAccessBlock},

		{name: "GetBucketInfo", level: bucketLevel, method: get, sub: "bucketInfo", action: "oss:GetBucketInfo", handle: (*request).getInfo},
		{name: "GetBucketLocation", level: bucketLevel, method: get, sub: "location", action: "oss:GetBucketLocation", handle: (*request).getLocation},
		{name: "GetBucketVersioning", level: bucketLevel, method: get, sub: "versioning", action: "oss:GetBucketVersioning", handle: (*request).getVersioning},
		{name: "PutBucketVersioning", level: bucketLevel, method: put, sub: "versioning", action: "oss:PutBucketVersioning", handle: (*request).putVersioning},
		{name: "GetBucketEncryption", level: bucketLevel, method: get, sub: "encryption", action: "oss:GetBucketEncryption", handle: (*request).getEncryption},
		{name: "PutBucketEncryption", level: bucketLevel, method: put, sub: "encryption", action: "oss:PutBucketEncryption", handle: (*request).putEncryption},
		{name: "DeleteBucketEncryption", level: bucketLevel, method: del, sub: "encryption", action: "oss:DeleteBucketEncryption", handle: (*request).deleteEncryption},
		{name: "GetBucketStat", level: bucketLevel, method: get, sub: "stat", action: "oss:GetBucketStat", handle: (*request).getStat},
		{name: "GetBucketAcl", level: bucketLevel, method: get, sub: "acl", action: "oss:GetBucketAcl", handle: (*request).getACL},
		{name: "PutBucketAcl", level: bucketLevel, method: put, sub: "acl", handle: (*request).putACL},

		{name: "DeleteMultipleObjects", level: bucketLevel, method: post, sub: "delete", handle: (*request).deleteObjects},
		{name: "ListObjectVersions", level: bucketLevel, method: get, sub: "versions", action: "oss:ListObjectVersions", handle: (*request).listVersions},
		{name: "ListMultipartUploads", level: bucketLevel, method: get, sub: "uploads", action: "oss:ListMultipartUploads", handle: (*request).listUploads},
		{name: "ListObjectsV2", level: bucketLevel, method: get, sub: "list-type", also: map[string]string{"list-type": "2"}, action: "oss:ListObjects", handle: (*request).listObjectsV2},

		{name: "ListObjects", level: bucketLevel, method: get, action: "oss:ListObjects", handle: (*request).listObjects},
		{name: "PutBucket", level: bucketLevel, method: put, handle: (*request).putBucket},
		{name: "DeleteBucket", level: bucketLevel, method: del, action: "oss:DeleteBucket", handle: (*request).deleteBucket},

		{name: "GetObjectTagging", level: objectLevel, method: get, sub: "tagging", action: "oss:GetObjectTagging", handle: (*request).getTagging},
		{name: "PutObjectTagging", level: objectLevel, method: put, sub: "tagging", action: "oss:PutObjectTagging", handle: (*request).putTagging},
		{name: "DeleteObjectTagging", level: objectLevel, method: del, sub: "tagging", action: "oss:DeleteObjectTagging", handle: (*request).deleteTagging},
		{name: "GetObjectAcl", level: objectLevel, method: get, sub: "acl", action: "oss:GetObjectAcl", handle: (*request).getObjectACL},
		{name: "PutObjectAcl", level: objectLevel, method: put, sub: "acl", action: "oss:PutObjectAcl", handle: (*request).putObjectACL},

		{name: "InitiateMultipartUpload", level: objectLevel, method: post, sub: "uploads", action: "oss:PutObject", handle: (*request).initiateUpload},
		{name: "UploadPart", level: objectLevel, method: put, sub: "uploadId", also: map[string]string{"partNumber": ""}, action: "oss:PutObject", handle: (*request).uploadPart},
		{name: "CompleteMultipartUpload", level: objectLevel, method: post, sub: "uploadId", action: "oss:PutObject", handle: (*request).completeUpload},
		{name: "AbortMultipartUpload", level: objectLevel, method: del, sub: "uploadId", action: "oss:AbortMultipartUpload", handle: (*request).abortUpload},
		{name: "ListParts", level: objectLevel, method: get, sub: "uploadId", action: "oss:ListParts", handle: (*request).listParts},

		{name: "CopyObject", level: objectLevel, method: put, header: "x-oss-copy-source", action: "oss:PutObject", handle: (*request).copyObject},
		{name: "PutObject", level: objectLevel, method: put, action: "oss:PutObject", handle: (*request).putObject},
		{name: "GetObjectMeta", level: objectLevel, method: head, sub: "objectMeta", action: "oss:GetObject", handle: (*request).headObject},
		{name: "HeadObject", level: objectLevel, method: head, action: "oss:GetObject", handle: (*request).headObject},
		{name: "GetObject", level: objectLevel, method: get, action: "oss:GetObject", handle: (*request).getObject},
		{name: "DeleteObject", level: objectLevel, method: del, action: "oss:DeleteObject", handle: (*request).deleteObject},
	}
}

// otherSubresources are query keys that select calls this service does not have
// (the list of signed sub-resources of the signature pages).
func otherSubresources() []string {
	return []string{
		"cors", "logging", "website", "referer", "lifecycle", "append", "cname", "comp", "qos", "live", "status", "vod", "symlink", "udf",
		"restore", "qosInfo", "requestPayment", "inventory", "worm", "wormExtend", "transferAcceleration", "regionList", "cloudboxes",
		"metaQuery", "resourceGroup", "link", "accessPoint", "accessPointPolicy", "httpsConfig", "redundancyTransition", "asyncFetch",
		"x-oss-process", "x-oss-async-process", "callback", "sequential", "dataAccelerator", "bucketArchiveDirectRead", "responseHeader",
		"userDefinedLogFieldsConfig", "tagging", "seal", "clean", "cacheConfiguration", "eventnotification", "processConfiguration",
	}
}

// Operation names the call for logs and faults from method, target and query
// only; the object is "bucket" or "bucket/key". What fits no operation is
// "Unknown".
func Operation(r *http.Request, t signature.Target) (operation, object string) {
	object = t.Bucket
	if t.Key != "" {
		object += "/" + t.Key
	}
	found, err := findRoute(r.Method, t, queryOf(r), r.Header)
	if err != nil {
		return "Unknown", object
	}
	return found.name, object
}

func findRoute(method string, t signature.Target, query url.Values, header http.Header) (route, *cloud.Error) {
	at, kind := levelOf(t)
	other, subresource := firstOther(query), ""
	for _, r := range routes() {
		if r.level != at || !r.selectedBy(query, header) {
			continue
		}
		switch {
		case r.sub != "":
			subresource = r.sub
		case subresource != "":
			// A selected sub-resource that has no such method is no plain call.
			return route{}, errMethodNotAllowed(method, subresource)
		case other != "":
			return route{}, errNotImplemented(other)
		}
		if r.method == method {
			return r, nil
		}
	}
	return route{}, errMethodNotAllowed(method, orElse(subresource, kind))
}

func levelOf(t signature.Target) (level, string) {
	switch {
	case t.Bucket == "":
		return serviceLevel, "Service"
	case t.Key == "":
		return bucketLevel, "Bucket"
	default:
		return objectLevel, "Object"
	}
}

// selectedBy looks at everything but the method.
func (r route) selectedBy(query url.Values, header http.Header) bool {
	if r.sub != "" && !query.Has(r.sub) || r.header != "" && header.Get(r.header) == "" {
		return false
	}
	for key, value := range r.also {
		if !query.Has(key) || value != "" && query.Get(key) != value {
			return false
		}
	}
	return true
}

func firstOther(query url.Values) string {
	for _, other := range otherSubresources() {
		if query.Has(other) {
			return other
		}
	}
	return ""
}

// versionAction is the action that a call needs when it names a version: the RAM
// actions of objects have twins such as oss:GetObjectVersion.
func versionAction(action string) string {
	switch action {
	case "oss:GetObject", "oss:DeleteObject":
		return action + "Version"
	case "oss:GetObjectTagging", "oss:PutObjectTagging", "oss:DeleteObjectTagging":
		return strings.TrimSuffix(action, "Tagging") + "VersionTagging"
	case "oss:GetObjectAcl", "oss:PutObjectAcl":
		return strings.TrimSuffix(action, "Acl") + "VersionAcl"
	}
	return action
}
