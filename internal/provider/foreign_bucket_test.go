package provider_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// shown lets the other account see who owns the destination bucket. OSS tells its
// owner only then: without such a statement it refuses the call.
func shown(w *emulator.World) {
	bucketOf(w, emulator.DestinationBucket).Policy = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:GetBucketInfo"],` +
		`"Principal":["` + emulator.SourceAccount + `"],"Resource":["acs:oss:*:` + emulator.DestinationAccount + `:` + emulator.DestinationBucket + `"]}]}`
}

// A bucket of another account that can be read is still not ours to work on.
func TestForeignBucket_isRefusedThoughItCanBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, title, says string }{
		"rule": {
			ruleBlock("a", arguments{"source_bucket": `"orders-backup"`, "destination_bucket": `"orders"`}),
			"Source bucket of another account", "A rule is made by the account that owns the source bucket.",
		},
		"grant": {
			"resource \"srr_destination_grant\" \"g\" {\n  bucket   = \"orders-backup\"\n  role_arn = \"acs:ram::1000000000000001:role/oss-srr-orders\"\n}\n",
			"Bucket of another account", "A bucket policy is written by the account that owns the bucket.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newCloud(t, silent, shown).terraform()
			owner := "Bucket orders-backup belongs to account " + emulator.DestinationAccount + "; the provider's credentials belong to account " + emulator.SourceAccount
			d.write(c.body).apply().fails(c.title, owner, c.says)
			if d.cloud.writes() != 0 {
				t.Error("something was written")
			}
		})
	}
}
