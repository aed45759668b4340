package alicloud

import (
	"context"
	"slices"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ram"
)

// Types of RAM policies; the service compares them with regard to case.
const (
	PolicyCustom = "Custom"
	PolicySystem = "System"
)

// Policy is a RAM policy with its default version.
type Policy struct {
	Name           string
	Type           string
	Description    string
	DefaultVersion string
	// Document is the JSON text of the default version.
	Document        string
	AttachmentCount int
	CreateDate      string
	UpdateDate      string
}

// PolicyVersion is one version of a policy.
type PolicyVersion struct {
	// ID is "v1", "v2" and so on.
	ID        string
	IsDefault bool
	// Document is the JSON text. Lists and the answer to a creation may leave it out.
	Document   string
	CreateDate string
}

func policyObject(name string) string { return "policy " + name }

func policyKey(policyType, name string) readKey {
	return readKey{kind: "policy", object: policyType + "/" + strings.ToLower(name)}
}

func versionsKey(policyType, name string) readKey {
	return readKey{kind: "versions of policy", object: policyType + "/" + strings.ToLower(name)}
}

// policyKeys are all reads that a change of a custom policy ends. Single versions are not kept, see GetPolicyVersion.
func policyKeys(name string) []readKey {
	return []readKey{policyKey(PolicyCustom, name), versionsKey(PolicyCustom, name), entitiesKey(PolicyCustom, name)}
}

func versionFrom(v ram.PolicyVersion) PolicyVersion {
	return PolicyVersion{ID: v.VersionId, IsDefault: v.IsDefaultVersion, Document: v.PolicyDocument, CreateDate: v.CreateDate}
}

// GetPolicy reads a policy and the document of its default version. A missing one is EntityNotExist.Policy.
func (c *Client) GetPolicy(ctx context.Context, policyType, name string) (Policy, error) {
	policy, err := shared(ctx, c.reads, policyKey(policyType, name), func(ctx context.Context) (Policy, error) {
		r, err := rpc(ctx, c, serviceRAM, policyObject(name), ram.CreateGetPolicyRequest, ram.CreateGetPolicyResponse,
			func(q *ram.GetPolicyRequest) { q.PolicyType, q.PolicyName = policyType, name })
		if err != nil {
			return Policy{}, err
		}
		if r.Policy.PolicyName == "" {
			return Policy{}, c.incomplete(serviceRAM, "GetPolicy", policyObject(name), r.RequestId, "PolicyName")
		}
		p := policyFrom(r.Policy)
		p.Document = r.DefaultPolicyVersion.PolicyDocument
		return p, nil
	})
	return policy, c.ended(err, serviceRAM, "GetPolicy", policyObject(name))
}

func policyFrom(p ram.Policy) Policy {
	return Policy{
		Name: p.PolicyName, Type: p.PolicyType, Description: p.Description, DefaultVersion: p.DefaultVersion,
		AttachmentCount: p.AttachmentCount, CreateDate: p.CreateDate, UpdateDate: p.UpdateDate,
	}
}

// CreatePolicy creates a custom policy whose first version, v1, holds the document. It may be sent again after a lost
// answer: EntityAlreadyExists.Policy can then mean the caller's own policy.
func (c *Client) CreatePolicy(ctx context.Context, name, description, document string) (Policy, error) {
	var created Policy
	err := c.reads.write(func() error {
		r, err := rpc(ctx, c, serviceRAM, policyObject(name), ram.CreateCreatePolicyRequest, ram.CreateCreatePolicyResponse,
			func(q *ram.CreatePolicyRequest) {
				q.PolicyName, q.Description, q.PolicyDocument = name, description, document
			})
		if err == nil {
			created = policyFrom(r.Policy)
			created.Document = document
		}
		return err
	}, policyKeys(name)...)
	return created, err
}

// DeletePolicy deletes a custom policy: first every version that is not the default one, then the policy. Versions
// that are gone already do not matter. An attached policy is DeleteConflict.Policy.*; its other versions are lost then.
func (c *Client) DeletePolicy(ctx context.Context, name string) error {
	versions, err := c.ListPolicyVersions(Fresh(ctx), PolicyCustom, name)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.IsDefault {
			continue
		}
		if err := c.DeletePolicyVersion(ctx, name, v.ID); err != nil && !HasCode(err, "EntityNotExist.Policy.Version") {
			return err
		}
	}
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceRAM, policyObject(name), ram.CreateDeletePolicyRequest, ram.CreateDeletePolicyResponse,
			func(q *ram.DeletePolicyRequest) { q.PolicyName = name })
		return err
	}, policyKeys(name)...)
}

// GetPolicyVersion reads one version with its document. The result is not kept.
func (c *Client) GetPolicyVersion(ctx context.Context, policyType, name, version string) (PolicyVersion, error) {
	object := "version " + version + " of policy " + name
	r, err := rpc(ctx, c, serviceRAM, object, ram.CreateGetPolicyVersionRequest, ram.CreateGetPolicyVersionResponse,
		func(q *ram.GetPolicyVersionRequest) {
			q.PolicyType, q.PolicyName, q.VersionId = policyType, name, version
		})
	if err != nil {
		return PolicyVersion{}, err
	}
	if r.PolicyVersion.VersionId == "" {
		return PolicyVersion{}, c.incomplete(serviceRAM, "GetPolicyVersion", object, r.RequestId, "VersionId")
	}
	return versionFrom(r.PolicyVersion), nil
}

// ListPolicyVersions lists the versions of a policy, at most five. Documents may be missing in the list.
func (c *Client) ListPolicyVersions(ctx context.Context, policyType, name string) ([]PolicyVersion, error) {
	list, err := shared(ctx, c.reads, versionsKey(policyType, name), func(ctx context.Context) ([]PolicyVersion, error) {
		r, err := rpc(ctx, c, serviceRAM, policyObject(name),
			ram.CreateListPolicyVersionsRequest, ram.CreateListPolicyVersionsResponse,
			func(q *ram.ListPolicyVersionsRequest) { q.PolicyType, q.PolicyName = policyType, name })
		if err != nil {
			return nil, err
		}
		var list []PolicyVersion
		for _, v := range r.PolicyVersions.PolicyVersion {
			list = append(list, versionFrom(v))
		}
		return list, nil
	})
	return slices.Clone(list), c.ended(err, serviceRAM, "ListPolicyVersions", policyObject(name))
}

// CreatePolicyVersion adds a version. With rotate the service makes room by deleting the oldest version that is not
// the default; without it the sixth version is LimitExceeded.Policy.Version.
func (c *Client) CreatePolicyVersion(ctx context.Context, name, document string, setDefault, rotate bool) (PolicyVersion, error) {
	var created PolicyVersion
	err := c.reads.write(func() error {
		r, err := rpc(ctx, c, serviceRAM, policyObject(name),
			ram.CreateCreatePolicyVersionRequest, ram.CreateCreatePolicyVersionResponse,
			func(q *ram.CreatePolicyVersionRequest) {
				q.PolicyName, q.PolicyDocument, q.SetAsDefault = name, document, requests.NewBoolean(setDefault)
				q.RotateStrategy = "None"
				if rotate {
					q.RotateStrategy = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
				}
			})
		if err == nil {
			created = versionFrom(r.PolicyVersion)
			created.Document = document
		}
		return err
	}, policyKeys(name)...)
	return created, err
}

// SetDefaultPolicyVersion makes an existing version the one in force.
func (c *Client) SetDefaultPolicyVersion(ctx context.Context, name, version string) error {
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceRAM, "version "+version+" of policy "+name,
			ram.CreateSetDefaultPolicyVersionRequest, ram.CreateSetDefaultPolicyVersionResponse,
			func(q *ram.SetDefaultPolicyVersionRequest) { q.PolicyName, q.VersionId = name, version })
		return err
	}, policyKeys(name)...)
}

// DeletePolicyVersion deletes a version that is not the default one.
func (c *Client) DeletePolicyVersion(ctx context.Context, name, version string) error {
	return c.reads.write(func() error {
		_, err := rpc(ctx, c, serviceRAM, "version "+version+" of policy "+name,
			ram.CreateDeletePolicyVersionRequest, ram.CreateDeletePolicyVersionResponse,
			func(q *ram.DeletePolicyVersionRequest) { q.PolicyName, q.VersionId = name, version })
		return err
	}, policyKeys(name)...)
}
