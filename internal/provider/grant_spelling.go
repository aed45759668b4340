package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

// keepSpelling plans the value in the state where the configuration names the
// same thing in other words, so that a spelling is no change.
type keepSpelling struct {
	what string
	same func(before, after string) bool
}

var _ planmodifier.String = keepSpelling{}

func spellingOfRole() planmodifier.String {
	return keepSpelling{"role", func(before, after string) bool {
		one, errOne := replication.ParseRoleARN(before)
		other, errOther := replication.ParseRoleARN(after)
		return errOne == nil && errOther == nil && one.Same(other)
	}}
}

// spellingOfKey takes an id for the ARN of the same id. Two ARNs are the same
// only if they are equal.
func spellingOfKey() planmodifier.String {
	return keepSpelling{"key", func(before, after string) bool {
		_, errBefore := replication.ParseKeyARN(before)
		_, errAfter := replication.ParseKeyARN(after)
		return (errBefore == nil) != (errAfter == nil) && keyIDOf(before) == keyIDOf(after)
	}}
}

// Description implements planmodifier.String.
func (k keepSpelling) Description(context.Context) string {
	return "another spelling of the same " + k.what + " is no change"
}

// MarkdownDescription implements planmodifier.String.
func (k keepSpelling) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// PlanModifyString implements planmodifier.String.
func (k keepSpelling) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsUnknown() || req.PlanValue.IsNull() {
		return
	}
	if k.same(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = types.StringValue(req.StateValue.ValueString())
	}
}
