package acceptance_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

func TestMain(m *testing.M) {
	path, err := demo.SharedCLI(context.Background())
	if err == nil {
		err = os.Setenv("TF_ACC_TERRAFORM_PATH", path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestAcceptance_emulator(t *testing.T) {
	t.Parallel()
	replicates(t, emulated(t))
}

// TestAcceptance_cloud needs two accounts; CONTRIBUTING says which variables.
func TestAcceptance_cloud(t *testing.T) {
	s, err := realAccounts(os.Getenv)
	if errors.Is(err, errNotGiven) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	replicates(t, s)
}

// replicates makes two buckets, connects them, and waits for the replica of an
// object that was there before and of one that comes later.
func replicates(t *testing.T, s settings) {
	t.Helper()
	name := unique(t)
	source, destination := s.bucket(t, s.source, name+"-s"), s.bucket(t, s.destination, name+"-d")
	objects, before := []string{"before.txt"}, s.keyPolicy(t)
	put(t, source, "before.txt")
	if s.sourceKeyARN != "" {
		objects = append(objects, "encrypted.txt")
		put(t, source, "encrypted.txt", oss.ServerSideEncryption("KMS"), oss.ServerSideEncryptionKeyID(keyID(s.sourceKeyARN)))
	}
	made := func() (tfprotov6.ProviderServer, error) {
		return providerserver.NewProtocol6WithError(provider.New("acceptance", s.env)())()
	}
	config := block("srr", s, s.source) + block("srralt", s, s.destination) + configuration(name, s.replicaKeyARN, s.sourceKeyARN)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"srr": made, "srralt": made},
		Steps: []resource.TestStep{
			{Config: config, Check: func(*terraform.State) error { return arrive(t.Context(), destination, s.patience, objects...) }},
			{PreConfig: func() { put(t, source, "after.txt") }, Config: config, PlanOnly: true},
			{Config: config, Check: func(*terraform.State) error { return arrive(t.Context(), destination, s.patience, "after.txt") }},
			{
				ResourceName: "srr_rule.a", ImportState: true, ImportStateId: name + "-s=>" + name + "-d",
				ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "rule_id",
				// Settings of the provider that no service knows.
				ImportStateVerifyIgnore: []string{"timeouts", "wait_until_active", "prevent_replacement", "adopt_existing"},
			},
		},
		CheckDestroy: func(*terraform.State) error { return s.nothingIsLeft(t, name, before) },
	})
}

func configuration(name, key, sourceKey string) string {
	text := `
resource "srr_replication_role" "a" {
  name           = "NAME"
  source_buckets = ["NAME-s"]
  kms_key_arns   = KEYS
}

resource "srr_destination_grant" "a" {
  provider = srralt
  bucket   = "NAME-d"
  role_arn = srr_replication_role.a.arn
}

resource "srr_rule" "a" {
  source_bucket      = "NAME-s"
  destination_bucket = srr_destination_grant.a.bucket
  role               = srr_replication_role.a.name
  replicate_history  = true
  replica_kms_key_id = RULEKEY
}
`
	keys, ruleKey := "null", "null"
	if key != "" {
		keys, ruleKey = fmt.Sprintf("[%q]", key), "srr_kms_key_policy.a.key_arn"
		if sourceKey != "" {
			keys = fmt.Sprintf("[%q, %q]", key, sourceKey)
		}
		text += fmt.Sprintf("resource \"srr_kms_key_policy\" \"a\" {\n  provider = srralt\n  key_id = %q\n  role_arn = srr_replication_role.a.arn\n}\n", key)
	}
	return strings.NewReplacer("NAME", name, "RULEKEY", ruleKey, "KEYS", keys).Replace(text)
}

func put(t *testing.T, bucket *oss.Bucket, key string, options ...oss.Option) {
	t.Helper()
	if err := bucket.PutObject(key, strings.NewReader(key), options...); err != nil {
		t.Fatal(err)
	}
}

// arrive waits for objects.
func arrive(ctx context.Context, bucket *oss.Bucket, patience time.Duration, keys ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, key := range keys {
		if err := arrives(ctx, bucket, key, patience); err != nil {
			return err
		}
	}
	return nil
}

func arrives(ctx context.Context, bucket *oss.Bucket, key string, patience time.Duration) error {
	for {
		there, err := bucket.IsObjectExist(key)
		if err != nil || there {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not arrive in %s", key, patience)
		case <-time.After(patience / 200):
		}
	}
}
