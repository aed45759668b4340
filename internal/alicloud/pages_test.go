package alicloud_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// crowded has 1,002 buckets, 1,001 roles and 201 keys in the source account: two pages and three.
func crowded(t *testing.T) *emulator.Server {
	t.Helper()
	world := emulator.DefaultWorld()
	for i := range 1001 {
		world.OSS.Buckets = append(world.OSS.Buckets, oss.Bucket{Name: fmt.Sprintf("many-%04d", i), Owner: emulator.SourceAccount, Region: emulator.Region})
		world.Accounts[0].Roles = append(world.Accounts[0].Roles, identity.Role{Name: fmt.Sprintf("role-%04d", i), TrustPolicy: trustsOSS})
	}
	for i := range 200 {
		world.KMS.Keys = append(world.KMS.Keys, kms.Key{ID: fmt.Sprintf("key-%04d", i), Owner: emulator.SourceAccount, Region: emulator.Region})
	}
	made, err := emulator.New(emulator.Options{World: &world})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// named counts different names, up to a limit.
func named[T any](t *testing.T, list iter.Seq2[T, error], name func(T) string, limit int) int {
	t.Helper()
	seen := map[string]bool{}
	for item, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		if seen[name(item)] = true; len(seen) == limit {
			break
		}
	}
	return len(seen)
}

func TestPages_areReadAsFarAsTheyAreNeeded(t *testing.T) {
	server := crowded(t)
	c := speaker(t, server.URL, emulator.SourceKeyPair())
	buckets := func(prefix string, limit int) int {
		return named(t, c.Buckets(t.Context(), prefix), func(b alicloud.BucketSummary) string { return b.Name }, limit)
	}
	roles := func(limit int) int {
		return named(t, c.Roles(t.Context()), func(r alicloud.Role) string { return r.Name }, limit)
	}
	all := c.Keys(t.Context())
	keys := func(limit int) int {
		return named(t, all, func(k alicloud.KeyName) string { return k.ID }, limit)
	}
	for _, row := range []struct {
		what         string
		list         func(limit int) int
		limit        int
		items, calls int
	}{
		{"all buckets", func(limit int) int { return buckets("", limit) }, 0, 1002, 2},
		{"ten buckets", func(limit int) int { return buckets("", limit) }, 10, 10, 1},
		{"a full page of buckets", func(limit int) int { return buckets("", limit) }, 1000, 1000, 1},
		{"buckets of a prefix", func(limit int) int { return buckets("many-000", limit) }, 0, 10, 1},
		{"buckets of a prefix that none has", func(limit int) int { return buckets("none", limit) }, 0, 0, 1},
		{"all roles", roles, 0, 1001, 2},
		{"three roles", roles, 3, 3, 1},
		{"all keys", keys, 0, 201, 3},
		{"some keys, once more from the start", keys, 150, 150, 2},
	} {
		server.ClearRequests()
		if got := row.list(row.limit); got != row.items {
			t.Errorf("%s: %d, want %d", row.what, got, row.items)
		}
		if got := len(server.Requests(0)); got != row.calls {
			t.Errorf("%s: %d calls, want %d", row.what, got, row.calls)
		}
	}
}

func TestPages_endWithTheErrorOfAPage(t *testing.T) {
	server := crowded(t)
	c := speaker(t, server.URL, emulator.SourceKeyPair())
	fault := emulator.Fault{Kind: emulator.FaultError, Service: "ram", Operation: "ListRoles", Status: 403, Code: "NoPermission"}
	seen, failed := 0, error(nil)
	for role, err := range c.Roles(t.Context()) {
		if seen++; seen == 1 && err == nil {
			if err := server.Inject(fault); err != nil {
				t.Fatal(err)
			}
		}
		if failed = err; err != nil && role.Name != "" {
			t.Errorf("%s comes with %v", role.Name, err)
		}
	}
	if !alicloud.HasCode(failed, "NoPermission") || seen != 1001 {
		t.Errorf("after %d roles: %v", seen, failed)
	}
}
