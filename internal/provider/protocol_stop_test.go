package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// TestStop_alsoEndsWhatComesLate: Terraform may send a request while it stops the
// provider. It must not wait then, here for an old rule that is closing.
func TestStop_alsoEndsWhatComesLate(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, silent, existing(oss.Rule{}))
	cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = 24 * time.Hour
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = cloud.Clock().Now()
	})
	p, configure := cloud.ruleProtocolOf(provider.Forgetful(providerserver.NewProtocol6(provider.New("test", cloud.env(nil))())()))
	configure()
	wanted := map[string]any{"source_bucket": emulator.SourceBucket, "destination_bucket": emulator.DestinationBucket, "role": "oss-srr-orders", "replicate_history": true}
	planned := p.plan(wanted, nil, nil)
	if planned.fails() {
		t.Fatal(planned.said)
	}
	if _, err := p.server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, _, said := p.apply(planned)
	if took := time.Since(began); !failed(said) || took > 2*time.Second {
		t.Errorf("the creation took %s and said %v", took, said)
	}

	cloud.change(func(w *emulator.World) { bucketOf(w, emulator.SourceBucket).Rules = nil })
	configure() // the next run of a process that is attached to
	if _, _, said := p.apply(p.plan(wanted, nil, nil)); failed(said) {
		t.Errorf("the next run says %v", said)
	}
	cloud.onlyRule()
}
