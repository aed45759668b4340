package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	keyGrantAddress = "srr_kms_key_policy.replica"
	keyOwner        = `{"Sid":"kms default key policy","Effect":"Allow","Principal":{"RAM":["acs:ram::` + emulator.DestinationAccount + `:*"]},"Action":["kms:*"],"Resource":["*"]}`
	keyForeign      = `{"Effect":"Allow","Principal":{"RAM":["acs:ram::3000000000000003:role/app"]},"Action":["kms:Decrypt"],"Resource":["*"]}`
	keyActions      = `"kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"`
)

// keyAllows is a statement of a key policy.
func keyAllows(sid, actions, principals string) string {
	if sid != "" {
		sid = `"Sid":"` + sid + `",`
	}
	return `{` + sid + `"Effect":"Allow","Principal":{"RAM":[` + principals + `]},"Action":[` + actions + `],"Resource":["*"]}`
}

const keySid = "srr-" + emulator.SourceAccount + "-oss-srr-orders"

func keyOurs() string { return keyAllows(keySid, keyActions, `"`+roleOfSource+`"`) }

// withKeyPolicy gives the replica key a policy, in an instance with units for
// other accounts.
func withKeyPolicy(policy string) func(*emulator.World) {
	return func(w *emulator.World) {
		for i := range w.KMS.Instances {
			w.KMS.Instances[i].AccessManagementQuantity = 20
		}
		for i := range w.KMS.Keys {
			if w.KMS.Keys[i].ID == emulator.ReplicaKey {
				w.KMS.Keys[i].Policy = policy
			}
		}
	}
}

// TestKeyPolicy_neighbours takes one grant through its life beside the
// statements of others.
func TestKeyPolicy_neighbours(t *testing.T) {
	t.Parallel()
	reserialized := func(w *emulator.World) { w.Switches.ReserializeKeyPolicies = true }
	for name, before := range map[string]string{
		"odd formatting": "{\r\n\t\"Statement\" : [ " + keyForeign + " ,\n " + keyForeign + ",\t" + keyOwner + " ] ,\r\n\t\"Version\":\"1\"\r\n}\r\n",
		"unknown fields": `{"Id":7,"Version":"1","Statement":[` + strings.Replace(keyOwner, `{"Sid"`, `{"Note":{"a":1.50},"Sid"`, 1) + `],"Meta":["\u00e9"]}`,
		"scalars":        corpus(t, "key-ros"),
		"Sid is taken":   documentOf(keyOwner, keyAllows(keySid, `"kms:Decrypt"`, `"acs:ram::3000000000000003:role/app"`)),
		"reserialized":   `{"Statement":[{"Action":["kms:*"],"Effect":"Allow","Principal":{"RAM":["acs:ram::` + emulator.DestinationAccount + `:*"]},"Resource":["*"]}],"Version":"1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changes := []func(*emulator.World){withKeyPolicy(before)}
			if name == "reserialized" {
				changes = append(changes, reserialized)
			}
			cloud := newCloud(t, changes...)
			dir := cloud.terraform()
			for _, more := range []string{"", `actions = ["kms:Decrypt", "kms:GenerateDataKey"]`} {
				dir.write(keyGrant(emulator.ReplicaKey, more))
				if applied := dir.apply(); applied.exit != 0 {
					t.Fatal(applied.said())
				}
				if err := grownAtOnePlace(before, cloud.keyPolicy(emulator.ReplicaKey)); err != nil {
					t.Error(err)
				}
				if planned := dir.plan(); planned.exit != 0 {
					t.Error(planned.changes)
				}
			}
			dir.destroy()
			if after := cloud.keyPolicy(emulator.ReplicaKey); after != before || cloud.writes() != 3 {
				t.Errorf("%d writes; the policy was\n%s\nand is\n%s", cloud.writes(), before, after)
			}
		})
	}
}

// TestKeyPolicy_drift finds the statement by its meaning, shows what differs in
// it, and heals it.
func TestKeyPolicy_drift(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statement string
		action    string // "" for none
		shown     []string
	}{
		"narrowed":   {keyAllows(keySid, `"kms:Decrypt"`, `"`+roleOfSource+`"`), "update", []string{"!kms:GenerateDataKey", "kms:Decrypt"}},
		"widened":    {keyAllows(keySid, keyActions+`,"kms:Encrypt"`, `"`+roleOfSource+`"`), "update", []string{"kms:Encrypt"}},
		"wildcard":   {keyAllows(keySid, `"kms:*"`, `"`+roleOfSource+`"`), "update", []string{"kms:*"}},
		"upper case": {keyAllows(keySid, keyActions, `"`+strings.Replace(roleOfSource, "oss-srr", "OSS-SRR", 1)+`"`), "", nil},
		"other Sid":  {keyAllows("theirs", keyActions, `"`+roleOfSource+`"`), "", nil},
		"shared":     {keyAllows("", keyActions, `"acs:ram::3000000000000003:role/app","`+roleOfSource+`"`), "", nil},
		"removed":    {keyForeign, "create", nil},
		"condition":  {strings.TrimSuffix(keyAllows("", keyActions, `"`+roleOfSource+`"`), "}") + `,"Condition":{"IpAddress":{"acs:SourceIp":["10.0.0.1"]}}}`, "create", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newCloud(t, withKeyPolicy(documentOf(keyOwner)))
			dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
			dir.apply().ok()
			changed := documentOf(keyOwner, c.statement, keyForeign)
			cloud.change(withKeyPolicy(changed))
			cloud.ClearRequests()
			planned := dir.plan()
			if planned.changes[keyGrantAddress] != c.action {
				t.Fatalf("the plan is %v and says %s", planned.changes, planned.said())
			}
			if c.action == "create" {
				planned.warns("Grant is gone", "ignore_changes = [policy]")
			}
			dir.run("apply", "-json", "-refresh-only", "-auto-approve")
			if c.action == "update" {
				if err := shows(fmt.Sprint(dir.state("srr_kms_key_policy", "replica")["statement"]), c.shown); err != nil {
					t.Error(err)
				}
			}
			dir.apply()
			now := cloud.keyPolicy(emulator.ReplicaKey)
			switch {
			case c.action == "" && (now != changed || cloud.writes() != 0):
				t.Errorf("%d writes for nothing: %s", cloud.writes(), now)
			case c.action != "" && (cloud.writes() != 1 || !strings.Contains(now, keyActions)):
				t.Errorf("%d writes, not healed: %s", cloud.writes(), now)
			case !strings.Contains(now, keyForeign) || !strings.Contains(now, keyOwner):
				t.Errorf("a neighbour is gone: %s", now)
			}
			dir.plan().empty()
		})
	}
}

// TestKeyPolicy_owner warns where nobody of the owner's account is named, and
// gives back the documented default when nothing else is left.
func TestKeyPolicy_owner(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, withKeyPolicy(documentOf(keyForeign)))
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	dir.apply().warns("Key policy without the owner", "acs:ram::<account>:*")
	cloud.change(withKeyPolicy(documentOf(keyOurs())))
	dir.apply("-destroy").warns("Key got its default policy", "only statement")
	if now := cloud.keyPolicy(emulator.ReplicaKey); now != documentOf(keyOwner) {
		t.Errorf("the policy is %s", now)
	}
}

// TestKeyPolicy_denied warns of a Deny that hits the role.
func TestKeyPolicy_denied(t *testing.T) {
	t.Parallel()
	deny := strings.Replace(keyAllows("no-export", `"kms:GenerateDataKey"`, `"`+roleOfSource+`"`), "Allow", "Deny", 1)
	for verb, statement := range map[string]string{
		"denies the role": deny,
		"may deny":        strings.TrimSuffix(deny, "}") + `,"Condition":{"Bool":{"acs:SecureTransport":["false"]}}}`,
	} {
		dir := newCloud(t, withKeyPolicy(documentOf(keyOwner, statement))).terraform().write(keyGrant(emulator.ReplicaKey, ""))
		dir.apply()
		dir.plan().warns("The grant is overruled", "Statement 2 (no-export)", verb, "kms:GenerateDataKey").plans()
	}
}

// TestKeyPolicy_existing is not taken over, and can be imported by id and ARN.
func TestKeyPolicy_existing(t *testing.T) {
	t.Parallel()
	cloud := newRoleCloud(t, withKeyPolicy(documentOf(keyOwner, keyOurs())))
	dir := cloud.terraform().write(keyGrant(emulator.ReplicaKey, ""))
	dir.plan().warns("Grant exists already", emulator.ReplicaKeyARN()+","+roleOfSource)
	dir.apply().fails("Grant exists already", `id = "`+emulator.ReplicaKeyARN()+","+roleOfSource+`"`)
	for _, key := range []string{emulator.ReplicaKey, emulator.ReplicaKeyARN()} {
		for _, configured := range []string{emulator.ReplicaKey, emulator.ReplicaKeyARN()} {
			fresh := cloud.terraform().write(keyGrant(configured, "") + "import {\n  to = " + keyGrantAddress + "\n  id = \"" + key + "," + roleOfSource + "\"\n}\n")
			fresh.apply().ok()
			fresh.plan().empty()
		}
	}
	if written := cloud.testCloud.writes(); written != 0 {
		t.Errorf("%d writes", written)
	}
}
