package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/mutation"
	"github.com/terraform-srr/terraform-provider-srr/internal/round"
)

// mutants breaks the code in one way after the other.
func mutants(ctx context.Context, s settings) (summary string, err error) {
	done, err := round.Open(s.root, "mutants", s.fresh)
	if err != nil {
		return "", err
	}
	all, results := chosen(s), map[mutation.Result]int{}
	checker := mutation.Checker{Root: s.root, Dir: s.dir}
	var left []mutation.Mutant
	for _, m := range all {
		var result mutation.Result
		if done.Done(m.Name, &result) && result == mutation.Killed {
			results[result]++
		} else {
			left = append(left, m)
		}
	}
	if err := checker.Unbroken(ctx, left); err != nil {
		return "mutants: not tried", errors.Join(err, done.Close())
	}
	for _, m := range left {
		result, said, err := checker.Check(ctx, m)
		if err != nil {
			return "mutants: not all tried", errors.Join(err, done.Close())
		}
		results[result]++
		fmt.Fprintf(s.out, "mutant %q of %s: %s\n%s", m.Name, m.File, result, said)
		if err := done.Add(m.Name, result); err != nil {
			return "", err
		}
	}
	if results[mutation.Killed] < len(all) {
		err = fmt.Errorf("%d mutants survived, %d are broken", results[mutation.Survived], results[mutation.Broken])
	}
	return fmt.Sprintf("mutants killed: %d of %d", results[mutation.Killed], len(all)), errors.Join(err, end(done, err == nil && s.only == ""))
}

func chosen(s settings) (list []mutation.Mutant) {
	for _, m := range mutation.All() {
		if strings.HasPrefix(m.Name, s.only) || strings.HasPrefix(m.File, s.only) {
			list = append(list, m)
		}
	}
	return list
}
