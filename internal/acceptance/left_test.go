package acceptance_test

import (
	"errors"
	"fmt"
	"path"
	"testing"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// nothingIsLeft looks after a destroy for the rule, the role with its policy, the
// grant, and whether the policy of the key is what it was.
func (s settings) nothingIsLeft(t *testing.T, name, keyPolicy string) error {
	t.Helper()
	source := s.reader(t, s.source)
	_, noRule := s.client(t, s.source).GetBucketReplication(name + "-s")
	_, noGrant := s.client(t, s.destination).GetBucketPolicy(name + "-d")
	_, noRole := source.GetRole(t.Context(), name)
	_, noPolicy := source.GetPolicy(t.Context(), alicloud.PolicyCustom, name)
	var changed error
	if after := s.keyPolicy(t); after != keyPolicy {
		changed = fmt.Errorf("the policy of the key was\n%s\nand is\n%s", keyPolicy, after)
	}
	return errors.Join(
		gone("the rule", noRule, "NoSuchReplicationConfiguration"), gone("the grant", noGrant, "NoSuchBucketPolicy"),
		gone("the role", noRole, "EntityNotExist.Role"), gone("the policy of the role", noPolicy, "EntityNotExist.Policy"), changed)
}

// gone is nil where a service says that something does not exist.
func gone(what string, err error, code string) error {
	var said oss.ServiceError
	switch {
	case err == nil:
		return fmt.Errorf("%s is left", what)
	case alicloud.HasCode(err, code), errors.As(err, &said) && said.Code == code:
		return nil
	}
	return fmt.Errorf("%s may be left: %w", what, err)
}

// keyPolicy is the policy of the replica key, "" where there is none.
func (s settings) keyPolicy(t *testing.T) string {
	t.Helper()
	if s.replicaKeyARN == "" {
		return ""
	}
	raw, err := s.reader(t, s.destination).KeyPolicy(t.Context(), s.replicaKeyARN)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// reader asks RAM and KMS for an account.
func (s settings) reader(t *testing.T, p party) *alicloud.Client {
	t.Helper()
	client, err := alicloud.New(alicloud.Config{
		Region: s.region, Endpoints: s.endpoints,
		Credentials: alicloud.StaticCredentials{AccessKeyID: p.key, AccessKeySecret: p.secret, SecurityToken: p.token},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// keyID is the last part of the ARN of a key.
func keyID(arn string) string { return path.Base(arn) }
