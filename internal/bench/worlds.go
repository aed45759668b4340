package bench

import (
	"fmt"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// world has numbered buckets in both accounts. With trusting, rules need no role and no grant.
func world(sources, targets int, trusting bool) emulator.World {
	w := emulator.DefaultWorld()
	w.Switches.SilentCreate = trusting
	add := func(name, owner string, n int) {
		for i := range n {
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: fmt.Sprintf("%s-%d", name, i), Owner: owner, Region: emulator.Region})
		}
	}
	add("source", emulator.SourceAccount, sources)
	add("target", emulator.DestinationAccount, targets)
	return w
}

// header has one provider block for each account.
func header() string {
	return sourceHeader() + block("  alias      = \"backup\"\n", emulator.DestinationKeyPair())
}

// sourceHeader has one for the source account alone, and so one plugin process.
func sourceHeader() string {
	return "terraform {\n  required_providers {\n    srr = { source = \"terraform-srr/srr\" }\n  }\n}\n" + block("", emulator.SourceKeyPair())
}

func block(alias string, key emulator.KeyPair) string {
	return fmt.Sprintf("provider \"srr\" {\n%s  region     = %q\n  access_key = %q\n  secret_key = %q\n}\n", alias, emulator.Region, key.ID, key.Secret)
}

// eachTarget is how many rules end in one bucket at the most; OSS allows 100 rules for a bucket, either way.
const eachTarget = 50

// targetsFor is how many destination buckets n rules on so many source buckets need.
func targetsFor(n, buckets int) int { return groups(n, buckets) * groups(buckets, eachTarget) }

// The names that rule number i has in its configuration, see rules.
func source(i, buckets int) string { return fmt.Sprintf("source-%d", i%buckets) }

func target(i, buckets int) string {
	return fmt.Sprintf("target-%d", i/buckets*groups(buckets, eachTarget)+i%buckets/eachTarget)
}

func prefix(i int) string { return fmt.Sprintf("team-%d/", i) }

// groups is how many groups of a size hold n.
func groups(n, size int) int { return (n + size - 1) / size }

// rules are n rules that are spread over the buckets.
func rules(n, buckets int) string {
	return sourceHeader() + fmt.Sprintf(`resource "srr_rule" "many" {
  count              = %[1]d
  source_bucket      = format("source-%%d", count.index %% %[2]d)
  destination_bucket = format("target-%%d", floor(count.index / %[2]d) * %[3]d + floor(count.index %% %[2]d / %[4]d))
  role               = "oss-srr-bench"
  replicate_history  = true
  prefixes           = [format("team-%%d/", count.index)]
}
`, n, buckets, groups(buckets, eachTarget), eachTarget)
}

// pairs are n pairs of buckets with everything that each needs.
func pairs(n int) string {
	return header() + fmt.Sprintf(`resource "srr_replication_role" "pair" {
  count          = %d
  name           = format("oss-srr-%%d", count.index)
  source_buckets = [format("source-%%d", count.index)]
}
resource "srr_destination_grant" "pair" {
  provider = srr.backup
  count    = %d
  bucket   = format("target-%%d", count.index)
  role_arn = srr_replication_role.pair[count.index].arn
}
resource "srr_rule" "pair" {
  count              = %d
  source_bucket      = format("source-%%d", count.index)
  destination_bucket = srr_destination_grant.pair[count.index].bucket
  role               = srr_replication_role.pair[count.index].name
  replicate_history  = true
}
`, n, n, n)
}

// grants are n grants on one bucket.
func grants(n int) string {
	return header() + fmt.Sprintf(`resource "srr_destination_grant" "many" {
  provider = srr.backup
  count    = %d
  bucket   = %q
  role_arn = format("acs:ram::%s:role/oss-srr-%%d", count.index)
}
`, n, emulator.DestinationBucket, emulator.SourceAccount)
}

// oneRole is a plan that computes something and creates nothing.
func oneRole() string {
	return sourceHeader() + fmt.Sprintf("resource \"srr_replication_role\" \"one\" {\n  name           = \"oss-srr-one\"\n  source_buckets = [%q]\n}\n", emulator.SourceBucket)
}

// oneKey is the same for the provider to compare with.
func oneKey() string {
	return "terraform {\n  required_providers {\n    tls = { source = \"hashicorp/tls\" }\n  }\n}\nresource \"tls_private_key\" \"one\" {\n  algorithm = \"ED25519\"\n}\n"
}

// oneRule is a plan of one rule, with all that this provider looks at before.
func oneRule() string {
	return sourceHeader() + fmt.Sprintf("resource \"srr_rule\" \"one\" {\n  source_bucket      = %q\n  destination_bucket = %q\n  role               = \"oss-srr-one\"\n"+
		"  replicate_history  = true\n}\n", emulator.SourceBucket, emulator.DestinationBucket)
}

// oneGeneralRule is the same rule for the general provider, which makes no call for a plan of it. Should it make one, then to
// the emulated cloud.
func oneGeneralRule(url string) string {
	key := emulator.SourceKeyPair()
	return fmt.Sprintf(`terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud" }
  }
}
provider "alicloud" {
  region                 = %[1]q
  access_key             = %[2]q
  secret_key             = %[3]q
  skip_region_validation = true
  endpoints {
    oss = %[4]q
    sts = %[4]q
  }
}
resource "alicloud_oss_bucket_replication" "one" {
  bucket                        = %[5]q
  action                        = "PUT"
  sync_role                     = "oss-srr-one"
  historical_object_replication = "enabled"
  destination {
    bucket   = %[6]q
    location = "oss-%[1]s"
  }
}
`, emulator.Region, key.ID, key.Secret, url, emulator.SourceBucket, emulator.DestinationBucket)
}
