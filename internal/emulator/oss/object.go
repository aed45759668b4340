package oss

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// maxKey is the longest key in bytes.
const maxKey = 1023

func (q *request) putObject() *cloud.Error {
	o, err := q.objectFromHeaders()
	if err != nil {
		return err
	}
	o.Data = q.call.Body
	if err := q.checkWrite(o); err != nil {
		return err
	}
	return q.finishWrite(o)
}

// objectFromHeaders reads what the headers of a write say about the object.
func (q *request) objectFromHeaders() (*Object, *cloud.Error) {
	o := &Object{Key: q.call.Target.Key, Headers: map[string]string{}, Metadata: map[string]string{}}
	if len(o.Key) > maxKey || !utf8.ValidString(o.Key) {
		return nil, refuse(http.StatusBadRequest, "InvalidObjectName", "The specified object is not valid.", "", cloud.Field{Name: "Key", Value: o.Key})
	}
	h := q.http.Header
	for _, name := range []string{"Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"} {
		if value := h.Get(name); value != "" {
			o.Headers[name] = value
		}
	}
	for name, values := range h {
		if meta, ok := strings.CutPrefix(strings.ToLower(name), "x-oss-meta-"); ok && len(values) > 0 {
			o.Metadata[meta] = values[0]
		}
	}
	o.StorageClass = orElse(h.Get("x-oss-storage-class"), q.bucket.StorageClass)
	if !validStorageClass(o.StorageClass) {
		return nil, errInvalidArgument("The specified StorageClass is invalid.", "x-oss-storage-class", o.StorageClass)
	}
	if err := q.aclFromHeaders(o); err != nil {
		return nil, err
	}
	if err := q.tagsFromHeaders(o); err != nil {
		return nil, err
	}
	return o, q.encryptionFromHeaders(o)
}

func (q *request) aclFromHeaders(o *Object) *cloud.Error {
	o.ACL = q.http.Header.Get("x-oss-object-acl")
	if o.ACL != "default" && !validACL(o.ACL) {
		return errInvalidArgument("no such object access control exists", "x-oss-object-acl", o.ACL)
	}
	if strings.HasPrefix(o.ACL, "public-") && q.bucket.BlockPublicAccess {
		return errPublic("object acl")
	}
	return nil
}

// tagsFromHeaders: tags in a write need the permission to tag as well (EC
// 0003-00000905).
func (q *request) tagsFromHeaders(o *Object) *cloud.Error {
	text := q.http.Header.Get("x-oss-tagging")
	if text == "" {
		return nil
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return errInvalidTags(text)
	}
	for key, list := range values {
		if len(list) != 1 {
			return errInvalidTags(text)
		}
		o.Tags = append(o.Tags, Tag{key, list[0]})
	}
	sortTags(o.Tags)
	if !validTags(o.Tags) {
		return errInvalidTags(text)
	}
	if denied := q.authorize("oss:PutObjectTagging", o.Key, nil); denied != nil {
		if denied.Status == http.StatusForbidden {
			denied.EC = "0003-00000905"
		}
		return denied
	}
	return nil
}

// encryptionFromHeaders applies what the request says, else the bucket's
// default, and asks KMS for a data key where that is needed.
func (q *request) encryptionFromHeaders(o *Object) *cloud.Error {
	h := q.http.Header
	switch algorithm := h.Get("x-oss-server-side-encryption"); {
	case algorithm != "":
		wanted := Encryption{Algorithm: algorithm, KMSKeyID: h.Get("x-oss-server-side-encryption-key-id"), Data: h.Get("x-oss-server-side-data-encryption")}
		if err := wanted.check(); err != nil {
			return err
		}
		o.Encryption = &wanted
	case h.Get("x-oss-server-side-encryption-key-id") != "":
		return errInvalidArgument("x-oss-server-side-encryption-key-id needs x-oss-server-side-encryption: KMS.",
			"x-oss-server-side-encryption-key-id", h.Get("x-oss-server-side-encryption-key-id"))
	case q.bucket.Encryption != nil:
		byDefault := *q.bucket.Encryption
		o.Encryption = &byDefault
	}
	return q.useKey(o.Encryption, "kms:GenerateDataKey")
}

// useKey asks KMS on behalf of the caller; the service's own key needs no
// permission.
func (q *request) useKey(e *Encryption, action string) *cloud.Error {
	if e == nil || e.Algorithm != "KMS" || e.KMSKeyID == "" {
		return nil
	}
	if err := q.options.Keys.Use(q.call.Caller, action, e.KMSKeyID, q.bucket.Region); err != nil {
		return &cloud.Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: err.Code + ": " + err.Message, Denied: err.Denied}
	}
	return nil
}

// checkWrite refuses to overwrite what must stay.
func (q *request) checkWrite(o *Object) *cloud.Error {
	if q.bucket.Versioning == "Enabled" {
		return nil
	}
	if q.bucket.retained(o.Key, nullVersion, q.now()) {
		return errImmutable(o.Key)
	}
	if q.http.Header.Get("x-oss-forbid-overwrite") == "true" && q.bucket.version(o.Key, nullVersion) != nil {
		return refuse(http.StatusConflict, "FileAlreadyExists", "The object you specified already exists and can not be overwritten.", "",
			cloud.Field{Name: "Key", Value: o.Key})
	}
	return nil
}

func (q *request) finishWrite(o *Object) *cloud.Error {
	o.seal()
	q.write(q.bucket, o)
	q.header.Set("ETag", `"`+o.ETag+`"`)
	q.header.Set("x-oss-hash-crc64ecma", o.checksum())
	if o.Parts == 0 {
		q.header.Set("Content-MD5", o.contentMD5())
	}
	q.versionHeaders(o)
	q.encryptionHeaders(o)
	return nil
}

func (q *request) versionHeaders(o *Object) {
	if q.bucket.Versioning != "" {
		q.header.Set("x-oss-version-id", o.VersionID)
	}
}

func (q *request) encryptionHeaders(o *Object) {
	if o.Encryption == nil {
		return
	}
	q.header.Set("x-oss-server-side-encryption", o.Encryption.Algorithm)
	if o.Encryption.KMSKeyID != "" {
		q.header.Set("x-oss-server-side-encryption-key-id", o.Encryption.KMSKeyID)
	}
	if o.Encryption.Data != "" {
		q.header.Set("x-oss-server-side-data-encryption", o.Encryption.Data)
	}
}

// find is the object version a read is about.
func (q *request) find() (*Object, *cloud.Error) {
	return q.findIn(q.bucket, q.call.Target.Key, q.query.Get("versionId"))
}

// findIn looks a version up. A delete marker that is current hides the key, one
// that is asked for by its version id cannot be read.
func (q *request) findIn(b *bucket, key, id string) (*Object, *cloud.Error) {
	if id == "" {
		o := b.latest(key)
		if o != nil && o.DeleteMarker {
			q.header.Set("x-oss-delete-marker", "true")
			q.header.Set("x-oss-version-id", o.VersionID)
			o = nil
		}
		if o == nil {
			return nil, errNoSuchKey(key)
		}
		return o, nil
	}
	o := b.version(key, id)
	if o == nil {
		return nil, errNoSuchVersion(key, id)
	}
	if o.DeleteMarker {
		q.header.Set("x-oss-delete-marker", "true")
		return nil, errMethodNotAllowed(q.http.Method, "DeleteMarker")
	}
	return o, nil
}

func (q *request) getObject() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	if err := q.useKey(o.Encryption, "kms:Decrypt"); err != nil {
		return err
	}
	q.objectHeaders(o)
	q.body = o.Data
	if from, to, ok := rangeOf(q.http.Header.Get("Range"), len(o.Data)); ok {
		q.status = http.StatusPartialContent
		q.header.Set("Content-Range", "bytes "+strconv.Itoa(from)+"-"+strconv.Itoa(to)+"/"+strconv.Itoa(len(o.Data)))
		q.body = o.Data[from : to+1]
	}
	q.header.Set("Content-Length", strconv.Itoa(len(q.body)))
	return nil
}

func (q *request) headObject() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	q.objectHeaders(o)
	q.header.Set("Content-Length", strconv.Itoa(len(o.Data)))
	return nil
}

func (q *request) objectHeaders(o *Object) {
	q.header.Set("Content-Type", "application/octet-stream")
	for name, value := range o.Headers {
		q.header.Set(name, value)
	}
	for name, value := range o.Metadata {
		q.header.Set("x-oss-meta-"+name, value)
	}
	q.header.Set("ETag", `"`+o.ETag+`"`)
	q.header.Set("Last-Modified", o.Modified.UTC().Format(http.TimeFormat))
	q.header.Set("Accept-Ranges", "bytes")
	q.header.Set("x-oss-object-type", o.kind())
	q.header.Set("x-oss-storage-class", orElse(o.StorageClass, "Standard"))
	q.header.Set("x-oss-hash-crc64ecma", o.checksum())
	if o.Parts == 0 {
		q.header.Set("Content-MD5", o.contentMD5())
	}
	if len(o.Tags) > 0 {
		q.header.Set("x-oss-tagging-count", strconv.Itoa(len(o.Tags)))
	}
	q.versionHeaders(o)
	q.encryptionHeaders(o)
}

// rangeOf reads one byte range; what cannot be satisfied is ignored and the
// whole object is sent, as the GetObject page says.
func rangeOf(text string, size int) (from, to int, ok bool) {
	spec, ok := strings.CutPrefix(text, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !ok || !dash {
		return 0, 0, false
	}
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	switch {
	case first == "" && errTo == nil && to > 0:
		return max(size-to, 0), size - 1, size > 0
	case errFrom != nil || from < 0 || from >= size || last != "" && (errTo != nil || to < from):
		return 0, 0, false
	case last == "" || to >= size:
		to = size - 1
	}
	return from, to, true
}
