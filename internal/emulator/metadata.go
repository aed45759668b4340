package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

// metadataHost is the address of the metadata server of an instance (ECS
// "Instance metadata" page, 2026). Clients reach it here through an HTTP proxy.
const metadataHost = "100.100.100.200"

const (
	metadataTokenLife  = 6 * time.Hour
	instanceSession    = time.Hour
	credentialsPath    = "/latest/meta-data/ram/security-credentials/" //nolint:gosec // a path
	metadataTokenPath  = "/latest/api/token"                           //nolint:gosec // a path
	metadataTokenTTL   = "X-aliyun-ecs-metadata-token-ttl-seconds"     //nolint:gosec // the name of a header
	metadataTokenField = "X-aliyun-ecs-metadata-token"                 //nolint:gosec // the name of a header
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

func (m *metadataTokens) issue() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.until == nil {
		m.until = map[string]time.Time{}
	}
	token := requestID()
	m.until[token] = time.Now().Add(metadataTokenLife)
	return token
}

func (m *metadataTokens) valid(token string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().Before(m.until[token])
}

func isMetadata(r *http.Request) bool { return hostOnly(r) == metadataHost }

// serveMetadata answers as the metadata server, version 2 with tokens.
func (e *Emulator) serveMetadata(w http.ResponseWriter, r *http.Request) {
	instance := e.services().instance
	switch {
	case instance == nil:
		http.NotFound(w, r)
	case r.Method == http.MethodPut && r.URL.Path == metadataTokenPath:
		if r.Header.Get(metadataTokenTTL) == "" {
			http.Error(w, "missing "+metadataTokenTTL, http.StatusBadRequest)
			return
		}
		writeText(w, e.metadata.issue())
	case !instance.AllowV1 && !e.metadata.valid(r.Header.Get(metadataTokenField)):
		http.Error(w, "forbidden", http.StatusForbidden)
	case r.URL.Path == credentialsPath:
		writeText(w, instance.Role)
	case strings.EqualFold(strings.TrimPrefix(r.URL.Path, credentialsPath), instance.Role):
		e.writeCredentials(w, instance.Account, instance.Role)
	default:
		http.NotFound(w, r)
	}
}

// writeCredentials sends temporary keys in the form of metadata servers and of
// credentials URIs (credentials-go README, 2026).
func (e *Emulator) writeCredentials(w http.ResponseWriter, account, role string) {
	fields, failure := e.services().identity.InstanceSession(account, role, instanceSession)
	if failure != nil {
		http.Error(w, failure.Error(), failure.Status)
		return
	}
	keys, _ := fields["Credentials"].(map[string]any)
	keys["Code"], keys["LastUpdated"] = "Success", time.Now().UTC().Format(time.RFC3339)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(keys) //nolint:errchkjson // the client may have gone
}

func writeText(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(text)) // the client may have gone
}
