package oss_test

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

const (
	sourceUID = "1000000000000001"
	targetUID = "2000000000000002"
	replicaID = "acs:kms:cn-hangzhou:2000000000000002:key/replica"

	roleGrant = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],
		"Resource":["acs:oss:*:*:src","acs:oss:*:*:src/*"]}]}`
	targetGrant = `{"Version":"1","Statement":[{"Effect":"Allow",
		"Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],
		"Principal":["arn:sts::1000000000000001:assumed-role/mirror/*"],
		"Resource":["acs:oss:*:2000000000000002:dst","acs:oss:*:2000000000000002:dst/*"]}]}`
)

var (
	source = cloud.Caller{Kind: cloud.Root, AccountID: sourceUID, AccessKeyID: "source"}
	target = cloud.Caller{Kind: cloud.Root, AccountID: targetUID, AccessKeyID: "target"}
	nobody = cloud.Caller{}
)

func user(account, name string) cloud.Caller {
	return cloud.Caller{Kind: cloud.User, AccountID: account, UserID: "200000000000000001", UserName: name, AccessKeyID: name}
}

// world is a service with fakes of the other services.
type world struct {
	t       *testing.T
	service *oss.Service
	clock   *cloud.Clock
	// policies by user or role name; roles by name; denied KMS uses by
	// "action key".
	policies map[string]string
	session  map[string]string
	roles    map[string]bool
	noKey    map[string]bool
	keyUses  []string
}

func newWorld(t *testing.T, switches ...cloud.Switches) *world {
	t.Helper()
	begin := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	w := &world{
		t: t, clock: cloud.NewClock(func() time.Time { return begin }, 0),
		policies: map[string]string{"Mirror": roleGrant}, session: map[string]string{},
		roles: map[string]bool{"Mirror": true}, noKey: map[string]bool{},
	}
	options := oss.Options{Clock: w.clock, Identities: w, Roles: w, Keys: w, Principal: principal}
	for _, s := range switches {
		options.Switches = s
	}
	w.service = oss.New(options)
	w.load(
		oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"},
		oss.Bucket{Name: "dst", Owner: targetUID, Region: "cn-hangzhou", Policy: targetGrant},
	)
	return w
}

func (w *world) load(buckets ...oss.Bucket) {
	w.t.Helper()
	if err := w.service.Load(oss.State{Buckets: buckets}); err != nil {
		w.t.Fatal(err)
	}
}

func principal(c cloud.Caller) access.Principal {
	kinds := map[cloud.CallerKind]access.PrincipalKind{cloud.Root: access.Root, cloud.User: access.User, cloud.RoleSession: access.RoleSession}
	return access.Principal{Kind: kinds[c.Kind], AccountID: c.AccountID, UserID: c.UserID, UserName: c.UserName, RoleName: c.RoleName, SessionName: c.SessionName}
}

func (w *world) Identities(c cloud.Caller) access.Identities {
	var ids access.Identities
	name := c.UserName + c.RoleName
	if text := w.policies[name]; text != "" {
		ids.Policies = []access.Named{{Name: name, Document: w.parse(text)}}
	}
	if text := w.session[name]; text != "" {
		ids.Session = w.parse(text)
	}
	return ids
}

func (w *world) parse(text string) *access.Document {
	document, err := access.Parse(access.IdentityPolicy, []byte(text))
	if err != nil {
		w.t.Errorf("policy %s: %v", text, err)
	}
	return document
}

func (w *world) ServiceSession(account, role, service string) (cloud.Caller, *cloud.Error) {
	name := role[strings.LastIndex(role, "/")+1:]
	if !w.roles[name] || account != sourceUID || service != "oss.aliyuncs.com" {
		return cloud.Caller{}, cloud.Errorf(404, "EntityNotExist.Role", "no such role %s", role)
	}
	return cloud.Caller{Kind: cloud.RoleSession, AccountID: account, RoleName: name, SessionName: "oss"}, nil
}

func (w *world) Use(c cloud.Caller, action, key, region string) *cloud.Error {
	use := action + " " + key
	w.keyUses = append(w.keyUses, c.AccountID+" "+use+" "+region)
	if w.noKey[use] {
		return cloud.Errorf(403, "Forbidden.NoPermission", "no permission for %s", use)
	}
	return nil
}

// answer is a response as the tests look at it.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// call is "PUT /bucket/key?query"; headers are "Name: value".
func (w *world) call(c cloud.Caller, call, body string, headers ...string) answer {
	w.t.Helper()
	return w.callIn("", c, call, body, headers...)
}

func (w *world) callIn(region string, c cloud.Caller, call, body string, headers ...string) answer {
	w.t.Helper()
	method, address, _ := strings.Cut(call, " ")
	r := httptest.NewRequestWithContext(w.t.Context(), method, "http://127.0.0.1"+address, strings.NewReader(body))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	t, err := signature.SplitTarget(r, func(string) (string, bool) { return "", false })
	if err != nil {
		w.t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	w.service.Serve(recorder, r, oss.Call{Target: t, Caller: c, Region: region, RequestID: "5C3D9175B6FC201293AD0000", Body: []byte(body)})
	return answer{recorder, w.t}
}

// must fails the test unless the call has the status.
func (w *world) must(status int, c cloud.Caller, call, body string, headers ...string) answer {
	w.t.Helper()
	a := w.call(c, call, body, headers...)
	if a.Code != status {
		w.t.Fatalf("%s: status %d, want %d: %s", call, a.Code, status, a.Body)
	}
	return a
}

type errorDocument struct {
	Code, Message, EC string
	RequestID         string `xml:"RequestId"`
	Bucket, Endpoint  string
	Detail            *struct {
		PolicyType, AuthPrincipalType, AuthPrincipalDisplayName, NoPermissionType, AuthAction string
	} `xml:"AccessDeniedDetail"`
}

func (a answer) error() errorDocument {
	a.t.Helper()
	body := a.Body.Bytes()
	if header := a.Header().Get("x-oss-err"); header != "" {
		decoded, err := base64.StdEncoding.DecodeString(header)
		if err != nil {
			a.t.Fatal(err)
		}
		body = decoded
	}
	var e errorDocument
	if err := xml.Unmarshal(body, &e); err != nil {
		a.t.Fatalf("no error document: %v: %s", err, body)
	}
	return e
}

// wants compares status, code and EC; "" stands for none.
func (a answer) wants(status int, code, ec string) {
	a.t.Helper()
	e := a.error()
	if a.Code != status || e.Code != code || e.EC != ec || a.Header().Get("x-oss-ec") != ec {
		a.t.Errorf("got %d %s EC %q (header %q) %q, want %d %s EC %q", a.Code, e.Code, e.EC, a.Header().Get("x-oss-ec"), e.Message, status, code, ec)
	}
}

// ruleBody is a PutBucketReplication document with the given elements.
func ruleBody(elements string) string {
	return `<?xml version="1.0"?><ReplicationConfiguration><Rule>` + elements + `</Rule></ReplicationConfiguration>`
}

const (
	toTarget = `<Destination><Bucket>dst</Bucket><Location>oss-cn-hangzhou</Location><TransferType>internal</TransferType></Destination>`
	byRole   = `<SyncRole>Mirror</SyncRole>`
	forKMS   = `<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>` +
		`<EncryptionConfiguration><ReplicaKmsKeyID>` + replicaID + `</ReplicaKmsKeyID></EncryptionConfiguration>`
)

// rule creates a rule with further elements and returns its id.
func (w *world) rule(elements string) string {
	w.t.Helper()
	a := w.must(200, source, "POST /src/?replication&comp=add", ruleBody(toTarget+byRole+elements))
	return a.Header().Get("x-oss-replication-rule-id")
}

// started creates a rule and waits until it is doing.
func (w *world) started(elements string) string {
	w.t.Helper()
	id := w.rule(elements)
	w.clock.Advance(3 * time.Minute)
	return id
}

func (w *world) put(key, data string, headers ...string) answer {
	w.t.Helper()
	return w.must(200, source, "PUT /src/"+key, data, headers...)
}

// arrived is what the destination has under a key, "" when nothing.
func (w *world) arrived(key string) string {
	w.t.Helper()
	a := w.call(target, "GET /dst/"+key, "")
	if a.Code != http.StatusOK {
		return ""
	}
	return a.Body.String()
}

// explained is the reason for the newest version of a key, "" when copied.
func (w *world) explained(key string) string {
	for _, e := range w.service.Explain() {
		if e.Key == key && e.Copied == (e.Reason == "") {
			return e.Reason
		}
	}
	return "no explanation"
}

func contentMD5(body string) string {
	sum := md5.Sum([]byte(body))
	return "Content-MD5: " + base64.StdEncoding.EncodeToString(sum[:])
}

func statement(effect, action, principal, resource string) string {
	return fmt.Sprintf(`{"Version":"1","Statement":[{"Effect":%q,"Action":[%q],"Principal":[%q],"Resource":[%q]}]}`, effect, action, principal, resource)
}
