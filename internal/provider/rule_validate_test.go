package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// invalid is a rule that is refused, and where and why.
type invalid struct {
	name   string
	change arguments
	// at is the attribute at fault. For what lies inside tag_filter Terraform
	// before 1.15 shows the resource's line, with the attribute in the text, and
	// newer ones the inner attribute: either is named, with a bar between them.
	at   string
	want string
}

func (i invalid) isAt(code string) bool {
	return slices.ContainsFunc(strings.Split(i.at, "|"), func(at string) bool { return strings.Contains(code, at) })
}

// refused plans all rules at once and looks for each one's error.
func refused(t *testing.T, d terraformDir, rows []invalid, common string) {
	t.Helper()
	var body strings.Builder
	body.WriteString(common)
	for _, row := range rows {
		body.WriteString(ruleBlock(row.name, row.change))
	}
	plan := d.write(body.String()).plan()
	if plan.exit != 1 {
		t.Fatalf("the plan ended with %d", plan.exit)
	}
	byRule := map[string][]diagnostic{}
	for _, p := range plan.problems {
		name := strings.TrimPrefix(p.Address, "srr_rule.")
		byRule[name] = append(byRule[name], p)
	}
	for _, row := range rows {
		got := byRule[row.name]
		if len(got) != 1 || got[0].Severity != "error" || !strings.Contains(got[0].Summary+"\n"+got[0].Detail, row.want) || !row.isAt(got[0].Snippet.Code) {
			t.Errorf("%s: got %+v, want one error at %s with %q", row.name, got, row.at, row.want)
		}
	}
}

func tagFilter(match string, tags ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "{ match = %q, tags = [", match)
	for _, t := range tags {
		key, value, _ := strings.Cut(t, "|")
		fmt.Fprintf(&b, "{ key = %q, value = %q }, ", key, value)
	}
	return b.String() + "] }"
}

func many(n int, format string) string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf(format, i))
	}
	return strings.Join(list, ", ")
}

func TestRule_configurationIsRefusedAtTheAttribute(t *testing.T) {
	d := ruleTest(t)
	eleven := strings.Split(many(11, "k%02d|v"), ", ")
	refused(t, d, []invalid{
		{"upper", arguments{"source_bucket": `"Orders"`}, "source_bucket", "lower-case"},
		{"short", arguments{"destination_bucket": `"ab"`}, "destination_bucket", "allowed are 3 to 63"},
		{"hyphen", arguments{"destination_bucket": `"orders-"`}, "destination_bucket", "begin or end"},
		{"same", arguments{"destination_bucket": `"orders"`}, "destination_bucket", "Source and destination are the same bucket"},
		{"user", arguments{"role": `"acs:ram::1000000000000001:user/x"`}, "role", "names a user, not a role"},
		{"session", arguments{"role": `"arn:sts::1000000000000001:assumed-role/x/*"`}, "role", "names a role session"},
		{"rolename", arguments{"role": `"a_b"`}, "role", "may hold only"},
		{"wildcard", arguments{"prefixes": `["a/*"]`}, "prefixes", "wildcards are not supported"},
		{"bucketinfront", arguments{"prefixes": `["orders/2026"]`}, "prefixes", "begins with the bucket's name"},
		{"nested", arguments{"prefixes": `["video/", "video/a"]`}, "prefixes", "One prefix contains another"},
		{"empty", arguments{"prefixes": `[""]`}, "prefixes", "must not be empty"},
		{"none", arguments{"prefixes": `[]`}, "prefixes", "at least 1"},
		{"long", arguments{"prefixes": fmt.Sprintf("[%q]", strings.Repeat("ä", 512))}, "prefixes", "1024 bytes, allowed are 1023"},
		{"control", arguments{"prefixes": `["a\u0001b"]`}, "prefixes", "cannot be written in XML"},
		{"match", arguments{"tag_filter": tagFilter("AND", "a|b")}, "match", "value must be one of"},
		{"notags", arguments{"tag_filter": tagFilter("all")}, "\"notags\" {|tags = [", "at least 1"},
		{"manytags", arguments{"tag_filter": tagFilter("all", eleven...)}, "tag_filter", "holds 11 tags, allowed are 1 to 10"},
		{"keylength", arguments{"tag_filter": tagFilter("all", strings.Repeat("k", 129)+"|v")}, "tag_filter", "tag key has 129 characters"},
		{"valuelength", arguments{"tag_filter": tagFilter("all", "k|"+strings.Repeat("v", 257))}, "tag_filter", "has 257 characters"},
		{"tagcharacter", arguments{"tag_filter": tagFilter("all", "a&b|v")}, "tag_filter", "may hold only letters"},
		{"twice", arguments{"tag_filter": tagFilter("all", "k|1", "k|2")}, "tag_filter", "listed twice"},
		{"deletes", arguments{"tag_filter": tagFilter("any", "k|1"), "replicate_deletes": "true"}, "replicate_deletes", "exclude each other"},
		{"alias", arguments{"replica_kms_key_id": `"acs:kms:cn-hangzhou:2000000000000002:alias/x"`}, "replica_kms_key_id", "an alias can move"},
		{"notkey", arguments{"replica_kms_key_id": `"acs:kms:cn-hangzhou:2000000000000002:secret/x"`}, "replica_kms_key_id", "is not a key ARN"},
	}, "")
	if got := len(d.cloud.Requests(0)); got > 0 {
		t.Errorf("%d calls were made for configurations that are wrong in themselves", got)
	}
}

func TestRule_planComparesWithAccountAndRegion(t *testing.T) {
	d := ruleTest(t)
	refused(t, d, []invalid{
		{"prefixlimit", arguments{"prefixes": "[" + many(11, `"p%02d/"`) + "]"}, "prefixes", "11 prefixes are given, OSS accepts 10"},
		{"otheraccount", arguments{"role": `"acs:ram::2000000000000002:role/r"`}, "role", "Role of another account"},
		{"keyregion", arguments{"replica_kms_key_id": `"acs:kms:cn-beijing:2000000000000002:key/x"`}, "replica_kms_key_id", "Key of another region"},
		{"barekey", arguments{"replica_kms_key_id": `"key-hzz000000000000replica"`}, "replica_kms_key_id", "is a key id without an account"},
	}, "")
	body := ruleBlock("a", arguments{"prefixes": "[" + many(100, `"p%02d/"`) + "]"})
	d.writeAs(body, "prefix_limit = 100\n").plan().ok().plans("a create")
}

func TestRule_unknownValuesFailOnlyWhenTheyAreKnown(t *testing.T) {
	d := ruleTest(t)
	unknown := `
resource "terraform_data" "x" {
  input = "video/"
}
`
	body := unknown + ruleBlock("a", arguments{"prefixes": `["video/a", terraform_data.x.output]`})
	d.write(body).plan().ok()
	d.apply().fails("One prefix contains another")
	if got := d.cloud.ruleWrites(); got != 0 {
		t.Errorf("%d rules were sent", got)
	}
}

func foreignBuckets(t *testing.T) terraformDir {
	t.Helper()
	return ruleTest(t, more, func(w *emulator.World) {
		w.OSS.Buckets = append(w.OSS.Buckets,
			oss.Bucket{Name: "orders-far", Owner: emulator.DestinationAccount, Region: "cn-beijing"},
			oss.Bucket{Name: "far", Owner: emulator.SourceAccount, Region: "cn-beijing"},
			oss.Bucket{Name: "paused", Owner: emulator.SourceAccount, Region: emulator.Region, Versioning: "Suspended"},
			oss.Bucket{Name: "versioned", Owner: emulator.SourceAccount, Region: emulator.Region, Versioning: "Enabled"},
		)
	})
}

func TestRule_factsThatNothingCanChangeAreErrors(t *testing.T) {
	refused(t, foreignBuckets(t), []invalid{
		{"foreignsource", arguments{"source_bucket": `"orders-b"`}, "source_bucket", "which does not own bucket orders-b"},
		{"farsource", arguments{"source_bucket": `"far"`}, "source_bucket", "Source bucket in another region"},
		{"fardestination", arguments{"destination_bucket": `"orders-far"`}, "destination_bucket", "Destination bucket in another region"},
	}, "")
}

func TestRule_factsThatMayChangeAreWarnings(t *testing.T) {
	d := foreignBuckets(t)
	d.write(ruleBlock("a", arguments{"source_bucket": `"paused"`})).plan().warns("Versioning of the source bucket is suspended")
	d.write(ruleBlock("a", arguments{"destination_bucket": `"versioned"`})).plan().warns("Versioning of the buckets differs", "not set on orders and Enabled on versioned")
	d.write(ruleBlock("a", arguments{"source_bucket": `"absent-a"`, "destination_bucket": `"absent-b"`})).plan().ok()
}
