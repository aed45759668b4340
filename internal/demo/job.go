package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	plainKey    = "2026/third.json"
	secretKey   = "2026/secret.json"
	missingKey  = "2026/fourth.json"
	historyKey  = "2026/first.json"
	roleName    = "oss-srr-orders"
	plainBody   = `{"order": 3}`
	secretBody  = `{"order": "confidential"}`
	missingBody = `{"order": 4}`
	historyBody = `{"order": 1}` + "\n"
)

func (d *demo) planEmpty(ctx context.Context) (string, error) {
	plan, err := d.workspace.Preview(ctx)
	if err != nil {
		return "", err
	}
	if warning := d.workspace.Warned(); warning != "" {
		return "", errors.New("the plan warns: " + warning)
	}
	got := Actions(plan)
	want := []string{
		"srr_destination_grant.orders create", "srr_kms_key_policy.orders create", "srr_replication_role.orders create", "srr_rule.orders create",
	}
	if !slices.Equal(got, want) {
		return "", fmt.Errorf("the plan is %v instead of %v", got, want)
	}
	return "4 to add, no warning", nil
}

func (d *demo) apply(ctx context.Context) (string, error) {
	if err := d.workspace.ApplyPlan(ctx); err != nil {
		return "", err
	}
	rules, err := d.source.rules(ctx)
	if err == nil && rules != 1 {
		err = fmt.Errorf("bucket %s has %d rules instead of one", emulator.SourceBucket, rules)
	}
	return "role, grant, key policy and rule", err
}

func (d *demo) objectsArrive(ctx context.Context) (string, error) {
	err := errors.Join(
		d.source.upload(ctx, plainKey, []byte(plainBody), ""),
		d.source.upload(ctx, secretKey, []byte(secretBody), emulator.SourceKey),
	)
	if err != nil {
		return "", err
	}
	if _, err := d.arrives(ctx, historyKey, []byte(historyBody)); err != nil {
		return "", err
	}
	plain, err := d.arrives(ctx, plainKey, []byte(plainBody))
	if err != nil {
		return "", err
	}
	secret, err := d.arrives(ctx, secretKey, []byte(secretBody))
	if err != nil {
		return "", err
	}
	if key := secret.header.Get(keyHeader); key != emulator.ReplicaKeyARN() {
		return "", fmt.Errorf("the replica of %s is encrypted with %q instead of the backup's key %s", secretKey, key, emulator.ReplicaKeyARN())
	}
	d.detail(
		fmt.Sprintf("%s  %s  (was there before the rule)", historyKey, strings.TrimSpace(historyBody)),
		fmt.Sprintf("%s  %s", plainKey, plain.body),
		fmt.Sprintf("%s %s", secretKey, secret.body),
		"  encrypted with "+secret.header.Get(keyHeader),
	)
	return "history, plain and KMS object, byte for byte", nil
}

func (d *demo) planIsEmpty(ctx context.Context) (string, error) {
	if err := d.workspace.CheckEmpty(ctx); err != nil {
		return "", err
	}
	return "both empty", nil
}

// breakByHand puts the bucket policy back to what it was before, and narrows the
// role's policy, as somebody with a console might.
func (d *demo) breakByHand(ctx context.Context) (string, error) {
	got, err := d.backup.oss(ctx, http.MethodPut, emulator.DestinationBucket, "policy", []byte(emulator.ForeignPolicy()), nil)
	if err == nil {
		err = got.expect("PutBucketPolicy", http.StatusOK)
	}
	if err != nil {
		return "", err
	}
	err = d.source.rpc(ctx, ramVersion, "CreatePolicyVersion", nil, map[string]string{
		"PolicyName": roleName, "SetAsDefault": "true",
		"PolicyDocument": `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:ReplicateList"],"Resource":["acs:oss:*:*:` + emulator.SourceBucket + `"]}]}`,
	})
	if err != nil {
		return "", err
	}
	if err := d.source.upload(ctx, missingKey, []byte(missingBody), ""); err != nil {
		return "", err
	}
	reason, err := d.staysAway(ctx, missingKey)
	if err != nil {
		return "", err
	}
	d.detail(missingKey + " is not copied: " + reason)
	return "a new object does not arrive", nil
}

func (d *demo) planNotices(ctx context.Context) (string, error) {
	plan, err := d.workspace.Preview(ctx)
	if err != nil {
		return "", err
	}
	want := []string{"srr_destination_grant.orders create", "srr_replication_role.orders update"}
	if got := Actions(plan); !slices.Equal(got, want) {
		return "", fmt.Errorf("the plan is %v instead of %v", got, want)
	}
	if warning := d.workspace.Warned(); warning != "" {
		d.detail(warning)
	}
	text, err := d.workspace.ShowPlanFileRaw(ctx, d.workspace.PlanFile())
	if err != nil {
		return "", err
	}
	d.detail(relevant(text)...)
	return "1 to add, 1 to change, nothing replaced", nil
}

// relevant picks the lines of a printed plan that name what changes.
func relevant(text string) []string {
	var lines []string
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(l, "# srr_"), strings.HasPrefix(l, "Plan:"):
			lines = append(lines, l)
		case strings.HasPrefix(l, `+ "oss:`), strings.HasPrefix(l, "~ policy_document"):
			lines = append(lines, "  "+l)
		}
	}
	return lines
}

func (d *demo) heal(ctx context.Context) (string, error) {
	if err := d.workspace.ApplyPlan(ctx); err != nil {
		return "", err
	}
	got, err := d.arrives(ctx, missingKey, []byte(missingBody))
	if err != nil {
		return "", err
	}
	d.detail(fmt.Sprintf("%s %s", missingKey, got.body))
	return "the missing object arrived by itself", nil
}

func (d *demo) destroy(ctx context.Context) (string, error) {
	d.workspace.Begin()
	if err := d.workspace.Destroy(ctx); err != nil {
		return "", err
	}
	state, err := d.workspace.Show(ctx)
	if err == nil && state.Values != nil && state.Values.RootModule != nil && len(state.Values.RootModule.Resources) > 0 {
		err = errors.New("the state is not empty after destroy")
	}
	return "state is empty", err
}

func (d *demo) nothingLeft(ctx context.Context) (string, error) {
	rules, err := d.source.rules(ctx)
	if err != nil {
		return "", err
	}
	names, err := d.source.ramNames(ctx)
	if err != nil {
		return "", err
	}
	if rules > 0 || len(names) > 0 {
		return "", fmt.Errorf("left behind in account %s: %d rules, %v", emulator.SourceAccount, rules, names)
	}
	policy, err := d.backup.bucketPolicy(ctx)
	if err != nil {
		return "", err
	}
	if policy != emulator.ForeignPolicy() {
		return "", fmt.Errorf("the bucket policy is not what it was: %s", policy)
	}
	key, err := d.backup.keyPolicy(ctx)
	if err != nil {
		return "", err
	}
	if key != d.keyPolicy {
		return "", fmt.Errorf("the key policy is %s instead of %s", key, d.keyPolicy)
	}
	return "none; the foreign statement is intact, byte for byte", nil
}
