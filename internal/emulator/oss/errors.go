package oss

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// WriteError renders an error as OSS does: XML with the error code in the order
// of the "Error responses" page, and for HEAD the same document in a header.
func WriteError(w http.ResponseWriter, r *http.Request, requestID string, e *cloud.Error) {
	commonHeaders(w.Header(), requestID)
	if e.EC != "" {
		w.Header().Set("x-oss-ec", e.EC)
	}
	body := errorBody(r, requestID, e)
	w.Header().Set("Content-Type", "application/xml")
	if r.Method == http.MethodHead {
		w.Header().Set("x-oss-err", base64.StdEncoding.EncodeToString(body))
		body = nil
	}
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may have gone
}

func commonHeaders(h http.Header, requestID string) {
	h.Set("Server", "AliyunOSS")
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	h.Set("x-oss-request-id", requestID)
	h.Set("x-oss-server-time", "1")
}

func errorBody(r *http.Request, requestID string, e *cloud.Error) []byte {
	var b strings.Builder
	b.WriteString(xmlHeader + "<Error>")
	child := func(name, value string) {
		b.WriteString("\n  <" + name + ">")
		_ = xml.EscapeText(&b, []byte(value)) // a strings.Builder does not fail
		b.WriteString("</" + name + ">")
	}
	child("Code", e.Code)
	child("Message", e.Message)
	child("RequestId", requestID)
	child("HostId", r.Host)
	for _, field := range e.Fields {
		child(field.Name, field.Value)
	}
	if d := e.Denied; d != nil {
		b.WriteString("\n  <AccessDeniedDetail>")
		child("PolicyType", d.PolicyType)
		child("AuthPrincipalOwnerId", d.AuthPrincipalOwnerID)
		child("AuthPrincipalType", d.AuthPrincipalType)
		child("AuthPrincipalDisplayName", d.AuthPrincipalDisplayName)
		child("NoPermissionType", d.NoPermissionType)
		child("AuthAction", d.AuthAction)
		child("EncodedDiagnosticMessage", base64.StdEncoding.EncodeToString([]byte(d.AuthAction+" "+d.NoPermissionType)))
		b.WriteString("\n  </AccessDeniedDetail>")
	}
	if e.EC != "" {
		child("EC", e.EC)
		child("RecommendDoc", "https://api.alibabacloud.com/troubleshoot?q="+e.EC)
	}
	b.WriteString("\n</Error>\n")
	return []byte(b.String())
}

func refuse(status int, code, message, ec string, fields ...cloud.Field) *cloud.Error {
	return &cloud.Error{Status: status, Code: code, Message: message, EC: ec, Fields: fields}
}

func errNoSuchBucket(name string) *cloud.Error {
	return refuse(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist.", "0015-00000101", cloud.Field{Name: "BucketName", Value: name})
}

func errInvalidBucketName(name string) *cloud.Error {
	return refuse(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid.", "", cloud.Field{Name: "BucketName", Value: name})
}

func errBucketExists(name string) *cloud.Error {
	return refuse(http.StatusConflict, "BucketAlreadyExists",
		"The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
		"0015-00000104", cloud.Field{Name: "BucketName", Value: name})
}

func errWrongEndpoint(b *bucket) *cloud.Error {
	return refuse(http.StatusForbidden, "AccessDenied",
		"The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
		"0003-00001403", cloud.Field{Name: "Bucket", Value: b.Name}, cloud.Field{Name: "Endpoint", Value: b.location() + ".aliyuncs.com"})
}

func errMalformedXML() *cloud.Error {
	return refuse(http.StatusBadRequest, "MalformedXML",
		"The XML you provided was not well-formed or did not validate against our published schema.", "0015-00000231")
}

func errInvalidArgument(message, name, value string) *cloud.Error {
	return refuse(http.StatusBadRequest, "InvalidArgument", message, "",
		cloud.Field{Name: "ArgumentName", Value: name}, cloud.Field{Name: "ArgumentValue", Value: value})
}

func errInvalidDigest(value string) *cloud.Error {
	return refuse(http.StatusBadRequest, "InvalidDigest", "The Content-MD5 you specified is invalid.", "", cloud.Field{Name: "Content-MD5", Value: value})
}

func errNoSuchKey(key string) *cloud.Error {
	return refuse(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.", "0026-00000001", cloud.Field{Name: "Key", Value: key})
}

func errNoSuchVersion(key, id string) *cloud.Error {
	return refuse(http.StatusNotFound, "NoSuchVersion", "The specified version does not exist.", "",
		cloud.Field{Name: "Key", Value: key}, cloud.Field{Name: "VersionId", Value: id})
}

func errMethodNotAllowed(method, kind string) *cloud.Error {
	return refuse(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.", "",
		cloud.Field{Name: "Method", Value: method}, cloud.Field{Name: "ResourceType", Value: kind})
}

func errNotImplemented(kind string) *cloud.Error {
	return refuse(http.StatusNotImplemented, "NotImplemented", "A header or query you provided implies functionality that is not implemented.", "",
		cloud.Field{Name: "ResourceType", Value: kind})
}

func errImmutable(key string) *cloud.Error {
	return refuse(http.StatusConflict, "FileImmutable", "The object you specified is immutable.", "", cloud.Field{Name: "Key", Value: key})
}
