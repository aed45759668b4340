package alicloud

import (
	"encoding/xml"
	"errors"
	"strings"
)

// The elements are written by hand because the SDK's rule type has no tag filter (OSS PutBucketReplication page,
// 2026-03: UserTaggings). They serve both directions.

type rulesXML struct {
	XMLName xml.Name  `xml:"ReplicationConfiguration"`
	Rules   []ruleXML `xml:"Rule"`
}

type ruleXML struct {
	ID          string         `xml:"ID,omitempty"`
	PrefixSet   *prefixSetXML  `xml:"PrefixSet"`
	UserTags    *userTagsXML   `xml:"UserTaggings"`
	Action      string         `xml:"Action,omitempty"`
	Destination destinationXML `xml:"Destination"`
	Status      string         `xml:"Status,omitempty"`
	History     string         `xml:"HistoricalObjectReplication,omitempty"`
	SyncRole    string         `xml:"SyncRole,omitempty"`
	Selection   *selectionXML  `xml:"SourceSelectionCriteria"`
	Encryption  *encryptionXML `xml:"EncryptionConfiguration"`
	RTC         *statusXML     `xml:"RTC"`
	Progress    *progressXML   `xml:"Progress"`
}

type prefixSetXML struct {
	Prefixes []string `xml:"Prefix"`
}

type userTagsXML struct {
	FilterType string `xml:"FilterType"`
	Tags       []Tag  `xml:"UserTagging"`
}

type destinationXML struct {
	Bucket       string `xml:"Bucket"`
	Location     string `xml:"Location"`
	TransferType string `xml:"TransferType,omitempty"`
}

type statusXML struct {
	Status string `xml:"Status"`
}

type selectionXML struct {
	KMS *statusXML `xml:"SseKmsEncryptedObjects"`
}

type encryptionXML struct {
	ReplicaKMSKeyID string `xml:"ReplicaKmsKeyID"`
}

// marshalRule writes the request of PutBucketReplication. Action and history are always written, since leaving them out
// means ALL and enabled, the widest choice.
func marshalRule(r Rule) ([]byte, error) {
	if r.Action == "" {
		return nil, errors.New("the rule names no action")
	}
	x := ruleXML{
		ID: r.ID, Action: r.Action, SyncRole: r.Role, History: "disabled",
		Destination: destinationXML{Bucket: r.DestinationBucket, Location: r.DestinationLocation, TransferType: r.TransferType},
	}
	if r.ReplicateHistory {
		x.History = "enabled"
	}
	if len(r.Prefixes) > 0 {
		x.PrefixSet = &prefixSetXML{Prefixes: r.Prefixes}
	}
	if r.TagFilter != nil {
		x.UserTags = &userTagsXML{FilterType: r.TagFilter.Match, Tags: r.TagFilter.Tags}
	}
	if r.ReplicateKMS {
		x.Selection = &selectionXML{KMS: &statusXML{Status: "Enabled"}}
		x.Encryption = &encryptionXML{ReplicaKMSKeyID: r.ReplicaKMSKeyID}
	}
	body, err := xml.Marshal(rulesXML{Rules: []ruleXML{x}})
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), body...), nil
}

// rule reads a rule as the service lists it.
func (x ruleXML) rule() Rule {
	r := Rule{
		ID: x.ID, Action: x.Action, Role: x.SyncRole, Status: x.Status,
		ReplicateHistory:  !strings.EqualFold(x.History, "disabled"),
		DestinationBucket: x.Destination.Bucket, DestinationLocation: x.Destination.Location,
		TransferType: x.Destination.TransferType,
	}
	if x.PrefixSet != nil {
		r.Prefixes = x.PrefixSet.Prefixes
	}
	if x.UserTags != nil && len(x.UserTags.Tags) > 0 {
		r.TagFilter = &TagFilter{Match: x.UserTags.FilterType, Tags: x.UserTags.Tags}
	}
	if x.Selection != nil && x.Selection.KMS != nil {
		r.ReplicateKMS = strings.EqualFold(x.Selection.KMS.Status, "Enabled")
	}
	if x.Encryption != nil {
		r.ReplicaKMSKeyID = x.Encryption.ReplicaKMSKeyID
	}
	if x.RTC != nil {
		r.RTC = x.RTC.Status
	}
	return r
}
