package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const (
	firstPoll   = 250 * time.Millisecond
	longestPoll = 10 * time.Second
	// permissionSettling bounds how long a refused creation is repeated: changes
	// of roles and policies reach OSS within seconds up to about a minute.
	permissionSettling = time.Minute
	// listSettling bounds how long a new rule may be missing in the list of the
	// bucket's rules: the public test suites of the SDKs wait some seconds for reads
	// of a bucket's configuration.
	listSettling = time.Minute
	ruleTimeout  = 30 * time.Minute
)

// errRuleWent says that a rule which was waited for is being deleted.
var errRuleWent = errors.New("the rule is being deleted or not listed any more")

// waitUntilActive waits for the status doing. A list that lags behind may not
// show a new rule yet, so only a rule that was listed before can be missing:
// errRuleWent.
func (r *ruleResource) waitUntilActive(ctx context.Context, bucket, id string) error {
	seen, went := false, false
	err := r.waitForRule(ctx, bucket, id, func(rule *alicloud.Rule) bool {
		went = rule == nil && seen || rule != nil && rule.Status == alicloud.RuleClosing
		seen = seen || rule != nil
		return went || rule != nil && rule.Status == alicloud.RuleDoing
	})
	if went && err == nil {
		return errRuleWent
	}
	return err
}

// waitForRule polls the bucket's rules until done says so. The rule is nil when
// it is not listed. Failed reads are repeated until ctx ends; then the last
// error is returned. The first look may be anybody's that began after the write
// which is waited for; every later one, anybody's that is news. So those who wait
// for rules of one bucket share their looks.
func (r *ruleResource) waitForRule(ctx context.Context, bucket, id string, done func(*alicloud.Rule) bool) error {
	look := ctx
	for wait := firstPoll; ; wait = min(2*wait, longestPoll) {
		rule, err := r.findRule(look, bucket, id)
		look = alicloud.Since(ctx, time.Now())
		if err == nil && done(rule) {
			return nil
		}
		if alicloud.IsForbidden(err) {
			return err
		}
		if sleepErr := sleepContext(ctx, wait); sleepErr != nil {
			if err != nil {
				return err
			}
			return fmt.Errorf("waiting ended: %w", sleepErr)
		}
	}
}

// findRule reads one rule from the bucket's list; nil when it is not there, also
// when the bucket is not.
func (r *ruleResource) findRule(ctx context.Context, bucket, id string) (*alicloud.Rule, error) {
	rules, err := r.account.client.Rules(ctx, bucket)
	if alicloud.HasCode(err, codeBucketMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range rules {
		if rules[i].ID == id {
			return &rules[i], nil
		}
	}
	return nil, nil
}
