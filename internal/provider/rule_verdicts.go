package provider

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/check"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// omen is a warning that verdicts of the pre-flight become in a plan.
type omen struct {
	summary, attribute string
	// need is what replication needs; the verdicts say what is there instead.
	need string
	// fails and weakens are verdicts: of weakens a warning is passed on, too.
	fails, weakens []string
	// guessed says that the verdicts rest on a value that is not known yet.
	guessed bool
}

// foretell warns of what keeps objects from being copied as things are now. It
// says nothing of what could not be read.
func (p *planning) foretell(in check.Input, facts check.Facts) (diags diag.Diagnostics) {
	report := check.Judge(in, facts)
	for _, o := range slices.Concat(p.omensOfRole(in), p.omensOfBuckets(facts)) {
		if seen := o.in(report); seen != "" && !o.guessed {
			diags.AddAttributeWarning(path.Root(o.attribute), o.summary,
				o.need+"\n"+seen+"\n\nOSS will refuse the rule, or not copy what it concerns, unless this run changes that.")
		}
	}
	return diags
}

// in lists what the verdicts saw and what to do, "" when they found nothing.
func (o omen) in(report check.Report) (text string) {
	for _, v := range report {
		listed := slices.Contains(o.fails, v.ID) || slices.Contains(o.weakens, v.ID)
		if listed && v.Status == check.Fail || slices.Contains(o.weakens, v.ID) && v.Status == check.Warn {
			text += fmt.Sprintf("\n%s: %s. %s", v.ID, v.Seen, v.Advice)
		}
	}
	return text
}

func (p *planning) omensOfRole(in check.Input) []omen {
	role := in.Role.Name
	paths := unknownSet(p.plan.Prefixes)
	return []omen{
		{
			summary: "OSS cannot assume the role", attribute: "role", fails: []string{"role_kind"}, weakens: []string{"role_trust"},
			need: fmt.Sprintf("OSS copies as role %s.", role),
		},
		{
			summary: "The role may not read the source bucket", attribute: "role", weakens: []string{"role_policy_bucket", "role_policy_objects"}, guessed: paths,
			need: fmt.Sprintf("Role %s needs %s and %s on bucket %s.", role, replication.ActionGet, replication.ActionList, in.SourceBucket),
		},
		{
			summary: "The role is denied what replication needs", attribute: "role", weakens: []string{"role_deny", "source_deny"}, guessed: paths,
			need: fmt.Sprintf("An explicit Deny hits role %s.", role),
		},
		{
			summary: "The key of the source cannot be used", attribute: "source_bucket", weakens: []string{"source_key_state", "source_key_policy"}, guessed: p.plan.ReplicaKMSKeyID.IsUnknown(),
			need: fmt.Sprintf("Role %s decrypts with the key of the source.", role),
		},
		{
			summary: "The role may not use the KMS keys", attribute: "role", weakens: []string{"role_kms"}, guessed: p.plan.ReplicaKMSKeyID.IsUnknown(),
			need: fmt.Sprintf("Role %s decrypts with the key of the source and encrypts with the key for the replicas.", role),
		},
	}
}

func (p *planning) omensOfBuckets(facts check.Facts) []omen {
	versioning := omen{
		summary: "Versioning of the buckets differs", attribute: "destination_bucket", fails: []string{"versioning"},
		need: "OSS replicates only between buckets that both have versioning enabled, or both never had it.",
	}
	if facts.Source.Value.Versioning == check.Suspended {
		versioning.summary, versioning.attribute = "Versioning of the source bucket is suspended", "source_bucket"
	}
	return []omen{
		versioning,
		{
			summary: "Encrypted objects will be skipped", attribute: "source_bucket", fails: []string{"source_encryption"}, guessed: p.plan.ReplicaKMSKeyID.IsUnknown(),
			need: "OSS copies objects that are encrypted with KMS only under a rule with a key for the replicas.",
		},
		{
			summary: "The destination bucket encrypts with a key", attribute: "destination_bucket", fails: []string{"destination_encryption"}, guessed: p.plan.ReplicaKMSKeyID.IsUnknown(),
			need: "OSS writes into a bucket that encrypts with a KMS key only under a rule with a key for the replicas.",
		},
		{
			summary: "The source bucket has as many rules as it may have", attribute: "source_bucket", fails: []string{"source_rule_limit"},
			need: fmt.Sprintf("OSS allows %d rules for a bucket.", replication.MaxRulesPerBucket),
		},
	}
}
