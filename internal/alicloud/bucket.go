package alicloud

import (
	"bytes"
	"context"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
)

// BucketInfo is what OSS GetBucketInfo says of a bucket.
type BucketInfo struct {
	Name string
	// OwnerID is the UID of the account that owns the bucket.
	OwnerID string
	// Location is "oss-<region>", but for the finance cloud; Region is its id.
	Location, Region string
	// CreationDate is UTC as the service writes it.
	CreationDate string
	StorageClass string
	// Redundancy is "LRS" or "ZRS".
	Redundancy string
	// Versioning is "Enabled", "Suspended", or empty when it was never set.
	Versioning string
	// SSEAlgorithm is "AES256", "KMS" or "SM4", empty for none.
	SSEAlgorithm string
	KMSKeyID     string
	// BlockPublicAccess is set when the bucket refuses public policies.
	BlockPublicAccess bool
	ACL               string
}

// BucketSummary is one line of the list of an account's buckets.
type BucketSummary struct {
	Name, Location, Region, CreationDate, StorageClass string
}

func bucketInfoKey(bucket string) readKey   { return readKey{kind: "bucket", object: bucket} }
func bucketPolicyKey(bucket string) readKey { return readKey{kind: "bucket policy", object: bucket} }

type bucketInfoXML struct {
	XMLName xml.Name `xml:"BucketInfo"`
	Bucket  struct {
		Name               string
		Location           string
		CreationDate       string
		StorageClass       string
		DataRedundancyType string
		Versioning         string
		BlockPublicAccess  string
		Owner              struct{ ID string }
		AccessControlList  struct{ Grant string }
		SSE                struct {
			SSEAlgorithm   string
			KMSMasterKeyID string
		} `xml:"ServerSideEncryptionRule"`
	}
}

// BucketInfo reads owner, location, versioning and encryption of a bucket. A missing bucket is NoSuchBucket; one of
// another account is AccessDenied with EC 0003-00000001.
func (c *Client) BucketInfo(ctx context.Context, bucket string) (BucketInfo, error) {
	info, err := shared(ctx, c.reads, bucketInfoKey(bucket), func(ctx context.Context) (BucketInfo, error) {
		var x bucketInfoXML
		request := ossRequest{operation: "GetBucketInfo", bucket: bucket, method: http.MethodGet, params: map[string]any{"bucketInfo": nil}}
		if err := c.ossXML(ctx, request, &x); err != nil {
			return BucketInfo{}, err
		}
		if x.Bucket.Name == "" {
			return BucketInfo{}, c.incomplete(serviceOSS, "GetBucketInfo", bucketObject(bucket), "", "Name")
		}
		return x.info(), nil
	})
	return info, c.ended(err, serviceOSS, "GetBucketInfo", bucketObject(bucket))
}

func (x bucketInfoXML) info() BucketInfo {
	b := x.Bucket
	info := BucketInfo{
		Name: b.Name, OwnerID: b.Owner.ID, Location: b.Location, Region: RegionOf(b.Location),
		CreationDate: b.CreationDate, StorageClass: b.StorageClass, Redundancy: b.DataRedundancyType,
		Versioning: b.Versioning, SSEAlgorithm: b.SSE.SSEAlgorithm, KMSKeyID: b.SSE.KMSMasterKeyID,
		BlockPublicAccess: strings.EqualFold(b.BlockPublicAccess, "true"), ACL: b.AccessControlList.Grant,
	}
	if info.SSEAlgorithm == "None" {
		info.SSEAlgorithm = ""
	}
	return info
}

// BucketPolicy reads the bucket policy byte for byte. A bucket without one yields nil and no error; a missing bucket
// is NoSuchBucket.
func (c *Client) BucketPolicy(ctx context.Context, bucket string) ([]byte, error) {
	document, err := shared(ctx, c.reads, bucketPolicyKey(bucket), func(ctx context.Context) ([]byte, error) {
		x, err := c.oss(ctx, ossRequest{
			operation: "GetBucketPolicy", bucket: bucket, method: http.MethodGet,
			params: map[string]any{"policy": nil}, needsBody: true,
		})
		if HasCode(err, "NoSuchBucketPolicy") {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return x.body, nil
	})
	return bytes.Clone(document), c.ended(err, serviceOSS, "GetBucketPolicy", bucketObject(bucket))
}

// PutBucketPolicy replaces the whole bucket policy; the service has no version check.
func (c *Client) PutBucketPolicy(ctx context.Context, bucket string, document []byte) error {
	return c.reads.write(func() error {
		_, err := c.oss(ctx, ossRequest{
			operation: "PutBucketPolicy", bucket: bucket, method: http.MethodPut,
			params: map[string]any{"policy": nil}, body: document, contentType: "application/json",
		})
		return err
	}, bucketPolicyKey(bucket))
}

// DeleteBucketPolicy removes the bucket policy. It succeeds where there is none.
func (c *Client) DeleteBucketPolicy(ctx context.Context, bucket string) error {
	return c.reads.write(func() error {
		_, err := c.oss(ctx, ossRequest{
			operation: "DeleteBucketPolicy", bucket: bucket, method: http.MethodDelete, params: map[string]any{"policy": nil},
		})
		if HasCode(err, "NoSuchBucketPolicy") {
			return nil
		}
		return err
	}, bucketPolicyKey(bucket))
}

// ListBuckets lists the buckets of the account, in all regions, page after page. Readers share one list.
func (c *Client) ListBuckets(ctx context.Context) ([]BucketSummary, error) {
	list, err := shared(ctx, c.reads, readKey{kind: "buckets"}, func(ctx context.Context) (list []BucketSummary, err error) {
		for b, err := range c.Buckets(ctx, "") {
			if err != nil {
				return nil, err
			}
			list = append(list, b)
		}
		return list, nil
	})
	return slices.Clone(list), c.ended(err, serviceOSS, "ListBuckets", "")
}
