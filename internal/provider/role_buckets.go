package provider

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// refuseForeignBuckets looks at the owner of every source bucket that is known.
// A role for a bucket of another account would be made in the wrong account: RAM
// takes it, and it never replicates anything. A bucket that is missing may be
// created in this run, and one that cannot be read says nothing.
func (r *roleResource) refuseForeignBuckets(ctx context.Context, buckets types.Set, who alicloud.Account) (diags diag.Diagnostics) {
	names := knownStrings(buckets.Elements())
	problems := make([]string, len(names))
	var all sync.WaitGroup // the client bounds what is under way
	for i, bucket := range names {
		all.Go(func() { problems[i] = foreignBucket(bucket, who)(r.account.client.BucketInfo(ctx, bucket)) })
	}
	all.Wait()
	for _, problem := range problems {
		if problem != "" {
			diags.AddAttributeError(path.Root("source_buckets"), "Source bucket of another account", problem+
				" The role belongs into the account that owns the source buckets. Check whether two provider blocks have each other's "+
				"credentials, or whether the resource names the wrong provider.")
		}
	}
	return diags
}

// foreignBucket judges what a read of the bucket says of its owner; "" for
// nothing wrong.
func foreignBucket(bucket string, who alicloud.Account) func(alicloud.BucketInfo, error) string {
	return func(info alicloud.BucketInfo, err error) string {
		switch {
		case err == nil && info.OwnerID != "" && info.OwnerID != who.ID:
			return fmt.Sprintf("Bucket %s belongs to account %s; the provider's credentials belong to account %s.", bucket, info.OwnerID, who.ID)
		case alicloud.IsForeignBucket(err):
			return fmt.Sprintf("The provider's credentials belong to account %s, which does not own bucket %s.", who.ID, bucket)
		}
		return ""
	}
}

// knownStrings are the values that are known, in a stable order.
func knownStrings(values []attr.Value) []string {
	var known []string
	for _, value := range values {
		if text, ok := value.(types.String); ok && !text.IsNull() && !text.IsUnknown() {
			known = append(known, text.ValueString())
		}
	}
	slices.Sort(known)
	return known
}
