package clients_test

import (
	"maps"
	"slices"
	"testing"
)

// How many distinct operations the suite carries out, and how many of them it
// also sees refused. Fewer means that a client stopped calling something.
const (
	wantCarriedOut = 90
	wantRefused    = 70
)

// The log decides what was called, not the tests.
func TestClients_operations(t *testing.T) {
	c := newCloud(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, cloud)
	}{
		{"bucket", bucketCalls},
		{"bucket refusals", bucketRefusals},
		{"objects", objectCalls},
		{"object versions", versionCalls},
		{"multipart", multipartCalls},
		{"object refusals", objectRefusals},
		{"roles", roleCalls},
		{"policies", policyCalls},
		{"access refusals", accessRefusals},
		{"keys", keyCalls},
		{"key policies", keyPolicyCalls},
		{"key refusals", keyRefusals},
		{"identities", identityCalls},
		{"replication", replicationCalls},
		{"replication refusals", replicationRefusals},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, c) })
	}
	carriedOut, refusals := map[string]bool{}, map[string]bool{}
	for _, call := range c.Requests(0) {
		name := call.Service + " " + call.Operation
		switch {
		case call.Operation == "Unknown":
		case call.Status < 300:
			carriedOut[name] = true
		default:
			refusals[name] = true
		}
	}
	t.Logf("carried out %d operations, saw %d refused", len(carriedOut), len(refusals))
	if len(carriedOut) < wantCarriedOut {
		t.Errorf("only %d operations carried out: %v", len(carriedOut), slices.Sorted(maps.Keys(carriedOut)))
	}
	if len(refusals) < wantRefused {
		t.Errorf("only %d operations refused: %v", len(refusals), slices.Sorted(maps.Keys(refusals)))
	}
}
