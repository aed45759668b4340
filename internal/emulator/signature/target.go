package signature

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Target is the bucket and object an OSS request addresses, decoded. Both are
// empty for the service itself; Key is empty for a bucket.
type Target struct {
	Bucket string
	Key    string
}

// Errors of SplitTarget.
var (
	// ErrPath says that the path is not a decodable absolute path.
	ErrPath = errors.New("request path is not a valid escaped path")
	// ErrBucket says that the bucket has characters no bucket name can have.
	ErrBucket = errors.New("request path does not begin with a bucket name")
)

// resource is the signed form of the target, not escaped; the same for path
// style and virtual-host style.
func (t Target) resource() string {
	if t.Bucket == "" {
		return "/"
	}
	return "/" + t.Bucket + "/" + t.Key
}

// SplitTarget finds bucket and key. isBucketHost says whether a host name
// (without port) addresses a bucket, and which; for all other hosts the bucket is
// the first segment of the path. The escaped path is split and nothing is
// cleaned, because keys may hold "//", ".", ".." and an escaped "/".
func SplitTarget(r *http.Request, isBucketHost func(host string) (bucket string, ok bool)) (Target, error) {
	path := escapedPath(r.URL)
	if !strings.HasPrefix(path, "/") {
		return Target{}, ErrPath
	}
	rest := path[1:]
	bucket, virtual := isBucketHost(hostName(r.Host))
	if !virtual {
		segment, key, _ := strings.Cut(rest, "/")
		name, err := url.PathUnescape(segment)
		if err != nil {
			return Target{}, ErrPath
		}
		bucket, rest = name, key
		if bucket == "" && len(path) == 1 {
			return Target{}, nil
		}
	}
	if !isBucketLabel(bucket) {
		return Target{}, ErrBucket
	}
	key, err := url.PathUnescape(rest)
	if err != nil {
		return Target{}, ErrPath
	}
	return Target{Bucket: bucket, Key: key}, nil
}

// escapedPath prefers the path as it was received: url.URL.EscapedPath falls
// back to escaping the decoded path, in which an escaped "/" is lost.
func escapedPath(u *url.URL) string {
	if u.RawPath != "" {
		return u.RawPath
	}
	return u.EscapedPath()
}

func hostName(host string) string {
	u := url.URL{Host: host}
	return u.Hostname()
}

// isBucketLabel only keeps out what would make the signed resource ambiguous;
// whether such a bucket can exist is for the service to say.
func isBucketLabel(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isUnreserved(c) || c == '~' {
			return false
		}
	}
	return s != "" && s != "." && s != ".."
}
