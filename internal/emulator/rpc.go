package emulator

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

// maxRPCBody bounds a form body; the largest parameter is a key policy of 32 KiB.
const maxRPCBody = 1 << 20

// isRPC reports whether a request is for RAM, STS or KMS: the path is "/", the
// host is no bucket's, and an Action is named.
func isRPC(r *http.Request) bool {
	if _, bucket := bucketOfHost(hostOnly(r)); bucket || r.URL.Path != "/" {
		return false
	}
	if r.Header.Get("x-acs-action") != "" || r.URL.Query().Get("Action") != "" {
		return true
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return r.Method == http.MethodPost && media == "application/x-www-form-urlencoded"
}

// rpcCall is a request of the RPC gateway, taken apart.
type rpcCall struct {
	form                         url.Values
	body                         []byte
	params                       map[string]string
	service, operation, id, host string
}

func (e *Emulator) serveRPC(w http.ResponseWriter, r *http.Request) {
	c, refusal := readRPCCall(w, r)
	x := exchangeOf{
		call: Call{Service: c.service, Operation: c.operation}, id: c.id, agent: r.UserAgent(),
		refuse: func(w http.ResponseWriter, refusal *cloud.Error) { writeRPCError(w, c, refusal) },
	}
	if refusal == nil {
		refusal = oversized(r)
	}
	if refusal != nil {
		e.refuseUnknown(w, x, refusal)
		return
	}
	x.call.Object = c.object(e.services())
	var caller cloud.Caller
	if !identity.Unsigned(c.service, c.operation) {
		caller, refusal = e.authenticator().rpc(r, c.form, c.body)
	}
	if refusal != nil {
		e.refuseUnknown(w, x, refusal)
		return
	}
	x.call.Account = caller.AccountID
	x.serve = func(w http.ResponseWriter, s *services) string {
		fields, failure := c.run(s, caller)
		if failure != nil {
			writeRPCError(w, c, failure)
			return failure.Code
		}
		fields["RequestId"] = c.id
		writeJSON(w, http.StatusOK, fields)
		return ""
	}
	e.carryOut(w, r, x)
}

func (e *Emulator) authenticator() *authenticator {
	s := e.services()
	return &authenticator{keys: s.identity, nonces: e.nonces, now: e.now, refuseV1: s.switches.RefuseV1}
}

func readRPCCall(w http.ResponseWriter, r *http.Request) (rpcCall, *cloud.Error) {
	id := requestID()
	c := rpcCall{service: "rpc", host: r.Host, params: map[string]string{}}
	c.id = id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return c, cloud.Errorf(http.StatusForbidden, "UnsupportedHTTPMethod", "This http method is not supported.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRPCBody))
	if err != nil {
		return c, cloud.Errorf(http.StatusBadRequest, "InvalidParameter", "The request body cannot be read or is too large.")
	}
	c.body = body
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "application/x-www-form-urlencoded" {
		c.form, _ = url.ParseQuery(string(body))
	}
	for _, values := range []url.Values{r.URL.Query(), c.form} {
		for name := range values {
			c.params[name] = values.Get(name)
		}
	}
	c.operation = firstOf(c.params["Action"], r.Header.Get("x-acs-action"))
	switch version := firstOf(c.params["Version"], r.Header.Get("x-acs-version")); version {
	case "2015-05-01":
		c.service = "ram"
	case "2015-04-01":
		c.service = "sts"
	case "2016-01-20":
		c.service = "kms"
	case "":
		return c, cloud.Errorf(http.StatusBadRequest, "MissingVersion", "Version is mandatory for this action.")
	default:
		return c, cloud.Errorf(http.StatusBadRequest, "InvalidVersion", "Specified parameter Version is not valid.")
	}
	return c, nil
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (c rpcCall) object(s *services) string {
	if c.service == "kms" {
		return s.kms.Object(c.operation, c.params)
	}
	return identity.Object(c.operation, c.params)
}

func (c rpcCall) run(s *services, caller cloud.Caller) (map[string]any, *cloud.Error) {
	if !isRead(c.operation) {
		defer s.revision.Add(1)
	}
	if c.service == "kms" {
		return s.kms.Serve(kms.Call{Operation: c.operation, Params: c.params, Caller: caller, Region: c.params["RegionId"]})
	}
	return s.identity.Serve(identity.Call{Service: c.service, Operation: c.operation, Params: c.params, Caller: caller})
}

// writeRPCError renders the gateway's envelope; all its values are strings.
func writeRPCError(w http.ResponseWriter, c rpcCall, failure *cloud.Error) {
	fields := map[string]any{
		"RequestId": c.id, "HostId": c.host, "Code": failure.Code, "Message": failure.Message,
		"Recommend": "https://api.aliyun.com/troubleshoot?q=" + url.QueryEscape(failure.Code) + "&requestId=" + c.id,
	}
	if d := failure.Denied; d != nil {
		fields["AccessDeniedDetail"] = map[string]string{
			"PolicyType": d.PolicyType, "AuthAction": d.AuthAction, "AuthPrincipalType": d.AuthPrincipalType,
			"AuthPrincipalOwnerId": d.AuthPrincipalOwnerID, "AuthPrincipalDisplayName": d.AuthPrincipalDisplayName,
			"NoPermissionType": d.NoPermissionType,
		}
	}
	writeJSON(w, failure.Status, fields)
}

// writeJSON sends a value as JSON without escaping for HTML, as the service does.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) //nolint:errchkjson // the client may have gone
}
