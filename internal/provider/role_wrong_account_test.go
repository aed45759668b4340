package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// refusedFor expects the refusal of bucket by a caller, at source_buckets.
// Terraform breaks lines anywhere between two words.
func refusedFor(bucket, caller string) *regexp.Regexp {
	return regexp.MustCompile(`Source bucket of another account[\s\S]*source_buckets[\s\S]*` + caller + `[\s\S]*bucket\s+` + bucket)
}

func TestRole_isNotMadeInTheAccountThatDoesNotOwnTheBuckets(t *testing.T) {
	t.Parallel()
	swapped := providerBlock("srr", emulator.DestinationKeyPair()) + providerBlock("srralt", emulator.SourceKeyPair())
	for name, text := range map[string]string{
		"swapped aliases":    swapped + roleConfig(""),
		"wrong provider":     config(roleConfig("provider = srralt")),
		"one of two buckets": config(roleConfig(`source_buckets = ["nobodys", "orders-backup"]`)),
		"bucket known while applying": config("resource \"terraform_data\" \"bucket\" { input = \"orders\" }\n" +
			roleConfig("provider = srralt\n  source_buckets = [terraform_data.bucket.output]")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			want := refusedFor("orders", emulator.DestinationAccount)
			if name == "one of two buckets" {
				want = refusedFor("orders-backup", emulator.SourceAccount)
			}
			cloud.run(resource.TestStep{Config: text, ExpectError: want})
			if writes := cloud.writes(); len(writes) > 0 {
				t.Errorf("written: %v", writes)
			}
		})
	}
}

func TestRole_foreignBucketIsRefusedWhenItIsAdded(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t)
	made, looks := 0, 0
	cloud.run(
		resource.TestStep{Config: roleConfig(""), Check: func(*terraform.State) error {
			made, looks = len(cloud.writes()), cloud.calls("GetBucketInfo")
			return nil
		}},
		resource.TestStep{Config: roleConfig("force_detach_policies = true"), Check: func(*terraform.State) error {
			if got := cloud.calls("GetBucketInfo"); got != looks || looks == 0 {
				t.Errorf("%d looks at buckets for a role with the same buckets, %d before", got, looks)
			}
			return nil
		}},
		resource.TestStep{
			PreConfig:   func() { made = len(cloud.writes()) },
			Config:      roleConfig(`source_buckets = ["orders", "orders-backup"]`),
			ExpectError: refusedFor("orders-backup", emulator.SourceAccount),
		},
		resource.TestStep{Config: roleConfig(""), Check: func(*terraform.State) error {
			if got := cloud.writes(); len(got) != made {
				t.Errorf("written: %v", got[made:])
			}
			return nil
		}},
	)
}

// A bucket that does not exist may come with this run, and one that the caller
// may not read may still be its own.
func TestRole_isMadeForBucketsOfWhichNothingIsKnown(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Fault{
		"missing":   {Status: 404, Code: "NoSuchBucket"},
		"forbidden": {Status: 403, Code: "AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newRoleCloud(t)
			fault.Kind, fault.Operation, fault.Count = emulator.FaultError, "GetBucketInfo", 100
			if err := cloud.Inject(fault); err != nil {
				t.Fatal(err)
			}
			cloud.run(resource.TestStep{Config: roleConfig(""), Check: func(*terraform.State) error {
				if !strings.Contains(strings.Join(cloud.writes(), " "), "CreateRole") || cloud.calls("GetBucketInfo") == 0 {
					t.Errorf("written: %v", cloud.writes())
				}
				return nil
			}})
		})
	}
}
