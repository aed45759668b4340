package torture

import "github.com/terraform-srr/terraform-provider-srr/internal/emulator"

// failure is one way in which the n-th call, and where count says so those after it, fails.
type failure struct {
	name  string
	fault emulator.Fault
}

const untilCleared = 1 << 20

// failures are all ways. The service's codes are those of OSS and of the RPC gateway, which the provider must take for
// the same.
func failures() []failure {
	return []failure{
		{"500", emulator.Fault{Kind: emulator.FaultError, Status: 500, Code: "InternalError"}},
		{"503 burst", emulator.Fault{Kind: emulator.FaultError, Status: 503, Code: "ServiceUnavailable", Count: 3}},
		{"throttled", emulator.Fault{Kind: emulator.FaultError, Status: 429, Code: "Throttling.User", Count: 3}},
		{"403", emulator.Fault{Kind: emulator.FaultError, Status: 403, Code: "AccessDenied"}},
		{"reset", emulator.Fault{Kind: emulator.FaultReset}},
		{"lost response", emulator.Fault{Kind: emulator.FaultLostResponse}},
		{"slow before", emulator.Fault{Kind: emulator.FaultDelay, Delay: slowness}},
		{"slow after", emulator.Fault{Kind: emulator.FaultLateResponse, Delay: slowness}},
		{"empty", emulator.Fault{Kind: emulator.FaultEmpty}},
		{"malformed", emulator.Fault{Kind: emulator.FaultMalformed}},
		{"stale", emulator.Fault{Kind: emulator.FaultStale, Reads: 2}},
		{"outage", emulator.Fault{Kind: emulator.FaultReset, Count: untilCleared}},
		{"denied from then on", emulator.Fault{Kind: emulator.FaultError, Status: 403, Code: "AccessDenied", Count: untilCleared}},
	}
}

// at is the fault for the n-th call from now, from 1.
func (f failure) at(n int) emulator.Fault {
	fault := f.fault
	fault.Skip = n - 1
	return fault
}
