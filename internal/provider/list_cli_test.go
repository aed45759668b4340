package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// What `terraform query` finds and writes down is planned and imported without a
// change, from the examples of the documentation.
func TestQuery_generatedConfigurationPlansClean(t *testing.T) {
	t.Parallel()
	for name, made := range map[string][]func(*emulator.World){"as this provider writes": {byHand}, "as consoles and people write": {byHand, spelledOddly}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			queryImportsAll(t, newCloud(t, made...))
		})
	}
}

// spelledOddly says the same as byHand in the words of others, beside what others have.
func spelledOddly(w *emulator.World) {
	withPolicy(documentOf(allows(strings.ToLower(grantActions), `"3000000000000003","`+grantPrincipal+`"`, wholeBucket), foreign))(w)
	role := `"` + roleOfSource + `"`
	withKeyPolicy(documentOf(keyAllows("a", `"kms:Decrypt"`, role), keyOwner, keyAllows("b", `"KMS:generatedatakey","kms:DescribeKey"`, role+`,"acs:ram::3000000000000003:user/alice"`)))(w)
	w.Accounts[0].Roles[0].Name, w.Accounts[0].Policies[0].Name = "OSS-SRR-Orders", "Reads"
	w.Accounts[0].Roles[0].Attached = []identity.Attachment{{Type: "Custom", Policy: "reads"}}
	bucketOf(w, emulator.SourceBucket).Rules = nil
	existing(oss.Rule{ID: "by, hand", Role: roleOfSource, Prefixes: []string{"in/", ""}})(w)
}

func queryImportsAll(t *testing.T, cloud testCloud) {
	t.Helper()
	d := cloud.terraform().write("").atLeast(1, 14, "query", false)
	var lists strings.Builder
	for _, kind := range kinds() {
		lists.WriteString(example(t, "list-resources/"+kind+"/list-resource.tfquery.hcl"))
	}
	d.put("all.tfquery.hcl", lists.String())
	cloud.ClearRequests()
	d.text("query", "-generate-config-out=generated.tf")
	generated := d.file("generated.tf")
	for _, kind := range kinds() {
		if strings.Count(generated, `resource "`+kind+`"`) != 1 {
			t.Errorf("not one %s in\n%s", kind, generated)
		}
	}
	_, guide, _ := strings.Cut(migrationText(t), "### With Terraform 1.14 or later")
	_, guide, _ = strings.Cut(guide, "```text\n")
	guide, _, _ = strings.Cut(guide, "```")
	d.shows(guide)
	d.apply().ok()
	d.plan().empty()
	cloud.onlyReads()
}

// Where OSS does not show the role of a rule, people add it to what was written
// down. The plan is an update then, which writes nothing to the cloud.
func TestQuery_whereNoRoleIsShown(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand, func(w *emulator.World) { w.Switches.OmitSyncRole = true })
	d := cloud.terraform().write("").atLeast(1, 14, "query", false)
	d.put("all.tfquery.hcl", example(t, "list-resources/srr_rule/list-resource.tfquery.hcl"))
	cloud.ClearRequests()
	d.text("query", "-generate-config-out=generated.tf")
	d.plan().fails("Must set a configuration value for the role attribute")
	d.put("generated.tf", regexp.MustCompile(`(?m)^(  role +=) null$`).ReplaceAllString(d.file("generated.tf"), `$1 "oss-srr-orders"`))
	d.shows("Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.")
	d.apply().ok()
	d.plan().empty()
	cloud.onlyReads()
}

func TestQuery_warnsOfWhatItCannotRead(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, byHand)
	d := cloud.terraform().write("").atLeast(1, 14, "query", false)
	d.put("all.tfquery.hcl", "list \"srr_rule\" \"all\" {\n  provider = srr\n}\n")
	cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "GetBucketReplication", Object: "*invoices*", Status: 403, Code: "NoPermission", Count: 9})
	d.run("query", "-json").warns("List is not complete", "invoices", "NoPermission")
	cloud.inject(emulator.Fault{Kind: emulator.FaultError, Operation: "ListBuckets", Status: 403, Code: "AccessDenied", Count: 9})
	d.run("query", "-json").fails("Cannot list the buckets of the account", "AccessDenied")
}
