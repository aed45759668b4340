package oss

import (
	"encoding/xml"
	"net/http"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// putPolicy replaces the whole document and keeps the text byte for byte.
func (q *request) putPolicy() *cloud.Error {
	document, err := access.Parse(access.BucketPolicy, q.call.Body)
	if err != nil {
		return refuse(http.StatusBadRequest, "InvalidPolicyDocument", err.Reason, err.EC)
	}
	if q.bucket.BlockPublicAccess && access.IsPublic(document) {
		return errPublic("bucket policy")
	}
	q.bucket.Policy = string(q.call.Body)
	q.bucket.enforcePolicy()
	return nil
}

func (q *request) getPolicy() *cloud.Error {
	if q.bucket.Policy == "" {
		return refuse(http.StatusNotFound, "NoSuchBucketPolicy", "The specified bucket policy does not exist.", "",
			cloud.Field{Name: "BucketName", Value: q.bucket.Name})
	}
	q.header.Set("Content-Type", "application/json")
	q.body = []byte(q.bucket.Policy)
	return nil
}

// deletePolicy succeeds also where there is none.
func (q *request) deletePolicy() *cloud.Error {
	q.bucket.Policy = ""
	q.bucket.enforcePolicy()
	q.status = http.StatusNoContent
	return nil
}

func (q *request) getPolicyStatus() *cloud.Error {
	public := false
	if q.bucket.Policy != "" {
		if document, err := access.Parse(access.BucketPolicy, []byte(q.bucket.Policy)); err == nil {
			public = access.IsPublic(document)
		}
	}
	return q.answerXML(struct {
		XMLName  xml.Name `xml:"PolicyStatus"`
		IsPublic bool
	}{IsPublic: public})
}

type publicAccessBlockXML struct {
	XMLName           xml.Name `xml:"PublicAccessBlockConfiguration"`
	BlockPublicAccess *bool
}

func (q *request) putPublicAccessBlock() *cloud.Error {
	var body publicAccessBlockXML
	if _, err := decode(q.call.Body, "PublicAccessBlockConfiguration", &body); err != nil || body.BlockPublicAccess == nil {
		return errMalformedXML()
	}
	return q.setPublicAccessBlock(*body.BlockPublicAccess, http.StatusOK)
}

func (q *request) getPublicAccessBlock() *cloud.Error {
	blocked := q.bucket.BlockPublicAccess
	return q.answerXML(publicAccessBlockXML{BlockPublicAccess: &blocked})
}

func (q *request) deletePublicAccessBlock() *cloud.Error {
	return q.setPublicAccessBlock(false, http.StatusNoContent)
}

func (q *request) setPublicAccessBlock(on bool, status int) *cloud.Error {
	q.bucket.BlockPublicAccess = on
	q.bucket.enforcePolicy()
	q.status = status
	return nil
}
