package torture

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// site is the cloud of one worker. Its buckets and its key have names of their own, because the provider takes a
// lock for each shared document by its name, and workers must not wait for each other.
type site struct{ name string }

func (s site) source() string      { return "orders-" + s.name }
func (s site) copies() string      { return "orders-copy-" + s.name }
func (s site) destination() string { return "orders-backup-" + s.name }
func (s site) key() string         { return "key-hzz" + s.name + "replica" }

func (s site) keyARN() string {
	return fmt.Sprintf("acs:kms:%s:%s:key/%s", emulator.Region, emulator.DestinationAccount, s.key())
}

// world is full of what others have made: a role with a policy, a rule of the same bucket, statements in the policies
// of bucket and key. Silent lets a rule be created whose role or grant is missing.
func (s site) world(silent bool) emulator.World {
	world := emulator.DefaultWorld()
	world.Switches.SilentCreate = silent
	source := &world.Accounts[0]
	source.Roles = []identity.Role{{
		Name: "builder", TrustPolicy: othersTrust, MaxSessionDuration: 3600, Attached: []identity.Attachment{{Type: "Custom", Policy: "read-orders"}},
	}}
	source.Policies = []identity.Policy{{Name: "read-orders", Versions: []identity.Version{{Number: 1, Document: othersPolicy}}}}
	world.KMS.Instances[1].AccessManagementQuantity = 4
	world.KMS.Keys[1] = kms.Key{
		ID: s.key(), Owner: emulator.DestinationAccount, Region: emulator.Region, InstanceID: world.KMS.Instances[1].ID, Policy: othersKeyPolicy,
	}
	buckets := world.OSS.Buckets
	buckets[0].Name, buckets[1].Name = s.source(), s.destination()
	buckets[1].Policy = strings.ReplaceAll(emulator.ForeignPolicy(), emulator.DestinationBucket, s.destination())
	buckets[0].Rules = []oss.Rule{{ID: "rule-of-others", Destination: s.copies(), Role: "builder", ReplicateHistory: true}}
	world.OSS.Buckets = append(world.OSS.Buckets, oss.Bucket{Name: s.copies(), Owner: emulator.SourceAccount, Region: emulator.Region})
	return world
}

const (
	othersTrust     = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ecs.aliyuncs.com"]}}]}`
	othersPolicy    = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Resource":"acs:oss:*:*:orders/*"}]}`
	othersKeyPolicy = `{"Version": "1", "Statement": [
  {"Sid": "kms default key policy", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::` + emulator.DestinationAccount + `:*"]}, "Action": ["kms:*"], "Resource": ["*"]},
  {"Sid": "auditors", "Effect": "Allow", "Principal": {"RAM": ["acs:ram::3000000000000003:role/audit"]}, "Action": ["kms:DescribeKey"], "Resource": ["*"]}
]}
`
)

// others are texts that must be in every world, whatever fails.
func (s site) others() []string {
	return []string{othersKeyStatement, othersBucketStatement, `"builder"`, `"read-orders"`, `"rule-of-others"`}
}

const (
	othersKeyStatement    = `acs:ram::3000000000000003:role/audit`
	othersBucketStatement = `/reports/*`
)

// snapshot is a world as text, without what is different each time: times, ids that the cloud or the provider chose,
// numbers of changes, objects, which replication copies when it likes.
func snapshot(w emulator.World) string {
	kept := struct {
		Accounts []identity.Account
		Keys     []kms.Key
		Buckets  []oss.Bucket
	}{w.Accounts, w.KMS.Keys, w.OSS.Buckets}
	for i := range kept.Accounts {
		plainAccount(&kept.Accounts[i])
	}
	for i := range kept.Keys {
		k := &kept.Keys[i]
		kept.Keys[i] = kms.Key{ID: k.ID, Owner: k.Owner, State: k.State, Policy: k.Policy, Tags: k.Tags}
	}
	for i := range kept.Buckets {
		b := &kept.Buckets[i]
		kept.Buckets[i] = oss.Bucket{Name: b.Name, Owner: b.Owner, Policy: b.Policy, Versioning: b.Versioning, ACL: b.ACL, Rules: plainRules(b.Rules)}
	}
	text, err := json.MarshalIndent(kept, "", " ")
	if err != nil {
		panic(err) // plain structs can always be written
	}
	return string(text)
}

func plainAccount(a *identity.Account) {
	a.Keys, a.Users = nil, nil
	for i := range a.Roles {
		r := &a.Roles[i]
		attached := make([]identity.Attachment, 0, len(r.Attached))
		for _, at := range r.Attached {
			attached = append(attached, identity.Attachment{Type: at.Type, Policy: at.Policy})
		}
		slices.SortFunc(attached, func(a, b identity.Attachment) int { return strings.Compare(a.Policy, b.Policy) })
		a.Roles[i] = identity.Role{
			Name: r.Name, Description: r.Description, TrustPolicy: r.TrustPolicy, MaxSessionDuration: r.MaxSessionDuration, Attached: attached, Tags: r.Tags,
		}
	}
	for i := range a.Policies {
		p := &a.Policies[i]
		a.Policies[i] = identity.Policy{Name: p.Name, Description: p.Description, Tags: p.Tags, Versions: defaultVersion(*p)}
	}
}

// defaultVersion is the version that counts; a repeated change may leave one more beside it.
func defaultVersion(p identity.Policy) []identity.Version {
	for _, v := range p.Versions {
		if p.DefaultVersion == fmt.Sprintf("v%d", v.Number) || p.DefaultVersion == "" && v.Number == 1 {
			return []identity.Version{{Document: v.Document}}
		}
	}
	return nil
}

// plainRules leaves out rules that are going away, and the ids that the provider chose.
func plainRules(rules []oss.Rule) []oss.Rule {
	var plain []oss.Rule
	for _, r := range rules {
		if !r.Closed.IsZero() {
			continue
		}
		id := r.ID
		if strings.HasPrefix(id, "srr-") {
			id = "srr-"
		}
		plain = append(plain, oss.Rule{
			ID: id, Prefixes: r.Prefixes, TagFilter: r.TagFilter, Action: r.Action, Destination: r.Destination, Location: r.Location, Role: r.Role,
			ReplicateHistory: r.ReplicateHistory, ReplicateKMS: r.ReplicateKMS, ReplicaKMSKeyID: r.ReplicaKMSKeyID, TransferType: r.TransferType,
		})
	}
	return plain
}
