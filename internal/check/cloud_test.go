package check_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const (
	roleName  = "Oss-SRR-orders"
	roleARN   = "acs:ram::" + emulator.SourceAccount + ":role/oss-srr-orders"
	principal = "arn:sts::" + emulator.SourceAccount + ":assumed-role/oss-srr-orders/*"
	ruleID    = "r-1"
	objects   = "acs:oss:*:" + emulator.DestinationAccount + ":" + emulator.DestinationBucket + "/*"
)

// world is a replication in which everything is right, object encrypted with KMS
// included. What a case breaks is broken before the first copy.
type world struct{ emulator.World }

func rightWorld() world {
	w := world{emulator.DefaultWorld()}
	w.Time = time.Now().UTC()
	w.account(emulator.SourceAccount).Roles = []identity.Role{{
		Name: roleName, TrustPolicy: replication.TrustPolicy(), Attached: []identity.Attachment{
			{Type: "Custom", Policy: "oss-srr-orders"}, {Type: "System", Policy: replication.KMSCryptoUserPolicy},
		},
	}}
	w.setRolePolicy(replication.SourcePolicy([]string{emulator.SourceBucket}, nil))
	role, _ := replication.ParseRoleARN(roleARN)
	w.destination().Policy = replication.DestinationPolicy(emulator.DestinationAccount, emulator.DestinationBucket, role, true)
	w.setKeyPolicy(keyPolicy("Allow", roleARN))
	source := w.source()
	source.Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.SourceKey}
	for i := range source.Objects {
		source.Objects[i].Encryption = &oss.Encryption{Algorithm: "KMS", KMSKeyID: emulator.SourceKey}
	}
	source.Rules = []oss.Rule{{
		ID: ruleID, Destination: emulator.DestinationBucket, Action: "ALL", Role: roleName, ReplicateHistory: true,
		ReplicateKMS: true, ReplicaKMSKeyID: emulator.ReplicaKeyARN(), Created: w.Time.Add(-time.Hour), After: 1000,
	}}
	return w
}

func keyPolicy(effect, grantee string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Action":["kms:*"],"Principal":{"RAM":["acs:ram::` + emulator.DestinationAccount + `:*"]},"Resource":["*"]},` +
		`{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Principal":{"RAM":["` + roleARN + `"]},"Resource":["*"]},` +
		`{"Effect":"` + effect + `","Action":["kms:Decrypt","kms:GenerateDataKey"],"Principal":{"RAM":["` + grantee + `"]},"Resource":["*"]}]}`
}

func (w *world) account(id string) *identity.Account {
	return &w.Accounts[slices.IndexFunc(w.Accounts, func(a identity.Account) bool { return a.ID == id })]
}

func (w *world) bucket(name string) *oss.Bucket {
	return &w.OSS.Buckets[slices.IndexFunc(w.OSS.Buckets, func(b oss.Bucket) bool { return b.Name == name })]
}

func (w *world) source() *oss.Bucket      { return w.bucket(emulator.SourceBucket) }
func (w *world) destination() *oss.Bucket { return w.bucket(emulator.DestinationBucket) }
func (w *world) rule() *oss.Rule          { return &w.source().Rules[0] }
func (w *world) role() *identity.Role     { return &w.account(emulator.SourceAccount).Roles[0] }

func (w *world) setRolePolicy(document string) {
	w.account(emulator.SourceAccount).Policies = []identity.Policy{{Name: "oss-srr-orders", Versions: []identity.Version{{Number: 1, Document: document}}}}
}

func (w *world) setKeyPolicy(text string) {
	for i := range w.KMS.Keys {
		if w.KMS.Keys[i].ID == emulator.ReplicaKey {
			w.KMS.Keys[i].Policy = text
		}
	}
}

// replace edits the destination's policy.
func (w *world) replace(from, to string) {
	d := w.destination()
	if !strings.Contains(d.Policy, from) {
		panic("the policy has no " + from)
	}
	d.Policy = strings.ReplaceAll(d.Policy, from, to)
}

// addStatement adds a statement to a bucket policy.
func addStatement(b *oss.Bucket, statement string) {
	if b.Policy == "" {
		b.Policy = `{"Version":"1","Statement":[` + statement + `]}`
		return
	}
	end := strings.LastIndex(b.Policy, "]")
	b.Policy = b.Policy[:end] + "," + statement + b.Policy[end:]
}

func input() check.Input {
	key, _ := replication.ParseKeyARN(emulator.ReplicaKeyARN())
	role, _ := replication.ParseRoleARN(roleARN)
	return check.Input{SourceBucket: emulator.SourceBucket, DestinationBucket: emulator.DestinationBucket, Role: role, ReplicaKey: &key}
}

type cloud struct {
	*emulator.Emulator
	t      *testing.T
	server *httptest.Server
}

func start(t *testing.T, w world) cloud {
	t.Helper()
	made, err := emulator.New(emulator.Options{World: &w.World})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(made)
	t.Cleanup(server.Close)
	return cloud{made, t, server}
}

func (c cloud) client(key emulator.KeyPair) *alicloud.Client {
	c.t.Helper()
	client, err := alicloud.New(alicloud.Config{
		Region: emulator.Region, Credentials: alicloud.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret}, MaxRetries: -1,
		Endpoints: alicloud.Endpoints{OSS: c.server.URL, RAM: c.server.URL, KMS: c.server.URL, STS: c.server.URL},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return client
}

// run is one check with one account's key.
func (c cloud) run(key emulator.KeyPair, in check.Input) check.Report {
	c.t.Helper()
	client := c.client(key)
	who, err := client.Account(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	facts, err := check.Read(c.t.Context(), client, who, in)
	if err != nil {
		c.t.Fatal(err)
	}
	return check.Judge(in, facts)
}

// both merges the reports of the two accounts as a module would: what one of
// them does not know, the other may.
func (c cloud) both(in check.Input) map[string]check.Verdict {
	c.t.Helper()
	merged := map[string]check.Verdict{}
	rank := []check.Status{check.Unknown, check.OK, check.Warn, check.Fail}
	for _, key := range []emulator.KeyPair{emulator.SourceKeyPair(), emulator.DestinationKeyPair()} {
		for _, v := range c.run(key, in) {
			if before, seen := merged[v.ID]; !seen || slices.Index(rank, v.Status) > slices.Index(rank, before.Status) {
				merged[v.ID] = v
			}
		}
	}
	return merged
}

// notListed stands for what the emulator does not explain: there is no such rule,
// or nothing left to do.
const notListed = "no rule"

// explained is why the emulator did not copy an object under a rule, "" when it
// did.
func (c cloud) explained(rule, key string) string {
	c.t.Helper()
	answer := httptest.NewRecorder()
	c.ServeHTTP(answer, httptest.NewRequestWithContext(c.t.Context(), http.MethodGet, "http://127.0.0.1/-/replication", nil))
	var list []oss.Explanation
	if err := json.Unmarshal(answer.Body.Bytes(), &list); err != nil {
		c.t.Fatal(err)
	}
	for _, e := range list {
		if e.Rule == rule && e.Key == key {
			return e.Reason
		}
	}
	return notListed
}
