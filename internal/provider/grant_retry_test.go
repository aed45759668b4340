package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

// TestDestinationGrant_foreignChangeBetweenTwoAttemptsIsKept refuses the first
// write in passing, after somebody else has written: a repetition of the same text
// would erase that.
func TestDestinationGrant_foreignChangeBetweenTwoAttemptsIsKept(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	refused := emulator.Fault{Kind: emulator.FaultError, Operation: "PutBucketPolicy", Status: 503, Code: "MetaOperationQpsLimitExceeded"}
	if err := cloud.Inject(refused); err != nil {
		t.Fatal(err)
	}
	cloud.BeforeNext(emulator.Fault{Operation: "PutBucketPolicy"}, func() {
		cloud.change(func(w *emulator.World) {
			for i := range w.OSS.Buckets {
				b := &w.OSS.Buckets[i]
				b.Policy = strings.Replace(b.Policy, "reports/*", "letters/*", 1)
			}
		})
	})
	cloud.run(resource.TestStep{
		Config: `
resource "srr_destination_grant" "orders" {
  provider = srralt
  bucket   = "orders-backup"
  role_arn = "` + roleOfSource + `"
}`,
		Check: func(*terraform.State) error {
			if p := cloud.policy(emulator.DestinationBucket); !strings.Contains(p, "letters/*") || !strings.Contains(p, "oss-srr-orders") {
				t.Errorf("something is lost in %s", p)
			}
			return nil
		},
	})
}

// TestDestinationGrant_foreignChangeAfterThePlanIsKept lets somebody write between
// plan and apply of one process: what the plan has read is too old to be edited.
func TestDestinationGrant_foreignChangeAfterThePlanIsKept(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	p := cloud.grantProtocol("srr_destination_grant")
	planned := p.plan(map[string]any{"bucket": emulator.DestinationBucket, "role_arn": roleOfSource}, nil, nil)
	if planned.fails() || cloud.calls("GetBucketPolicy") != 1 {
		t.Fatal(planned.said, cloud.counts())
	}
	cloud.change(func(w *emulator.World) {
		b := bucketOf(w, emulator.DestinationBucket)
		b.Policy = strings.Replace(b.Policy, "reports/*", "letters/*", 1)
	})
	if _, _, said := p.apply(planned); failed(said) {
		t.Error(said)
	}
	if after := cloud.policy(emulator.DestinationBucket); !strings.Contains(after, "letters/*") || !strings.Contains(after, "oss-srr-orders") {
		t.Errorf("something is lost in %s", after)
	}
}

// TestKeyPolicy_foreignChangeAfterThePlanIsKept is the same for the policy of a key.
func TestKeyPolicy_foreignChangeAfterThePlanIsKept(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	p := cloud.grantProtocol("srr_kms_key_policy")
	planned := p.plan(map[string]any{"key_id": emulator.ReplicaKeyARN(), "role_arn": roleOfSource}, nil, nil)
	if planned.fails() || cloud.calls("GetKeyPolicy") == 0 {
		t.Fatal(planned.said, cloud.counts())
	}
	cloud.change(withKeyPolicy(documentOf(keyOwner, keyAllows("written meanwhile", `"kms:Decrypt"`, `"acs:ram::`+emulator.DestinationAccount+`:role/late"`))))
	if _, _, said := p.apply(planned); failed(said) {
		t.Error(said)
	}
	var after string
	inReplicaKey(func(k *kms.Key) { after = k.Policy })(new(cloud.World()))
	if !strings.Contains(after, "role/late") || !strings.Contains(after, "oss-srr-orders") {
		t.Errorf("something is lost in %s", after)
	}
}
