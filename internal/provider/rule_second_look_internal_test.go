package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestReplacedRule_readsWhatAnyVersionNoted(t *testing.T) {
	state := ruleModel{
		RuleID: types.StringValue("r"), SourceBucket: types.StringValue("orders"), DestinationBucket: types.StringValue("orders-backup"),
		PreventReplacement: types.BoolValue(true),
	}
	noted, err := state.forSecondLook()
	if err != nil {
		t.Fatal(err)
	}
	late := ruleModel{SourceBucket: types.StringUnknown(), DestinationBucket: types.StringValue("orders-b")}
	if got := replacedRule(noted, late); got == nil || got.RuleID.ValueString() != "r" || got.pair() != "orders => orders-backup" || !got.PreventReplacement.ValueBool() {
		t.Errorf("the rule that goes is %+v", got)
	}
	if got := replacedRule([]byte(`"r"`), late); got == nil || got.RuleID.ValueString() != "r" || got.pair() != " => orders-b" || got.PreventReplacement.ValueBool() {
		t.Errorf("the rule that goes by its id is %+v", got)
	}
	for _, none := range []string{"", `""`, "{}", "[", "null"} {
		if got := replacedRule([]byte(none), late); got != nil {
			t.Errorf("%q is the rule %+v", none, got)
		}
	}
}
