package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// shape is something that was made by hand: what has to be configured for it, and
// the id that imports it.
type shape struct{ name, arguments, id string }

// importShapes imports every shape without a change, then once more to compare
// each attribute with what is in the state.
// Before Terraform destroys them, alone happens to the world.
func importShapes(c testCloud, kind, more, identifier string, shapes []shape, alone ...func(*emulator.World)) {
	c.t.Helper()
	var blocks, imports strings.Builder
	var unchanged []plancheck.PlanCheck
	var again []resource.TestStep
	for _, s := range shapes {
		address := kind + "." + s.name
		fmt.Fprintf(&blocks, "resource %q %q {\n%s\n%s\n}\n", kind, s.name, more, s.arguments)
		fmt.Fprintf(&imports, "import {\n  to = %s\n  id = %q\n}\n", address, s.id)
		unchanged = append(unchanged, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
		again = append(again, resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: s.id, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: identifier,
		})
	}
	first := resource.TestStep{Config: blocks.String() + imports.String(), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: unchanged}}
	last := resource.TestStep{Config: blocks.String(), ConfigPlanChecks: roleUnchanged(), Check: then(func() error {
		for _, change := range alone {
			c.change(change)
		}
		return nil
	})}
	c.run(append(append([]resource.TestStep{first}, again...), last)...)
}

func TestImport_everyShapeOfARule(t *testing.T) {
	t.Parallel()
	const to = "  destination_bucket = \"d-%s\"\n  replicate_history = %t\n"
	arn := strings.Replace(roleOfSource, "oss-srr-orders", "AliyunOSSRole", 1)
	rows := []struct {
		name, arguments string
		rule            oss.Rule
	}{
		{"plain", "", oss.Rule{}},
		{"history", "", oss.Rule{ReplicateHistory: true}},
		{"deletes", "replicate_deletes = true", oss.Rule{Action: "ALL", ReplicateHistory: true}},
		{"list", "replicate_deletes = true", oss.Rule{Action: "PUT,DELETE"}},
		{"without", "", oss.Rule{Action: "PUT"}},
		{"prefixes", `prefixes = ["2025/", "2026/", "archive/"]`, oss.Rule{Prefixes: []string{"archive/", "2026/", "2025/"}}},
		{"every-key", "", oss.Rule{Prefixes: []string{""}}},
		{"covered", "", oss.Rule{Prefixes: []string{"in/", ""}}},
		{"all-tags", "tag_filter = " + tagFilter("all", "a|1", "b|2"), oss.Rule{TagFilter: &oss.TagFilter{Match: "AND", Tags: []oss.Tag{{Key: "b", Value: "2"}, {Key: "a", Value: "1"}}}}},
		{"any-tag", "prefixes = [\"in/\"]\n tag_filter = " + tagFilter("any", "a|1"), oss.Rule{Prefixes: []string{"in/"}, TagFilter: &oss.TagFilter{Match: "OR", Tags: []oss.Tag{{Key: "a", Value: "1"}}}}},
		{"encrypted", `replica_kms_key_id = "` + emulator.ReplicaKeyARN() + `"`, oss.Rule{ReplicateKMS: true, ReplicaKMSKeyID: emulator.ReplicaKeyARN()}},
		{"console", `role = "` + arn + `"`, oss.Rule{Role: arn, ReplicateHistory: true}},
	}
	var shapes []shape
	var rules []oss.Rule
	buckets := func(w *emulator.World) {
		for _, row := range rows {
			w.OSS.Buckets = append(w.OSS.Buckets, oss.Bucket{Name: "d-" + row.name, Owner: emulator.DestinationAccount, Region: emulator.Region})
		}
	}
	for i, row := range rows {
		row.rule.ID, row.rule.Destination = fmt.Sprintf("rule, %d", i), "d-"+row.name
		rules = append(rules, row.rule)
		arguments := fmt.Sprintf(to, row.name, row.rule.ReplicateHistory) + row.arguments
		if row.rule.Role == "" {
			arguments += "\n  role = \"oss-srr-orders\""
		}
		id := "orders," + row.rule.ID
		if i%2 == 0 {
			id = "orders=>" + row.rule.Destination
		}
		shapes = append(shapes, shape{row.name, arguments, id})
	}
	c := newCloud(t, silent, buckets, existing(rules...))
	importShapes(c, "srr_rule", "  source_bucket = \"orders\"", "rule_id", shapes)
}

func TestImport_everyShapeOfAGrant(t *testing.T) {
	t.Parallel()
	const three = `"oss:ReplicatePut","oss:ReplicateGet","oss:ReplicateList"`
	other := `"` + strings.Replace(grantPrincipal, "oss-srr-orders", "other", 1) + `"`
	ourselves := `"` + grantPrincipal + `"`
	anyOwner := strings.ReplaceAll(wholeBucket, emulator.DestinationAccount, "*")
	var shapes []shape
	var worlds []func(*emulator.World)
	for name, row := range map[string]struct{ policy, more string }{
		"own":      {documentOf(foreign, ours()), ""},
		"others":   {documentOf(allows(grantActions, other+","+ourselves, wholeBucket), foreign), ""},
		"three":    {documentOf(allows(three, ourselves, wholeBucket)), "allow_deletes = false"},
		"owner":    {documentOf(allows(grantActions, ourselves, anyOwner)), ""},
		"split":    {documentOf(allows(three, ourselves, `"`+grantBucket+`"`), allows(three, ourselves+","+other, `"`+grantBucket+`/*"`), allows(`"oss:ReplicateDelete"`, ourselves, wholeBucket)), ""},
		"scalars":  {documentOf(strings.Replace(allows(grantActions, ourselves, wholeBucket), "["+ourselves+"]", ourselves, 1)), ""},
		"spelling": {documentOf(allows(strings.ToLower(grantActions), ourselves, wholeBucket)), ""},
		"twice":    {documentOf(ours(), foreign, ours()), ""},
		"indented": {strings.NewReplacer(`{"`, "{\r\n\t\"", `":`, `" : `, `],`, "],\n  ").Replace(documentOf(ours())), ""},
	} {
		bucket := "backup-" + name
		worlds = append(worlds, bucketNamed(bucket, emulator.DestinationAccount), func(w *emulator.World) {
			bucketOf(w, bucket).Policy = strings.ReplaceAll(row.policy, "orders-backup", bucket)
		})
		shapes = append(shapes, shape{name, "  bucket = \"" + bucket + "\"\n" + row.more, bucket + "," + roleOfSource})
	}
	importShapes(newCloud(t, worlds...), "srr_destination_grant", "  provider = srralt\n  role_arn = \""+roleOfSource+`"`, "bucket", shapes)
}

func TestImport_everyShapeOfAKeyGrant(t *testing.T) {
	t.Parallel()
	ourselves := `"` + roleOfSource + `"`
	shared := ourselves + `,"acs:ram::3000000000000003:user/alice"`
	var shapes []shape
	worlds := []func(*emulator.World){withKeyPolicy("")}
	for name, row := range map[string]struct{ policy, more string }{
		"own":     {documentOf(keyOwner, keyOurs()), ""},
		"shared":  {documentOf(keyOwner, keyAllows("console", keyActions, shared), keyForeign), ""},
		"console": {documentOf(keyOwner, keyAllows("", `"kms:Encrypt","kms:Decrypt","kms:GenerateDataKey"`, ourselves)), `actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]`},
		"split":   {documentOf(keyAllows("a", `"kms:Decrypt"`, ourselves), keyOwner, keyAllows("b", `"KMS:generatedatakey","kms:DescribeKey"`, shared)), ""},
		"scalars": {documentOf(keyOwner, strings.NewReplacer(`["`+roleOfSource+`"]`, ourselves, `["*"]`, `"*"`).Replace(keyAllows("", keyActions, ourselves))), ""},
	} {
		key := "key-shape-" + name
		arn := strings.Replace(emulator.ReplicaKeyARN(), emulator.ReplicaKey, key, 1)
		worlds = append(worlds, keyNamed(key, row.policy))
		shapes = append(shapes, shape{name, "  key_id = \"" + arn + "\"\n" + row.more, arn + "," + roleOfSource})
	}
	importShapes(newCloud(t, worlds...), "srr_kms_key_policy", "  provider = srralt\n  role_arn = \""+roleOfSource+`"`, "key_arn", shapes)
}

func TestImport_everyShapeOfARole(t *testing.T) {
	t.Parallel()
	const keys = `["` + "acs:kms:cn-hangzhou:" + emulator.SourceAccount + ":key/" + emulator.SourceKey + `"]`
	encrypted := strings.TrimSuffix(readOrders, "]}") + `,{"Effect":"Allow","Action":["kms:DescribeKey","kms:Decrypt","kms:GenerateDataKey"],"Resource":` + keys + `}]}`
	owner := strings.ReplaceAll(readOrders, "acs:oss:*:*:", "acs:oss:*:"+emulator.SourceAccount+":")
	system := func(name string) identity.Attachment { return identity.Attachment{Type: "System", Policy: name} }
	var shapes []shape
	var worlds []func(*emulator.World)
	for name, row := range map[string]struct {
		document, trust, more string
		change                func(*identity.Role)
		attached              []identity.Attachment
	}{
		"owner":   {owner, trustOfOSS, "", func(*identity.Role) {}, nil},
		"least":   {readOrders, trustOfOSS, "", func(*identity.Role) {}, nil},
		"console": {strings.ReplaceAll(readOrders, `["acs`, " [\n\t\"acs"), strings.ReplaceAll(trustOfOSS, `["sts:AssumeRole"]`, `"sts:AssumeRole"`), "", func(r *identity.Role) { r.Name = "AliyunOSSRole" }, []identity.Attachment{system("AliyunOSSFullAccess")}},
		"said":    {readOrders, trustOfOSS, "description = \"by hand\"\n  max_session_duration = 7200", func(r *identity.Role) { r.Description, r.MaxSessionDuration = "by hand", 7200 }, nil},
		"keys":    {encrypted, trustOfOSS, "kms_key_arns = " + keys, func(*identity.Role) {}, nil},
		"crypto":  {readOrders, trustOfOSS, "kms_crypto_user_access = true", func(*identity.Role) {}, []identity.Attachment{system("AliyunKMSCryptoUserAccess")}},
		"shared":  {readOrders, trustOfOSS, "", func(*identity.Role) {}, nil}, // with the role visitor
		"several": {readOrders, trustOfOSS, "", func(*identity.Role) {}, []identity.Attachment{{Type: "Custom", Policy: "of-others"}}},
	} {
		role := identity.Role{Name: "role-" + name, TrustPolicy: row.trust, Attached: append(row.attached, identity.Attachment{Type: "Custom", Policy: "reads-" + name})}
		row.change(&role)
		worlds = append(worlds, func(w *emulator.World) {
			w.Accounts[0].Roles = append(w.Accounts[0].Roles, role)
			w.Accounts[0].Policies = append(w.Accounts[0].Policies, identity.Policy{Name: "reads-" + name, Versions: []identity.Version{{Number: 1, Document: row.document}}})
		})
		arguments := fmt.Sprintf("  name = %q\n  policy_name = %q\n  %s", role.Name, "reads-"+name, row.more)
		shapes = append(shapes, shape{name, arguments, role.Name})
	}
	worlds = append(worlds, func(w *emulator.World) {
		w.Accounts[0].Policies = append(w.Accounts[0].Policies, identity.Policy{Name: "of-others", Versions: []identity.Version{{Number: 1, Document: foreignDocument}}})
	})
	worlds = append(worlds, roleWith("visitor", trustOfOSS, identity.Attachment{Type: "Custom", Policy: "reads-shared"}))
	alone := func(w *emulator.World) {
		for i, role := range w.Accounts[0].Roles {
			w.Accounts[0].Roles[i].Attached = slices.DeleteFunc(role.Attached, func(a identity.Attachment) bool {
				return a.Policy == "of-others" || a.Policy == "AliyunOSSFullAccess"
			})
		}
	}
	c := newCloud(t, worlds...)
	importShapes(c, "srr_replication_role", "  source_buckets = [\"orders\"]", "name", shapes, alone)
	a := c.World().Accounts[0]
	if len(a.Roles) != 1 || a.Roles[0].Name != "visitor" || !slices.ContainsFunc(a.Policies, func(p identity.Policy) bool { return p.Name == "reads-shared" }) {
		t.Errorf("after the end there are %v and %v", a.Roles, a.Policies)
	}
}
