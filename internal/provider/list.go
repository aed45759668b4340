package provider

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// leastBatch and mostBatch are how many objects of a list are looked at together.
const leastBatch, mostBatch = 10, 64

// listing hands results to Terraform until it has as many as it asked for or
// wants no more.
type listing struct {
	request list.ListRequest
	push    func(list.ListResult) bool
	left    int64 // results still wanted; negative without a limit
	looked  int64 // objects that were looked at
}

// listed is an object as a list shows it: a name for people, the identity and
// the resource as a state would hold it.
type listed struct {
	name               string
	identity, resource any
}

// results is the stream that fill fills. Nothing is read before Terraform asks
// for the first result.
func results(req list.ListRequest, fill func(*listing)) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		out := &listing{request: req, push: push, left: req.Limit}
		if req.Limit <= 0 {
			out.left = -1
		}
		fill(out)
	}
}

// add hands over one object; false says that no more are wanted.
func (l *listing) add(ctx context.Context, found listed) bool {
	result := l.request.NewListResult(ctx)
	result.DisplayName = found.name
	result.Diagnostics.Append(result.Identity.Set(ctx, found.identity)...)
	if l.request.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, found.resource)...)
	}
	l.left--
	return l.push(result) && l.left != 0
}

// tell hands over errors and warnings, which do not count as results.
func (l *listing) tell(diags ...diag.Diagnostic) bool {
	return len(diags) == 0 || l.push(list.ListResult{Diagnostics: diags})
}

// batch is how many objects to look at together next: as many as before in all,
// so that at most as many calls were made in vain as were of use when Terraform
// wants no more results, and no more than a limit may still need.
func (l *listing) batch() int {
	size := min(max(l.looked, leastBatch), mostBatch)
	if l.left >= 0 {
		size = min(size, max(l.left, leastBatch))
	}
	return int(size)
}

// inOrder reads something of each object, a batch at a time, and hands it on in
// the order of the objects until use wants no more. The error is that of the list
// of objects.
func inOrder[T, R any](
	ctx context.Context, out *listing, objects iter.Seq2[T, error], read func(context.Context, T) (R, error), use func(T, R, error) bool,
) error {
	var batch []T
	hand := func() (bool, error) {
		values, failures := make([]R, len(batch)), make([]error, len(batch))
		var group errgroup.Group
		for i, object := range batch {
			group.Go(func() error {
				values[i], failures[i] = read(ctx, object)
				return nil
			})
		}
		_ = group.Wait() // every failure is kept beside its object
		if err := ctx.Err(); err != nil {
			return false, err
		}
		for i, object := range batch {
			if !use(object, values[i], failures[i]) {
				return false, nil
			}
		}
		out.looked += int64(len(batch))
		batch = batch[:0]
		return true, nil
	}
	for object, failure := range objects {
		if failure == nil {
			batch = append(batch, object)
		}
		if failure != nil || len(batch) >= out.batch() {
			if wanted, err := hand(); !wanted || err != nil {
				return err
			}
		}
		if failure != nil {
			return failure
		}
	}
	_, err := hand()
	return err
}

// bucketsHere are the buckets of the account in the region of the provider block;
// OSS answers for others only at their own endpoint.
func (a *account) bucketsHere(ctx context.Context, prefix string) iter.Seq2[alicloud.BucketSummary, error] {
	return func(yield func(alicloud.BucketSummary, error) bool) {
		for bucket, err := range a.client.Buckets(ctx, prefix) {
			if err == nil && bucket.Region != a.client.Region() {
				continue
			}
			if !yield(bucket, err) {
				return
			}
		}
	}
}

// leftOut is the warning for an object that a list cannot show: but for its limit,
// which Terraform sets to 100 where nobody does, no list ends short without a word
// (Terraform "list block" reference, 2026-11).
func leftOut(what string, err error) diag.Diagnostic {
	failure := callFailed("", err)
	return diag.NewWarningDiagnostic("List is not complete", what+" could not be read, so nothing of it is listed.\n\n"+failure.Detail())
}

// notListed is the warning for an object that exists and that no import could
// bring into a state.
func notListed(what, why string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Object is not listed", what+" "+why)
}
