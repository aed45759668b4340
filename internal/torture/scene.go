package torture

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// scene is what is configured: everything, or one resource alone. The second configuration changes whatever can be
// changed, or what the scene is about.
type scene struct {
	name string
	// silent lets the cloud take a rule although nothing else is there.
	silent bool
	// empty says that nobody has written the policies of bucket and key before.
	empty bool
	// meanwhile is what somebody does when the first configuration has been applied.
	meanwhile func(*emulator.World)
	// only are the operations of a scene that is about them; nil: all that fit everywhere.
	only          []string
	first, second func(site) string
}

func scenes() []scene {
	alone := func(s site) string { return grant(s, constantRole, "true") }
	share := func(s site) string { return key(s, constantRole, "") }
	return []scene{
		{name: "stack", first: stackBefore, second: stackAfter},
		{name: "role", first: roleBefore, second: roleAfter},
		{name: "role's buckets", only: []string{"update", "delete changed"}, first: roleBefore, second: roleOfTwo},
		{name: "grant", first: alone, second: func(s site) string { return grant(s, constantRole, "false") }},
		{name: "first grant", empty: true, only: []string{"create", "delete", "delete, then apply"}, first: alone, second: alone},
		{name: "key", first: share, second: func(s site) string { return key(s, constantRole, moreActions) }},
		{name: "first key share", empty: true, only: []string{"create", "delete", "delete, then apply"}, first: share, second: share},
		{name: "last key share", empty: true, meanwhile: dropOwner, only: []string{"delete"}, first: share, second: share},
		{name: "rule", silent: true, first: func(s site) string { return rule(s, literal(s), "") }, second: func(s site) string { return rule(s, literal(s), `prefixes = ["2026/"]`) }},
	}
}

const (
	roleName     = "oss-srr-orders"
	constantRole = `"acs:ram::` + emulator.SourceAccount + `:role/` + roleName + `"`
	madeRole     = `srr_replication_role.orders.arn`
	moreActions  = `actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]`
)

func roleBefore(s site) string {
	return fmt.Sprintf(`
resource "srr_replication_role" "orders" {
  name                   = %q
  source_buckets         = [%q]
  kms_crypto_user_access = true
}
`, roleName, s.source())
}

// roleOfTwo keeps the name of the policy, which then gets a new version.
func roleOfTwo(s site) string {
	buckets := fmt.Sprintf("[%q]", s.source())
	return strings.Replace(roleBefore(s), buckets, fmt.Sprintf("[%q, %q]", s.source(), s.copies()), 1)
}

func roleAfter(s site) string {
	return fmt.Sprintf(`
resource "srr_replication_role" "orders" {
  name                 = %q
  source_buckets       = [%q, %q]
  description          = "Copies orders."
  max_session_duration = 7200
  policy_name          = "orders-read"
}
`, roleName, s.source(), s.copies())
}

func grant(s site, role, deletes string) string {
	return fmt.Sprintf(`
resource "srr_destination_grant" "orders" {
  provider      = %s
  bucket        = %q
  role_arn      = %s
  allow_deletes = %s
}
`, second, s.destination(), role, deletes)
}

func key(s site, role, more string) string {
	return fmt.Sprintf(`
resource "srr_kms_key_policy" "replica" {
  provider = %s
  key_id   = %q
  role_arn = %s
  %s
}
`, second, s.keyARN(), role, more)
}

// wiring is how a rule gets to its destination, its role and its key.
type wiring struct{ destination, role, key string }

func literal(s site) wiring {
	return wiring{fmt.Sprintf("%q", s.destination()), fmt.Sprintf("%q", roleName), fmt.Sprintf("%q", s.keyARN())}
}

func rule(s site, w wiring, more string) string {
	return fmt.Sprintf(`
resource "srr_rule" "orders" {
  source_bucket      = %q
  destination_bucket = %s
  role               = %s
  replicate_history  = true
  replica_kms_key_id = %s
  %s
  timeouts = {
    create = "20s"
    delete = "20s"
  }
}
`, s.source(), w.destination, w.role, w.key, more)
}

func stackBefore(s site) string {
	made := wiring{"srr_destination_grant.orders.bucket", "srr_replication_role.orders.name", "srr_kms_key_policy.replica.key_arn"}
	return roleBefore(s) + grant(s, madeRole, "true") + key(s, madeRole, "") + rule(s, made, "")
}

func stackAfter(s site) string {
	made := wiring{"srr_destination_grant.orders.bucket", "srr_replication_role.orders.name", "srr_kms_key_policy.replica.key_arn"}
	return strings.Replace(roleAfter(s), "policy_name ", "kms_crypto_user_access = true\n  policy_name ", 1) +
		grant(s, madeRole, "false") + key(s, madeRole, moreActions) + rule(s, made, `prefixes = ["2026/"]`)
}

// second is the provider of the destination account, as the configuration names it.
const second = "srralt"

// blocks are the provider blocks, with the keys in a file elsewhere.
func blocks(keys string, retries int) string {
	block := func(name, profile string) string {
		return fmt.Sprintf("provider %q {\n  region = %q\n  profile = %q\n  shared_credentials_file = %q\n  max_retries = %d\n}\n",
			name, emulator.Region, profile, filepath.ToSlash(keys), retries)
	}
	return `terraform {
  required_providers {
    srr    = { source = "registry.terraform.io/terraform-srr/srr" }
    srralt = { source = "registry.terraform.io/terraform-srr/srralt" }
  }
}
` + block("srr", "prod") + block(second, "backup")
}
