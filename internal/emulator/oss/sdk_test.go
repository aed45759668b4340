package oss_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

// clients are the vendor's for the two accounts, against the service behind a
// server that takes everybody at their word.
func (w *world) clients() (from, to *sdk.Client) {
	w.t.Helper()
	callers := map[string]cloud.Caller{"source": source, "target": target}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		key, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "OSS "), ":")
		at, err := signature.SplitTarget(r, func(string) (string, bool) { return "", false })
		body, errBody := io.ReadAll(r.Body)
		if err := errors.Join(err, errBody); err != nil {
			oss.WriteError(rw, r, "id", cloud.Errorf(400, "InvalidRequest", "%v", err))
			return
		}
		w.service.Serve(rw, r, oss.Call{Target: at, Caller: callers[key], RequestID: "5C3D9175B6FC201293AD0000", Body: body})
	}))
	w.t.Cleanup(server.Close)
	var made [2]*sdk.Client
	for i, key := range []string{"source", "target"} {
		client, err := sdk.New(server.URL, key, "secret")
		if err != nil {
			w.t.Fatal(err)
		}
		made[i] = client
	}
	return made[0], made[1]
}

// The vendor's SDK of 2021 understands every answer of the main path.
func TestSDK_mainPath(t *testing.T) {
	w := newWorld(t)
	from, to := w.clients()
	ok := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	info, err := to.GetBucketInfo("dst")
	ok("GetBucketInfo", err)
	if info.BucketInfo.Owner.ID != targetUID || info.BucketInfo.Location != "oss-cn-hangzhou" {
		t.Errorf("info %+v", info.BucketInfo)
	}
	var header http.Header
	ok("PutBucketReplication", from.PutBucketReplication("src", ruleBody(toTarget+byRole), sdk.GetResponseHeader(&header)))
	id := header.Get("x-oss-replication-rule-id")
	w.clock.Advance(time.Hour)

	bucket, err := from.Bucket("src")
	ok("Bucket", err)
	replica, err := to.Bucket("dst")
	ok("Bucket", err)
	for i := range 3 {
		ok("PutObject", bucket.PutObject(fmt.Sprintf("dir/a b+%d", i), strings.NewReader("data"), sdk.Meta("a", "1")))
	}
	listed, err := replica.ListObjectsV2(sdk.Prefix("dir/"), sdk.MaxKeys(2))
	ok("ListObjectsV2", err)
	if len(listed.Objects) != 2 || listed.Objects[1].Key != "dir/a b+1" || !listed.IsTruncated {
		t.Errorf("listed %+v", listed)
	}
	reader, err := replica.GetObject("dir/a b+2")
	ok("GetObject", err)
	if text, err := io.ReadAll(reader); err != nil || string(text) != "data" {
		t.Errorf("replica %q, %v", text, err)
	}
	progress, err := from.GetBucketReplicationProgress("src", id)
	ok("GetBucketReplicationProgress", err)
	var deletion sdk.DeleteObjectsResult
	deletion, err = bucket.DeleteObjects([]string{"dir/a b+0", "dir/a b+1"})
	ok("DeleteObjects", err)
	if len(deletion.DeletedObjects) != 2 || !strings.Contains(progress, "<HistoricalObject>1<") {
		t.Errorf("deleted %v, progress %s", deletion.DeletedObjects, progress)
	}
	if there, err := replica.IsObjectExist("dir/a b+0"); there || err != nil {
		t.Errorf("the deletion did not arrive: %v, %v", there, err)
	}
	ok("DeleteBucketReplication", from.DeleteBucketReplication("src", id))
	var unexpected sdk.UnexpectedStatusCodeError
	if err := from.DeleteBucketReplication("src", id); !errors.As(err, &unexpected) || unexpected.Got() != http.StatusNoContent {
		t.Errorf("second deletion: %v", err)
	}
}

func TestSDK_errors(t *testing.T) {
	w := newWorld(t)
	from, _ := w.clients()
	_, err := from.GetBucketReplication("src")
	var failure sdk.ServiceError
	if !errors.As(err, &failure) || failure.Code != "NoSuchReplicationConfiguration" || failure.RequestID != "5C3D9175B6FC201293AD0000" {
		t.Errorf("no configuration: %v", err)
	}
	bucket, err := from.Bucket("src")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.GetObjectDetailedMeta("none"); !errors.As(err, &failure) || failure.Code != "NoSuchKey" || failure.Ec != "0026-00000001" {
		t.Errorf("HEAD: %v", err)
	}
}

func TestServe_concurrently(t *testing.T) {
	w := newWorld(t)
	w.started("<Action>ALL</Action>")
	done := make(chan struct{})
	for i := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			for k := range 20 {
				key := fmt.Sprintf("%d-%d", i, k)
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "http://127.0.0.1/src/"+key, nil)
				w.service.Serve(httptest.NewRecorder(), r, oss.Call{Target: signature.Target{Bucket: "src", Key: key}, Caller: source, Body: []byte(key)})
				w.service.Replicate()
				w.service.Explain()
				w.service.State()
			}
		}()
	}
	for range 4 {
		<-done
	}
	if got := strings.Count(w.must(200, target, "GET /dst/?max-keys=1000", "").Body.String(), "<Key>"); got != 80 {
		t.Errorf("%d of 80 objects arrived", got)
	}
}
