package alicloud_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// brokenSource is a credential source that fails.
type brokenSource struct{ err error }

// Credentials returns the failure.
func (b brokenSource) Credentials(context.Context) (alicloud.Credentials, error) {
	return alicloud.Credentials{}, b.err
}

// The advice of a call without a session is about the session: the caller of the
// call is not at fault, and no other source of keys would help.
func TestAdviceOfACallWithoutASessionIsAboutTheSession(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"role that refuses":           {&alicloud.Error{Operation: "AssumeRole", Code: "NoPermission"}, "trust policy"},
		"role that is missing":        {&alicloud.Error{Operation: "AssumeRole", Code: "EntityNotExist.Role"}, "ARN of the role to assume"},
		"session that is too long":    {&alicloud.Error{Operation: "AssumeRole", Code: "InvalidParameter.DurationSeconds"}, "shorter session"},
		"token that is over":          {&alicloud.Error{Operation: "AssumeRoleWithOIDC", Code: "AuthenticationFail.OIDCToken.Expired"}, "new OIDC token"},
		"key that is refused":         {&alicloud.Error{Operation: "AssumeRole", Code: "InvalidAccessKeyId.NotFound"}, "Check the access key"},
		"STS that is out of reach":    {&alicloud.Error{Operation: "AssumeRole", Code: alicloud.CodeConnection}, "network"},
		"source that is out of reach": {errors.New("the credentials URI http://keys.test/ gave no credentials"), "source that the message names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, reply(200, "{}"))
			broken := brokenSource{fmt.Errorf("cannot assume the role r: %w", c.err)}
			for depth := range 2 {
				client := s.client(t, func(cfg *alicloud.Config) { cfg.Credentials = broken })
				_, err := client.BucketInfo(t.Context(), "orders")
				var failure *alicloud.Error
				if !errors.As(err, &failure) || failure.Code != alicloud.CodeCredentials || !strings.Contains(failure.NextStep(), c.want) {
					t.Errorf("chain of %d: %v: advice %q, want %q", depth+1, err, failure.NextStep(), c.want)
				}
				broken = brokenSource{err} // the role that is chained to it
			}
			if n := len(s.seen()); n > 0 {
				t.Errorf("%d requests without a session", n)
			}
		})
	}
}

// OSS says NoPermission of the caller and of a rule's role alike, so the advice must
// fit both, and lead from a role to what gives it the permission.
func TestAdviceOfNoPermissionFitsCallersAndRoles(t *testing.T) {
	t.Parallel()
	step := alicloud.NextStep("NoPermission")
	for _, word := range []string{"whomever the message names", "caller", "role", "target bucket", "srr_destination_grant", "srr_check"} {
		if !strings.Contains(step, word) {
			t.Errorf("%q does not say %q", step, word)
		}
	}
	if strings.Contains(step, "Grant the caller") {
		t.Errorf("%q blames the caller", step)
	}
}
