package alicloud_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// hosts is a transport that only notes where a request would go.
type hosts struct{ seen *[]string }

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	*h.seen = append(*h.seen, r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
	return nil, errors.New("offline")
}

func TestWhereRequestsGo(t *testing.T) {
	for name, tc := range map[string]struct {
		endpoints alicloud.Endpoints
		want      string
	}{
		"defaults": {alicloud.Endpoints{}, "https://orders.oss-cn-hangzhou.aliyuncs.com/ https://ram.aliyuncs.com/ https://kms.cn-hangzhou.aliyuncs.com/ https://sts.cn-hangzhou.aliyuncs.com/"},
		"hosts": {
			alicloud.Endpoints{OSS: "oss-cn-hangzhou-internal.aliyuncs.com", RAM: "ram.example.com:8443", KMS: "http://kms.example.com/", STS: "https://sts-vpc.cn-hangzhou.aliyuncs.com"},
			"https://orders.oss-cn-hangzhou-internal.aliyuncs.com/ https://ram.example.com:8443/ http://kms.example.com/ https://sts-vpc.cn-hangzhou.aliyuncs.com/",
		},
		"path style": {
			alicloud.Endpoints{OSS: "http://localhost:8089", RAM: "127.0.0.1:1", KMS: "http://[::1]:2", STS: "localhost"},
			"http://localhost:8089/orders/ https://127.0.0.1:1/ http://[::1]:2/ https://localhost/",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []string
			c, err := alicloud.New(alicloud.Config{
				Region: "cn-hangzhou", Credentials: alicloud.StaticCredentials{AccessKeyID: "a", AccessKeySecret: "b"},
				Endpoints: tc.endpoints, Transport: hosts{&seen}, MaxRetries: -1,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{
				second(c.BucketInfo(t.Context(), "orders")), second(c.GetRole(t.Context(), "r")),
				second(c.DescribeKey(t.Context(), "k")), second(c.Account(t.Context())),
			} {
				if !alicloud.HasCode(err, alicloud.CodeConnection) {
					t.Errorf("got %v", err)
				}
			}
			if got := strings.Join(seen, " "); got != tc.want {
				t.Errorf("requests went to\n%s, want\n%s", got, tc.want)
			}
		})
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	good := alicloud.StaticCredentials{AccessKeyID: "a", AccessKeySecret: "b"}
	for name, cfg := range map[string]alicloud.Config{
		"no region":         {Credentials: good},
		"region is a host":  {Region: "evil.example.com/", Credentials: good},
		"no credentials":    {Region: "cn-hangzhou"},
		"endpoint path":     {Region: "cn-hangzhou", Credentials: good, Endpoints: alicloud.Endpoints{RAM: "https://h/path"}},
		"endpoint user":     {Region: "cn-hangzhou", Credentials: good, Endpoints: alicloud.Endpoints{OSS: "https://u:p@h"}},
		"endpoint scheme":   {Region: "cn-hangzhou", Credentials: good, Endpoints: alicloud.Endpoints{KMS: "ftp://h"}},
		"endpoint is empty": {Region: "cn-hangzhou", Credentials: good, Endpoints: alicloud.Endpoints{STS: "https://"}},
		"concurrency":       {Region: "cn-hangzhou", Credentials: good, MaxConcurrent: -1},
	} {
		if _, err := alicloud.New(cfg); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestCredentialsDoNotPrint(t *testing.T) {
	static := alicloud.StaticCredentials{AccessKeyID: "id", AccessKeySecret: testSecret, SecurityToken: testToken}
	for _, text := range []string{
		fmt.Sprint(static), fmt.Sprintf("%+v %#v", static, static), fmt.Sprintf("%v", alicloud.Credentials(static)),
		fmt.Sprintf("%+v", alicloud.Config{Credentials: static}),
	} {
		if strings.Contains(text, testSecret) || strings.Contains(text, testToken) {
			t.Errorf("printed %s", text)
		}
	}
}

func TestEveryKnownCodeHasItsOwnAdvice(t *testing.T) {
	known := strings.Fields(`InvalidAccessKeyId InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive SignatureDoesNotMatch
		IncompleteSignature SignatureNonceUsed MissingSecurityToken InvalidSecurityToken.Expired RequestTimeTooSkewed
		InvalidTimeStamp.Expired IllegalTimestamp AccessDenied BucketNotBelongTo NoPermission Forbidden.NoPermission Inactive
		UserDisable EntityNotExist.Role EntityNotExist.Policy EntityNotExist.Policy.Version EntityNotExist.Role.Policy
		EntityAlreadyExists.Role EntityAlreadyExists.Policy EntityAlreadyExists.Role.Policy DeleteConflict.Role.Policy
		DeleteConflict.Policy.User DeleteConflict.Policy.Version DeleteConflict.Policy.Version.Default LimitExceeded.Role
		LimitExceeded.Policy.Version LimitExceeded.Role.Policy MalformedPolicyDocument InvalidParameter.PolicyDocument.Length
		Throttling.User NoSuchBucket NoSuchReplicationRule InvalidPolicyDocument BucketReplicationAlreadyExist InvalidTargetBucket
		InvalidTargetLocation TooManyOutgoingReplication TooManyPrefixes TooManyFilterObjectTags InvalidArgument
		MetaOperationQpsLimitExceeded InternalError ServiceUnavailable Forbidden.KeyNotFound Forbidden.KeyPolicyUnSupported
		Forbidden.KmsServiceNotEnabled Rejected.LimitExceeded Rejected.Disabled Rejected.PendingDeletion
		InvalidParameter.DurationSeconds AuthenticationFail.NoPermission AuthenticationFail.OIDCToken.Expired
		AuthenticationFail.OIDCToken.IssuerNotMatch ConnectionFailed AttemptTimedOut Canceled CredentialsUnavailable EmptyResponse`)
	if len(known) < 40 {
		t.Fatalf("only %d codes", len(known))
	}
	general := alicloud.NextStep("NobodyKnowsThis")
	for _, code := range known {
		step := alicloud.NextStep(code)
		if step == general || !strings.HasSuffix(step, ".") || strings.Contains(step, "\n") {
			t.Errorf("%s: %q", code, step)
		}
	}
	if general == "" {
		t.Error("an unknown code has no advice")
	}
}

func TestPredicatesTellRefusalsApart(t *testing.T) {
	fail := func(status int, body string) error {
		s := newServer(t, reply(status, body))
		return second(s.client(t, func(cfg *alicloud.Config) { cfg.MaxRetries = -1 }).BucketInfo(t.Context(), "orders"))
	}
	type verdict struct{ NotFound, Forbidden, Throttled, Conflict bool }
	for code, tc := range map[string]struct {
		status int
		want   verdict
	}{
		"AccessDenied":                  {403, verdict{Forbidden: true}},
		"SignatureDoesNotMatch":         {403, verdict{}},
		"RequestTimeTooSkewed":          {403, verdict{}},
		"InvalidAccessKeyId.NotFound":   {404, verdict{}},
		"NoSuchBucket":                  {404, verdict{NotFound: true}},
		"QpsLimitExceeded":              {503, verdict{Throttled: true}},
		"ServiceUnavailable":            {503, verdict{}},
		"BucketReplicationAlreadyExist": {400, verdict{Conflict: true}},
		"EntityAlreadyExists.Role":      {409, verdict{Conflict: true}},
	} {
		err := fail(tc.status, ossError(code, "m"))
		got := verdict{alicloud.IsNotFound(err), alicloud.IsForbidden(err), alicloud.IsThrottled(err), alicloud.IsConflict(err, "")}
		if got != tc.want {
			t.Errorf("%s: %+v, want %+v", code, got, tc.want)
		}
	}
	if alicloud.IsNotFound(nil) || alicloud.IsForbidden(nil) || alicloud.IsThrottled(errors.New("x")) || alicloud.IsConflict(nil, "") {
		t.Error("something that is no service error is classified")
	}
}
