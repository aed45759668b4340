package emulator

import (
	"testing"
	"time"
)

func TestFaultList_skipThenCountThenSpent(t *testing.T) {
	var l faultList
	if err := l.arm(Fault{Kind: FaultError, Operation: "Put*", Object: "dst", Skip: 1, Count: 2, Status: 503, Code: "Busy"}); err != nil {
		t.Fatal(err)
	}
	call := Call{Service: "oss", Operation: "PutBucketPolicy", Object: "dst"}
	var hits []bool
	for range 4 {
		_, hit := l.take(call)
		hits = append(hits, hit)
	}
	if want := [4]bool{false, true, true, false}; [4]bool(hits) != want {
		t.Errorf("hits %v, want %v", hits, want)
	}
	if len(l.list()) != 0 {
		t.Errorf("a spent fault is still armed: %v", l.list())
	}
}

func TestFaultList_othersPass(t *testing.T) {
	var l faultList
	if err := l.arm(Fault{Kind: FaultReset, Account: "1", Service: "oss", Operation: "GetBucketPolicy", Object: "dst"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Call{
		{Account: "2", Service: "oss", Operation: "GetBucketPolicy", Object: "dst"},
		{Account: "1", Service: "ram", Operation: "GetBucketPolicy", Object: "dst"},
		{Account: "1", Service: "oss", Operation: "GetBucketPolicyStatus", Object: "dst"},
		{Account: "1", Service: "oss", Operation: "GetBucketPolicy", Object: "dst2"},
	} {
		if _, hit := l.take(c); hit {
			t.Errorf("%+v was hit", c)
		}
	}
	if f, hit := l.take(Call{Account: "1", Service: "oss", Operation: "GetBucketPolicy", Object: "dst"}); !hit || f.Kind != FaultReset {
		t.Errorf("the matching call passed: %+v", f)
	}
}

func TestFault_check(t *testing.T) {
	for _, f := range []Fault{
		{},
		{Kind: "other"},
		{Kind: FaultError},
		{Kind: FaultError, Status: 200, Code: "OK"},
		{Kind: FaultDelay},
		{Kind: FaultLateResponse},
		{Kind: FaultReset, Count: -1},
		{Kind: FaultReset, Skip: -1},
		{Kind: FaultReset, Object: "["},
	} {
		if f.Check() == nil {
			t.Errorf("%+v accepted", f)
		}
		if (&faultList{}).arm(f) == nil {
			t.Errorf("%+v armed", f)
		}
	}
	for _, f := range []Fault{{Kind: FaultDelay, Delay: time.Second}, {Kind: FaultLostResponse}, {Kind: FaultError, Status: 403, Code: "AccessDenied"}} {
		if err := f.Check(); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestRequestLog_keepsTheNewestAndNumbersOn(t *testing.T) {
	l := newRequestLog(8)
	for range 100 {
		l.add(Request{Status: 200})
	}
	got := l.since(0)
	if len(got) == 0 || len(got) > 8 {
		t.Fatalf("%d entries kept, limit 8", len(got))
	}
	for i, r := range got {
		if want := int64(100 - len(got) + 1 + i); r.Sequence != want {
			t.Fatalf("entry %d has number %d, want %d", i, r.Sequence, want)
		}
	}
	if tail := l.since(98); len(tail) != 2 {
		t.Errorf("since(98) gave %d entries", len(tail))
	}
	l.clear()
	l.add(Request{})
	if got := l.since(0); len(got) != 1 || got[0].Sequence != 101 {
		t.Errorf("after clear: %+v", got)
	}
}
