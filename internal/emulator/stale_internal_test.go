package emulator

import (
	"testing"
	"time"
)

// An attachment is shown by the lists of its role and of its policy, and by nothing else.
func TestStaleReads_ofAttachments(t *testing.T) {
	past, now := &services{}, &services{}
	for _, operation := range []string{"AttachPolicyToRole", "DetachPolicyFromRole"} {
		for read, want := range map[Call]*services{
			{Service: "ram", Operation: "ListPoliciesForRole", Object: "reader"}:       past,
			{Service: "ram", Operation: "ListEntitiesForPolicy", Object: "read-it"}:    past,
			{Service: "ram", Operation: "ListPoliciesForRole", Object: "read-it"}:      now,
			{Service: "ram", Operation: "ListEntitiesForPolicy", Object: "reader"}:     now,
			{Service: "ram", Operation: "GetRole", Object: "reader"}:                   now,
			{Service: "oss", Operation: "ListPoliciesForRole", Object: "reader"}:       now,
			{Service: "ram", Operation: "DeleteRole", Object: "reader"}:                now,
			{Service: "ram", Operation: "ListPoliciesForRole", Object: "reader/other"}: now,
		} {
			var s staleReads
			s.keep(Call{Service: "ram", Operation: operation, Object: "reader/read-it"}, past, 1, time.Hour)
			if got := s.view(read, now); got != want {
				t.Errorf("%+v after %s sees the past: %t", read, operation, got == past)
			}
		}
	}
}
