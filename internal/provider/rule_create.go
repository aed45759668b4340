package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/go-uuid"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const (
	codeRuleExists   = "BucketReplicationAlreadyExist"
	codeNoPermission = "NoPermission"
	// ruleIDPrefix begins the ids that this provider chooses.
	ruleIDPrefix = "srr-"
	// afterInterrupt is how long a creation that was cut off may still ask
	// whether the rule exists.
	afterInterrupt = 20 * time.Second
)

func newRuleID() (string, error) {
	id, err := uuid.GenerateUUID()
	return ruleIDPrefix + id, err
}

// creation is how a rule came about.
type creation struct {
	rule    alicloud.Rule
	adopted bool
	// interrupted says that the answer was lost but the rule is there.
	interrupted error
}

// putRule creates the rule, or finds out why it cannot. A rule with the id that
// was sent is ours, whatever happened to the answer.
func (r *ruleResource) putRule(ctx context.Context, wanted replication.Rule, location string, adopt bool) (creation, diag.Diagnostic) {
	sent := toSend(wanted, location)
	var refused time.Duration
	for wait := firstPoll; ; wait = min(2*wait, longestPoll) {
		id, err := r.account.client.PutRule(ctx, wanted.SourceBucket, sent)
		if err == nil {
			sent.ID = id
			return creation{rule: sent}, nil
		}
		switch {
		case alicloud.HasCode(err, codeRuleExists):
			made, problem, again := r.settleExisting(ctx, wanted, adopt, err)
			if !again {
				return made, problem
			}
		case alicloud.HasCode(err, codeNoPermission) && refused < permissionSettling:
			// A role, policy or grant of a moment ago may not have reached OSS.
			refused += wait
		case alicloud.HasCode(err, alicloud.CodeCanceled, alicloud.CodeConnection, alicloud.CodeTimeout):
			return r.settleLost(ctx, wanted, err)
		default:
			return creation{}, callFailed("Cannot create the rule "+wanted.SourceBucket+" => "+wanted.DestinationBucket, err)
		}
		if sleepContext(ctx, wait) != nil {
			return creation{}, callFailed("Cannot create the rule "+wanted.SourceBucket+" => "+wanted.DestinationBucket, err)
		}
	}
}

// settleExisting decides what an existing rule for the pair means: ours after a
// lost answer, one that is going away, one to adopt, or somebody else's.
func (r *ruleResource) settleExisting(ctx context.Context, wanted replication.Rule, adopt bool, conflict error) (made creation, problem diag.Diagnostic, again bool) {
	existing, found, err := r.ruleForPair(alicloud.Fresh(ctx), wanted.SourceBucket, wanted.DestinationBucket)
	if err != nil {
		return creation{}, callFailed("Cannot see which rule exists for "+wanted.SourceBucket+" => "+wanted.DestinationBucket, err), false
	}
	switch {
	case !found, existing.Status == alicloud.RuleClosing && existing.ID != wanted.ID:
		return creation{}, nil, true
	case existing.ID == wanted.ID:
		return creation{rule: existing}, nil, false
	}
	different := wanted.Differences(asSeen(wanted.SourceBucket, existing))
	if adopt && len(different) == 0 && r.account.run.claim(wanted.SourceBucket, existing.ID) {
		r.account.run.adopt(wanted.SourceBucket, existing.ID)
		return creation{rule: existing, adopted: true}, nil, false
	}
	return creation{}, r.existsAlready(wanted, existing, different, adopt, conflict), false
}

func (r *ruleResource) existsAlready(wanted replication.Rule, existing alicloud.Rule, different []string, adopt bool, conflict error) diag.Diagnostic {
	var text strings.Builder
	fmt.Fprintf(&text, "OSS allows one rule for a pair of buckets, and %s => %s has the rule %s (%s). Terraform does not take over what it did not create.\n\n",
		wanted.SourceBucket, wanted.DestinationBucket, existing.ID, existing.Status)
	switch {
	case r.account.run.has(wanted.SourceBucket, existing.ID):
		text.WriteString("Another resource of this configuration has that rule. With create_before_destroy the old rule would have to exist beside the new one, " +
			"which OSS does not allow: remove create_before_destroy. If two resources name the same pair, remove one.")
	case len(different) > 0:
		fmt.Fprintf(&text, "It differs from this configuration in: %s.", strings.Join(different, ", "))
		if adopt {
			text.WriteString(" adopt_existing takes only an equal rule.")
		}
		text.WriteString(importBlock(wanted.SourceBucket, existing.ID))
	default:
		text.WriteString("It equals this configuration. Set adopt_existing = true, or import it:" + importBlock(wanted.SourceBucket, existing.ID))
	}
	fmt.Fprintf(&text, "\n\n%v", conflict)
	return diag.NewAttributeErrorDiagnostic(path.Root("destination_bucket"), "A rule for these buckets exists already", text.String())
}

func importBlock(bucket, id string) string {
	return fmt.Sprintf("\n\n  import {\n    to = <address of this resource>\n    id = %q\n  }", bucket+","+id)
}

// settleLost looks once more, past the interrupt, whether the rule was made.
func (r *ruleResource) settleLost(ctx context.Context, wanted replication.Rule, lost error) (creation, diag.Diagnostic) {
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterInterrupt)
	defer cancel()
	existing, found, err := r.ruleForPair(alicloud.Fresh(after), wanted.SourceBucket, wanted.DestinationBucket)
	if err == nil && found && existing.ID == wanted.ID {
		return creation{rule: existing, interrupted: lost}, nil
	}
	return creation{}, callFailed("Cannot create the rule "+wanted.SourceBucket+" => "+wanted.DestinationBucket, lost)
}

// ruleForPair finds the rule of a pair; one that is not closing wins.
func (r *ruleResource) ruleForPair(ctx context.Context, source, destination string) (rule alicloud.Rule, found bool, err error) {
	rules, err := r.account.client.Rules(ctx, source)
	if err != nil {
		return alicloud.Rule{}, false, err
	}
	for _, candidate := range rules {
		if candidate.DestinationBucket != destination {
			continue
		}
		if candidate.Status != alicloud.RuleClosing {
			return candidate, true, nil
		}
		rule, found = candidate, true
	}
	return rule, found, nil
}
