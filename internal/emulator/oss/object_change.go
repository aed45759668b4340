package oss

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// copyObject copies within the reach of the caller, who must be allowed to read
// the source as well.
func (q *request) copyObject() *cloud.Error {
	source, sourceBucket, err := q.copySource()
	if err != nil {
		return err
	}
	o, err := q.objectFromHeaders()
	if err != nil {
		return err
	}
	if q.http.Header.Get("x-oss-metadata-directive") != "REPLACE" {
		o.Headers, o.Metadata = source.clone().Headers, source.clone().Metadata
	}
	if !strings.EqualFold(q.http.Header.Get("x-oss-tagging-directive"), "Replace") {
		o.Tags = source.clone().Tags
	}
	o.Data = source.Data
	if err := q.checkWrite(o); err != nil {
		return err
	}
	if err := q.finishWrite(o); err != nil {
		return err
	}
	if sourceBucket.Versioning != "" {
		q.header.Set("x-oss-copy-source-version-id", source.VersionID)
	}
	return q.answerXML(struct {
		XMLName      xml.Name `xml:"CopyObjectResult"`
		LastModified string
		ETag         string
	}{LastModified: isoTime(o.Modified), ETag: `"` + o.ETag + `"`})
}

// copySource reads x-oss-copy-source: /bucket/key[?versionId=...], escaped.
func (q *request) copySource() (*Object, *bucket, *cloud.Error) {
	text := q.http.Header.Get("x-oss-copy-source")
	path, rawQuery, _ := strings.Cut(text, "?")
	path, errPath := url.PathUnescape(path)
	query, errQuery := url.ParseQuery(rawQuery)
	name, key, found := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if errPath != nil || errQuery != nil || !found || key == "" {
		return nil, nil, errInvalidArgument("Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.", "x-oss-copy-source", text)
	}
	b, id := q.buckets[name], query.Get("versionId")
	if b == nil {
		return nil, nil, errNoSuchBucket(name)
	}
	action, about := "oss:GetObject", b.latest(key)
	if id != "" {
		action, about = versionAction(action), b.version(key, id)
	}
	if err := q.authorizeOn(b, action, key, about); err != nil {
		return nil, nil, err
	}
	o, err := q.findIn(b, key, id)
	if err != nil {
		return nil, nil, err
	}
	return o, b, q.useKey(o.Encryption, "kms:Decrypt")
}

// deleteObject succeeds also where there is nothing.
func (q *request) deleteObject() *cloud.Error {
	key, id := q.call.Target.Key, q.query.Get("versionId")
	if q.refusesRemoval(key, id) {
		return errImmutable(key)
	}
	removed, marker := q.remove(q.bucket, key, id)
	if marker == nil && removed != nil && removed.DeleteMarker {
		marker = removed
	}
	if marker != nil {
		q.header.Set("x-oss-delete-marker", "true")
		q.header.Set("x-oss-version-id", marker.VersionID)
	} else if id != "" {
		q.header.Set("x-oss-version-id", id)
	}
	q.status = http.StatusNoContent
	return nil
}

// refusesRemoval: under retention no version goes; a delete marker takes none.
func (q *request) refusesRemoval(key, id string) bool {
	if id == "" && q.bucket.Versioning == "Enabled" {
		return false
	}
	return q.bucket.retained(key, orElse(id, nullVersion), q.now())
}

type deleteXML struct {
	Quiet   bool
	Objects []struct {
		Key       string
		VersionID string `xml:"VersionId"`
	} `xml:"Object"`
}

type deletedXML struct {
	Key          string
	VersionID    string `xml:"VersionId,omitempty"`
	DeleteMarker bool   `xml:",omitempty"`
	MarkerID     string `xml:"DeleteMarkerVersionId,omitempty"`
}

// deleteObjects deletes up to 1000 keys. What the caller may not delete stays,
// and the call fails as a whole before anything is deleted.
func (q *request) deleteObjects() *cloud.Error {
	var body deleteXML
	if _, err := decode(q.call.Body, "Delete", &body); err != nil || len(body.Objects) == 0 || len(body.Objects) > 1000 {
		malformed := errMalformedXML()
		malformed.EC = "0016-00000608"
		return malformed
	}
	if q.http.Header.Get("Content-MD5") == "" {
		return refuse(http.StatusBadRequest, "MissingArgument", "Missing Some Required Arguments.", "", cloud.Field{Name: "ArgumentName", Value: "Content-MD5"})
	}
	for _, o := range body.Objects {
		action, there := "oss:DeleteObject", q.bucket.latest(o.Key)
		if o.VersionID != "" {
			action, there = versionAction(action), q.bucket.version(o.Key, o.VersionID)
		}
		if err := q.authorize(action, o.Key, there); err != nil {
			return err
		}
		if q.refusesRemoval(o.Key, o.VersionID) {
			return errImmutable(o.Key)
		}
	}
	encode := encoderOf(q.query.Get("encoding-type"))
	var answer struct {
		XMLName      xml.Name     `xml:"DeleteResult"`
		EncodingType string       `xml:",omitempty"`
		Deleted      []deletedXML `xml:"Deleted"`
	}
	answer.EncodingType = q.query.Get("encoding-type")
	for _, o := range body.Objects {
		removed, marker := q.remove(q.bucket, o.Key, o.VersionID)
		entry := deletedXML{Key: encode(o.Key), VersionID: o.VersionID}
		if marker == nil && removed != nil && removed.DeleteMarker {
			marker = removed
		}
		if marker != nil {
			entry.DeleteMarker, entry.MarkerID = true, marker.VersionID
		}
		answer.Deleted = append(answer.Deleted, entry)
	}
	if body.Quiet {
		return nil
	}
	return q.answerXML(answer)
}

type taggingXML struct {
	XMLName xml.Name `xml:"Tagging"`
	Tags    []Tag    `xml:"TagSet>Tag"`
}

func (q *request) getTagging() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	q.versionHeaders(o)
	return q.answerXML(taggingXML{Tags: o.Tags})
}

func (q *request) putTagging() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	var body taggingXML
	if _, err := decode(q.call.Body, "Tagging", &body); err != nil {
		return errMalformedXML()
	}
	if !validTags(body.Tags) {
		return errInvalidTags("")
	}
	o.Tags = body.Tags
	q.touch(q.bucket, o)
	q.versionHeaders(o)
	return nil
}

func (q *request) deleteTagging() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	o.Tags = nil
	q.touch(q.bucket, o)
	q.versionHeaders(o)
	q.status = http.StatusNoContent
	return nil
}

func (q *request) getObjectACL() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	q.versionHeaders(o)
	return q.answerXML(aclXML{Owner: ownerOf(q.bucket.Owner), Grant: orElse(o.ACL, "default")})
}

func (q *request) putObjectACL() *cloud.Error {
	o, err := q.find()
	if err != nil {
		return err
	}
	wanted := &Object{}
	if q.http.Header.Get("x-oss-object-acl") == "" {
		return errInvalidArgument("no such object access control exists", "x-oss-object-acl", "")
	}
	if err := q.aclFromHeaders(wanted); err != nil {
		return err
	}
	o.ACL = wanted.ACL
	q.touch(q.bucket, o)
	q.versionHeaders(o)
	return nil
}
