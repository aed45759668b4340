package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const grantCannotMove = "Grant cannot be moved"

// forgetAndImport is the way for what cannot be moved.
const forgetAndImport = "Take it out of the state with a removed block that has lifecycle { destroy = false }, and import the grant with the id \"bucket,role_arn\"."

// alicloudBucketPolicy is the state of alicloud_oss_bucket_policy (alicloud,
// 2026-08).
type alicloudBucketPolicy struct {
	Bucket string `json:"bucket"`
	Policy string `json:"policy"`
}

// MoveState takes a grant over from an alicloud_oss_bucket_policy that holds
// nothing else.
func (r *destinationGrantResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{
		{StateMover: moveBucketPolicy},
		refusedMove("alicloud_oss_bucket", grantCannotMove,
			"An alicloud_oss_bucket is the bucket itself, of which the grant is only a part. Keep it, give it lifecycle { ignore_changes = [policy] }, "+
				"and import the grant with the id \"bucket,role_arn\"."),
	}
}

func moveBucketPolicy(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !comesFrom(req, "alicloud_oss_bucket_policy") {
		return
	}
	source, diags := movedObject[alicloudBucketPolicy](req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	moved, problem := source.grant()
	if problem != "" {
		resp.Diagnostics.AddError(grantCannotMove, fmt.Sprintf("The policy of bucket %s %s", source.Bucket, problem))
		return
	}
	for name, value := range map[string]attr.Value{
		"bucket": moved.Bucket, "role_arn": moved.RoleARN, "allow_deletes": moved.AllowDeletes,
		"account_id": moved.AccountID, "principal": moved.Principal, "statement": moved.Statement,
	} {
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
	}
	resp.Diagnostics.Append(markMoved(ctx, resp.TargetPrivate)...)
	if resp.TargetIdentity != nil && !moved.AccountID.IsNull() {
		resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, moved.identity())...)
	}
}

// grant is the only grant of the document. problem says what else is in it, ""
// when nothing is.
func (a alicloudBucketPolicy) grant() (m destinationGrantModel, problem string) {
	parsed, err := policy.Parse(policy.BucketPolicy, []byte(a.Policy))
	if err != nil {
		return m, fmt.Sprintf("cannot be read without a doubt: %v. Correct it with alicloud first.", err)
	}
	roles, owner := namedIn(a.Policy)
	switch len(roles) {
	case 0:
		return m, "has no grant for a replication role, arn:sts::<uid>:assumed-role/<name>/*. Keep the resource with alicloud, and leave out the moved block."
	case 1:
	default:
		return m, fmt.Sprintf("has grants for several roles (%s), and a resource can be moved only once. %s Write one srr_destination_grant for each role.",
			roleARNs(roles), forgetAndImport)
	}
	m = destinationGrantModel{Bucket: types.StringValue(a.Bucket), RoleARN: types.StringValue(roles[0].ARN()), Principal: types.StringValue(roles[0].Principal())}
	if owner != "" {
		m.AccountID = types.StringValue(owner)
	}
	grant, err := m.grant(owner)
	if err != nil {
		return m, err.Error()
	}
	found := parsed.Find(grant)
	rest, err := parsed.Remove(grant)
	if beyond := parsed.Beyond(grant); len(beyond) > 0 {
		return m, grantBeyond(beyond) + " " + forgetAndImport
	}
	if !found.Present || err != nil || !rest.Empty {
		return m, fmt.Sprintf("holds more than the grant for %s, and srr_destination_grant manages the grant alone: after a move nobody would manage the rest. %s "+
			"The other statements stay in the bucket policy as they are.", roles[0].ARN(), forgetAndImport)
	}
	m.AllowDeletes, m.Statement = types.BoolValue(strings.Contains(found.Projection, replication.ActionDelete)), types.StringValue(found.Projection)
	return m, ""
}

// namedIn are the replication roles and the owner that a document names. It
// decides nothing: whether the document holds their grants alone is decided by
// its meaning.
func namedIn(document string) (roles []replication.Role, owner string) {
	var decoded any
	if json.Unmarshal([]byte(document), &decoded) != nil {
		return nil, ""
	}
	eachText(decoded, func(text string) {
		if role, ok := sessionRole(text); ok && !slices.ContainsFunc(roles, role.Same) {
			roles = append(roles, role)
		}
		if parts := strings.SplitN(text, ":", 5); len(parts) == 5 && parts[0] == "acs" && replication.CheckAccountID(parts[3]) == nil {
			owner = parts[3]
		}
	})
	return roles, owner
}

// eachText visits every text of a decoded document.
func eachText(value any, visit func(string)) {
	switch value := value.(type) {
	case string:
		visit(value)
	case []any:
		for _, element := range value {
			eachText(element, visit)
		}
	case map[string]any:
		for _, element := range value {
			eachText(element, visit)
		}
	}
}

// sessionRole reads arn:sts::<uid>:assumed-role/<name>/*.
func sessionRole(principal string) (replication.Role, bool) {
	rest, isSession := strings.CutPrefix(principal, "arn:sts::")
	account, rest, found := strings.Cut(rest, ":assumed-role/")
	name, every := strings.CutSuffix(rest, "/*")
	if !isSession || !found || !every || replication.CheckAccountID(account) != nil || replication.CheckRoleName(name) != nil {
		return replication.Role{}, false
	}
	return replication.Role{AccountID: account, Name: name}, true
}

func roleARNs(roles []replication.Role) string {
	var arns []string
	for _, role := range roles {
		arns = append(arns, role.ARN())
	}
	slices.Sort(arns)
	return strings.Join(arns, ", ")
}
