package alicloud

import "errors"

// Detail codes with which OSS says why a bucket cannot be read (OSS "403 AccessDenied" pages, 2026).
const (
	ecForeignBucket = "0003-00000001"
	ecOtherEndpoint = "0003-00001403"
)

// IsForeignBucket says whether OSS refused a call because the bucket belongs to another account.
func IsForeignBucket(err error) bool {
	return HasCode(err, "BucketNotBelongTo") || hasEC(err, ecForeignBucket)
}

// IsOtherRegion says whether OSS refused a call because the bucket is in another region than the endpoint.
func IsOtherRegion(err error) bool { return hasEC(err, ecOtherEndpoint) }

func hasEC(err error, ec string) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.EC == ec
}
