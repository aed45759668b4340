package alicloud

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"
)

// ossRequest is one OSS call below the level of the SDK's typed methods, which know no context, take other success
// codes for errors and lack newer elements.
type ossRequest struct {
	operation, bucket, method string
	params                    map[string]any
	body                      []byte
	contentType               string
	// needsBody makes an empty answer an error.
	needsBody bool
	// needsID makes an answer without a request id an error: OSS sends one with everything (OSS "Common HTTP headers"
	// page, 2026-03), so something on the way answered in its place. For a success that nothing else confirms.
	needsID bool
}

func bucketObject(bucket string) string { return "bucket " + bucket }

func (r ossRequest) call() call {
	what := call{service: serviceOSS, operation: r.operation}
	if r.bucket != "" {
		what.object = bucketObject(r.bucket)
	}
	return what
}

// oss performs a call, signed with OSS signature version 4 always: the service refuses version 1 for new accounts since
// March 2025 and for new buckets since September 2025 (OSS signature announcement, EC 0002-00000080).
func (c *Client) oss(ctx context.Context, r ossRequest) (*exchange, error) {
	if r.bucket != "" || r.operation != "ListBuckets" {
		if err := oss.CheckBucketName(r.bucket); err != nil {
			return nil, c.refused(r.call(), fmt.Errorf("%q is no bucket name: 3 to 63 of a-z, 0-9 and -, neither first nor last a -", r.bucket))
		}
	}
	return c.perform(ctx, r.call(), func(via *exchange, as Credentials) error {
		client, err := c.ossClient(via, as)
		if err != nil {
			return err
		}
		headers := map[string]string{}
		if r.contentType != "" {
			headers[oss.HTTPHeaderContentType] = r.contentType
		}
		var body io.Reader
		if r.body != nil {
			body = bytes.NewReader(r.body)
		}
		response, err := client.Conn.DoWithContext(via.ctx, r.method, r.bucket, "", r.params, headers, body, 0, nil)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if r.needsBody && len(via.body) == 0 {
			return errors.New("the service answered with success but sent no body")
		}
		if r.needsID && via.header.Get(oss.HTTPHeaderOssRequestID) == "" {
			return errors.New("the answer has no request id, so it is not from OSS")
		}
		return nil
	})
}

// ossXML performs a call and decodes its XML answer into result, whose root element must match.
func (c *Client) ossXML(ctx context.Context, r ossRequest, result any) error {
	r.needsBody = true
	x, err := c.oss(ctx, r)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(x.body, result); err != nil {
		e := c.refused(r.call(), fmt.Errorf("the answer is not the XML expected: %w", err))
		e.Code, e.HTTPStatus, e.RequestID = CodeInvalidResponse, x.status, x.requestID()
		return e
	}
	return nil
}

func (c *Client) ossClient(via *exchange, as Credentials) (*oss.Client, error) {
	at := c.endpoints[serviceOSS]
	options := []oss.ClientOption{
		oss.AuthVersion(oss.AuthV4),
		oss.Region(c.region),
		oss.HTTPClient(&http.Client{
			Transport:     via,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}),
		oss.ForcePathStyle(pathStyle(at.host)),
	}
	if as.SecurityToken != "" {
		options = append(options, oss.SecurityToken(as.SecurityToken))
	}
	if c.userAgent != "" {
		options = append(options, oss.UserAgent(c.userAgent))
	}
	return oss.New(at.url(), as.AccessKeyID, as.AccessKeySecret, options...)
}

// pathStyle says whether the bucket goes into the path: hosts that cannot have a bucket's name in front of them are
// addresses and single labels such as localhost.
func pathStyle(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return net.ParseIP(strings.Trim(host, "[]")) != nil || !strings.Contains(host, ".")
}
