package provider_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	moveGrant  = "moved {\n  from = alicloud_oss_bucket_policy.a\n  to   = srr_destination_grant.orders\n}\n"
	grantMoved = "srr_destination_grant.orders move"
)

// bucketPolicyBlock is the destination's policy as alicloud has it.
func bucketPolicyBlock(document string) string {
	return "resource \"alicloud_oss_bucket_policy\" \"a\" {\n  bucket = \"orders-backup\"\n  policy = <<-EOT\n" + document + "\nEOT\n}\n"
}

func TestGrant_moveFromAlicloudEndsWithAnEmptyPlan(t *testing.T) {
	anyOwner := strings.ReplaceAll(ours(), emulator.DestinationAccount, "*")
	for name, c := range map[string]struct{ document, ours string }{
		"our statement":     {documentOf(ours()), ""},
		"without deletions": {documentOf(strings.Replace(ours(), `,"oss:ReplicateDelete"`, "", 1)), "  allow_deletes = false\n"},
		"role in capitals":  {documentOf(strings.Replace(ours(), "oss-srr-orders", "OSS-SRR-Orders", 1)), ""},
		"two statements": {documentOf(
			allows(`"oss:ReplicateList"`, `"`+grantPrincipal+`"`, wholeBucket),
			allows(`"oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"`, `"`+grantPrincipal+`"`, wholeBucket)), ""},
		"any owner": {documentOf(anyOwner), ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, stub := besideAlicloud(t, withPolicy(c.document))
			d.writeBoth(bucketPolicyBlock(c.document)).apply().ok()
			d.cloud.ClearRequests()
			want := grantMoved
			if name == "role in capitals" {
				want = "srr_destination_grant.orders update"
			}
			d.writeBoth(bucketGrant(c.ours) + moveGrant).plan().ok().plans(want)
			if want == grantMoved {
				d.apply().ok().plans(want)
				d.plan().empty()
				if got := d.cloud.policy(emulator.DestinationBucket); got != c.document {
					t.Errorf("the policy became %s", got)
				}
			}
			stub.spared()
		})
	}
}

func TestGrant_moveRefusesWhatHoldsMore(t *testing.T) {
	other := strings.Replace(ours(), "oss-srr-orders", "oss-srr-bills", 1)
	narrowed := strings.Replace(ours(), `{"Effect"`, `{"Condition":{"Bool":{"acs:SecureTransport":["true"]}},"Effect"`, 1)
	for name, c := range map[string]struct {
		document string
		want     []string
	}{
		"a statement of others":      {documentOf(foreign, ours()), []string{"holds more than the grant for " + roleOfSource, "destroy = false", "stay in the bucket policy"}},
		"more actions":               {documentOf(strings.Replace(ours(), `"oss:ReplicateList"`, `"oss:ReplicateList","oss:GetObject"`, 1)), []string{"holds oss:GetObject, which this resource cannot express", "destroy = false"}},
		"more actions in capitals":   {documentOf(strings.Replace(ours(), `"oss:ReplicateList"`, `"oss:ReplicateList","OSS:GetObject"`, 1)), []string{"holds OSS:GetObject"}},
		"a part of the bucket":       {documentOf(allows(grantActions, `"`+grantPrincipal+`"`, `"`+grantBucket+`/in/*"`)), []string{"/in/*, which this resource cannot express", "outside Terraform"}},
		"every action":               {documentOf(strings.Replace(ours(), `"oss:ReplicateList"`, `"oss:*","oss:ReplicateList"`, 1)), []string{"holds more than"}},
		"another principal":          {documentOf(strings.Replace(ours(), `"`+grantPrincipal+`"`, `"`+grantPrincipal+`","3000000000000003"`, 1)), []string{"holds more than"}},
		"a condition":                {documentOf(narrowed), []string{"holds more than"}},
		"a Deny":                     {documentOf(ours(), strings.Replace(ours(), "Allow", "Deny", 1)), []string{"holds more than"}},
		"a field beside the grammar": {strings.Replace(documentOf(ours()), `{"Version"`, `{"Owner":"team-a","Version"`, 1), []string{"holds more than"}},
		"another bucket":             {strings.ReplaceAll(documentOf(ours()), "orders-backup", "orders-other"), []string{"holds more than"}},
		"grants for two roles":       {documentOf(ours(), other), []string{"grants for several roles", roleOfSource, "role/oss-srr-bills", "one srr_destination_grant for each role"}},
		"no grant":                   {documentOf(foreign), []string{"has no grant for a replication role", "Keep the resource with alicloud"}},
		"a text that is no policy":   {`{"Statement":`, []string{"cannot be read without a doubt"}},
	} {
		t.Run(name, func(t *testing.T) {
			d, stub := besideAlicloud(t)
			d.writeBoth(bucketPolicyBlock(c.document)).apply().ok()
			d.cloud.ClearRequests()
			d.writeBoth(bucketGrant("") + moveGrant).plan().fails(append(c.want, "Grant cannot be moved")...)
			stub.spared()
		})
	}
}

// What the cloud holds by now decides, not what alicloud recorded.
func TestGrant_moveRefusesWhatWasWidenedSince(t *testing.T) {
	document := documentOf(ours())
	d, stub := besideAlicloud(t, withPolicy(document))
	d.writeBoth(bucketPolicyBlock(document)).apply().ok()
	d.cloud.setPolicy(strings.Replace(document, `"oss:ReplicateList"`, `"oss:ReplicateList","oss:GetObject"`, 1))
	d.cloud.ClearRequests()
	d.writeBoth(bucketGrant("")+moveGrant).plan().fails("Grant cannot be moved", "holds oss:GetObject")
	stub.spared()
}

// The document says that anybody owns the bucket, so only the bucket itself tells.
func TestGrant_moveOfABucketOfAnotherAccountIsRefused(t *testing.T) {
	document := documentOf(strings.ReplaceAll(ours(), emulator.DestinationAccount, "*"), readableBySource())
	recorded := documentOf(strings.ReplaceAll(ours(), emulator.DestinationAccount, "*"))
	d, stub := besideAlicloud(t, withPolicy(document))
	d.writeBoth(bucketPolicyBlock(recorded)).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(strings.Replace(bucketGrant(""), "srralt", "srr", 1)+moveGrant).plan().fails("Bucket of another account", emulator.DestinationAccount)
	stub.spared()
}

// readableBySource lets the other account read the policy of the bucket.
func readableBySource() string {
	return allows(`"oss:GetBucketPolicy","oss:GetBucketInfo"`, `"`+emulator.SourceAccount+`"`, `"`+strings.Replace(grantBucket, emulator.DestinationAccount, "*", 1)+`"`)
}

// The way that the refusal names: forget the document, import the grant.
func TestGrant_forgetAndImportKeepsTheStatementsOfOthers(t *testing.T) {
	document := documentOf(foreign, ours())
	d, stub := besideAlicloud(t, withPolicy(document))
	d.writeBoth(bucketPolicyBlock(document)).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(bucketGrant("") + "import {\n  to = srr_destination_grant.orders\n  id = \"" + grantID + "\"\n}\n" +
		"removed {\n  from = alicloud_oss_bucket_policy.a\n  lifecycle {\n    destroy = false\n  }\n}\n")
	d.plan().plans("alicloud_oss_bucket_policy.a remove", "srr_destination_grant.orders import")
	if got := d.apply(); got.exit != 0 {
		t.Fatal(got.said())
	}
	d.writeBoth(bucketGrant("")).plan().empty()
	if got := d.cloud.policy(emulator.DestinationBucket); got != document {
		t.Errorf("the policy became %s", got)
	}
	stub.spared()
}

func TestGrant_moveOfAGrantThatIsGone(t *testing.T) {
	d, _ := besideAlicloud(t, withPolicy(documentOf(ours())))
	d.writeBoth(bucketPolicyBlock(documentOf(ours()))).apply().ok()
	d.cloud.setPolicy(documentOf(foreign))
	d.writeBoth(bucketGrant("") + moveGrant).plan().plans("srr_destination_grant.orders create").warns("Grant is gone")
}

// A statement that came to the bucket after alicloud looked is not ours, and
// stays.
func TestGrant_moveLeavesWhatOthersAddedSince(t *testing.T) {
	document := documentOf(ours())
	d, stub := besideAlicloud(t, withPolicy(document))
	d.writeBoth(bucketPolicyBlock(document)).apply().ok()
	d.cloud.setPolicy(documentOf(foreign, ours()))
	d.cloud.ClearRequests()
	d.writeBoth(bucketGrant("") + moveGrant).apply().ok().plans(grantMoved)
	stub.spared()
	d.writeBoth("").apply().ok()
	if got := d.cloud.policy(emulator.DestinationBucket); got != documentOf(foreign) {
		t.Errorf("the policy became %s", got)
	}
}

func TestGrant_moveOfABucketOrAKeyIsRefused(t *testing.T) {
	bucket := "resource \"alicloud_oss_bucket\" \"a\" {\n  bucket = \"orders-backup\"\n}\n"
	key := "resource \"alicloud_kms_key\" \"a\" {\n  description = \"replicas\"\n}\n"
	d, stub := besideAlicloud(t)
	d.writeBoth(bucket + key).apply().ok()
	d.cloud.ClearRequests()
	d.writeBoth(key+bucketGrant("")+moveBlock("alicloud_oss_bucket.a", "srr_destination_grant.orders")).plan().
		fails("Grant cannot be moved", "ignore_changes = [policy]", "bucket,role_arn")
	d.writeBoth(bucket+keyGrant(emulator.ReplicaKey, "")+moveBlock("alicloud_kms_key.a", "srr_kms_key_policy.replica")).plan().
		fails("Key cannot be moved", "ignore_changes = [policy]", "key_id,role_arn", "destroy = false")
	stub.spared()
}
