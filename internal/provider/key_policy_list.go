package provider

import (
	"context"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

var _ list.ListResourceWithConfigure = (*keyPolicyLister)(nil)

// What KMS answers for keys that have no policy: default and service keys, and
// keys that went between two calls (KMS GetKeyPolicy page, 2025-07).
const (
	codeKeyPolicyUnsupported = "Forbidden.KeyPolicyUnSupported"
	codeKeyPolicyMissing     = "Forbidden.ResourceNotFound"
)

// keyPolicyLister lists what keyPolicyResource could import.
type keyPolicyLister struct{ keyPolicyResource }

type keyPolicyListModel struct {
	KeyID   types.String `tfsdk:"key_id"`
	RoleARN types.String `tfsdk:"role_arn"`
}

func newKeyPolicyLister() list.ListResource { return &keyPolicyLister{} }

// ListResourceConfigSchema implements list.ListResource.
func (l *keyPolicyLister) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the grants for roles in the policies of the account's KMS keys in the provider's region, for `terraform query` (Terraform 1.14 or later). " +
			"A grant is found by its meaning: a role that an unconditional statement allows `kms:Decrypt` and `kms:GenerateDataKey`, without which nothing encrypted is replicated; " +
			"statements for whole accounts or with wildcard actions are no grants. Key policies do not say what a role is for, so a role of an application with these rights is listed too. " +
			"Needs `kms:ListKeys` and `kms:GetKeyPolicy`. A key policy that cannot be read is a warning, and so is a grant with actions that `srr_kms_key_policy` cannot manage. " +
			"Keys outside a KMS instance have no policy.",
		Attributes: map[string]schema.Attribute{
			"key_id": schema.StringAttribute{
				Optional: true, Validators: []validator.String{keyIDOrARN()}, MarkdownDescription: "Only grants on this key, by id or ARN. Other keys are not read.",
			},
			"role_arn": schema.StringAttribute{
				Optional: true, Validators: []validator.String{roleARN()}, MarkdownDescription: "Only grants for this role, `acs:ram::<uid>:role/<name>`.",
			},
		},
	}
}

// List implements list.ListResource.
func (l *keyPolicyLister) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter keyPolicyListModel
	diags := req.Config.Get(ctx, &filter)
	who, more := l.account.identify(ctx)
	one := keyPolicyModel{KeyID: filter.KeyID}
	if diags.Append(more...); !diags.HasError() && !filter.KeyID.IsNull() {
		diags.Append(one.checkKeyName(who.ID, l.account.client.Region())...)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = results(req, func(out *listing) {
		read := func(ctx context.Context, arn string) (*policy.Document, error) { return l.document(ctx, arn) }
		use := func(arn string, document *policy.Document, err error) bool {
			if err != nil {
				return out.tell(leftOut("The policy of key "+arn, err))
			}
			return document == nil || l.show(ctx, out, filter, arn, document, who.ID)
		}
		if err := inOrder(ctx, out, l.keys(ctx, one, who.ID), read, use); err != nil {
			out.tell(callFailed("Cannot list the keys of the account", err))
		}
	})
}

// keys are the ARNs of the keys to look at: the one that the filter names, or all.
func (l *keyPolicyLister) keys(ctx context.Context, one keyPolicyModel, owner string) iter.Seq2[string, error] {
	region := l.account.client.Region()
	return func(yield func(string, error) bool) {
		if !one.KeyID.IsNull() {
			yield(one.key(owner, region).ARN(), nil)
			return
		}
		for key, err := range l.account.client.Keys(ctx) {
			if !yield(replication.Key{Region: region, AccountID: owner, ID: key.ID}.ARN(), err) {
				return
			}
		}
	}
}

// document is a key's policy; nil where the key has none.
func (l *keyPolicyLister) document(ctx context.Context, arn string) (*policy.Document, error) {
	raw, err := l.account.client.KeyPolicy(ctx, arn)
	if alicloud.HasCode(err, codeKeyPolicyUnsupported, codeKeyPolicyMissing, codeKeyMissing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return policy.Parse(policy.KeyPolicy, raw)
}

// show hands over the grants of one key that the filter lets through.
func (l *keyPolicyLister) show(
	ctx context.Context, out *listing, filter keyPolicyListModel, arn string, document *policy.Document, owner string,
) bool {
	for _, principal := range document.Grantees(keyGrant(owner, replication.Role{AccountID: owner, Name: "nobody"}, keyUses())) {
		role, err := replication.ParseRoleARN(principal)
		if err != nil || !sameRoleOrAny(filter.RoleARN, role) {
			continue
		}
		grant := keyGrant(owner, role, keyUses())
		found := document.Find(grant)
		actions := actionsIn(found.Projection)
		if !slices.Contains(actions, "kms:Decrypt") || !slices.Contains(actions, "kms:GenerateDataKey") {
			continue
		}
		if beyond := document.Beyond(grant); len(beyond) > 0 {
			if !out.tell(notListed("The grant for "+principal+" on key "+arn, grantBeyond(beyond))) {
				return false
			}
			continue
		}
		m := keyPolicyModel{KeyID: types.StringValue(arn), RoleARN: types.StringValue(role.ARN())}
		m.showNames(owner, l.account.client.Region())
		m.Actions, m.Statement = stringSet(actions), types.StringValue(found.Projection)
		if !out.add(ctx, listed{role.ARN() + " on " + arn, m.identity(), m}) {
			return false
		}
	}
	return true
}
