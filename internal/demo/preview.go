package demo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// PlanFile is where the last plan was written.
func (w *Workspace) PlanFile() string { return filepath.Join(w.WorkingDir(), "plan") }

// Preview plans into PlanFile and returns what it would do; see Warned as well.
func (w *Workspace) Preview(ctx context.Context, options ...tfexec.PlanOption) (*tfjson.Plan, error) {
	w.Begin()
	if _, err := w.Plan(ctx, append(options, tfexec.Out(w.PlanFile()))...); err != nil {
		return nil, err
	}
	return w.ShowPlanFile(ctx, w.PlanFile())
}

// ApplyPlan carries out the last plan.
func (w *Workspace) ApplyPlan(ctx context.Context) error {
	w.Begin()
	return w.Apply(ctx, tfexec.DirOrPlan(w.PlanFile()))
}

// CheckEmpty is an error unless both plan and plan -refresh-only find nothing.
//
// The refresh-only plan is read, its exit code is not: Terraform answers 2 beside
// "No changes" for every resource with a number, because it compares numbers by
// their representation (github.com/hashicorp/terraform/issues/37406, seen with 1.11.4).
func (w *Workspace) CheckEmpty(ctx context.Context) error {
	w.Begin()
	pending, err := w.Plan(ctx)
	if err != nil {
		return err
	}
	if warning := w.Warned(); warning != "" {
		return errors.New("plan warns: " + warning)
	}
	if pending {
		return errors.New("plan is not empty: " + w.Output.String())
	}
	plan, err := w.Preview(ctx, tfexec.RefreshOnly(true))
	if err != nil {
		return err
	}
	if found := slices.Concat(Actions(plan), named(plan.ResourceDrift)); len(found) > 0 {
		return fmt.Errorf("plan -refresh-only is not empty: %s", strings.Join(found, ", "))
	}
	return nil
}

// Actions lists what a plan changes as "address action", sorted.
func Actions(plan *tfjson.Plan) []string { return named(plan.ResourceChanges) }

func named(changes []*tfjson.ResourceChange) []string {
	var list []string
	for _, change := range changes {
		if change.Change.Actions.NoOp() {
			continue
		}
		text := change.Address
		for _, action := range change.Change.Actions {
			text += " " + string(action)
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}
