package emulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// metadataHost is the address of the metadata server of an instance (ECS
// "Instance metadata" page, 2026). Clients reach it here through an HTTP proxy.
const metadataHost = "100.100.100.200"

const (
	maxTokenLife       = 6 * time.Hour
	instanceSession    = time.Hour
	credentialsPath    = "/latest/meta-data/ram/security-credentials/"
	metadataTokenPath  = "/latest/api/token"
	metadataTokenTTL   = "X-aliyun-ecs-metadata-token-ttl-seconds"
	metadataTokenField = "X-aliyun-ecs-metadata-token"
)

// Instance is the machine that the metadata server speaks for.
type Instance struct {
	Account string `json:"account"`
	Role    string `json:"role"`
	// AllowV1 lets requests without a token through; otherwise they are 403, as
	// on instances in security-hardened mode.
	AllowV1 bool `json:"allow_v1,omitempty"`
}

// metadataTokens remembers the tokens that were handed out.
type metadataTokens struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (m *metadataTokens) issue(until time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.until == nil {
		m.until = map[string]time.Time{}
	}
	token := requestID()
	m.until[token] = until
	return token
}

func (m *metadataTokens) valid(token string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Before(m.until[token])
}

func isMetadata(r *http.Request) bool { return hostOnly(r) == metadataHost }

// serveMetadata answers as the metadata server, version 2 with tokens. Its
// errors are text.
func (e *Emulator) serveMetadata(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf{
		call: Call{Service: "metadata", Operation: metadataOperation(r)}, id: requestID(), agent: r.UserAgent(),
		refuse: func(w http.ResponseWriter, refusal *cloud.Error) { http.Error(w, refusal.Message, refusal.Status) },
	}
	instance := e.services().instance
	if instance == nil {
		e.refuseUnknown(w, x, cloud.Errorf(http.StatusNotFound, "NotFound", "no instance"))
		return
	}
	x.call.Account, x.call.Object = instance.Account, instance.Role
	x.serve = func(w http.ResponseWriter, _ *services) string {
		failure := e.answerMetadata(w, r, *instance)
		if failure == nil {
			return ""
		}
		x.refuse(w, failure)
		return failure.Code
	}
	e.carryOut(w, r, x)
}

func metadataOperation(r *http.Request) string {
	switch {
	case r.URL.Path == metadataTokenPath:
		return "GetToken"
	case r.URL.Path == credentialsPath:
		return "GetRoleName"
	case strings.HasPrefix(r.URL.Path, credentialsPath):
		return "GetCredentials"
	}
	return "Unknown"
}

func (e *Emulator) answerMetadata(w http.ResponseWriter, r *http.Request, instance Instance) *cloud.Error {
	switch {
	case r.Method == http.MethodPut && r.URL.Path == metadataTokenPath:
		life, failure := tokenLife(r.Header.Get(metadataTokenTTL))
		if failure == nil {
			writeText(w, e.metadata.issue(e.now().Add(life)))
		}
		return failure
	case !instance.AllowV1 && !e.metadata.valid(r.Header.Get(metadataTokenField), e.now()):
		return cloud.Errorf(http.StatusForbidden, "Forbidden", "no token, or one that is over")
	case r.URL.Path == credentialsPath:
		writeText(w, instance.Role)
		return nil
	case strings.EqualFold(strings.TrimPrefix(r.URL.Path, credentialsPath), instance.Role):
		return e.writeCredentials(w, instance.Account, instance.Role)
	}
	return cloud.Errorf(http.StatusNotFound, "NotFound", "nothing of that name")
}

// tokenLife reads the header that asks for a token: 1 to 21,600 seconds (ECS
// "View instance metadata" page, 2026-03).
func tokenLife(text string) (time.Duration, *cloud.Error) {
	seconds, err := strconv.Atoi(text)
	life := time.Duration(seconds) * time.Second
	if err != nil || life < time.Second || life > maxTokenLife {
		return 0, cloud.Errorf(http.StatusBadRequest, "BadRequest", "%s must be 1 to 21600", metadataTokenTTL)
	}
	return life, nil
}

// writeCredentials sends temporary keys in the form of metadata servers and of
// credentials URIs (credentials-go README, 2026).
func (e *Emulator) writeCredentials(w http.ResponseWriter, account, role string) *cloud.Error {
	fields, failure := e.services().identity.InstanceSession(account, role, instanceSession)
	if failure != nil {
		return failure
	}
	keys, _ := fields["Credentials"].(map[string]any)
	keys["Code"], keys["LastUpdated"] = "Success", time.Now().UTC().Format(time.RFC3339)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(keys) //nolint:errchkjson // the client may have gone
	return nil
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(text)) // the client may have gone
}
