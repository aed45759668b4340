package emulator_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const mebibyte = 1 << 20

// filled is a text of exactly so many bytes, with as much of a filler as it takes.
func filled(t *testing.T, size int, before, after string) string {
	t.Helper()
	return before + strings.Repeat("a", size-len(before)-len(after)) + after
}

// What reaches the control plane has at most 1 MiB, except for a world.
func TestLimits_ofTheControlPlane(t *testing.T) {
	server := start(t, 0)
	for target, form := range map[string][2]string{
		"/-/faults": {`{"kind":"reset","message":"`, `"}`},
		"/-/clock":  {`{"skew":"0s"`, `}`},
	} {
		fits, tooMuch := filled(t, mebibyte, form[0], form[1]), filled(t, mebibyte+1, form[0], form[1])
		if target == "/-/clock" {
			fits, tooMuch = strings.ReplaceAll(fits, "a", " "), strings.ReplaceAll(tooMuch, "a", " ")
		}
		if status, text := ask(t, server, http.MethodPost, "127.0.0.1", target, fits); status != http.StatusOK {
			t.Errorf("%s with 1 MiB: %d %s", target, status, text)
		}
		if status, text := ask(t, server, http.MethodPost, "127.0.0.1", target, tooMuch); status != http.StatusBadRequest || !strings.Contains(text, "too large") {
			t.Errorf("%s with one byte more: %d %s", target, status, text)
		}
	}
}

// A form that a client has signed has at most 1 MiB.
func TestLimits_ofForms(t *testing.T) {
	server := start(t, 0)
	client := roleClient(t, server, emulator.SourceKeyPair())
	for size, refused := range map[int]bool{mebibyte: false, mebibyte + 1: true} {
		request := ram.CreateGetRoleRequest()
		request.FormParams["RoleName"] = filled(t, size-len("RoleName="), "", "")
		err := client.DoAction(request, ram.CreateGetRoleResponse())
		if err == nil || strings.Contains(err.Error(), "too large") != refused || codeOf(err) == "SignatureDoesNotMatch" {
			t.Errorf("a signed form with %d bytes: %.300v", size, err)
		}
	}
}

// An object ends at the limit of the cloud, and what nobody has signed at 1 MiB, whatever the bucket allows.
func TestLimits_ofObjects(t *testing.T) {
	world := emulator.DefaultWorld()
	world.OSS.Buckets[0].ACL, world.OSS.Buckets[0].BlockPublicAccess = "public-read-write", false
	server := startWith(t, emulator.Options{World: &world, Limits: emulator.Limits{Object: 3 * mebibyte}})
	bucket, err := bucketClient(t, server, emulator.SourceKeyPair()).Bucket(emulator.SourceBucket)
	if err != nil {
		t.Fatal(err)
	}
	if err := bucket.PutObject("fits", bytes.NewReader(make([]byte, 3*mebibyte))); err != nil {
		t.Errorf("as much as is allowed: %v", err)
	}
	if err := bucket.PutObject("larger", bytes.NewReader(make([]byte, 3*mebibyte+1))); codeOf(err) != "EntityTooLarge" {
		t.Errorf("a byte more: %v", err)
	}
	for size, want := range map[int]int{mebibyte: http.StatusOK, mebibyte + 1: http.StatusBadRequest} {
		if status, text := ask(t, server, http.MethodPut, "127.0.0.1", "/"+emulator.SourceBucket+"/anonymous", strings.Repeat("a", size)); status != want {
			t.Errorf("%d bytes from a stranger: %d %s", size, status, text)
		}
	}
}

// A world that is put ends at the limit of the cloud.
func TestLimits_ofWorlds(t *testing.T) {
	server := startWith(t, emulator.Options{Limits: emulator.Limits{World: 100_000}})
	_, world := ask(t, server, http.MethodGet, "127.0.0.1", "/-/world", "")
	for size, want := range map[int]int{100_000: http.StatusOK, 100_001: http.StatusBadRequest} {
		padded := world + strings.Repeat(" ", size-len(world))
		if status, text := ask(t, server, http.MethodPut, "127.0.0.1", "/-/world", padded); status != want {
			t.Errorf("%d bytes: %d %.300s", size, status, text)
		}
	}
}
