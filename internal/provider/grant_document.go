package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

// errGrantExists says that the grant was in the document before our first write.
var errGrantExists = errors.New("the grant was there before Terraform wrote anything")

// sharedDocumentNote is what users of a shared document have to know.
const sharedDocumentNote = "All Terraform runs of one user on one machine take turns and lose nothing. " +
	"The service offers no conditional write, so what another machine or tool writes between the provider's last read and its write, one round trip, is overwritten unseen; " +
	"whatever any read shows is kept."

// grantPlace is a shared document that may hold a grant.
type grantPlace struct {
	key   string // names the document among all documents of the cloud
	what  string // for people: "policy of bucket orders-backup"
	kind  policy.Kind
	store document.Store
}

func newEditors() *document.Editors {
	return document.New(document.Options{Refused: contentRefused, Passing: alicloud.IsPassing, LockDir: lockDir()})
}

// lockDir is "" where the user has a cache directory. Elsewhere, for example in a
// container without HOME, a directory of this user below the temporary one does.
func lockDir() string {
	if _, err := os.UserCacheDir(); err == nil {
		return ""
	}
	own := filepath.Join(os.TempDir(), "terraform-provider-srr-"+strconv.Itoa(os.Getuid()))
	return filepath.Join(ownDir(own), "locks")
}

// contentRefused recognises a write that the service refused for its content, so
// that it can be told which of several changes is at fault.
func contentRefused(err error) bool {
	var failure *alicloud.Error
	if !asFailure(err, &failure) || alicloud.IsThrottled(err) {
		return false
	}
	return failure.HTTPStatus >= http.StatusBadRequest && failure.HTTPStatus < http.StatusInternalServerError &&
		failure.HTTPStatus != http.StatusRequestTimeout
}

// bucketPolicyStore reads and writes the policy of one bucket.
type bucketPolicyStore struct {
	client *alicloud.Client
	bucket string
}

// Read implements document.Store.
func (s bucketPolicyStore) Read(ctx context.Context) ([]byte, error) {
	return s.client.BucketPolicy(alicloud.Fresh(ctx), s.bucket)
}

// Write implements document.Store.
func (s bucketPolicyStore) Write(ctx context.Context, raw []byte) error {
	return s.client.PutBucketPolicy(alicloud.Once(ctx), s.bucket, raw)
}

// Delete implements document.Store.
func (s bucketPolicyStore) Delete(ctx context.Context) error {
	return s.client.DeleteBucketPolicy(alicloud.Once(ctx), s.bucket)
}

// keyPolicyStore reads and writes the policy of one key.
type keyPolicyStore struct {
	client *alicloud.Client
	key    string
}

// Read implements document.Store.
func (s keyPolicyStore) Read(ctx context.Context) ([]byte, error) {
	return s.client.KeyPolicy(alicloud.Fresh(ctx), s.key)
}

// Write implements document.Store.
func (s keyPolicyStore) Write(ctx context.Context, raw []byte) error {
	return s.client.SetKeyPolicy(alicloud.Once(ctx), s.key, raw)
}

// Delete implements document.Store. A key always has a policy.
func (s keyPolicyStore) Delete(context.Context) error {
	return errors.New("a key policy cannot be deleted")
}

// putGrant adds or repairs one grant. With fresh, a grant that is there already
// is errGrantExists, and nothing is written.
func (a *account) putGrant(ctx context.Context, place grantPlace, grant policy.Grant, fresh bool) (document.Result, error) {
	return a.documents.Do(ctx, place.key, place.store, func(current []byte, first bool) (document.Edit, error) {
		parsed, err := policy.Parse(place.kind, current)
		if err != nil {
			return document.Edit{}, err
		}
		if first && fresh && parsed.Find(grant).Present {
			return document.Edit{}, errGrantExists
		}
		return edit(parsed.Put(grant))
	})
}

// removeGrant takes one grant out and reports whether a key got its default
// policy back.
func (a *account) removeGrant(ctx context.Context, place grantPlace, grant policy.Grant) (restored bool, err error) {
	_, err = a.documents.Do(ctx, place.key, place.store, func(current []byte, _ bool) (document.Edit, error) {
		parsed, err := policy.Parse(place.kind, current)
		if err != nil {
			return document.Edit{}, err
		}
		change, err := parsed.Remove(grant)
		if change.Changed { // a change that was made again after a foreign one may find other statements
			restored = change.DefaultRestored
		}
		return edit(change, err)
	})
	return restored, err
}

func edit(change policy.Change, err error) (document.Edit, error) {
	return document.Edit{Raw: change.Raw, Changed: change.Changed, Empty: change.Empty}, err
}

// findGrant reads the document, shared with other resources of this process.
func (a *account) findGrant(kind policy.Kind, raw []byte, grant policy.Grant) (policy.Finding, error) {
	parsed, err := policy.Parse(kind, raw)
	if err != nil {
		return policy.Finding{}, err
	}
	return parsed.Find(grant), nil
}

// grantFailed is callFailed with what to do about failures that the service's
// code alone does not explain.
func grantFailed(summary string, err error, place grantPlace) diag.Diagnostic {
	var unreadable *policy.UnreadableError
	var conflict *document.ConflictError
	var failure *alicloud.Error
	switch {
	case errors.As(err, &unreadable):
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"The %s cannot be read without a doubt, so it is never written: %v. Correct it by hand, then apply again.", place.what, err))
	case errors.As(err, &conflict):
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"%v. Something else keeps changing the %s, for example another tool that manages the whole document.", err, place.what))
	case asFailure(err, &failure) && strings.HasPrefix(failure.Message, publicPolicyRefused):
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"%v\n\nBlock Public Access is on for the bucket or the account, and another statement of the %s opens the bucket to everybody; "+
				"OSS takes no change of such a policy. Remove that statement or give it a condition, or switch Block Public Access off.", err, place.what))
	}
	return callFailed(summary, err)
}

// publicPolicyRefused is OSS's answer to a public bucket policy; its code is
// that of any refusal (reports of several users, 2026).
const publicPolicyRefused = "Put public bucket policy is not allowed"
