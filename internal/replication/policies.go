package replication

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Actions of the replication engine, in the order in which the OSS replication
// permission page lists them (2026).
const (
	ActionList   = "oss:ReplicateList"
	ActionGet    = "oss:ReplicateGet"
	ActionPut    = "oss:ReplicatePut"
	ActionDelete = "oss:ReplicateDelete"
)

// Service is the principal that must be trusted by a replication role.
const Service = "oss.aliyuncs.com"

// MaxPolicyDocument is RAM's limit for one policy document, in characters (RAM
// limits page, 2025-12).
const MaxPolicyDocument = 6144

// KMSCryptoUserPolicy is the system policy that the OSS replication guide
// attaches to a role that copies KMS-encrypted objects.
const KMSCryptoUserPolicy = "AliyunKMSCryptoUserAccess"

// DefaultKeyActions are what a replica's key must allow the role: the two
// actions of the OSS replication guide, and DescribeKey so that the role can
// see the key it uses.
func DefaultKeyActions() []string {
	return []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"}
}

// GrantActions are the actions that a destination bucket allows the role. With
// deletes all four, as documented; without, everything but ReplicateDelete.
func GrantActions(deletes bool) []string {
	actions := []string{ActionList, ActionGet, ActionPut}
	if deletes {
		actions = append(actions, ActionDelete)
	}
	return actions
}

// BucketResources are the two resources of a bucket grant: the bucket itself
// for listing, its objects for everything else. ownerID "" means any owner ("*").
func BucketResources(ownerID, bucket string) []string {
	if ownerID == "" {
		ownerID = "*"
	}
	arn := "acs:oss:*:" + ownerID + ":" + bucket
	return []string{arn, arn + "/*"}
}

type document struct {
	Version   string      `json:"Version"`
	Statement []statement `json:"Statement"`
}

type statement struct {
	Sid       string   `json:"Sid,omitempty"`
	Effect    string   `json:"Effect"`
	Action    []string `json:"Action"`
	Principal any      `json:"Principal,omitempty"`
	Resource  []string `json:"Resource,omitempty"`
}

func render(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("replication: a struct of strings does not marshal: %v", err))
	}
	return string(raw)
}

// TrustPolicy is the trust document of a replication role: OSS and nobody else
// may assume it.
func TrustPolicy() string {
	return render(document{Version: "1", Statement: []statement{{
		Effect: "Allow", Action: []string{"sts:AssumeRole"},
		Principal: map[string][]string{"Service": {Service}},
	}}})
}

// SourcePolicy is the least-privilege policy of a replication role: list and
// read on each source bucket and its objects, and, where keys are given,
// decrypting and data keys on exactly those keys. The result does not depend on
// the order of its inputs.
func SourcePolicy(buckets, keyARNs []string) string {
	doc := document{Version: "1", Statement: []statement{{
		Effect: "Allow", Action: []string{ActionList, ActionGet}, Resource: sourceResources(buckets),
	}}}
	if len(keyARNs) > 0 {
		doc.Statement = append(doc.Statement, statement{
			Effect: "Allow", Action: DefaultKeyActions(), Resource: sorted(keyARNs),
		})
	}
	return render(doc)
}

func sourceResources(buckets []string) []string {
	var resources []string
	for _, bucket := range sorted(buckets) {
		resources = append(resources, BucketResources("", bucket)...)
	}
	return resources
}

func sorted(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

// DestinationPolicy is a whole bucket policy that holds just the grant for one
// role, for use outside this provider.
func DestinationPolicy(ownerID, bucket string, role Role, deletes bool) string {
	return render(document{Version: "1", Statement: []statement{{
		Effect: "Allow", Action: GrantActions(deletes),
		Principal: []string{role.Principal()}, Resource: BucketResources(ownerID, bucket),
	}}})
}

// KeyStatement is the statement that a key policy needs for one role.
func KeyStatement(sid string, role Role, actions []string) string {
	return render(statement{
		Sid: sid, Effect: "Allow", Action: actions,
		Principal: map[string][]string{"RAM": {role.ARN()}}, Resource: []string{"*"},
	})
}

// KeySid is the Sid of a role's statement in a key policy. A Sid may hold
// letters, digits and _ / + = . @ - (KMS SetKeyPolicy page), so every role name
// fits; it is lower-cased because roles are compared without regard to case.
func KeySid(role Role) string {
	return "srr-" + role.AccountID + "-" + strings.ToLower(role.Name)
}
