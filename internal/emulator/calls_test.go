package emulator_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
	"github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

func bucketClient(t *testing.T, s *emulator.Server, key emulator.KeyPair) *oss.Client {
	t.Helper()
	client, err := oss.New(s.URL, key.ID, key.Secret, oss.AuthVersion(oss.AuthV4), oss.Region(emulator.Region))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func roleClient(t *testing.T, s *emulator.Server, key emulator.KeyPair) *ram.Client {
	t.Helper()
	client, err := ram.NewClientWithOptions(emulator.Region, sdk.NewConfig().WithScheme("HTTP"), credentials.NewAccessKeyCredential(key.ID, key.Secret))
	if err != nil {
		t.Fatal(err)
	}
	client.Domain = strings.TrimPrefix(s.URL, "http://")
	return client
}

func getRole(client *ram.Client, name string) (*ram.GetRoleResponse, error) {
	request := ram.CreateGetRoleRequest()
	request.RoleName = name
	return client.GetRole(request)
}

func codeOf(err error) string {
	var rpc *sdkerrors.ServerError
	var storage oss.ServiceError
	switch {
	case errors.As(err, &rpc):
		return rpc.ErrorCode()
	case errors.As(err, &storage):
		return storage.Code
	case err == nil:
		return ""
	default:
		return "other: " + err.Error()
	}
}

func TestCalls_errorFaultSpeaksTheLanguageOfTheService(t *testing.T) {
	server := start(t, 0)
	for _, f := range []emulator.Fault{
		{Kind: emulator.FaultError, Operation: "GetRole", Status: 400, Code: "Throttling.User"},
		{Kind: emulator.FaultError, Operation: "GetBucketPolicy", Object: "orders", Status: 503, Code: "MetaOperationQpsLimitExceeded"},
	} {
		if err := server.Inject(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := getRole(roleClient(t, server, emulator.SourceKeyPair()), "missing"); codeOf(err) != "Throttling.User" {
		t.Errorf("RAM: %v", err)
	}
	storage := bucketClient(t, server, emulator.SourceKeyPair())
	if _, err := storage.GetBucketPolicy("orders"); codeOf(err) != "MetaOperationQpsLimitExceeded" {
		t.Errorf("OSS: %v", err)
	}
	if _, err := storage.GetBucketPolicy("orders"); codeOf(err) != "NoSuchBucketPolicy" {
		t.Errorf("after the fault: %v", err)
	}
	log := server.Requests(0)
	if len(log) != 3 || log[1].Fault != "error" || log[1].Code != "MetaOperationQpsLimitExceeded" || log[1].Account != emulator.SourceAccount || log[2].Fault != "" {
		t.Errorf("log: %+v", log)
	}
}

func TestCalls_lostResponseAfterTheChange(t *testing.T) {
	server := start(t, 0)
	if err := server.Inject(emulator.Fault{Kind: emulator.FaultLostResponse, Operation: "PutBucketPolicy"}); err != nil {
		t.Fatal(err)
	}
	storage := bucketClient(t, server, emulator.DestinationKeyPair())
	text := strings.ReplaceAll(emulator.ForeignPolicy(), "reports", "letters")
	if err := storage.SetBucketPolicy(emulator.DestinationBucket, text); err == nil {
		t.Error("the answer arrived")
	}
	if got, err := storage.GetBucketPolicy(emulator.DestinationBucket); err != nil || got != text {
		t.Errorf("%v, policy %q", err, got)
	}
}

func TestCalls_staleReads(t *testing.T) {
	server := start(t, 0)
	if err := server.Inject(emulator.Fault{Kind: emulator.FaultStale, Operation: "PutBucketPolicy", Reads: 2}); err != nil {
		t.Fatal(err)
	}
	storage := bucketClient(t, server, emulator.DestinationKeyPair())
	text := strings.ReplaceAll(emulator.ForeignPolicy(), "reports", "letters")
	if err := storage.SetBucketPolicy(emulator.DestinationBucket, text); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{emulator.ForeignPolicy(), emulator.ForeignPolicy(), text} {
		if got, err := storage.GetBucketPolicy(emulator.DestinationBucket); err != nil || got != want {
			t.Errorf("read %d: %v %q", i+1, err, got)
		}
		log := server.Requests(0)
		if stale := log[len(log)-1].Stale; stale != (i < 2) {
			t.Errorf("read %d is logged as stale: %t", i+1, stale)
		}
	}
}

// The read that a stale fault hits is not one of the reads that see the past.
func TestCalls_staleFromARead(t *testing.T) {
	server := start(t, 0)
	if err := server.Inject(emulator.Fault{Kind: emulator.FaultStale, Operation: "GetBucketPolicy", Reads: 1}); err != nil {
		t.Fatal(err)
	}
	storage := bucketClient(t, server, emulator.DestinationKeyPair())
	text := strings.ReplaceAll(emulator.ForeignPolicy(), "reports", "letters")
	if _, err := storage.GetBucketPolicy(emulator.DestinationBucket); err != nil {
		t.Fatal(err)
	}
	if err := storage.SetBucketPolicy(emulator.DestinationBucket, text); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{emulator.ForeignPolicy(), text} {
		if got, err := storage.GetBucketPolicy(emulator.DestinationBucket); err != nil || got != want {
			t.Errorf("read %d after the write: %v %q", i+1, err, got)
		}
	}
}

func TestCalls_hookBetweenReadAndWrite(t *testing.T) {
	server := start(t, 0)
	storage := bucketClient(t, server, emulator.DestinationKeyPair())
	var seen string
	server.BeforeNext(emulator.Fault{Operation: "DeleteBucketPolicy"}, func() { seen, _ = storage.GetBucketPolicy(emulator.DestinationBucket) })
	if _, err := storage.GetBucketPolicy(emulator.DestinationBucket); err != nil || seen != "" {
		t.Errorf("%v, the hook ran at the wrong call", err)
	}
	if err := storage.DeleteBucketPolicy(emulator.DestinationBucket); err != nil || seen != emulator.ForeignPolicy() {
		t.Errorf("%v, the hook saw %q", err, seen)
	}
}

func TestCalls_hookBetweenChangeAndAnswer(t *testing.T) {
	server := start(t, 0)
	storage := bucketClient(t, server, emulator.DestinationKeyPair())
	var seen error
	server.AfterNext(emulator.Fault{Skip: 1}, func() { _, seen = storage.GetBucketPolicy(emulator.DestinationBucket) })
	if _, err := storage.GetBucketPolicy(emulator.DestinationBucket); err != nil || seen != nil {
		t.Errorf("%v, the hook ran at the wrong call: %v", err, seen)
	}
	if err := storage.DeleteBucketPolicy(emulator.DestinationBucket); err != nil || codeOf(seen) != "NoSuchBucketPolicy" {
		t.Errorf("%v, the hook saw %v", err, seen)
	}
}

func TestCalls_skewedClockAndReplay(t *testing.T) {
	server := start(t, 0)
	server.SetSkew(20 * time.Minute)
	if _, err := getRole(roleClient(t, server, emulator.SourceKeyPair()), "r"); codeOf(err) != "InvalidTimeStamp.Expired" {
		t.Errorf("RAM: %v", err)
	}
	if _, err := bucketClient(t, server, emulator.SourceKeyPair()).GetBucketPolicy("orders"); codeOf(err) != "RequestTimeTooSkewed" {
		t.Errorf("OSS: %v", err)
	}
}

func TestCalls_hostileRequests(t *testing.T) {
	server := start(t, 0)
	for name, c := range map[string]struct {
		method, target, body string
		header               map[string]string
		status               int
	}{
		"unknown operation":   {http.MethodPost, "/?Action=Nope&Version=2015-05-01", "", nil, 400},
		"unknown version":     {http.MethodPost, "/?Action=GetRole&Version=1999-01-01", "", nil, 400},
		"no version":          {http.MethodPost, "/?Action=GetRole", "", nil, 400},
		"wrong method":        {http.MethodDelete, "/?Action=GetRole&Version=2015-05-01", "", nil, 403},
		"form without action": {http.MethodPost, "/", "a=b", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 400},
		"oversize form":       {http.MethodPost, "/?Action=GetRole&Version=2015-05-01", strings.Repeat("x", 2<<20), nil, 400},
		"dots":                {http.MethodGet, "/../orders/x", "", nil, 400},
		"escaped slash":       {http.MethodGet, "/%2Forders/x", "", nil, 400},
		"double slash":        {http.MethodGet, "//orders", "", nil, 400},
		"both authentication": {http.MethodGet, "/orders/?OSSAccessKeyId=a&Expires=1&Signature=b", "", map[string]string{"Authorization": "OSS a:b"}, 400},
		"anonymous":           {http.MethodGet, "/orders/2026/first.json", "", nil, 403},
		"bucket like -/":      {http.MethodGet, "/-x/y", "", nil, 400},
	} {
		request, err := http.NewRequestWithContext(t.Context(), c.method, server.URL, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.URL.Opaque = "//" + request.URL.Host + c.target
		for k, v := range c.header {
			request.Header.Set(k, v)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		raw, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != c.status || bytes.Contains(raw, []byte(`"order"`)) {
			t.Errorf("%s: %d %s", name, response.StatusCode, raw)
		}
	}
}

const instanceTrust = `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["ecs.aliyuncs.com"]}}]}`

func withInstance(w *emulator.World) {
	w.Accounts[0].Roles = []identity.Role{{Name: "Builder", TrustPolicy: instanceTrust}}
	w.Instance = &emulator.Instance{Account: emulator.SourceAccount, Role: "Builder"}
}

func TestMetadata_throughAProxyWithTokens(t *testing.T) {
	server := start(t, 0, withInstance)
	proxy, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
	get := func(method, path string, header map[string]string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, "http://100.100.100.200"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range header {
			request.Header.Set(k, v)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		return response.StatusCode, string(raw)
	}
	const credentialsPath = "/latest/meta-data/ram/security-credentials/"
	if status, _ := get(http.MethodGet, credentialsPath, nil); status != http.StatusForbidden {
		t.Errorf("without a token: %d", status)
	}
	status, token := get(http.MethodPut, "/latest/api/token", map[string]string{"X-aliyun-ecs-metadata-token-ttl-seconds": "60"})
	if status != http.StatusOK || token == "" {
		t.Fatalf("token: %d %s", status, token)
	}
	header := map[string]string{"X-aliyun-ecs-metadata-token": token}
	if status, role := get(http.MethodGet, credentialsPath, header); status != http.StatusOK || role != "Builder" {
		t.Errorf("role: %d %s", status, role)
	}
	if status, keys := get(http.MethodGet, credentialsPath+"Builder", header); status != http.StatusOK || !strings.Contains(keys, `"Code":"Success"`) || !strings.Contains(keys, `"SecurityToken"`) {
		t.Errorf("keys: %d %s", status, keys)
	}
	if status, _ := get(http.MethodGet, credentialsPath+"Other", header); status != http.StatusNotFound {
		t.Errorf("another role: %d", status)
	}
	server.SetSkew(59 * time.Second)
	if status, _ := get(http.MethodGet, credentialsPath, header); status != http.StatusOK {
		t.Errorf("before the token is over: %d", status)
	}
	server.SetSkew(61 * time.Second)
	if status, _ := get(http.MethodGet, credentialsPath, header); status != http.StatusForbidden {
		t.Errorf("after the token is over: %d", status)
	}
	for _, life := range []string{"", "0", "-1", "21601", "a minute"} {
		if status, _ := get(http.MethodPut, "/latest/api/token", map[string]string{"X-aliyun-ecs-metadata-token-ttl-seconds": life}); status != http.StatusBadRequest {
			t.Errorf("token with the life %q: %d", life, status)
		}
	}
	var logged []string
	for _, r := range server.Requests(0) {
		logged = append(logged, fmt.Sprintf("%s %s %s %s %d", r.Service, r.Operation, r.Account, r.UserAgent, r.Status))
	}
	if want := "metadata GetToken " + emulator.SourceAccount + " Go-http-client/1.1 200"; !slices.Contains(logged, want) || len(logged) != 12 {
		t.Errorf("logged %q, want 12 with %q", logged, want)
	}
}

func TestCredentialsURI_onlyForRolesThatTrustECS(t *testing.T) {
	server := start(t, 0, withInstance)
	if status, keys := control(t, server, http.MethodGet, "credentials/"+emulator.SourceAccount+"/builder", ""); status != http.StatusOK || !strings.Contains(keys, "STS.") {
		t.Errorf("%d %s", status, keys)
	}
	if status, _ := control(t, server, http.MethodGet, "credentials/"+emulator.DestinationAccount+"/builder", ""); status != http.StatusNotFound {
		t.Errorf("role of another account: %d", status)
	}
}

func TestAuthority_isTrustedAndNothingElseIs(t *testing.T) {
	made, err := emulator.New(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	authority, err := emulator.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", authority.TLS())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(authority.PEM)
	for name, pool := range map[string]*x509.CertPool{"trusted": trusted, "not trusted": x509.NewCertPool()} {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/-/clock", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if (err == nil) != (name == "trusted") {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
	}
}
