package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const (
	codeRuleExists = "BucketReplicationAlreadyExist"
	// ruleIDPrefix begins the ids that this provider chooses.
	ruleIDPrefix = "srr-"
	// afterLoss is how long a creation whose answer was lost may still ask
	// whether the rule exists.
	afterLoss = 20 * time.Second
)

// newRuleID chooses a rule's id and the mark of the resource that has it.
func newRuleID() (id, mark string) {
	mark = newMark()
	return ruleIDPrefix + mark, mark
}

// request is a rule to create, and for whom.
type request struct {
	rule     replication.Rule
	location string
	// adopt allows taking over an equal rule that is there already.
	adopt bool
	mark  string
	who   alicloud.Account
}

// creation is how a rule came about.
type creation struct {
	rule    alicloud.Rule
	adopted bool
	// interrupted says that the run was ended during the call, but the rule is there.
	interrupted error
	// unseen says that the rule may be there: nothing showed it before the end.
	unseen bool
}

// putRule creates the rule, or finds out why it cannot. A rule with the id that
// was sent is ours, whatever happened to the answer.
func (r *ruleResource) putRule(ctx context.Context, asked request) (creation, diag.Diagnostic) {
	asked.rule.Location = asked.location
	wanted, sent := asked.rule, toSend(asked.rule, asked.location)
	var refused time.Duration
	var stillClosing diag.Diagnostic // why it goes on, should the time end within a call
	var lost error                   // the answer that nobody got to a creation which may have been carried out
	for wait := firstPoll; ; wait = min(2*wait, longestPoll) {
		id, err := r.account.client.PutRule(ctx, wanted.SourceBucket, sent)
		if err == nil {
			sent.ID = id
			return creation{rule: sent}, nil
		}
		summary := "Cannot create the rule " + wanted.SourceBucket + " => " + wanted.DestinationBucket
		problem := callFailed(summary, err)
		if stillClosing != nil && ctx.Err() != nil {
			problem = stillClosing
		}
		if mayHaveCreated(err) {
			lost = err
		}
		switch {
		case alicloud.HasCode(err, codeRuleExists):
			made, refusal, closing, unread := r.settleExisting(ctx, asked, err)
			if unread && lost != nil {
				return r.settleLost(ctx, wanted, lost, refusal)
			}
			if closing == "" {
				if refusal != nil && ctx.Err() != nil && stillClosing != nil {
					refusal = stillClosing
				}
				return made, refusal
			}
			problem = diag.NewErrorDiagnostic(summary, fmt.Sprintf("The old rule %s of the same buckets is still closing, and OSS allows one rule for a pair. "+
				"The time allowed by timeouts.create is over, or the run was interrupted; nothing was created. Run apply again.\n\n%v", closing, err))
			stillClosing = problem
		case alicloud.IsForbidden(err) && refused < permissionSettling && r.account.run.changedWithin(ctx, permissionSettling):
			// A role, policy or grant of a moment ago may not have reached OSS.
			refused += wait
		case lost != nil:
			return r.settleLost(ctx, wanted, lost, problem)
		default:
			return creation{}, problem
		}
		if sleepContext(ctx, wait) != nil {
			if lost != nil {
				return r.settleLost(ctx, wanted, lost, problem)
			}
			return creation{}, problem
		}
	}
}

// mayHaveCreated says whether the rule may exist in spite of the error. A
// repetition after a lost answer may also be refused for its id: "Rule ID is not
// unique" (aliyun-oss-java-sdk test suite, 2026-03).
func mayHaveCreated(err error) bool {
	failure := &alicloud.Error{}
	return asFailure(err, &failure) && failure.Unclear
}

// settleExisting decides what an existing rule for the pair means: ours after a
// lost answer, one that is going away (its id is returned as closing), one to
// adopt, or somebody else's. Where the rules could not be read, that is the problem.
func (r *ruleResource) settleExisting(ctx context.Context, asked request, conflict error) (made creation, problem diag.Diagnostic, closing string, unread bool) {
	wanted := asked.rule
	existing, found, err := r.ruleForPair(alicloud.Fresh(ctx), wanted.SourceBucket, wanted.DestinationBucket)
	if err != nil {
		return creation{}, callFailed("Cannot see which rule exists for "+wanted.SourceBucket+" => "+wanted.DestinationBucket, err), "", true
	}
	switch {
	case !found:
		return creation{}, nil, "(no longer listed)", false
	case existing.ID == wanted.ID:
		return creation{rule: existing}, nil, "", false
	case existing.Status == alicloud.RuleClosing || r.account.run.noteOf(ctx, wanted.SourceBucket, existing.ID).Leaving:
		return creation{}, nil, existing.ID, false
	}
	different, err := r.differencesTo(ctx, asked, existing)
	if err != nil {
		return creation{}, callFailed("Cannot read the destination bucket "+wanted.DestinationBucket, err), "", false
	}
	if asked.adopt && len(different) == 0 {
		taken, err := r.account.run.takeOverRule(ctx, wanted.SourceBucket, existing.ID, asked.mark)
		if err != nil {
			return creation{}, cannotTakeOver(wanted, existing, err), "", false
		}
		if taken {
			return creation{rule: existing, adopted: true}, nil, "", false
		}
	}
	leaving, kept := r.account.run.refuseRule(ctx, wanted.SourceBucket, existing.ID, asked.mark)
	if leaving {
		return creation{}, nil, existing.ID, false
	}
	return creation{}, existsAlready(asked, existing, different, kept, conflict), "", false
}

func cannotTakeOver(wanted replication.Rule, existing alicloud.Rule, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("adopt_existing"), "Cannot note that a rule is taken over", fmt.Sprintf(
		"The rule %s of %s => %s equals this configuration, but the other provider processes of this run cannot be told that this resource has it, so that two resources might take the same rule. "+
			"Nothing was changed. Let this user write into the cache directory that XDG_CACHE_HOME or HOME names, or into the directory of temporary files, or import the rule:%s\n\n%v",
		existing.ID, wanted.SourceBucket, wanted.DestinationBucket, importBlock(wanted.SourceBucket, existing.ID), err))
}

// noRole is the difference to a rule that may have none.
const noRole = "role (none shown)"

// differencesTo names what an existing rule has that this configuration does
// not give it, features of other kinds of replication included. The error is that of
// looking at the destination of a rule that shows no role.
func (r *ruleResource) differencesTo(ctx context.Context, asked request, existing alicloud.Rule) ([]string, error) {
	wanted := asked.rule
	different := append(wanted.Differences(asSeen(wanted.SourceBucket, existing)), foreignTo(wanted.Location, existing)...)
	roleless, err := r.mayLackRole(ctx, existing, asked.who)
	if roleless {
		different = append(different, noRole)
	}
	return different, err
}

// foreignTo names what no rule of this provider within the region of the location
// has. An empty location is not compared.
func foreignTo(location string, existing alicloud.Rule) (names []string) {
	if feature := foreignFeature(existing); feature != "" {
		names = append(names, feature)
	}
	if location != "" && existing.DestinationLocation != location {
		names = append(names, "region of the destination ("+existing.DestinationLocation+")")
	}
	if !repeatsWrites(existing.Action) {
		names = append(names, "action ("+existing.Action+")")
	}
	if existing.ReplicateKMS && existing.ReplicaKMSKeyID == "" {
		names = append(names, "key for the replicas of encrypted objects (none)")
	}
	return names
}

func existsAlready(asked request, existing alicloud.Rule, different []string, kept bool, conflict error) diag.Diagnostic {
	var text strings.Builder
	wanted := asked.rule
	fmt.Fprintf(&text, "OSS allows one rule for a pair of buckets, and %s => %s has the rule %s (%s). Terraform does not take over what it did not create.\n\n",
		wanted.SourceBucket, wanted.DestinationBucket, existing.ID, existing.Status)
	switch {
	case kept:
		text.WriteString("Another resource of this configuration has that rule. Keep one resource for the pair.")
	case len(different) > 0:
		fmt.Fprintf(&text, "It differs from this configuration in: %s.", strings.Join(different, ", "))
		if asked.adopt {
			text.WriteString(" adopt_existing takes only an equal rule.")
		}
		text.WriteString(howToHave(wanted.SourceBucket, existing))
	default:
		text.WriteString("It equals this configuration. If it is not in the state yet, set adopt_existing = true, or import it:" + importBlock(wanted.SourceBucket, existing.ID))
	}
	text.WriteString("\n\nThe rule was left as it is. If it is the one that this resource replaces, remove create_before_destroy from its lifecycle block: the new rule cannot exist beside the old one. " +
		"If this resource was renamed, use a moved block.")
	fmt.Fprintf(&text, "\n\n%v", conflict)
	return diag.NewAttributeErrorDiagnostic(path.Root("destination_bucket"), "A rule for these buckets exists already", text.String())
}

// howToHave is the next step to a rule that somebody else made.
func howToHave(bucket string, existing alicloud.Rule) string {
	if why := inexpressible(existing); why != "" {
		return " No resource of this provider can have it: it " + why
	}
	return " Import it if it is not in the state yet:" + importBlock(bucket, existing.ID)
}

func importBlock(bucket, id string) string {
	return fmt.Sprintf("\n\n  import {\n    to = <address of this resource>\n    id = %q\n  }", bucket+","+id)
}

// settleLost looks, past the interrupt, whether the rule was made. A list may
// fail or lag behind, so only our rule, or a live one of somebody else in its
// place, ends the search before its time. What an interrupt leaves unseen counts as
// made: a state that has too much is corrected by the next read, but a rule that
// it lacks has to be imported.
func (r *ruleResource) settleLost(ctx context.Context, wanted replication.Rule, lost error, problem diag.Diagnostic) (creation, diag.Diagnostic) {
	after, cancel := pastInterrupt(ctx, afterLoss)
	defer cancel()
	otherCloses := false // then OSS refuses ours
	for wait := firstPoll; ; wait = min(2*wait, longestPoll) {
		existing, found, err := r.ruleForPair(alicloud.Fresh(after), wanted.SourceBucket, wanted.DestinationBucket)
		if err == nil && found && existing.ID == wanted.ID {
			made := creation{rule: existing}
			if ctx.Err() != nil {
				made.interrupted = lost
			}
			return made, nil
		}
		strange := err == nil && found && existing.Status != alicloud.RuleClosing && !r.account.run.noteOf(after, wanted.SourceBucket, existing.ID).Leaving
		if strange || alicloud.HasCode(err, codeBucketMissing) {
			return creation{}, problem
		}
		otherCloses = err == nil && found || err != nil && otherCloses
		if sleepContext(after, wait) != nil {
			if errors.Is(ctx.Err(), context.Canceled) && !otherCloses {
				return creation{rule: toSend(wanted, wanted.Location), interrupted: lost, unseen: true}, nil
			}
			return creation{}, problem
		}
	}
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
