package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	storage "github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

const (
	startBar  = 100 * time.Millisecond
	memoryBar = 500.0 // MiB of heap for the large world
)

// The best of some starts counts: the machine may be busy.
func TestGuard_startTime(t *testing.T) {
	best := time.Hour
	for range 5 {
		begin := time.Now()
		server := serve(t, emulator.Options{Speed: 1})
		status, _ := control(t, server, http.MethodGet, "clock", "")
		best = min(best, time.Since(begin))
		if err := server.Close(); err != nil || status != http.StatusOK {
			t.Fatal(err, status)
		}
	}
	if best > startBar {
		t.Errorf("a start takes %v", best)
	}
}

func TestGuard_memoryOfTheLargeWorld(t *testing.T) {
	before := heapMiB()
	world := largeWorld()
	made, err := emulator.New(emulator.Options{World: &world, Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	made.Advance(time.Hour)
	if used := heapMiB() - before; used > memoryBar {
		t.Errorf("%.0f MiB", used)
	}
	runtime.KeepAlive(made)
}

// 64 clients of both accounts write, read and list the same and different
// objects, while the control plane looks on and the clock moves.
func TestGuard_parallelClients(t *testing.T) {
	const clients, rounds = 64, 4
	server := start(t, 60, func(w *emulator.World) { withRule(w, emulator.ForeignPolicy()) })
	// The SDK fills its table of endpoints with the first client, without a lock (services/ram, v1.63.107).
	roleClient(t, server, emulator.SourceKeyPair())
	var work sync.WaitGroup
	for i := range clients {
		work.Go(func() { busy(t, server, i, rounds) })
	}
	work.Go(func() {
		for range rounds {
			for _, page := range []string{"world", "replication", "requests", "clock", "faults"} {
				if status, text := control(t, server, http.MethodGet, page, ""); status != http.StatusOK {
					t.Errorf("%s: %d %s", page, status, text)
				}
			}
			server.Advance(time.Second)
		}
	})
	work.Wait()
	bucket, err := bucketClient(t, server, emulator.SourceKeyPair()).Bucket(emulator.SourceBucket)
	if err != nil {
		t.Fatal(err)
	}
	listed, err := bucket.ListObjectsV2()
	if err != nil || len(listed.Objects) != 2+clients {
		t.Errorf("%v, %d objects", err, len(listed.Objects))
	}
}

func busy(t *testing.T, server *emulator.Server, i, rounds int) {
	pair := emulator.SourceKeyPair()
	client := bucketClient(t, server, pair)
	bucket, err := client.Bucket(emulator.SourceBucket)
	if err != nil {
		t.Error(err)
		return
	}
	own := fmt.Sprintf("parallel/%d", i)
	for round := range rounds {
		if err := bucket.PutObject(own, strings.NewReader(fmt.Sprint(i, round))); err != nil {
			t.Error(err)
		}
		body, err := bucket.GetObject(own)
		if err != nil {
			t.Error(err)
			return
		}
		if text, err := io.ReadAll(body); err != nil || string(text) != fmt.Sprint(i, round) {
			t.Errorf("%v, read %q", err, text)
		}
		if _, err := client.GetBucketReplication(emulator.SourceBucket); err != nil {
			t.Error(err)
		}
		if _, err := getRole(roleClient(t, server, pair), "oss-srr"); err != nil {
			t.Error(err)
		}
		destination := bucketClient(t, server, emulator.DestinationKeyPair())
		if err := destination.SetBucketPolicy(emulator.DestinationBucket, emulator.ForeignPolicy()); err != nil {
			t.Error(err)
		}
	}
}

const (
	replicates = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Replicate*","Resource":"*"}]}`
	takesAll   = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:Replicate*"],"Principal":["arn:sts::` + emulator.SourceAccount +
		`:assumed-role/oss-srr/*"],"Resource":["acs:oss:*:` + emulator.DestinationAccount + `:orders-backup/*"]}]}`
	ossTrust = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["oss.aliyuncs.com"]}}]}`
)

// withRule adds an active rule with its role and the destination's policy.
func withRule(w *emulator.World, policy string) {
	w.Accounts[0].Policies = []identity.Policy{{Name: "replicate", Versions: []identity.Version{{Number: 1, Document: replicates}}}}
	w.Accounts[0].Roles = []identity.Role{{Name: "oss-srr", TrustPolicy: ossTrust, Attached: []identity.Attachment{{Type: "Custom", Policy: "replicate"}}}}
	w.OSS.Buckets[1].Policy = policy
	w.OSS.Buckets[0].Rules = []storage.Rule{{ID: "rule-1", Destination: emulator.DestinationBucket, Role: "oss-srr", ReplicateHistory: true}}
}

// A read after the change that allows a copy sees the copy, also where nothing
// but requests drives the replication and the clock stands still.
func TestReplication_resumesWithTheRequestThatAllowsIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*emulator.World)
		mend   func(*testing.T, *emulator.Server)
	}{
		"bucket policy": {
			func(w *emulator.World) { withRule(w, emulator.ForeignPolicy()) },
			func(t *testing.T, s *emulator.Server) {
				if err := bucketClient(t, s, emulator.DestinationKeyPair()).SetBucketPolicy(emulator.DestinationBucket, takesAll); err != nil {
					t.Error(err)
				}
			},
		},
		"attachment": {
			func(w *emulator.World) { withRule(w, takesAll); w.Accounts[0].Roles[0].Attached = nil },
			func(t *testing.T, s *emulator.Server) {
				request := ram.CreateAttachPolicyToRoleRequest()
				request.RoleName, request.PolicyName, request.PolicyType = "oss-srr", "replicate", "Custom"
				if _, err := roleClient(t, s, emulator.SourceKeyPair()).AttachPolicyToRole(request); err != nil {
					t.Error(err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			world := emulator.DefaultWorld()
			c.change(&world)
			made, err := emulator.New(emulator.Options{World: &world})
			if err != nil {
				t.Fatal(err)
			}
			listener := httptest.NewServer(made)
			t.Cleanup(listener.Close)
			server := &emulator.Server{Emulator: made, URL: listener.URL}
			server.Advance(time.Hour)
			bucket, err := bucketClient(t, server, emulator.DestinationKeyPair()).Bucket(emulator.DestinationBucket)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []bool{false, true} {
				if there, err := bucket.IsObjectExist("2026/first.json"); err != nil || there != want {
					t.Errorf("%v, replica there: %v, want %v", err, there, want)
				}
				if !want {
					c.mend(t, server)
				}
			}
		})
	}
}
