package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const ruleCannotImport = "Rule cannot be imported"

const ruleImportForms = "Expected \"source_bucket,rule_id\", \"source_bucket,rule_id,role\" or \"source_bucket=>destination_bucket\"."

// ImportState takes the id of a rule, the pair of buckets, or the identity.
func (r *ruleResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var bucket, id, role string
	if req.ID == "" && req.Identity != nil {
		bucket, id = r.importIdentity(ctx, req.Identity, &resp.Diagnostics)
	} else {
		bucket, id, role = r.parseImportID(ctx, req.ID, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(checkImportNames(bucket, role)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("source_bucket"), bucket)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("rule_id"), id)...)
	if role != "" {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("role"), role)...)
	}
}

// importIdentity reads the identity and checks its account.
func (r *ruleResource) importIdentity(ctx context.Context, given *tfsdk.ResourceIdentity, diags *diag.Diagnostics) (bucket, id string) {
	identity := readIdentity[ruleIdentityModel](ctx, given, diags)
	who, more := r.account.identify(ctx)
	diags.Append(more...)
	diags.Append(identityAccount(identity.AccountID, who)...)
	bucket, id = identity.SourceBucket.ValueString(), identity.RuleID.ValueString()
	diags.Append(identityAttribute("source_bucket", replication.CheckBucketName(bucket))...)
	if id == "" {
		diags.Append(identityAttribute("rule_id", errors.New("the id of a rule is not empty"))...)
	}
	return bucket, id
}

// parseImportID takes an id apart. Bucket and role hold no comma and no "=>";
// a rule's id may hold anything, so that the bucket's rules decide where it
// ends.
func (r *ruleResource) parseImportID(ctx context.Context, text string, diags *diag.Diagnostics) (bucket, id, role string) {
	at := strings.IndexAny(text, ",=")
	if at > 0 && strings.HasPrefix(text[at:], "=>") {
		source, destination := strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+2:])
		for _, name := range []string{source, destination} {
			if diags.Append(checkImportNames(name, "")...); diags.HasError() {
				return "", "", ""
			}
		}
		return source, r.idOfPair(ctx, source, destination, diags), ""
	}
	if at < 1 || text[at] != ',' || at == len(text)-1 {
		diags.AddError("Invalid import id", fmt.Sprintf("%q does not name a rule. %s", text, ruleImportForms))
		return "", "", ""
	}
	bucket, id = text[:at], text[at+1:]
	last := strings.LastIndexByte(id, ',')
	if last < 0 {
		return bucket, id, ""
	}
	if diags.Append(checkImportNames(bucket, "")...); diags.HasError() {
		return "", "", ""
	}
	if _, diagnostics := r.account.identify(ctx); diagnostics.HasError() {
		diags.Append(diagnostics...)
		return "", "", ""
	}
	rule, err := r.findRule(alicloud.Fresh(ctx), bucket, id)
	switch {
	case err != nil: // a shorter id might name another rule
		diags.Append(callFailed("Cannot read the rules of bucket "+bucket, err))
		return "", "", ""
	case rule != nil:
		return bucket, id, ""
	}
	return bucket, id[:last], id[last+1:]
}

func checkImportNames(bucket, role string) (diags diag.Diagnostics) {
	if err := replication.CheckBucketName(bucket); err != nil {
		diags.AddError("Invalid import id", err.Error()+"\n\n"+ruleImportForms)
	}
	if role != "" {
		if _, err := replication.ParseRole(role); err != nil {
			diags.AddError("Invalid import id", err.Error()+"\n\n"+ruleImportForms)
		}
	}
	return diags
}

func (r *ruleResource) idOfPair(ctx context.Context, source, destination string, diags *diag.Diagnostics) string {
	if _, more := r.account.identify(ctx); more.HasError() {
		diags.Append(more...)
		return ""
	}
	rule, found, err := r.ruleForPair(alicloud.Fresh(ctx), source, destination)
	switch {
	case err != nil:
		diags.Append(callFailed("Cannot read the rules of bucket "+source, err))
	case !found || rule.Status == alicloud.RuleClosing:
		diags.AddError("Rule does not exist", fmt.Sprintf("Bucket %s has no rule to %s.", source, destination))
	}
	return rule.ID
}

// foreignFeature names what no rule of this resource has: features of
// replication between regions. "" means that there is none.
func foreignFeature(rule alicloud.Rule) string {
	switch {
	case rule.RTC != "" && rule.RTC != "disabled":
		return "replication time control"
	case rule.TransferType == "oss_acc":
		return "transfer acceleration"
	}
	return ""
}

// checkImported refuses rules, imported or moved, that this resource could not
// have made: the next plan would replace them or show them wrongly. title is
// that of the error.
func (r *ruleResource) checkImported(ctx context.Context, title, bucket, role string, rule alicloud.Rule, who alicloud.Account) (diags diag.Diagnostics) {
	info, err := r.account.client.BucketInfo(ctx, bucket)
	if err != nil {
		diags.Append(callFailed("Cannot read the source bucket "+bucket, err))
		return diags
	}
	diags.Append(checkSourceBucket(info, who, r.account.client.Region())...)
	reasons, err := r.unmanageable(ctx, info.Location, role, rule, who)
	if err != nil {
		diags.Append(callFailed("Cannot read the destination bucket "+rule.DestinationBucket, err))
	}
	for _, why := range reasons {
		diags.AddError(title, fmt.Sprintf("The rule %s of bucket %s %s", rule.ID, bucket, why))
	}
	return diags
}

// inexpressible says what of a rule has no argument here, so that another rule
// would take its place; "" for nothing.
func inexpressible(rule alicloud.Rule) string {
	switch {
	case !repeatsWrites(rule.Action):
		return fmt.Sprintf("repeats %s and no writes; a rule of this provider repeats writes, with or without deletions.", rule.Action)
	case rule.ReplicateKMS && rule.ReplicaKMSKeyID == "":
		return "replicates objects encrypted with KMS and names no key for the replicas."
	case rule.ReplicateKMS && checkReplicaKey(rule.ReplicaKMSKeyID) != nil: // OSS takes any text for a key
		return fmt.Sprintf("encrypts replicas with %q, which is neither the ARN nor the id of a key.", rule.ReplicaKMSKeyID)
	}
	return ""
}

// obstacle says why no resource can have a rule of a bucket in the region, as far as
// the rule itself tells; "" for nothing.
func obstacle(region string, rule alicloud.Rule) string {
	feature, destination := foreignFeature(rule), alicloud.RegionOf(rule.DestinationLocation)
	switch {
	case rule.Status == alicloud.RuleClosing:
		return "is being deleted."
	case feature != "":
		return "uses " + feature + ", which exists for cross-region replication only."
	case destination != "" && destination != region:
		return fmt.Sprintf("goes from %s to %s; this provider manages rules within one region.", region, destination)
	}
	return inexpressible(rule)
}

// unmanageable says why this resource could not have made a rule of a bucket at
// the location; role is what the user says where OSS shows none. The error is
// that of looking at the destination.
func (r *ruleResource) unmanageable(ctx context.Context, location, role string, rule alicloud.Rule, who alicloud.Account) (why []string, err error) {
	if feature := foreignFeature(rule); feature != "" {
		why = append(why, "uses "+feature+", which exists for cross-region replication only.")
	}
	if rule.DestinationLocation != location {
		why = append(why, fmt.Sprintf("goes from %s to %s; this provider manages rules within one region.", location, rule.DestinationLocation))
	}
	if problem := inexpressible(rule); problem != "" {
		why = append(why, problem)
	}
	if role != "" {
		return why, nil
	}
	roleless, err := r.mayLackRole(ctx, rule, who)
	if roleless {
		why = append(why, "shows no role, and both buckets belong to this account, where a rule can do without one. This resource needs a role: "+
			"if the rule has one that OSS does not show, import it as \"source_bucket,rule_id,role\".")
	}
	return why, err
}

// mayLackRole is whether a rule that shows no role may have none, as between two
// buckets of one account. To another account every rule has a role, shown or not.
func (r *ruleResource) mayLackRole(ctx context.Context, rule alicloud.Rule, who alicloud.Account) (bool, error) {
	if rule.Role != "" {
		return false, nil
	}
	return r.ownsBucket(ctx, rule.DestinationBucket, who)
}

// ownsBucket is whether the account owns a bucket. One that the caller may not look
// at is looked for among the buckets of the account: OSS refuses a RAM user without
// a permission as it refuses strangers. If that is refused as well, the bucket
// counts as another account's, which is what a destination is.
func (r *ruleResource) ownsBucket(ctx context.Context, bucket string, who alicloud.Account) (bool, error) {
	info, err := r.account.client.BucketInfo(ctx, bucket)
	switch {
	case alicloud.IsForbidden(err) || alicloud.IsForeignBucket(err):
		return r.listsBucket(ctx, bucket), nil
	case alicloud.IsOtherRegion(err) || alicloud.HasCode(err, codeBucketMissing):
		return false, nil
	}
	return err == nil && info.OwnerID == who.ID, err
}

// listsBucket is whether OSS lists a bucket among those of the account.
func (r *ruleResource) listsBucket(ctx context.Context, name string) bool {
	for bucket, err := range r.account.client.Buckets(ctx, name) {
		if err != nil {
			return false
		}
		if bucket.Name == name {
			return true
		}
	}
	return false
}
