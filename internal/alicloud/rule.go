package alicloud

import (
	"context"
	"encoding/xml"
	"net/http"
	"slices"
)

// States of a rule.
const (
	RuleStarting = "starting"
	RuleDoing    = "doing"
	RuleClosing  = "closing"
)

// Ways in which a tag filter matches; the service compares them with regard to case.
const (
	TagsAll = "AND"
	TagsAny = "OR"
)

// Rule is a replication rule of a source bucket.
type Rule struct {
	// ID is chosen by the client, or by the service when empty.
	ID string
	// Prefixes limits the rule to objects under them; none means the whole bucket.
	Prefixes []string
	// TagFilter limits the rule to tagged objects; nil means no limit.
	TagFilter *TagFilter
	// Action is "ALL" (with deletions) or "PUT" (without). The service fills in ALL.
	Action              string
	DestinationBucket   string
	DestinationLocation string
	// TransferType is "internal" or "oss_acc". The service returns only the latter.
	TransferType string
	// ReplicateHistory says whether objects from before the rule are copied. The service fills in true.
	ReplicateHistory bool
	// Role is the name of the role that OSS assumes. The service may leave it out of its answer.
	Role string
	// ReplicateKMS says whether objects encrypted with KMS are copied; they need Role and ReplicaKMSKeyID.
	ReplicateKMS    bool
	ReplicaKMSKeyID string
	// Status and RTC are set by the service and not sent.
	Status string
	RTC    string
}

// TagFilter selects objects by their tags.
type TagFilter struct {
	// Match is TagsAll or TagsAny.
	Match string
	Tags  []Tag
}

// Tag is a key with its value.
type Tag struct {
	Key   string `xml:"Key"`
	Value string `xml:"Value"`
}

func rulesKey(bucket string) readKey { return readKey{kind: "rules", object: bucket} }

// Clone copies a rule with its lists.
func (r Rule) Clone() Rule {
	r.Prefixes = slices.Clone(r.Prefixes)
	if r.TagFilter != nil {
		r.TagFilter = &TagFilter{Match: r.TagFilter.Match, Tags: slices.Clone(r.TagFilter.Tags)}
	}
	return r
}

// Rules lists all replication rules of a source bucket, closing ones too. A bucket without any yields an empty list and
// no error; a missing bucket is NoSuchBucket.
func (c *Client) Rules(ctx context.Context, bucket string) ([]Rule, error) {
	rules, err := shared(ctx, c.reads, rulesKey(bucket), func(ctx context.Context) ([]Rule, error) {
		var x rulesXML
		err := c.ossXML(ctx, ossRequest{
			operation: "GetBucketReplication", bucket: bucket, method: http.MethodGet, params: map[string]any{"replication": nil},
		}, &x)
		if HasCode(err, "NoSuchReplicationConfiguration") {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		var rules []Rule
		for _, r := range x.Rules {
			rules = append(rules, r.rule())
		}
		return rules, nil
	})
	if err != nil {
		return nil, c.ended(err, serviceOSS, "GetBucketReplication", bucketObject(bucket))
	}
	own := make([]Rule, len(rules))
	for i := range rules {
		own[i] = rules[i].Clone()
	}
	return own, nil
}

// PutRule creates a rule and returns its id. It may be sent again after a lost answer: with a client-chosen id,
// BucketReplicationAlreadyExist and a listed rule of that id mean success.
func (c *Client) PutRule(ctx context.Context, bucket string, rule Rule) (string, error) {
	body, err := marshalRule(rule)
	if err != nil {
		return "", c.refused(call{service: serviceOSS, operation: "PutBucketReplication", object: bucketObject(bucket)}, err)
	}
	id := rule.ID
	err = c.reads.write(func() error {
		x, err := c.oss(ctx, ossRequest{
			operation: "PutBucketReplication", bucket: bucket, method: http.MethodPost,
			params: map[string]any{"replication": nil, "comp": "add"}, body: body, contentType: "application/xml", needsID: true,
		})
		if err != nil {
			return err
		}
		if given := x.header.Get("X-Oss-Replication-Rule-Id"); given != "" {
			id = given
		}
		return nil
	}, rulesKey(bucket))
	if err != nil || id != "" {
		return id, err
	}
	return c.ruleTo(ctx, bucket, rule.DestinationBucket)
}

// ruleTo finds the id of the rule for a destination, for servers that do not return it on creation.
func (c *Client) ruleTo(ctx context.Context, bucket, destination string) (string, error) {
	rules, err := c.Rules(Fresh(ctx), bucket)
	if err != nil {
		return "", err
	}
	for _, r := range rules {
		if r.DestinationBucket == destination && r.Status != RuleClosing {
			return r.ID, nil
		}
	}
	return "", c.incomplete(serviceOSS, "PutBucketReplication", bucketObject(bucket), "", "rule id, and no rule for the destination is listed")
}

type ruleIDsXML struct {
	XMLName xml.Name `xml:"ReplicationRules"`
	ID      string   `xml:"ID"`
}

// DeleteRule asks the service to end a rule, which is then listed as closing for some minutes. It succeeds too where
// the rule is closing already (HTTP 204), or neither rule nor configuration exists.
func (c *Client) DeleteRule(ctx context.Context, bucket, id string) error {
	body, err := xml.Marshal(ruleIDsXML{ID: id})
	if err != nil {
		return c.refused(call{service: serviceOSS, operation: "DeleteBucketReplication", object: bucketObject(bucket)}, err)
	}
	return c.reads.write(func() error {
		_, err := c.oss(ctx, ossRequest{
			operation: "DeleteBucketReplication", bucket: bucket, method: http.MethodPost,
			params: map[string]any{"replication": nil, "comp": "delete"}, body: body, contentType: "application/xml",
		})
		if HasCode(err, "NoSuchReplicationRule", "NoSuchReplicationConfiguration", "NoSuchBucket") {
			return nil
		}
		return err
	}, rulesKey(bucket))
}
