package alicloud_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// parrot answers every request with the same text.
type parrot struct {
	status int
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (p parrot) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: p.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(p.body))}, nil
}

// everyCall makes each call whose answer is read, and returns its error.
func everyCall(ctx context.Context, c *alicloud.Client) (failures []error) {
	note := func(_ any, err error) { failures = append(failures, err) }
	note(c.Account(ctx))
	note(c.AssumeRole(ctx, alicloud.AssumeRole{RoleARN: "acs:ram::1000000000000001:role/a", SessionName: "s"}))
	note(c.BucketInfo(ctx, "orders"))
	note(c.BucketPolicy(ctx, "orders"))
	note(c.ListBuckets(ctx))
	note(c.Rules(ctx, "orders"))
	note(c.RuleProgress(ctx, "orders", "rule"))
	note(c.PutRule(ctx, "orders", alicloud.Rule{Action: "ALL", DestinationBucket: "backup"}))
	note(c.InstanceSharing(ctx, "kst"))
	note(c.DescribeKey(ctx, "key"))
	note(c.KeyPolicy(ctx, "key"))
	note(c.GetRole(ctx, "role"))
	note(c.CreateRole(ctx, alicloud.Role{Name: "role"}))
	note(c.GetPolicy(ctx, alicloud.PolicyCustom, "policy"))
	note(c.GetPolicyVersion(ctx, alicloud.PolicyCustom, "policy", "v1"))
	note(c.ListPolicyVersions(ctx, alicloud.PolicyCustom, "policy"))
	note(c.CreatePolicyVersion(ctx, "policy", "{}", true, true))
	note(c.ListPoliciesForRole(ctx, "role"))
	note(c.ListEntitiesForPolicy(ctx, alicloud.PolicyCustom, "policy"))
	note(nil, c.DeleteRule(ctx, "orders", "rule"))
	return failures
}

// FuzzAnswers lets the services say anything at all: every call ends, with its
// result or an error that a person can read and that quotes no secret. An answer
// that is no success never passes for one.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		"", "{}", "null", "[]", "<", `{"RequestId":1,"Code":{"a":[]},"Message":null}`, `<Error><Code>NoSuchBucket</Code></Error>`,
		`{"AccountId":"1","Arn":"a","IdentityType":"Account"}`, `{"Role":{"RoleName":"role","RoleId":"1"}}`, `{"Policy":"{}"}`, `{"Role":[]}`,
		`<BucketInfo><Bucket><Name>orders</Name><Owner><ID>1</ID></Owner><Location>oss-cn-hangzhou</Location></Bucket></BucketInfo>`,
		`<ReplicationConfiguration><Rule><ID>a</ID><PrefixSet><Prefix>x</Prefix></PrefixSet><Destination><Bucket>b</Bucket></Destination></Rule></ReplicationConfiguration>`,
		`<!DOCTYPE x [<!ENTITY a "aaaa">]><ReplicationConfiguration><Rule><ID>&a;</ID></Rule></ReplicationConfiguration>`,
		"server string to sign is:" + testSecret, `{"Code":"SignatureDoesNotMatch","Message":"` + testSecret + `"}`, "\xff\xfe<", strings.Repeat("[", 5000),
	} {
		f.Add(200, []byte(body))
		f.Add(403, []byte(body))
		f.Add(503, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			return // no answer of HTTP
		}
		client, err := alicloud.New(alicloud.Config{
			Region: "cn-hangzhou", Transport: parrot{status, body}, MaxRetries: 1,
			Credentials: alicloud.StaticCredentials{AccessKeyID: testKeyID, AccessKeySecret: testSecret},
			Sleep:       func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, err := range everyCall(t.Context(), client) {
			switch {
			case err == nil && status >= 300 && (status >= 500 || !bytes.Contains(body, []byte("NoSuch"))):
				t.Errorf("call %d takes %d %q for a success", i, status, body)
			case err != nil && strings.Contains(err.Error(), testSecret):
				t.Errorf("call %d shows the secret: %v", i, err)
			case status >= 500 && alicloud.IsNotFound(err):
				t.Errorf("call %d takes %d %q for gone", i, status, body)
			}
		}
	})
}
