package alicloud

import (
	"context"
	"encoding/xml"
	"iter"
	"net/http"
	"strconv"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
)

// Largest pages (OSS ListBuckets page, RAM ListRoles page, KMS ListKeys page; 2026-03).
const (
	bucketsOnPage = 1000
	rolesOnPage   = 1000
	keysOnPage    = 100
)

// KeyName is one line of the list of an account's keys.
type KeyName struct{ ID, ARN string }

// page is a piece of a list, and where the next one begins; next is "" on the last page.
type page[T any] struct {
	items []T
	next  string
}

// pages reads a list piece by piece: the next page is asked for when the items of the one before are used up. An error
// ends it.
func pages[T any](fetch func(from string) (page[T], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for from := ""; ; {
			one, err := fetch(from)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range one.items {
				if !yield(item, nil) {
					return
				}
			}
			if from = one.next; from == "" {
				return
			}
		}
	}
}

type bucketListXML struct {
	XMLName     xml.Name `xml:"ListAllMyBucketsResult"`
	IsTruncated bool
	NextMarker  string
	Buckets     struct {
		Bucket []struct {
			Name, Location, CreationDate, StorageClass string
		}
	}
}

// Buckets yields the buckets of the account whose names begin with prefix, in all regions, in the order of their names
// (OSS ListBuckets). Pages are read as they are needed.
func (c *Client) Buckets(ctx context.Context, prefix string) iter.Seq2[BucketSummary, error] {
	return pages(func(from string) (page[BucketSummary], error) { return c.bucketPage(ctx, prefix, from) })
}

func (c *Client) bucketPage(ctx context.Context, prefix, from string) (one page[BucketSummary], err error) {
	params := map[string]any{"max-keys": strconv.Itoa(bucketsOnPage)}
	for name, value := range map[string]string{"prefix": prefix, "marker": from} {
		if value != "" {
			params[name] = value
		}
	}
	var x bucketListXML
	if err := c.ossXML(ctx, ossRequest{operation: "ListBuckets", method: http.MethodGet, params: params}, &x); err != nil {
		return one, err
	}
	for _, b := range x.Buckets.Bucket {
		one.items = append(one.items, BucketSummary{
			Name: b.Name, Location: b.Location, Region: RegionOf(b.Location),
			CreationDate: b.CreationDate, StorageClass: b.StorageClass,
		})
	}
	if x.IsTruncated {
		if x.NextMarker == "" || x.NextMarker == from {
			return one, c.incomplete(serviceOSS, "ListBuckets", "", "", "usable NextMarker although it is truncated")
		}
		one.next = x.NextMarker
	}
	return one, nil
}

// Roles yields the roles of the account, without their trust policies: RAM ListRoles leaves those out. Pages are read
// as they are needed.
func (c *Client) Roles(ctx context.Context) iter.Seq2[Role, error] {
	return pages(func(from string) (page[Role], error) { return c.rolePage(ctx, from) })
}

func (c *Client) rolePage(ctx context.Context, from string) (one page[Role], err error) {
	r, err := rpc(ctx, c, serviceRAM, "roles of the account", ram.CreateListRolesRequest, ram.CreateListRolesResponse,
		func(q *ram.ListRolesRequest) { q.Marker, q.MaxItems = from, requests.NewInteger(rolesOnPage) })
	if err != nil {
		return one, err
	}
	for _, role := range r.Roles.Role {
		one.items = append(one.items, Role{
			ID: role.RoleId, Name: role.RoleName, ARN: role.Arn, Description: role.Description,
			MaxSessionDuration: int(role.MaxSessionDuration), CreateDate: role.CreateDate, UpdateDate: role.UpdateDate,
		})
	}
	if r.IsTruncated {
		if r.Marker == "" || r.Marker == from {
			return one, c.incomplete(serviceRAM, "ListRoles", "roles of the account", r.RequestId, "usable Marker although it is truncated")
		}
		one.next = r.Marker
	}
	return one, nil
}

// Keys yields the keys of the account in the client's region (KMS ListKeys). Pages are read as they are needed.
func (c *Client) Keys(ctx context.Context) iter.Seq2[KeyName, error] {
	return pages(func(from string) (page[KeyName], error) {
		number, err := strconv.Atoi(from)
		if err != nil {
			number = 1
		}
		return c.keyPage(ctx, number)
	})
}

func (c *Client) keyPage(ctx context.Context, number int) (one page[KeyName], err error) {
	r, err := rpc(ctx, c, serviceKMS, "keys of the account", kms.CreateListKeysRequest, kms.CreateListKeysResponse,
		func(q *kms.ListKeysRequest) {
			q.PageNumber, q.PageSize = requests.NewInteger(number), requests.NewInteger(keysOnPage)
		})
	if err != nil {
		return one, err
	}
	for _, key := range r.Keys.Key {
		one.items = append(one.items, KeyName{ID: key.KeyId, ARN: key.KeyArn})
	}
	if len(one.items) > 0 && number*keysOnPage < r.TotalCount {
		one.next = strconv.Itoa(number + 1)
	}
	return one, nil
}
