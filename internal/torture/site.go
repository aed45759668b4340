package torture

import (
	"bytes"
	"encoding/json"
	"errors"
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

// world is full of what others have made: a role with a policy, a rule of the same bucket, and, except where a scene
// is about documents without them, statements in the policies of bucket and key.
func (s site) world(of scene) emulator.World {
	world := emulator.DefaultWorld()
	world.Switches.SilentCreate = of.silent
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
	if of.empty {
		world.KMS.Keys[1].Policy, world.OSS.Buckets[1].Policy = "", ""
	}
	return world
}

// dropOwner takes the owner's statement out of the policy of the shared key, so that ours is the only one.
func dropOwner(world *emulator.World) {
	k := &world.KMS.Keys[1]
	var document struct{ Version, Statement json.RawMessage }
	var statements []json.RawMessage
	if err := errors.Join(json.Unmarshal([]byte(k.Policy), &document), json.Unmarshal(document.Statement, &statements)); err != nil {
		panic(err) // the emulator took it
	}
	statements = slices.DeleteFunc(statements, func(s json.RawMessage) bool { return bytes.Contains(s, []byte(ownerStatement)) })
	k.Policy = fmt.Sprintf(`{"Version":%s,"Statement":[%s]}`, document.Version, bytes.Join(asBytes(statements), []byte(",")))
}

func asBytes(list []json.RawMessage) (plain [][]byte) {
	for _, raw := range list {
		plain = append(plain, raw)
	}
	return plain
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

// others are texts that must be in every world of a scene at its end, whatever fails.
func (s scene) others() []string {
	texts := []string{ownerStatement, `"builder"`, `"read-orders"`, `"rule-of-others"`}
	if s.empty {
		return texts
	}
	return append(texts, othersKeyStatement, othersBucketStatement)
}

const (
	ownerStatement        = `kms default key policy`
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
		if k.Policy == "" {
			k.Policy = kms.DefaultPolicy(k.Owner)
		}
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
		a.Policies[i] = identity.Policy{Name: p.Name, Description: p.Description, Tags: p.Tags, Versions: plainVersions(*p)}
	}
}

// keptVersions is how many versions of a policy may be there: one for each of two configurations, and one of a change
// that was made again because nobody could know that it had been made. RAM keeps five and drops the oldest, which may be
// somebody's way back, so that more must not pile up.
const keptVersions = 3

// plainVersions is the version that counts, and all of them where there are too many.
func plainVersions(p identity.Policy) []identity.Version {
	if len(p.Versions) > keptVersions {
		return p.Versions
	}
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
