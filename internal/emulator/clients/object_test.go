package clients_test

import (
	"io"
	"strings"
	"testing"

	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// oddKey has what clients and servers like to escape differently.
const oddKey = "2026/a b+c%2F..//é&?.txt"

func text(t *testing.T, result *oss.GetObjectResult) string {
	t.Helper()
	defer func() { _ = result.Body.Close() }()
	return string(must(io.ReadAll(result.Body))(t))
}

func objectCalls(t *testing.T, c cloud) {
	client, ctx, name, key := c.objects(from()), t.Context(), oss.Ptr(emulator.SourceBucket), oss.Ptr(oddKey)
	must(client.PutObject(ctx, &oss.PutObjectRequest{
		Bucket: name, Key: key, Body: strings.NewReader("hello"), ContentType: oss.Ptr("text/plain"), Metadata: map[string]string{"team": "one"},
	}))(t)
	equal(t, "object", text(t, must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key}))(t)), "hello")
	equal(t, "range", text(t, must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key, Range: oss.Ptr("bytes=1-2")}))(t)), "el")
	head := must(client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: name, Key: key}))(t)
	equal(t, "length", head.ContentLength, 5)
	equal(t, "metadata", head.Metadata["team"], "one")
	equal(t, "ETag", *must(client.GetObjectMeta(ctx, &oss.GetObjectMetaRequest{Bucket: name, Key: key}))(t).ETag, *head.ETag)

	must(client.PutObjectTagging(ctx, &oss.PutObjectTaggingRequest{Bucket: name, Key: key, Tagging: &oss.Tagging{
		TagSet: &oss.TagSet{Tags: []oss.Tag{{Key: oss.Ptr("stage"), Value: oss.Ptr("live")}}},
	}}))(t)
	equal(t, "tag", *must(client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: name, Key: key}))(t).Tags[0].Value, "live")
	must(client.DeleteObjectTagging(ctx, &oss.DeleteObjectTaggingRequest{Bucket: name, Key: key}))(t)
	equal(t, "tags", len(must(client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: name, Key: key}))(t).Tags), 0)

	must(client.PutObjectAcl(ctx, &oss.PutObjectAclRequest{Bucket: name, Key: key, Acl: oss.ObjectACLPrivate}))(t)
	equal(t, "ACL", *must(client.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: name, Key: key}))(t).ACL, "private")
	must(client.CopyObject(ctx, &oss.CopyObjectRequest{Bucket: name, Key: oss.Ptr("copies/1"), SourceKey: key}))(t)
	equal(t, "copy", text(t, must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: oss.Ptr("copies/1")}))(t)), "hello")
	listCalls(t, client)

	must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: name, Key: oss.Ptr("copies/1")}))(t)
	deleted := must(client.DeleteMultipleObjects(ctx, &oss.DeleteMultipleObjectsRequest{Bucket: name, Objects: []oss.DeleteObject{{Key: key}, {Key: oss.Ptr("none")}}}))(t)
	equal(t, "deleted", len(deleted.DeletedObjects), 2)
	equal(t, "exists", must(client.IsObjectExist(ctx, *name, *key))(t), false)
}

func listCalls(t *testing.T, client *oss.Client) {
	name := oss.Ptr(emulator.SourceBucket)
	keys := ""
	pages := client.NewListObjectsV2Paginator(&oss.ListObjectsV2Request{Bucket: name, MaxKeys: 1})
	for pages.HasNext() {
		for _, object := range must(pages.NextPage(t.Context()))(t).Contents {
			keys += *object.Key + " "
		}
	}
	equal(t, "keys", keys, "2026/a b+c%2F..//é&?.txt 2026/first.json 2026/second.json copies/1 ")
	listed := must(client.ListObjects(t.Context(), &oss.ListObjectsRequest{Bucket: name, Delimiter: oss.Ptr("/")}))(t)
	equal(t, "prefixes", len(listed.CommonPrefixes), 2)
	equal(t, "first prefix", *listed.CommonPrefixes[0].Prefix, "2026/")
}

func versionCalls(t *testing.T, c cloud) {
	client, ctx, name, key := c.objects(from()), t.Context(), oss.Ptr("history"), oss.Ptr("page")
	must(client.PutBucket(ctx, &oss.PutBucketRequest{Bucket: name}))(t)
	must(client.PutBucketVersioning(ctx, &oss.PutBucketVersioningRequest{
		Bucket: name, VersioningConfiguration: &oss.VersioningConfiguration{Status: oss.VersionEnabled},
	}))(t)
	first := must(client.PutObject(ctx, &oss.PutObjectRequest{Bucket: name, Key: key, Body: strings.NewReader("one")}))(t)
	must(client.PutObject(ctx, &oss.PutObjectRequest{Bucket: name, Key: key, Body: strings.NewReader("two")}))(t)
	marker := must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: name, Key: key}))(t)
	equal(t, "delete marker", marker.DeleteMarker, true)
	refused(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key}))(t, "NoSuchKey")
	equal(t, "old version", text(t, must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key, VersionId: first.VersionId}))(t)), "one")
	listed := must(client.ListObjectVersions(ctx, &oss.ListObjectVersionsRequest{Bucket: name}))(t)
	equal(t, "versions", len(listed.ObjectVersions), 2)
	equal(t, "markers", len(listed.ObjectDeleteMarkers), 1)
	must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: name, Key: key, VersionId: marker.VersionId}))(t)
	equal(t, "newest", text(t, must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key}))(t)), "two")
	refused(client.DeleteBucket(ctx, &oss.DeleteBucketRequest{Bucket: name}))(t, "BucketNotEmpty")
}

func multipartCalls(t *testing.T, c cloud) {
	client, ctx, name, key := c.objects(from()), t.Context(), oss.Ptr(emulator.SourceBucket), oss.Ptr("large")
	begun := must(client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: name, Key: key}))(t)
	pieces := []string{strings.Repeat("a", 100<<10), "end"}
	var parts []oss.UploadPart
	for i, piece := range pieces {
		sent := must(client.UploadPart(ctx, &oss.UploadPartRequest{
			Bucket: name, Key: key, UploadId: begun.UploadId, PartNumber: int32(i + 1), Body: strings.NewReader(piece),
		}))(t)
		parts = append(parts, oss.UploadPart{PartNumber: int32(i + 1), ETag: sent.ETag})
	}
	equal(t, "parts", len(must(client.ListParts(ctx, &oss.ListPartsRequest{Bucket: name, Key: key, UploadId: begun.UploadId}))(t).Parts), 2)
	equal(t, "uploads", len(must(client.ListMultipartUploads(ctx, &oss.ListMultipartUploadsRequest{Bucket: name}))(t).Uploads), 1)
	must(client.CompleteMultipartUpload(ctx, &oss.CompleteMultipartUploadRequest{
		Bucket: name, Key: key, UploadId: begun.UploadId, CompleteMultipartUpload: &oss.CompleteMultipartUpload{Parts: parts},
	}))(t)
	equal(t, "whole", text(t, must(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key}))(t)), strings.Join(pieces, ""))
	again := must(client.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: name, Key: key}))(t)
	must(client.AbortMultipartUpload(ctx, &oss.AbortMultipartUploadRequest{Bucket: name, Key: key, UploadId: again.UploadId}))(t)
	refused(client.ListParts(ctx, &oss.ListPartsRequest{Bucket: name, Key: key, UploadId: again.UploadId}))(t, "NoSuchUpload")
	refused(client.UploadPart(ctx, &oss.UploadPartRequest{
		Bucket: name, Key: key, UploadId: again.UploadId, PartNumber: 1, Body: strings.NewReader("x"),
	}))(t, "NoSuchUpload")
	must(client.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: name, Key: key}))(t)
}

func objectRefusals(t *testing.T, c cloud) {
	client, other, ctx := c.objects(from()), c.objects(to()), t.Context()
	name, key, none := oss.Ptr(emulator.SourceBucket), oss.Ptr("2026/first.json"), oss.Ptr("none")
	refused(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: none}))(t, "NoSuchKey")
	refused(client.HeadObject(ctx, &oss.HeadObjectRequest{Bucket: name, Key: none}))(t, "NoSuchKey")
	refused(client.GetObjectTagging(ctx, &oss.GetObjectTaggingRequest{Bucket: name, Key: none}))(t, "NoSuchKey")
	refused(client.CopyObject(ctx, &oss.CopyObjectRequest{Bucket: name, Key: oss.Ptr("x"), SourceKey: none}))(t, "NoSuchKey")
	refused(client.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key, VersionId: oss.Ptr("0123")}))(t, "NoSuchVersion")
	refused(other.GetObject(ctx, &oss.GetObjectRequest{Bucket: name, Key: key}))(t, "AccessDenied")
	refused(other.PutObject(ctx, &oss.PutObjectRequest{Bucket: name, Key: key, Body: strings.NewReader("theirs")}))(t, "AccessDenied")
	refused(other.DeleteObject(ctx, &oss.DeleteObjectRequest{Bucket: name, Key: key}))(t, "AccessDenied")
	refused(other.ListObjects(ctx, &oss.ListObjectsRequest{Bucket: name}))(t, "AccessDenied")
	refused(other.GetObjectAcl(ctx, &oss.GetObjectAclRequest{Bucket: name, Key: key}))(t, "AccessDenied")
	refused(other.InitiateMultipartUpload(ctx, &oss.InitiateMultipartUploadRequest{Bucket: name, Key: key}))(t, "AccessDenied")
	refused(other.ListObjectVersions(ctx, &oss.ListObjectVersionsRequest{Bucket: name}))(t, "AccessDenied")
}
