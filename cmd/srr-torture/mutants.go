package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/mutation"
	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// mutants breaks the code in one way after the other.
func mutants(ctx context.Context, s settings, done *round.Round) (progress, error) {
	all, results := chosen(s), map[mutation.Result]int{}
	checker := mutation.Checker{Root: s.root, Dir: s.dir}
	var left []mutation.Mutant
	for _, m := range all {
		var result mutation.Result
		if done.Done(m.Name, &result) {
			results[result]++
		} else {
			left = append(left, m)
		}
	}
	if err := checker.Unbroken(ctx, left); err != nil {
		return progress{"not tried", len(left)}, err
	}
	for len(left) > 0 && !s.over(0) {
		m := left[0]
		result, said, err := checker.Check(ctx, m)
		if err != nil {
			return progress{"not all tried", len(left)}, err
		}
		results[result]++
		fmt.Fprintf(s.out, "mutant %q of %s: %s\n%s", m.Name, m.File, result, said)
		if err := done.Add(m.Name, result, result == mutation.Killed); err != nil {
			return progress{"not all noted", len(left)}, err
		}
		left = left[1:]
	}
	summary := fmt.Sprintf("%d killed of %d", results[mutation.Killed], len(all))
	if len(left) > 0 {
		summary += fmt.Sprintf("; not finished: %d of %d are left", len(left), len(all))
	}
	if results[mutation.Survived]+results[mutation.Broken] > 0 {
		return progress{summary, len(left)}, fmt.Errorf("%d mutants survived, %d are broken", results[mutation.Survived], results[mutation.Broken])
	}
	return progress{summary, len(left)}, nil
}

func chosen(s settings) (list []mutation.Mutant) {
	for _, m := range mutation.All() {
		if strings.HasPrefix(m.Name, s.only) || strings.HasPrefix(m.File, s.only) {
			list = append(list, m)
		}
	}
	return list
}
