package provider_test

import (
	"context"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// TestForgetful_keepsNothingOfRequestsThatEnded: a plan of thousands of resources
// makes tens of thousands of requests, each with loggers in its context.
func TestForgetful_keepsNothingOfRequestsThatEnded(t *testing.T) {
	t.Parallel()
	server := provider.Forgetful(providerserver.NewProtocol6(provider.New("test", noEnvironment)())())
	if _, can := server.(tfprotov6.ListResourceServer); !can {
		t.Error("the server lists nothing")
	}
	type key struct{}
	type carried [1 << 10]byte
	for name, ask := range map[string]func(context.Context) error{
		"upgrade": func(ctx context.Context) error {
			_, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "srr_nothing", RawState: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"validate": func(ctx context.Context) error {
			_, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: "srr_nothing"})
			return err
		},
		"read": func(ctx context.Context) error {
			_, err := server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: "srr_nothing"})
			return err
		},
		"plan": func(ctx context.Context) error {
			_, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: "srr_nothing"})
			return err
		},
		"apply": func(ctx context.Context) error {
			_, err := server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: "srr_nothing"})
			return err
		},
	} {
		left := func() weak.Pointer[carried] {
			with := new(carried)
			if err := ask(context.WithValue(t.Context(), key{}, with)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return weak.Make(with)
		}()
		for range 10 {
			if runtime.GC(); left.Value() == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if left.Value() != nil {
			t.Errorf("%s: the server still has the context of a request that ended", name)
		}
	}
	runtime.KeepAlive(server)
}
