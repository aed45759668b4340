package provider

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

func TestRepeatsDeletes_readsListsOfActions(t *testing.T) {
	for action, want := range map[string]bool{
		"": true, "ALL": true, "PUT": false, "PUT,DELETE": true, "PUT, DELETE": true, "PUT,ABORT": false, "DELETE ,PUT": true,
	} {
		if got := repeatsDeletes(action); got != want {
			t.Errorf("%q: %t", action, got)
		}
	}
}

func TestInexpressible_namesWhatNoArgumentSays(t *testing.T) {
	for action, fits := range map[string]bool{
		"": true, "ALL": true, "PUT": true, "PUT,DELETE": true, "PUT,ABORT": true, "DELETE": false, "ABORT": false, "DELETE, ABORT": false,
	} {
		if got := inexpressible(alicloud.Rule{Action: action}); (got == "") != fits {
			t.Errorf("%q: %q", action, got)
		}
	}
	if got := inexpressible(alicloud.Rule{ReplicateKMS: true}); got != "replicates objects encrypted with KMS and names no key for the replicas." {
		t.Errorf("KMS without a key: %q", got)
	}
	if got := inexpressible(alicloud.Rule{ReplicateKMS: true, ReplicaKMSKeyID: "k"}); got != "" {
		t.Errorf("KMS with a key: %q", got)
	}
}

// OSS answers for a bucket of another region only at some endpoints, such as that
// of transfer acceleration.
func TestCheckSourceBucket_otherRegion(t *testing.T) {
	info := alicloud.BucketInfo{Name: "far", Region: "cn-beijing", OwnerID: "1"}
	diags := checkSourceBucket(info, alicloud.Account{ID: "1"}, "cn-hangzhou")
	want := "Bucket far is in cn-beijing; the provider block works in cn-hangzhou. Use a provider block with region = \"cn-beijing\"."
	if len(diags) != 1 || diags[0].Summary() != "Source bucket in another region" || diags[0].Detail() != want {
		t.Errorf("got %v", diags)
	}
}
