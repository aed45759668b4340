package alicloud_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	trustsOSS = `{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["oss.aliyuncs.com"]}}]}`
	readsAll  = `{"Version":"1","Statement":[{"Action":["oss:Replicate*","oss:Get*","oss:List*"],"Effect":"Allow","Resource":["*"]}]}`
	readsLess = `{"Version":"1","Statement":[{"Action":["oss:Get*"],"Effect":"Allow","Resource":["*"]}]}`
)

// emulated is a cloud with the default world.
func emulated(t *testing.T) *emulator.Server {
	t.Helper()
	made, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// speaker is a client for the account that the key belongs to.
func speaker(t *testing.T, url string, key emulator.KeyPair) *alicloud.Client {
	t.Helper()
	client, err := alicloud.New(alicloud.Config{
		Region:      emulator.Region,
		Credentials: alicloud.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret},
		Endpoints:   alicloud.Endpoints{OSS: url, RAM: url, KMS: url, STS: url},
		MaxRetries:  -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// must returns a function that ends the test unless a call succeeded with what was wanted.
func must(t *testing.T) func(what string, asWanted bool, err error) {
	return func(what string, asWanted bool, err error) {
		t.Helper()
		if err != nil || !asWanted {
			t.Fatalf("%s: as wanted: %v, error: %v", what, asWanted, err)
		}
	}
}

func TestEmulator_rolesAndPolicies(t *testing.T) {
	ctx, check := t.Context(), must(t)
	c := speaker(t, emulated(t).URL, emulator.SourceKeyPair())

	created, err := c.CreateRole(ctx, alicloud.Role{Name: "copier", TrustPolicy: trustsOSS, Description: "copies"})
	check("CreateRole", created.ARN == "acs:ram::"+emulator.SourceAccount+":role/copier", err)
	updated, err := c.UpdateRole(ctx, "copier", alicloud.RoleUpdate{MaxSessionDuration: 7200})
	check("UpdateRole", updated.MaxSessionDuration == 7200 && updated.Description == "copies", err)
	role, err := c.GetRole(ctx, "copier")
	check("GetRole", role.MaxSessionDuration == 7200 && role.TrustPolicy != "", err)

	policy, err := c.CreatePolicy(ctx, "copies", "", readsLess)
	check("CreatePolicy", policy.Name == "copies" && policy.DefaultVersion == "v1", err)
	version, err := c.CreatePolicyVersion(ctx, "copies", readsAll, false, false)
	check("CreatePolicyVersion", version.ID == "v2" && !version.IsDefault, err)
	check("SetDefaultPolicyVersion", true, c.SetDefaultPolicyVersion(ctx, "copies", "v2"))
	version, err = c.GetPolicyVersion(ctx, alicloud.PolicyCustom, "copies", "v1")
	check("GetPolicyVersion", version.Document == readsLess && !version.IsDefault, err)
	check("DeletePolicyVersion", true, c.DeletePolicyVersion(ctx, "copies", "v1"))
	versions, err := c.ListPolicyVersions(ctx, alicloud.PolicyCustom, "copies")
	check("ListPolicyVersions", len(versions) == 1 && versions[0].ID == "v2" && versions[0].IsDefault, err)
	policy, err = c.GetPolicy(ctx, alicloud.PolicyCustom, "copies")
	check("GetPolicy", policy.DefaultVersion == "v2" && policy.Document == readsAll, err)

	check("AttachPolicyToRole", true, c.AttachPolicyToRole(ctx, alicloud.PolicyCustom, "copies", "copier"))
	attached, err := c.ListPoliciesForRole(ctx, "copier")
	check("ListPoliciesForRole", len(attached) == 1 && attached[0].Name == "copies" && attached[0].Type == alicloud.PolicyCustom, err)
	entities, err := c.ListEntitiesForPolicy(ctx, alicloud.PolicyCustom, "copies")
	check("ListEntitiesForPolicy", slices.Equal(entities.Roles, []string{"copier"}), err)
	check("DetachPolicyFromRole", true, c.DetachPolicyFromRole(ctx, alicloud.PolicyCustom, "copies", "copier"))
	check("DeletePolicy", true, c.DeletePolicy(ctx, "copies"))
	check("DeleteRole", true, c.DeleteRole(ctx, "copier"))
	_, err = c.GetRole(ctx, "copier")
	check("GetRole after the deletion", alicloud.IsNotFound(err), nil)
}

func TestEmulator_bucketsAndRules(t *testing.T) {
	ctx, check := t.Context(), must(t)
	server := emulated(t)
	c := speaker(t, server.URL, emulator.SourceKeyPair())

	account, err := c.Account(ctx)
	check("Account", account.ID == emulator.SourceAccount && account.Type == "RAMUser", err)
	list, err := c.ListBuckets(ctx)
	check("ListBuckets", len(list) == 1 && list[0].Name == emulator.SourceBucket && list[0].Region == emulator.Region, err)
	info, err := c.BucketInfo(ctx, emulator.SourceBucket)
	check("BucketInfo", info.OwnerID == emulator.SourceAccount && info.BlockPublicAccess, err)

	document := []byte(strings.ReplaceAll(strings.ReplaceAll(emulator.ForeignPolicy(),
		emulator.DestinationBucket, emulator.SourceBucket), emulator.DestinationAccount, emulator.SourceAccount))
	check("PutBucketPolicy", true, c.PutBucketPolicy(ctx, emulator.SourceBucket, document))
	policy, err := c.BucketPolicy(ctx, emulator.SourceBucket)
	check("BucketPolicy", string(policy) == string(document), err)
	check("DeleteBucketPolicy", true, c.DeleteBucketPolicy(ctx, emulator.SourceBucket))
	policy, err = c.BucketPolicy(ctx, emulator.SourceBucket)
	check("BucketPolicy after the deletion", policy == nil, err)

	arn := copier(t, c)
	grant := `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:Replicate*"],"Principal":["` + arn + `"],` +
		`"Resource":["acs:oss:*:` + emulator.DestinationAccount + `:` + emulator.DestinationBucket + `","acs:oss:*:` +
		emulator.DestinationAccount + `:` + emulator.DestinationBucket + `/*"]}]}`
	backup := speaker(t, server.URL, emulator.DestinationKeyPair())
	check("PutBucketPolicy of the destination", true, backup.PutBucketPolicy(ctx, emulator.DestinationBucket, []byte(grant)))
	id, err := c.PutRule(ctx, emulator.SourceBucket, alicloud.Rule{
		ID: "nightly", Action: "ALL", DestinationBucket: emulator.DestinationBucket, DestinationLocation: "oss-" + emulator.Region,
		Role: "copier", ReplicateHistory: true,
	})
	check("PutRule", id == "nightly", err)
	server.Advance(time.Hour)
	rules, err := c.Rules(ctx, emulator.SourceBucket)
	check("Rules", len(rules) == 1 && rules[0].ID == id && rules[0].Status == alicloud.RuleDoing && rules[0].ReplicateHistory, err)
	progress, err := c.RuleProgress(ctx, emulator.SourceBucket, id)
	check("RuleProgress", progress.Rule.ID == id && progress.History != nil && *progress.History == 1, err)
	check("DeleteRule", true, c.DeleteRule(ctx, emulator.SourceBucket, id))
	server.Advance(time.Hour)
	rules, err = c.Rules(alicloud.Fresh(ctx), emulator.SourceBucket)
	check("Rules after the deletion", len(rules) == 0, err)
}

// copier makes a role that OSS may assume to read everything, and returns its ARN.
func copier(t *testing.T, c *alicloud.Client) string {
	t.Helper()
	check := must(t)
	role, err := c.CreateRole(t.Context(), alicloud.Role{Name: "copier", TrustPolicy: trustsOSS})
	check("CreateRole", true, err)
	_, err = c.CreatePolicy(t.Context(), "copies", "", readsAll)
	check("CreatePolicy", true, err)
	check("AttachPolicyToRole", true, c.AttachPolicyToRole(t.Context(), alicloud.PolicyCustom, "copies", "copier"))
	return "arn:sts::" + emulator.SourceAccount + ":assumed-role/" + role.Name + "/*"
}

func TestEmulator_keysAndSessions(t *testing.T) {
	ctx, check := t.Context(), must(t)
	server := emulated(t)
	c := speaker(t, server.URL, emulator.DestinationKeyPair())

	key, err := c.DescribeKey(ctx, emulator.ReplicaKey)
	check("DescribeKey", key.ARN == emulator.ReplicaKeyARN() && key.InstanceID != "", err)
	document, err := c.KeyPolicy(ctx, emulator.ReplicaKey)
	check("KeyPolicy", strings.Contains(string(document), emulator.DestinationAccount), err)
	check("SetKeyPolicy", true, c.SetKeyPolicy(ctx, emulator.ReplicaKey, document))

	trust := strings.ReplaceAll(trustsOSS, `"Service":["oss.aliyuncs.com"]`, `"RAM":["acs:ram::`+emulator.DestinationAccount+`:root"]`)
	role, err := c.CreateRole(ctx, alicloud.Role{Name: "deployer", TrustPolicy: trust})
	check("CreateRole", true, err)
	session, err := c.AssumeRole(ctx, alicloud.AssumeRole{RoleARN: role.ARN, SessionName: "terraform"})
	check("AssumeRole", session.Credentials.SecurityToken != "" && strings.HasPrefix(session.Credentials.AccessKeyID, "STS."), err)
	check("Region", c.Region() == emulator.Region, nil)
}

func TestEmulator_errorsNameTheirCause(t *testing.T) {
	own := emulator.SourceKeyPair()
	wrong, unknown := own, own
	wrong.Secret, unknown.ID = "not-the-secret", "LTAInobodyhasthis"
	for name, c := range map[string]struct {
		key      emulator.KeyPair
		skew     time.Duration
		bucket   string
		oss, ram string // the codes
		knows    bool   // which account it speaks for
	}{
		"wrong secret":   {key: wrong, bucket: emulator.SourceBucket, oss: "SignatureDoesNotMatch", ram: "SignatureDoesNotMatch"},
		"unknown key":    {key: unknown, bucket: emulator.SourceBucket, oss: "InvalidAccessKeyId", ram: "InvalidAccessKeyId.NotFound"},
		"slow clock":     {key: own, skew: time.Hour, bucket: emulator.SourceBucket, oss: "RequestTimeTooSkewed", ram: "InvalidTimeStamp.Expired"},
		"foreign bucket": {key: own, bucket: emulator.DestinationBucket, oss: "AccessDenied", knows: true},
		"missing bucket": {key: own, bucket: "nobody-has-this", oss: "NoSuchBucket", knows: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := emulated(t)
			server.SetSkew(c.skew)
			client := speaker(t, server.URL, c.key)
			account, err := client.Account(t.Context())
			if c.knows && err != nil {
				t.Fatal(err)
			}
			_, err = client.BucketInfo(t.Context(), c.bucket)
			explains(t, server, err, alicloud.Error{Operation: "GetBucketInfo", Object: "bucket " + c.bucket, Service: "OSS", Code: c.oss, AccountID: account.ID})
			err = client.PutBucketPolicy(t.Context(), c.bucket, []byte(emulator.ForeignPolicy()))
			explains(t, server, err, alicloud.Error{Operation: "PutBucketPolicy", Object: "bucket " + c.bucket, Service: "OSS", Code: c.oss, AccountID: account.ID})
			if c.ram == "" {
				return
			}
			_, err = client.GetRole(t.Context(), "copier")
			explains(t, server, err, alicloud.Error{Operation: "GetRole", Object: "role copier", Service: "RAM", Code: c.ram})
			_, err = client.KeyPolicy(t.Context(), emulator.SourceKey)
			explains(t, server, err, alicloud.Error{Operation: "GetKeyPolicy", Object: "key " + emulator.SourceKey, Service: "KMS", Code: c.ram})
			_, err = client.Account(t.Context())
			explains(t, server, err, alicloud.Error{Operation: "GetCallerIdentity", Object: "the caller", Service: "STS", Code: c.ram})
		})
	}
}

// explains compares the last call's error with what is wanted, and its request id with the cloud's own log.
func explains(t *testing.T, server *emulator.Server, err error, want alicloud.Error) {
	t.Helper()
	var got *alicloud.Error
	if !errors.As(err, &got) {
		t.Errorf("%s of %s: %v is no *alicloud.Error", want.Operation, want.Object, err)
		return
	}
	if got.Operation != want.Operation || got.Object != want.Object || got.AccountID != want.AccountID || got.Service != want.Service || got.Code != want.Code {
		t.Errorf("the error is %+v instead of %+v", *got, want)
	}
	log := server.Requests(0)
	if last := log[len(log)-1]; got.RequestID == "" || got.RequestID != last.ID || got.HTTPStatus != last.Status {
		t.Errorf("%v does not name the request %+v", err, last)
	}
	// An unknown code gets general advice; these codes are to have their own.
	if step := got.NextStep(); step == "" || step == alicloud.NextStep("NobodyKnowsThis") {
		t.Errorf("%s advises %q", got.Code, step)
	}
}
