package credential_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// instanceCloud is a cloud that is the metadata server of an instance with the
// role "worker", which users of its account may assume as well.
func instanceCloud(t *testing.T) *emulator.Server {
	t.Helper()
	world := emulator.DefaultWorld()
	world.Accounts[0].Roles = []identity.Role{{
		Name: "worker",
		TrustPolicy: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
			`"Principal":{"Service":["ecs.aliyuncs.com"]}}]}`,
	}}
	world.Instance = &emulator.Instance{Account: emulator.SourceAccount, Role: "worker"}
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

// Two hours go by: every session and the tokens of the metadata server end. The
// source has a new one before, which the service takes. What is signed carries the
// real time, so that the service's clock goes back for that.
func TestSources_areRenewedBeforeTheServiceRefusesThem(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		open  func(alicloud.Config, *emulator.Server) (alicloud.CredentialSource, error)
		calls map[string]int
	}{
		"instance": {func(cfg alicloud.Config, _ *emulator.Server) (alicloud.CredentialSource, error) {
			return credential.InstanceRole(cfg, ""), nil
		}, map[string]int{"GetToken": 3, "GetRoleName": 3, "GetCredentials": 3}},
		"URI": {func(cfg alicloud.Config, cloud *emulator.Server) (alicloud.CredentialSource, error) {
			return credential.URI(cfg, cloud.URL+"/-/credentials/"+emulator.SourceAccount+"/worker")
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := instanceCloud(t)
			var later time.Duration
			cfg := alicloud.Config{
				Region: emulator.Region, Transport: redirect{cloud.URL}, Now: func() time.Time { return time.Now().Add(later) },
				Endpoints: alicloud.Endpoints{STS: cloud.URL}, Sleep: func(context.Context, time.Duration) error { return nil },
			}
			source, err := c.open(cfg, cloud)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Credentials = source
			keys := map[string]bool{}
			for _, later = range []time.Duration{0, 56 * time.Minute, 59*time.Minute + 45*time.Second, 2 * time.Hour} {
				cloud.SetSkew(later)
				keys[keyOf(t, source)] = true
				cloud.SetSkew(0)
				accepted(t, cfg)
			}
			if len(keys) != 3 {
				t.Errorf("%d keys in two hours, want 3", len(keys))
			}
			calls := map[string]int{}
			for _, r := range cloud.Requests(0) {
				calls[r.Operation]++
				if r.Status != http.StatusOK {
					t.Errorf("%s answered %d %s", r.Operation, r.Status, r.Code)
				}
			}
			for operation, want := range c.calls {
				if calls[operation] != want {
					t.Errorf("%d calls of %s, want %d", calls[operation], operation, want)
				}
			}
		})
	}
}

// The service's clock is ten minutes ahead, which it tolerates: the session is not taken to last ten minutes longer.
func TestAssumeRole_endsByTheClockOfThisMachine(t *testing.T) {
	t.Parallel()
	cloud, cfg := chainedCloud(t, 0)
	for _, skew := range []time.Duration{0, 10 * time.Minute} {
		cloud.SetSkew(skew)
		key := emulator.SourceKeyPair()
		cfg.Credentials = alicloud.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret}
		client, err := alicloud.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		session, err := client.AssumeRole(t.Context(), alicloud.AssumeRole{RoleARN: chainFirst, SessionName: "test", Duration: 15 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(session.Expiration); left > 15*time.Minute || left < 14*time.Minute {
			t.Errorf("with a clock %s ahead: %s left", skew, left)
		}
	}
}

// accepted demands that the service takes the credentials.
func accepted(t *testing.T, cfg alicloud.Config) {
	t.Helper()
	client, err := alicloud.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	who, err := client.Account(t.Context())
	if err != nil || who.ID != emulator.SourceAccount || who.Type != "AssumedRoleUser" {
		t.Errorf("the caller is %+v, %v", who, err)
	}
}
