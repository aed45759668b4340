package provider_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// documented is a page of the documentation that shows which permissions its
// object needs: a RAM policy for the account of one provider block.
type documented struct {
	page        string // directory below examples
	file        string // name of the policy, permissions.json when empty
	destination bool   // the policy is for the destination account
	// bodies are applied one after the other, and planned; the last is destroyed.
	bodies []string
	// between changes the world after the first body.
	between func(w *emulator.World)
	world   func(w *emulator.World)
	// foreign are calls about the other account's bucket, which it alone can allow.
	foreign []string
}

// working has the role and the grant that a rule needs.
func working(w *emulator.World) {
	handMade(w)
	w.Accounts[0].Roles[0].Name = "oss-srr-orders"
	w.OSS.Buckets[1].Policy = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],` +
		`"Principal":["arn:sts::` + emulator.SourceAccount + `:assumed-role/oss-srr-orders/*"],` +
		`"Resource":["acs:oss:*:` + emulator.DestinationAccount + `:orders-backup","acs:oss:*:` + emulator.DestinationAccount + `:orders-backup/*"]}]}`
}

// withoutOwnUsers makes a key policy that allows the account's own users nothing.
// The default policy allows them everything, and either of RAM policy and key
// policy is enough inside an account (KMS "Overview of key policies" page, 2026).
func withoutOwnUsers(w *emulator.World) {
	w.KMS.Keys[1].Policy = `{"Version":"1","Statement":[{"Sid":"app","Effect":"Allow","Action":["kms:Decrypt"],` +
		`"Principal":{"RAM":["acs:ram::` + emulator.DestinationAccount + `:role/app"]},"Resource":["*"]}]}`
}

// encryptedWithoutOwnUsers is the same for the key with which the source encrypts.
func encryptedWithoutOwnUsers(w *emulator.World) {
	working(w)
	withoutOwnUsers(w)
	encrypted("orders", emulator.SourceKey)(w)
	w.KMS.Keys[0].Policy = strings.ReplaceAll(w.KMS.Keys[1].Policy, emulator.DestinationAccount, emulator.SourceAccount)
}

func checkBlock(provider string) string {
	return "data \"srr_check\" \"a\" {\n  provider = " + provider + "\n  source_bucket = \"orders\"\n  destination_bucket = \"orders-backup\"\n" +
		"  role = \"acs:ram::" + emulator.SourceAccount + ":role/oss-srr-orders\"\n  replica_kms_key_id = \"" + emulator.ReplicaKeyARN() + "\"\n}\n"
}

func documentedPages() []documented {
	const role = `role_arn = "acs:ram::` + emulator.SourceAccount + `:role/oss-srr-orders"`
	roleBlock := func(arguments string) string {
		return "resource \"srr_replication_role\" \"a\" {\n  name = \"oss-srr-orders\"\n  " + arguments + "\n}\n"
	}
	grantBlock := func(arguments string) string {
		return "resource \"srr_destination_grant\" \"a\" {\n  provider = srralt\n  bucket = \"orders-backup\"\n  " + role + "\n  " + arguments + "\n}\n"
	}
	keyBlock := func(arguments string) string {
		return "resource \"srr_kms_key_policy\" \"a\" {\n  provider = srralt\n  key_id = \"" + emulator.ReplicaKeyARN() + "\"\n  " + role + "\n  " + arguments + "\n}\n"
	}
	return []documented{
		{
			page: "resources/srr_replication_role",
			bodies: []string{
				roleBlock(`source_buckets = ["orders"]`),
				roleBlock("source_buckets = [\"orders\", \"invoices\"]\n  description = \"of the orders\"\n  kms_crypto_user_access = true"),
			},
		},
		{
			page: "resources/srr_destination_grant", destination: true,
			bodies:  []string{grantBlock(""), grantBlock("allow_deletes = false")},
			between: func(w *emulator.World) { w.OSS.Buckets[1].Policy = "" },
		},
		{
			page: "resources/srr_kms_key_policy", destination: true, world: withoutOwnUsers,
			bodies: []string{keyBlock(""), keyBlock(`actions = ["kms:Decrypt", "kms:GenerateDataKey"]`)},
		},
		{
			page: "resources/srr_rule", world: working, foreign: []string{"GetBucketInfo orders-backup"},
			bodies: []string{ruleBlock("a"), ruleBlock("a", arguments{"prefixes": `["2026/"]`})},
		},
		{
			page: "data-sources/srr_check", world: encryptedWithoutOwnUsers, foreign: []string{"GetBucketInfo orders-backup"},
			bodies: []string{checkBlock("srr")},
		},
		{
			page: "data-sources/srr_check", file: "permissions-destination.json", destination: true, world: withoutOwnUsers,
			foreign: []string{"GetBucketInfo orders"}, bodies: []string{checkBlock("srralt")},
		},
		{page: "data-sources/srr_bucket", bodies: []string{"data \"srr_bucket\" \"a\" {\n  bucket = \"orders\"\n}\n"}},
		{page: "data-sources/srr_rules", bodies: []string{"data \"srr_rules\" \"a\" {\n}\n"}},
		{
			page: "data-sources/srr_rule_progress", world: existing(oss.Rule{ID: "r-1"}),
			bodies: []string{"data \"srr_rule_progress\" \"a\" {\n  source_bucket = \"orders\"\n  destination_bucket = \"orders-backup\"\n}\n"},
		},
	}
}

// caller gives the user of an account one policy and nothing else.
func (d documented) caller(policy string) func(w *emulator.World) {
	return func(w *emulator.World) {
		if d.world != nil {
			d.world(w)
		}
		account := &w.Accounts[0]
		if d.destination {
			account = &w.Accounts[1]
		}
		account.Policies = append(account.Policies, identity.Policy{Name: "narrow", Versions: []identity.Version{{Number: 1, Document: policy}}})
		account.Users[0].Attached = []identity.Attachment{{Type: "Custom", Policy: "narrow"}}
	}
}

// TestPermissions_areEnoughAndNeeded goes through the life of every documented
// object, with a caller who holds exactly the permissions of its page, and then
// with one action less each time.
func TestPermissions_areEnoughAndNeeded(t *testing.T) {
	t.Parallel()
	for _, d := range documentedPages() {
		t.Run(d.page+d.file, func(t *testing.T) {
			t.Parallel()
			whole := d.read(t)
			if refused := d.live(t, whole); len(refused) > 0 {
				t.Fatalf("with all permissions of the page: %q", refused)
			}
			for i, statement := range whole.Statement {
				for _, action := range statement.Action {
					t.Run(fmt.Sprint("without ", action, " in statement ", i), func(t *testing.T) {
						t.Parallel()
						if refused := d.live(t, whole.without(i, action)); len(refused) == 0 {
							t.Error("nothing is refused, so the page asks for more than is needed")
						}
					})
				}
			}
		})
	}
}

// TestPermissions_ofARuleCoverBothBuckets: the page of put-bucket-replication asks
// for oss:ReplicateGet on both, so that half of the statement is not enough.
func TestPermissions_ofARuleCoverBothBuckets(t *testing.T) {
	t.Parallel()
	pages := documentedPages()
	rule := pages[slices.IndexFunc(pages, func(d documented) bool { return d.page == "resources/srr_rule" })]
	for _, bucket := range []string{"orders", "orders-backup"} {
		t.Run("without "+bucket, func(t *testing.T) {
			t.Parallel()
			whole := rule.read(t)
			at := slices.IndexFunc(whole.Statement, func(s permission) bool { return slices.Contains(s.Action, "oss:ReplicateGet") })
			whole.Statement[at].Resource = slices.DeleteFunc(whole.Statement[at].Resource, func(r string) bool {
				return strings.TrimSuffix(strings.TrimPrefix(r, "acs:oss:*:*:"), "/*") == bucket
			})
			refused := strings.Join(rule.live(t, whole), "\n")
			if !strings.Contains(refused, "PutBucketReplication orders: NoPermission") {
				t.Errorf("refused: %q", refused)
			}
		})
	}
}

// permissions are a RAM policy as a page shows it.
type permissions struct {
	Version   string
	Statement []permission
}

type permission struct {
	Effect           string
	Action, Resource []string
}

func (d documented) read(t *testing.T) (p permissions) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "examples", d.page, cmp.Or(d.file, "permissions.json")))
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil || len(p.Statement) == 0 {
		t.Fatalf("%s: %v, %+v", d.page, err, p)
	}
	return p
}

// without is the policy less one action of the n-th statement; a statement without
// actions goes as a whole.
func (p permissions) without(n int, action string) permissions {
	p.Statement = slices.Clone(p.Statement)
	left := slices.DeleteFunc(slices.Clone(p.Statement[n].Action), func(a string) bool { return a == action })
	p.Statement[n].Action = left
	if len(left) == 0 {
		p.Statement = slices.Delete(p.Statement, n, n+1)
	}
	return p
}

// live goes through the life of the object until something is refused, and
// returns what. Every call that the service refuses counts, also of what would
// be a warning only; but not what no permission can allow.
func (d documented) live(t *testing.T, policy permissions) []string {
	t.Helper()
	text, err := json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(t, d.caller(string(text)))
	dir := c.terraform()
	for i, body := range d.bodies {
		if i == 1 && d.between != nil {
			c.change(d.between)
		}
		dir.write(body)
		for _, step := range []func() outcome{
			func() outcome { return dir.apply() }, func() outcome { return dir.plan() },
		} {
			if refused := d.refused(c, step()); len(refused) > 0 {
				return refused
			}
		}
	}
	return d.refused(c, dir.destroy())
}

func (d documented) refused(c testCloud, o outcome) (list []string) {
	for _, r := range c.Requests(0) {
		if call := r.Operation + " " + r.Object; r.Status == http.StatusForbidden && !slices.Contains(d.foreign, call) {
			list = append(list, call+": "+r.Code)
		}
	}
	if o.exit == 1 {
		list = append(list, o.said())
	}
	return list
}
