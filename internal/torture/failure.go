package torture

import (
	"regexp"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// failure is one way in which the n-th call, and where count says so those after it, fails.
type failure struct {
	name  string
	fault emulator.Fault
	// writes says that it is tried at calls that change something, and nowhere else. It then follows its call wherever
	// that comes in the order of calls.
	writes bool
	// retries is how often the client repeats a failed call. Users have 10; without any, every failure shows.
	retries int
}

const untilCleared = 1 << 20

// failures are all ways. The service's codes are those of OSS and of the RPC gateway, which the provider must take for
// the same.
func failures() []failure {
	unavailable := emulator.Fault{Kind: emulator.FaultError, Status: 503, Code: "ServiceUnavailable", Count: 3}
	throttled := emulator.Fault{Kind: emulator.FaultError, Status: 429, Code: "Throttling.User", Count: 3}
	reset, lost := emulator.Fault{Kind: emulator.FaultReset}, emulator.Fault{Kind: emulator.FaultLostResponse}
	late := emulator.Fault{Kind: emulator.FaultLateResponse, Delay: slowness}
	denied := emulator.Fault{Kind: emulator.FaultError, Status: 403, Code: "AccessDenied"}
	return []failure{
		{name: "500", fault: emulator.Fault{Kind: emulator.FaultError, Status: 500, Code: "InternalError"}},
		{name: "503 burst", fault: unavailable},
		{name: "throttled", fault: throttled},
		{name: "403", fault: denied},
		{name: "reset", fault: reset},
		{name: "lost response", fault: lost},
		{name: "slow before", fault: emulator.Fault{Kind: emulator.FaultDelay, Delay: slowness}},
		{name: "slow after", fault: late},
		{name: "empty", fault: emulator.Fault{Kind: emulator.FaultEmpty}},
		{name: "malformed", fault: emulator.Fault{Kind: emulator.FaultMalformed}},
		{name: "outage", fault: lasting(reset)},
		{name: "denied from then on", fault: lasting(denied)},
		// A read changes nothing, so that there is no past for later reads to see.
		{name: "stale", fault: emulator.Fault{Kind: emulator.FaultStale, Reads: 2}, writes: true},
		// A repeated read is the read that it would have been; a repeated write may find what it has made.
		{name: "503 burst, repeated", fault: unavailable, writes: true, retries: 3},
		{name: "throttled, repeated", fault: throttled, writes: true, retries: 3},
		{name: "reset, repeated", fault: reset, writes: true, retries: 3},
		{name: "lost response, repeated", fault: lost, writes: true, retries: 3},
		{name: "slow after, repeated", fault: late, writes: true, retries: 3},
	}
}

func lasting(fault emulator.Fault) emulator.Fault {
	fault.Count = untilCleared
	return fault
}

// fits says whether a failure is tried at a call.
func (f failure) fits(c emulator.Call) bool { return !f.writes || changes(c) }

// changes says whether a call may change something.
func changes(c emulator.Call) bool {
	return !regexp.MustCompile("^(Get|List|Head|Describe)").MatchString(c.Operation)
}

// at is the fault for the n-th of the undisturbed calls, from 1.
func (f failure) at(calls []emulator.Call, n int) emulator.Fault {
	fault := f.fault
	if !f.writes {
		fault.Skip = n - 1
		return fault
	}
	c := calls[n-1]
	fault.Account, fault.Service, fault.Operation, fault.Object = c.Account, c.Service, c.Operation, c.Object
	for _, earlier := range calls[:n-1] {
		if earlier == c {
			fault.Skip++
		}
	}
	return fault
}
