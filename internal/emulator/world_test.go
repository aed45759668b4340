package emulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// start runs a cloud with the default world, changed as wanted.
func start(t *testing.T, speed float64, changes ...func(*emulator.World)) *emulator.Server {
	t.Helper()
	world := emulator.DefaultWorld()
	for _, change := range changes {
		change(&world)
	}
	return startWith(t, emulator.Options{World: &world, Speed: speed})
}

func startWith(t *testing.T, o emulator.Options) *emulator.Server {
	t.Helper()
	made, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// control sends one request to the control plane and returns status and body.
func control(t *testing.T, s *emulator.Server, method, path, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/-/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

func TestWorld_roundTripsThroughTheControlPlane(t *testing.T) {
	first, second := start(t, 0), start(t, 0)
	second.Clock().Set(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	status, before := control(t, first, http.MethodGet, "world", "")
	if status != http.StatusOK || !strings.Contains(before, emulator.ReplicaKey) {
		t.Fatalf("%d %s", status, before)
	}
	if status, after := control(t, second, http.MethodPut, "world", before); status != http.StatusOK || after != before {
		t.Errorf("%d, world differs:\n%s", status, cmp.Diff(before, after))
	}
}

func TestWorld_nonsenseChangesNothing(t *testing.T) {
	server := start(t, 0)
	_, before := control(t, server, http.MethodGet, "world", "")
	for name, body := range map[string]string{
		"no JSON":           `{`,
		"unknown field":     `{"acounts": []}`,
		"two values":        `{} {}`,
		"account twice":     `{"accounts":[{"id":"1000000000000001"},{"id":"1000000000000001"}]}`,
		"bucket of nobody":  `{"oss":{"buckets":[{"name":"a"}]}}`,
		"bad trust policy":  `{"accounts":[{"id":"1000000000000001","roles":[{"name":"r","trust_policy":"{}"}]}]}`,
		"key without owner": `{"kms":{"keys":[{"id":"key-1"}]}}`,
	} {
		if status, text := control(t, server, http.MethodPut, "world", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if _, after := control(t, server, http.MethodGet, "world", ""); after != before {
		t.Errorf("the world changed:\n%s", cmp.Diff(before, after))
	}
}

func TestControl_clock(t *testing.T) {
	server := start(t, 0)
	begin := server.Clock().Now()
	if status, text := control(t, server, http.MethodPost, "clock", `{"advance":"3m","speed":0,"skew":"-1h"}`); status != http.StatusOK || !strings.Contains(text, `"skew": "-1h0m0s"`) {
		t.Errorf("%d %s", status, text)
	}
	if passed := server.Clock().Now().Sub(begin); passed != 3*time.Minute {
		t.Errorf("the clock moved by %v", passed)
	}
	if status, _ := control(t, server, http.MethodPost, "clock", `{"set":"2030-01-02T03:04:05Z"}`); status != http.StatusOK || server.Clock().Now().Year() != 2030 {
		t.Errorf("%d, clock at %v", status, server.Clock().Now())
	}
	for _, body := range []string{`{"advance":"soon"}`, `{"speed":-1}`, `{"skew":"x"}`, `{"sped":1}`} {
		if status, _ := control(t, server, http.MethodPost, "clock", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d", body, status)
		}
	}
}

func TestControl_faultsAndRequests(t *testing.T) {
	server := start(t, 0)
	if status, text := control(t, server, http.MethodPost, "faults", `{"kind":"nonsense"}`); status != http.StatusBadRequest {
		t.Errorf("%d %s", status, text)
	}
	if status, text := control(t, server, http.MethodPost, "faults", `{"kind":"reset","operation":"GetRole","count":2}`); status != http.StatusOK || !strings.Contains(text, "GetRole") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := control(t, server, http.MethodDelete, "faults", ""); status != http.StatusOK || strings.TrimSpace(text) != "[]" {
		t.Errorf("%d %s", status, text)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/?Action=GetCallerIdentity&Version=2015-04-01", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	var entries []emulator.Request
	_, text := control(t, server, http.MethodGet, "requests?service=sts", "")
	if err := json.Unmarshal([]byte(text), &entries); err != nil || len(entries) != 1 || entries[0].Status != response.StatusCode || entries[0].Code != "MissingAccessKeyId" {
		t.Errorf("%v %s", err, text)
	}
	if _, text := control(t, server, http.MethodGet, "requests?since=1", ""); strings.TrimSpace(text) != "[]" {
		t.Errorf("since: %s", text)
	}
	if status, _ := control(t, server, http.MethodGet, "requests?since=x", ""); status != http.StatusBadRequest {
		t.Errorf("since=x: %d", status)
	}
	if _, text := control(t, server, http.MethodDelete, "requests", ""); strings.TrimSpace(text) != "[]" || len(server.Requests(0)) != 0 {
		t.Errorf("after clearing: %s", text)
	}
}

func TestControl_keepsStrangersOut(t *testing.T) {
	server := start(t, 0)
	for name, edit := range map[string]func(*http.Request){
		"a name of somebody else": func(r *http.Request) { r.Host = "rebound.example.com" },
		"another origin":          func(r *http.Request) { r.Header.Set("Origin", "https://example.com") },
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/-/world", nil)
		edit(request)
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusForbidden || strings.Contains(recorder.Body.String(), "secret") {
			t.Errorf("%s: %d %s", name, recorder.Code, recorder.Body)
		}
	}
}

func TestControl_pageShowsItself(t *testing.T) {
	server := start(t, 0)
	status, page := control(t, server, http.MethodGet, "", "")
	if status != http.StatusOK || !strings.Contains(page, "<title>srr-emulator</title>") || !strings.Contains(page, "setInterval(draw") {
		t.Errorf("%d %s", status, page)
	}
	if status, _ := control(t, server, http.MethodGet, "nothing", ""); status != http.StatusNotFound {
		t.Errorf("unknown page: %d", status)
	}
	if status, _ := control(t, server, http.MethodPost, "world", ""); status != http.StatusMethodNotAllowed {
		t.Errorf("wrong method: %d", status)
	}
}

func TestConnect_namesEverythingThatIsNeeded(t *testing.T) {
	text := emulator.Connect("http://127.0.0.1:8089")
	for _, want := range append(emulator.Environment("http://127.0.0.1:8089"),
		emulator.SourceKeyPair().ID, emulator.SourceKeyPair().Secret, emulator.DestinationKeyPair().ID, emulator.DestinationKeyPair().Secret,
		emulator.SourceAccount, emulator.DestinationAccount, emulator.ReplicaKeyARN(), emulator.SourceBucket, emulator.DestinationBucket) {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	var profiles struct {
		Profiles []struct{ Name, Mode string }
	}
	if err := json.NewDecoder(bytes.NewBufferString(emulator.ProfileFile())).Decode(&profiles); err != nil || len(profiles.Profiles) != 2 || profiles.Profiles[1].Name != "backup" {
		t.Errorf("%v %+v", err, profiles)
	}
}
