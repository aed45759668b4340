package stress

import (
	"context"
	"fmt"
	"net/http"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// Document is what everybody writes at once. Statements of others have a form that
// no program writes, so that one that was written anew is not taken for theirs.
type Document struct {
	Name string
	// Room is how many grants fit in beside the statements of others.
	Room int

	resource, place, name string // of Terraform, where its argument names the place
	principal             string // of a grant, by process and number
	first                 string // statement that was there before anybody
	foreign               string // statement of the neighbour, by number and change
	kept                  func(*emulator.World) *string
	read                  func(context.Context, *alicloud.Client) ([]byte, error)
	write                 func(context.Context, *alicloud.Client, []byte) error
	// call says whether a request is about the document, and whether it reads.
	call func(*http.Request) (ours, reads bool)
}

// Documents are all that have grants.
func Documents() []Document { return []Document{bucketPolicy(), keyPolicy()} }

func bucketPolicy() Document {
	const statement = "{ \"Effect\" : \"Allow\",\t\"Action\":[\"oss:GetObject\"],\n \"Principal\":[\"3000000000000003\"], \"Resource\":[\"acs:oss:*:" +
		emulator.DestinationAccount + ":" + emulator.DestinationBucket + "/"
	return Document{
		Name: "bucket policy", Room: 250,
		resource: "srr_destination_grant", place: "bucket", name: emulator.DestinationBucket,
		principal: `"arn:sts::` + emulator.SourceAccount + `:assumed-role/p%02d-g%02d/*"`,
		first:     statement + "reports/*\"] }", foreign: statement + mark + "%d-%d/*\"] }",
		kept: func(w *emulator.World) *string {
			for i := range w.OSS.Buckets {
				if b := &w.OSS.Buckets[i]; b.Name == emulator.DestinationBucket {
					return &b.Policy
				}
			}
			return new(string)
		},
		read: func(ctx context.Context, c *alicloud.Client) ([]byte, error) {
			return c.BucketPolicy(ctx, emulator.DestinationBucket)
		},
		write: func(ctx context.Context, c *alicloud.Client, text []byte) error {
			return c.PutBucketPolicy(ctx, emulator.DestinationBucket, text)
		},
		call: func(r *http.Request) (ours, reads bool) {
			return r.URL.Query().Has("policy"), r.Method == http.MethodGet
		},
	}
}

func keyPolicy() Document {
	const statement = "{ \"Effect\" : \"Allow\",\t\"Action\":[\"kms:*\"],\n \"Resource\":[\"*\"], \"Principal\":{\"RAM\":[\"acs:ram::" + emulator.DestinationAccount + ":"
	return Document{
		Name: "key policy", Room: 100,
		resource: "srr_kms_key_policy", place: "key_id", name: emulator.ReplicaKeyARN(),
		principal: `"acs:ram::` + emulator.SourceAccount + `:role/p%02d-g%02d"`,
		first:     statement + "*\"]} }", foreign: statement + "user/" + mark + "%d-%d\"]} }",
		kept: func(w *emulator.World) *string {
			for i := range w.KMS.Keys {
				if k := &w.KMS.Keys[i]; k.ID == emulator.ReplicaKey {
					return &k.Policy
				}
			}
			return new(string)
		},
		read: func(ctx context.Context, c *alicloud.Client) ([]byte, error) {
			return c.KeyPolicy(ctx, emulator.ReplicaKeyARN())
		},
		write: func(ctx context.Context, c *alicloud.Client, text []byte) error {
			return c.SetKeyPolicy(ctx, emulator.ReplicaKeyARN(), text)
		},
		call: func(r *http.Request) (ours, reads bool) {
			action := r.URL.Query().Get("Action")
			return action == "GetKeyPolicy" || action == "SetKeyPolicy", action == "GetKeyPolicy"
		},
	}
}

// grantee is what the document names for one grant.
func (d Document) grantee(process, grant int) string { return fmt.Sprintf(d.principal, process, grant) }

// text is the document now.
func (d Document) text(c *cloud) string {
	world := c.world()
	return *d.kept(&world)
}
