package provider

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

var _ list.ListResourceWithConfigure = (*roleLister)(nil)

// roleLister lists what roleResource could import.
type roleLister struct{ roleResource }

type roleListModel struct {
	NamePrefix   types.String `tfsdk:"name_prefix"`
	SourceBucket types.String `tfsdk:"source_bucket"`
}

func newRoleLister() list.ListResource { return &roleLister{} }

// ListResourceConfigSchema implements list.ListResource.
func (l *roleLister) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the replication roles of the account, for `terraform query` (Terraform 1.14 or later): roles that only the service `oss.aliyuncs.com` may assume, " +
			"with a custom policy that allows nothing but reading source buckets for replication, and using their keys. All other roles are left out without a word, " +
			"also those that OSS may assume with a policy that says more, such as `AliyunOSSFullAccess`. " +
			"Needs `ram:ListRoles`, `ram:GetRole`, `ram:ListPoliciesForRole` and `ram:GetPolicy`; RAM shows a role's trust policy only one role at a time, so each role costs a call. " +
			"A role that cannot be read is a warning, and so is one with several policies that name source buckets, none of them named like the role. " +
			"A role whose policy allows less than replication takes, or only in one region, is listed with a warning: its import plans a change. " +
			"So is a role whose policy others use as well; the warning names them if the caller has `ram:ListEntitiesForPolicy`.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Only roles whose names begin like this, in upper or lower case. Other roles are not read.",
			},
			"source_bucket": schema.StringAttribute{
				Optional: true, Validators: []validator.String{bucketName()}, MarkdownDescription: "Only roles that may read this bucket for replication.",
			},
		},
	}
}

// List implements list.ListResource.
func (l *roleLister) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter roleListModel
	diags := req.Config.Get(ctx, &filter)
	who, more := l.account.identify(ctx)
	if diags.Append(more...); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = results(req, func(out *listing) {
		read := func(ctx context.Context, role alicloud.Role) (roleCandidate, error) {
			return l.candidate(ctx, role.Name, who.ID)
		}
		use := func(role alicloud.Role, found roleCandidate, err error) bool {
			m := found.role
			switch {
			case alicloud.HasCode(err, codeRoleMissing): // it went in the meantime
				return true
			case err != nil:
				return out.tell(leftOut("Role "+role.Name, err))
			case m == nil:
				return out.tell(found.notes...)
			case !filter.passes(*m):
				return true
			}
			return out.tell(found.notes...) && out.add(ctx, listed{m.Name.ValueString(), m.identity(), m})
		}
		if err := inOrder(ctx, out, l.roles(ctx, filter.NamePrefix.ValueString()), read, use); err != nil {
			out.tell(callFailed("Cannot list the roles of the account", err))
		}
	})
}

// roles are those with the prefix. RAM has no search by name.
func (l *roleLister) roles(ctx context.Context, prefix string) iter.Seq2[alicloud.Role, error] {
	prefix = strings.ToLower(prefix)
	return func(yield func(alicloud.Role, error) bool) {
		for role, err := range l.account.client.Roles(ctx) {
			if err == nil && !strings.HasPrefix(strings.ToLower(role.Name), prefix) {
				continue
			}
			if !yield(role, err) {
				return
			}
		}
	}
}

// roleCandidate is a role as the state holds it after an import; nil for one that
// is not for replication, or that no import could bring into a state. notes are
// warnings of it.
type roleCandidate struct {
	role  *roleModel
	notes diag.Diagnostics
}

func (l *roleLister) candidate(ctx context.Context, name, owner string) (found roleCandidate, err error) {
	role, err := l.account.client.GetRole(ctx, name)
	if err != nil || !(roleObservation{role: role}).trustsOSSAlone() {
		return found, err
	}
	own, fitting, err := l.ownPolicy(ctx, name, false)
	if err != nil {
		return found, err
	}
	if len(fitting) > 1 {
		found.notes.Append(notListed("Role "+role.Name, "has no policy of its own. "+severalFit(role.Name, fitting)+
			" Import it with the one to manage: terraform import <address> "+role.Name+",<policy name>"))
		return found, nil
	}
	m := roleModel{
		Name: types.StringValue(role.Name), PolicyName: types.StringValue(own),
		KMSKeyARNs: types.SetNull(types.StringType), ForceDetachPolicies: types.BoolValue(false),
	}
	seen, err := observeRole(ctx, l.account.client, name, m.PolicyName.ValueString())
	if err != nil || seen.document(m.PolicyName.ValueString()) == "" {
		return found, err
	}
	m.spellAs(seen, true)
	if m.readDocument(ctx, seen.policy.Document).HasError() {
		return found, nil
	}
	if seen.twoWaysToKMS(m) {
		found.notes.Append(notListed("Role "+role.Name, twoWaysTaken))
		return found, nil
	}
	if seen.checkImported(m).HasError() {
		return found, nil
	}
	found.notes = append(warnImported(ctx, m, seen), warnShared(ctx, l.account.client, m, seen)...)
	m.show(seen, owner)
	if seen.role.Description == "" {
		m.Description = types.StringNull() // RAM has none; a configuration cannot ask for an empty one
	}
	found.role = &m
	return found, nil
}

func (f roleListModel) passes(m roleModel) bool {
	if f.SourceBucket.IsNull() {
		return true
	}
	for _, bucket := range m.SourceBuckets.Elements() {
		if bucket.Equal(f.SourceBucket) {
			return true
		}
	}
	return false
}
