package credential_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// signIn is the sign-in host of CloudSSO. The SDK that asks it reads the real
// clock.
func signIn(t *testing.T, status int, body string) (server *httptest.Server, calls *[]string) {
	t.Helper()
	var mu sync.Mutex
	calls = &[]string{}
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		mu.Lock()
		*calls = append(*calls, r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(asked))
		mu.Unlock()
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server, calls
}

func loggedIn(server *httptest.Server) string {
	return fmt.Sprintf(`{"profiles": [{"name": "sso", "mode": "CloudSSO", "cloud_sso_sign_in_url": %q, "cloud_sso_account_id": "1000000000000001",
	  "cloud_sso_access_config": "ac-1", "access_token": %q, "cloud_sso_access_token_expire": %d}]}`,
		server.URL+"/start", secret, time.Now().Add(time.Hour).Unix())
}

func TestCloudSSO_exchangesTheLoginOnce(t *testing.T) {
	t.Parallel()
	server, calls := signIn(t, http.StatusOK, fmt.Sprintf(
		`{"CloudCredential":{"AccessKeyId":"STS.sso","AccessKeySecret":"s","SecurityToken":"t","Expiration":%q}}`,
		time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z")))
	source, err := sourceWith(t, alicloud.Config{Region: "cn-hangzhou"}, loggedIn(server), "sso")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if got, err := source.Credentials(t.Context()); err != nil || got.AccessKeyID != "STS.sso" {
				t.Errorf("%s, %v", got.AccessKeyID, err)
			}
		})
	}
	all.Wait()
	if len(*calls) != 1 || !strings.HasPrefix((*calls)[0], "/cloud-credentials Bearer "+secret) || !strings.Contains((*calls)[0], "ac-1") {
		t.Errorf("calls: %q", *calls)
	}
}

func TestCloudSSO_failuresQuoteNoToken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{http.StatusUnauthorized, `{"ErrorCode":"InvalidAccessToken","Token":"` + secret + `"}`, "InvalidAccessToken"},
		{http.StatusBadRequest, `{"AccessKeySecret":"` + secret + `"}`, "not a complete set"},
		{http.StatusOK, `{}`, "fail to get credentials"},
	} {
		server, _ := signIn(t, c.status, c.body)
		source, err := sourceWith(t, alicloud.Config{Region: "cn-hangzhou"}, loggedIn(server), "sso")
		if err != nil {
			t.Fatal(err)
		}
		_, err = source.Credentials(t.Context())
		refused(t, err, c.want, `profile "sso"`, "log in again")
	}
}
