package alicloud

import (
	"context"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RuleProgress is how far a rule has come. The service reports progress only for a rule that is doing.
type RuleProgress struct {
	Rule Rule
	// History is the part of the older objects that has been copied, 0 to 1; nil where the service says nothing.
	History *float64
	// NewObject is the time up to which new objects have been copied; zero where the service says nothing.
	NewObject time.Time
}

type progressListXML struct {
	XMLName xml.Name  `xml:"ReplicationProgress"`
	Rules   []ruleXML `xml:"Rule"`
}

type progressXML struct {
	HistoricalObject string `xml:"HistoricalObject,omitempty"`
	NewObject        string `xml:"NewObject,omitempty"`
}

// RuleProgress asks for the progress of one rule (OSS GetBucketReplicationProgress). A missing rule is
// NoSuchReplicationRule. The answer is not kept.
func (c *Client) RuleProgress(ctx context.Context, bucket, id string) (RuleProgress, error) {
	const operation = "GetBucketReplicationProgress"
	var x progressListXML
	err := c.ossXML(ctx, ossRequest{
		operation: operation, bucket: bucket, method: http.MethodGet,
		params: map[string]any{"replicationProgress": nil, "rule-id": id},
	}, &x)
	if err != nil {
		return RuleProgress{}, err
	}
	for _, r := range x.Rules {
		if r.ID == id {
			return r.progress(), nil
		}
	}
	return RuleProgress{}, c.incomplete(serviceOSS, operation, bucketObject(bucket), "", "rule "+id)
}

func (x ruleXML) progress() RuleProgress {
	p := RuleProgress{Rule: x.rule()}
	if x.Progress == nil {
		return p
	}
	if f, err := strconv.ParseFloat(strings.TrimSpace(x.Progress.HistoricalObject), 64); err == nil {
		p.History = &f
	}
	// The page's text promises an HTTP date, its examples show ISO 8601 (GetBucketReplicationProgress page, 2026-03).
	text := strings.TrimSpace(x.Progress.NewObject)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		p.NewObject = at.UTC()
	} else if at, err := http.ParseTime(text); err == nil {
		p.NewObject = at.UTC()
	}
	return p
}
