package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// refusingCloud knows the caller and answers everything else with one error of
// the service, in the form of OSS or of the RPC gateway.
func refusingCloud(t *testing.T, code string) *alicloud.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.FormValue("Action") {
		case "GetCallerIdentity":
			_, _ = fmt.Fprint(w, `{"AccountId":"1000000000000001","Arn":"acs:ram::1000000000000001:root","IdentityType":"Account","RequestId":"R-0"}`)
		case "":
			w.Header().Set("X-Oss-Request-Id", "R-42")
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>The service says why.</Message><RequestId>R-42</RequestId><EC>0003-00000801</EC></Error>", code)
		default:
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `{"Code":%q,"Message":"The service says why.","RequestId":"R-42"}`, code)
		}
	}))
	t.Cleanup(server.Close)
	client, err := alicloud.New(alicloud.Config{
		Region: "cn-hangzhou", Credentials: alicloud.StaticCredentials{AccessKeyID: "a", AccessKeySecret: "b"}, MaxRetries: -1,
		Endpoints: alicloud.Endpoints{OSS: server.URL, RAM: server.URL, STS: server.URL, KMS: server.URL},
	})
	if err == nil {
		_, err = client.Account(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Every code becomes one diagnostic with everything that a person needs, and one
// sentence about what to do that is not the one for unknown codes.
func TestCallFailed_everyCodeHasEverythingAndOneStep(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *alicloud.Client) error{
		"OSS GetBucketReplication of bucket orders": func(ctx context.Context, c *alicloud.Client) error { _, err := c.Rules(ctx, "orders"); return err },
		"RAM GetRole of role srr-orders": func(ctx context.Context, c *alicloud.Client) error {
			_, err := c.GetRole(ctx, "srr-orders")
			return err
		},
	}
	codes := map[string]string{
		"OSS GetBucketReplication of bucket orders": `AccessDenied BucketNotBelongTo BucketReplicationAlreadyExist InvalidAccessKeyId
			InvalidArgument InvalidBucketName InvalidBucketStatus InvalidPolicyDocument InvalidRequest InvalidTargetBucket
			InvalidTargetLocation MissingArgument NoPermission NoSuchBucket NoSuchBucketPolicy NoSuchReplicationRule
			RequestTimeTooSkewed SecurityTokenExpired SignatureDoesNotMatch TooManyFilterObjectTags TooManyIncomingReplication
			TooManyOutgoingReplication TooManyPrefixes UserDisable`,
		"RAM GetRole of role srr-orders": `DeleteConflict.Policy.User DeleteConflict.Policy.Version DeleteConflict.Role.Policy
			EntityAlreadyExists.Policy EntityAlreadyExists.Role EntityAlreadyExists.Role.Policy EntityNotExist.Policy
			EntityNotExist.Policy.Version EntityNotExist.Role EntityNotExist.Role.Policy Forbidden.KeyNotFound
			Forbidden.KeyPolicyUnSupported Forbidden.NoPermission IncompleteSignature InvalidAccessKeyId.Inactive
			InvalidAccessKeyId.NotFound InvalidParameter.PolicyDocument.Length InvalidParameter.RoleName.InvalidChars
			InvalidSecurityToken.Expired InvalidTimeStamp.Expired LimitExceeded.Policy.Version LimitExceeded.Role
			LimitExceeded.Role.Policy MalformedPolicyDocument NoPermission Rejected.Disabled Rejected.LimitExceeded
			SignatureNonceUsed Throttling.User`,
	}
	tested := 0
	for what, list := range codes {
		for _, code := range strings.Fields(list) {
			tested++
			t.Run(what+" "+code, func(t *testing.T) {
				t.Parallel()
				client := refusingCloud(t, code)
				detail := callFailed("It failed", calls[what](t.Context(), client)).Detail()
				told, step, _ := strings.Cut(detail, "\n\n")
				for _, want := range []string{what, code, "The service says why.", "HTTP status 403", "account 1000000000000001", "request id R-42"} {
					if !strings.Contains(told, want) {
						t.Errorf("%q is not told: %s", want, told)
					}
				}
				if strings.HasPrefix(what, "OSS") != strings.Contains(told, "EC 0003-00000801") {
					t.Errorf("EC: %s", told)
				}
				if step == alicloud.NextStep("unknown") || strings.Count(strings.TrimSuffix(step, "."), ". ") > 0 || !strings.HasSuffix(step, ".") || strings.Contains(step, "\n") {
					t.Errorf("the step is %q", step)
				}
			})
		}
	}
	if tested < 40 {
		t.Errorf("%d codes, want at least 40", tested)
	}
}
