package emulator_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	storage "github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const (
	largeBuckets = 200
	largeRules   = 100
	largeObjects = 100_000
	objectSize   = 1 << 10
)

// largeWorld has 200 buckets of each account, 100 rules on each source bucket
// and 100,000 objects of 1 KiB, none of which is to be copied.
func largeWorld() emulator.World {
	world := emulator.DefaultWorld()
	for i := range largeBuckets {
		source := storage.Bucket{Name: fmt.Sprintf("source-%03d", i), Owner: emulator.SourceAccount, Region: emulator.Region}
		for k := range largeRules {
			source.Rules = append(source.Rules, storage.Rule{
				ID: fmt.Sprintf("rule-%d", k), Destination: fmt.Sprintf("target-%03d", k), Role: "oss-srr", Prefixes: []string{fmt.Sprintf("dir-%d/", k)},
			})
		}
		for k := range largeObjects / largeBuckets {
			source.Objects = append(source.Objects, storage.Object{Key: fmt.Sprintf("dir/%d.json", k), Data: make([]byte, objectSize)})
		}
		world.OSS.Buckets = append(world.OSS.Buckets, source,
			storage.Bucket{Name: fmt.Sprintf("target-%03d", i), Owner: emulator.DestinationAccount, Region: emulator.Region})
	}
	return world
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		server := serve(b, emulator.Options{Speed: 1})
		if err := server.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func serve(tb testing.TB, o emulator.Options) *emulator.Server {
	tb.Helper()
	made, err := emulator.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	server, err := emulator.Start(tb.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		tb.Fatal(err)
	}
	return server
}

// BenchmarkLargeWorld reports what the large world takes on the heap.
func BenchmarkLargeWorld(b *testing.B) {
	for b.Loop() {
		world := largeWorld()
		made, err := emulator.New(emulator.Options{World: &world, Speed: 1})
		if err != nil {
			b.Fatal(err)
		}
		made.Replicate()
		b.ReportMetric(heapMiB(), "MiB")
		runtime.KeepAlive(made)
	}
}

func heapMiB() float64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return float64(memory.HeapAlloc) / (1 << 20)
}

// BenchmarkReads are signed HTTP requests in parallel, client and server in one
// process. The links are signed before, so that the vendor's client does not
// count.
func BenchmarkReads(b *testing.B) {
	small := emulator.DefaultWorld()
	large := largeWorld()
	for name, c := range map[string]struct {
		world  emulator.World
		bucket string
		key    string
		query  string
	}{
		"small world, object":      {small, emulator.SourceBucket, "2026/first.json", ""},
		"large world, object":      {large, "source-000", "dir/1.json", ""},
		"large world, info":        {large, "source-000", "", "bucketInfo"},
		"large world, rules":       {large, "source-000", "", "replication"},
		"large world, object list": {large, "source-000", "", ""},
	} {
		b.Run(name, func(b *testing.B) {
			server := serve(b, emulator.Options{World: &c.world, Speed: 1})
			b.Cleanup(func() { _ = server.Close() })
			server.Advance(time.Hour)
			read(b, server, c.bucket, c.key, c.query)
		})
	}
}

func read(b *testing.B, server *emulator.Server, bucket, key, query string) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, signedLink(server, bucket, key, query), nil)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var failed atomic.Int64
	b.ResetTimer()
	b.RunParallel(func(next *testing.PB) {
		for next.Next() {
			response, err := client.Do(request)
			if err != nil {
				failed.Add(1)
				continue
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if response.StatusCode != http.StatusOK {
				failed.Add(1)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
	if n := failed.Load(); n > 0 {
		b.Errorf("%d reads failed", n)
	}
}

// signedLink is a link to an object, or to a sub-resource of a bucket, with the
// signature of version 1, which is short enough to write down (OSS "Add
// signatures to a URL" page).
func signedLink(server *emulator.Server, bucket, key, query string) string {
	pair, expires := emulator.SourceKeyPair(), strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	resource := "/" + bucket + "/" + key
	if query != "" {
		resource += "?" + query
	}
	mac := hmac.New(sha1.New, []byte(pair.Secret))
	_, _ = io.WriteString(mac, "GET\n\n\n"+expires+"\n"+resource) // a hash does not fail
	values := url.Values{"OSSAccessKeyId": {pair.ID}, "Expires": {expires}, "Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))}}
	if query != "" {
		values.Set(query, "")
	}
	return server.URL + "/" + bucket + "/" + key + "?" + values.Encode()
}
