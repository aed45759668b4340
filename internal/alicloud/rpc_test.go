package alicloud_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

func asError(t *testing.T, err error) *alicloud.Error {
	t.Helper()
	var e *alicloud.Error
	if !errors.As(err, &e) {
		t.Fatalf("want an *alicloud.Error, got %T: %v", err, err)
	}
	return e
}

// One SDK client shared by these callers is a data race; the detector sees it in a run with -race.
func TestParallelReadsShareNothingUnsafe(t *testing.T) {
	s := newServer(t, reply(200, roleBody))
	c := s.client(t)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			role, err := c.GetRole(alicloud.Fresh(t.Context()), "oss-srr")
			if err != nil || role.ID != "301234567890123456" || role.MaxSessionDuration != 3600 {
				t.Errorf("GetRole: %+v, %v", role, err)
			}
		})
	}
	wg.Wait()
	if n := len(s.seen()); n != 32 {
		t.Errorf("%d requests, want 32 fresh ones", n)
	}
}

func TestContextEndsACallInFlight(t *testing.T) {
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	s := newServer(t, func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	})
	t.Cleanup(func() { close(release) })
	c := s.client(t)
	for name, call := range map[string]func(context.Context) error{
		"rpc": func(ctx context.Context) error { return c.DeleteRole(ctx, "oss-srr") },
		"oss": func(ctx context.Context) error { return c.DeleteBucketPolicy(ctx, "orders") },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- call(ctx) }()
			<-arrived
			cancel()
			select {
			case err := <-done:
				if !errors.Is(err, context.Canceled) || !alicloud.IsCanceled(err) {
					t.Errorf("got %v, want a cancelled call", err)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("the call did not notice that its context ended")
			}
		})
	}
}

func TestOddErrorBodies(t *testing.T) {
	for name, tc := range map[string]struct{ body, code, id string }{
		"numeric code":     {`{"RequestId":"R-9","Code":404,"Message":"x"}`, "404", "R-9"},
		"denial is text":   {`{"RequestId":"R-9","Code":"NoPermission","Message":"m","AccessDeniedDetail":"text"}`, "NoPermission", "R-9"},
		"a proxy's page":   {`<html>Forbidden</html>`, "HTTP403", "5C3D9175B6FC201293AD0000"},
		"nothing":          {``, "HTTP403", "5C3D9175B6FC201293AD0000"},
		"message is array": {`{"RequestId":"R-9","Code":"NoPermission","Message":[1]}`, "NoPermission", "R-9"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, reply(403, tc.body))
			_, err := s.client(t).GetRole(t.Context(), "oss-srr")
			e := asError(t, err)
			if e.Code != tc.code || e.RequestID != tc.id || e.HTTPStatus != 403 || e.Operation != "GetRole" || e.Object != "role oss-srr" {
				t.Errorf("got %+v", e)
			}
			if n := len(s.seen()); n != 1 {
				t.Errorf("a 403 was sent %d times", n)
			}
		})
	}
}

func TestEmptySuccessIsAnError(t *testing.T) {
	s := newServer(t, reply(200, ""))
	c := s.client(t)
	for name, err := range map[string]error{
		"write":  c.DetachPolicyFromRole(t.Context(), alicloud.PolicyCustom, "p", "r"),
		"read":   second(c.GetRole(t.Context(), "oss-srr")),
		"bucket": second(c.BucketInfo(t.Context(), "orders")),
		"policy": second(c.BucketPolicy(t.Context(), "orders")),
	} {
		if !alicloud.HasCode(err, alicloud.CodeEmptyResponse) || alicloud.IsNotFound(err) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	s = newServer(t, reply(200, `{"RequestId":"R-1"}`))
	if _, err := s.client(t).GetRole(t.Context(), "x"); !alicloud.HasCode(err, alicloud.CodeInvalidResponse) {
		t.Errorf("a role without a name: got %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestNoSecretInErrors(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := "http://" + listener.Addr().String()
	_ = listener.Close()
	echo := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(400)
		_, _ = w.Write([]byte(`{"RequestId":"R-2","Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server string to sign is:POST&%2F&` +
			url.QueryEscape(r.URL.RawQuery) + `"}`))
	})
	quoted := newServer(t, reply(400, `{"RequestId":"R-2","Code":"Bad","Message":"token `+testToken+` and `+url.QueryEscape(testToken)+`"}`))
	for name, at := range map[string]string{"refused connection": dead, "echoed string": echo.URL, "quoted token": quoted.URL} {
		t.Run(name, func(t *testing.T) {
			c := echo.client(t, func(cfg *alicloud.Config) {
				cfg.Credentials = alicloud.StaticCredentials{AccessKeyID: testKeyID, AccessKeySecret: testSecret, SecurityToken: testToken}
				cfg.Endpoints = alicloud.Endpoints{OSS: at, RAM: at, KMS: at, STS: at}
			})
			for _, err := range []error{second(c.GetRole(t.Context(), "oss-srr")), second(c.BucketInfo(t.Context(), "orders"))} {
				for e := err; e != nil; e = errors.Unwrap(e) {
					for _, secret := range []string{testSecret, testToken, url.QueryEscape(testToken), testKeyID, "Signature=", "Signature%3D"} {
						if strings.Contains(e.Error(), secret) {
							t.Errorf("%q shows %q", e, secret)
						}
					}
				}
				if err == nil || asError(t, err).Endpoint != at {
					t.Errorf("got %v, want an error that names the endpoint", err)
				}
			}
		})
	}
}

func TestTokenAndUserAgentAreSent(t *testing.T) {
	s := newServer(t, reply(200, roleBody))
	c := s.client(t, func(cfg *alicloud.Config) {
		cfg.UserAgent = "terraform-provider-srr/1.2.3"
		cfg.Credentials = alicloud.StaticCredentials{AccessKeyID: "STS.x", AccessKeySecret: "y", SecurityToken: testToken}
	})
	if _, err := c.GetRole(t.Context(), "oss-srr"); err != nil {
		t.Fatal(err)
	}
	r := s.seen()[0]
	values, _ := url.ParseQuery(r.query)
	if values.Get("SecurityToken") != testToken || values.Get("Signature") == "" || values.Get("RoleName") != "oss-srr" {
		t.Errorf("query %v", values)
	}
	if !strings.Contains(r.header.Get("User-Agent"), "terraform-provider-srr/1.2.3") {
		t.Errorf("user agent %q", r.header.Get("User-Agent"))
	}
}

// The SDK reads NO_PROXY as a list of regular expressions and fails on one that is none.
func TestProxyEnvironmentIsLeftToTheTransport(t *testing.T) {
	t.Setenv("NO_PROXY", "(broken,127.0.0.1")
	t.Setenv("HTTP_PROXY", "http://%zz")
	s := newServer(t, reply(200, roleBody))
	c := s.client(t, func(cfg *alicloud.Config) { cfg.Transport = http.DefaultTransport.(*http.Transport).Clone() })
	if _, err := c.GetRole(t.Context(), "oss-srr"); err != nil {
		t.Fatal(err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a signed request reached another host")
	}))
	defer elsewhere.Close()
	s := newServer(t, reply(302, "", "Location", elsewhere.URL))
	c := s.client(t)
	for _, err := range []error{second(c.GetRole(t.Context(), "r")), second(c.BucketInfo(t.Context(), "orders"))} {
		if !alicloud.HasCode(err, "HTTP302") {
			t.Errorf("got %v", err)
		}
	}
}

func TestDeletePolicyRemovesItsVersionsFirst(t *testing.T) {
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("Action") {
		case "ListPolicyVersions":
			reply(200, `{"RequestId":"1","PolicyVersions":{"PolicyVersion":[{"VersionId":"v1"},{"VersionId":"v2","IsDefaultVersion":true},{"VersionId":"v3"}]}}`)(w, r)
		case "DeletePolicyVersion":
			if r.URL.Query().Get("VersionId") == "v1" {
				reply(404, `{"RequestId":"2","Code":"EntityNotExist.Policy.Version","Message":"gone"}`)(w, r)
				return
			}
			reply(200, `{"RequestId":"3"}`)(w, r)
		default:
			reply(200, `{"RequestId":"4"}`)(w, r)
		}
	})
	if err := s.client(t).DeletePolicy(t.Context(), "p"); err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, r := range s.seen() {
		values, _ := url.ParseQuery(r.query)
		actions = append(actions, r.action+values.Get("VersionId"))
	}
	if got := strings.Join(actions, " "); got != "ListPolicyVersions DeletePolicyVersionv1 DeletePolicyVersionv3 DeletePolicy" {
		t.Errorf("calls: %s", got)
	}
}

func TestAccountIsAskedOnce(t *testing.T) {
	identity := script(
		reply(403, `{"RequestId":"0","Code":"X","Message":"first call fails"}`),
		reply(200, `{"RequestId":"1","AccountId":"1000000000000001","Arn":"acs:ram::1000000000000001:root","IdentityType":"Account"}`))
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("Action") == "GetRole" {
			reply(404, `{"RequestId":"5","Code":"EntityNotExist.Role","Message":"m"}`)(w, r)
			return
		}
		identity(w, r)
	})
	c := s.client(t)
	if _, err := c.Account(t.Context()); !alicloud.HasCode(err, "X") {
		t.Fatalf("got %v", err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if a, err := c.Account(t.Context()); err != nil || a.ID != "1000000000000001" || a.Type != "Account" {
				t.Errorf("%+v %v", a, err)
			}
		})
	}
	wg.Wait()
	if n := len(s.seen()); n != 2 {
		t.Errorf("%d calls, want one failed and one kept", n)
	}
	_, err := c.GetRole(t.Context(), "gone")
	if e := asError(t, err); e.AccountID != "1000000000000001" || !alicloud.IsNotFound(err) {
		t.Errorf("%+v", e)
	}
}
