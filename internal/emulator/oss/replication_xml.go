package oss

import (
	"encoding/xml"
	"strings"
)

type statusXML struct{ Status string }

type prefixSetXML struct {
	Prefixes []string `xml:"Prefix"`
}

type userTaggingsXML struct {
	FilterType string `xml:"FilterType"`
	Tags       []Tag  `xml:"UserTagging"`
}

type destinationXML struct {
	Bucket       string
	Location     string
	TransferType string `xml:",omitempty"`
}

type selectionXML struct {
	KMS *statusXML `xml:"SseKmsEncryptedObjects"`
}

type replicaKeyXML struct {
	ID string `xml:"ReplicaKmsKeyID"`
}

type progressXML struct {
	HistoricalObject string `xml:",omitempty"`
	NewObject        string `xml:",omitempty"`
}

// ruleXML is a rule on the wire, in the element order of the
// GetBucketReplication page. Reading ignores elements it does not know, such as
// a Status sent by the client.
type ruleXML struct {
	ID           string           `xml:"ID"`
	PrefixSet    *prefixSetXML    `xml:"PrefixSet"`
	UserTaggings *userTaggingsXML `xml:"UserTaggings"`
	Action       string           `xml:"Action"`
	Destination  destinationXML   `xml:"Destination"`
	Status       string           `xml:"Status,omitempty"`
	History      string           `xml:"HistoricalObjectReplication"`
	SyncRole     string           `xml:"SyncRole,omitempty"`
	Selection    *selectionXML    `xml:"SourceSelectionCriteria"`
	ReplicaKey   *replicaKeyXML   `xml:"EncryptionConfiguration"`
	RTC          *statusXML       `xml:"RTC"`
	Progress     *progressXML     `xml:"Progress"`
}

type configurationXML struct {
	XMLName xml.Name  `xml:"ReplicationConfiguration"`
	Rules   []ruleXML `xml:"Rule"`
}

type ruleProgressXML struct {
	XMLName xml.Name  `xml:"ReplicationProgress"`
	Rules   []ruleXML `xml:"Rule"`
}

type ruleIDsXML struct {
	XMLName xml.Name `xml:"ReplicationRules"`
	IDs     []string `xml:"ID"`
}

type rtcXML struct {
	XMLName xml.Name `xml:"ReplicationRule"`
	Status  string   `xml:"RTC>Status"`
	ID      string
}

// echo is the part of a rule that both listings show: defaults are filled in, the
// transfer type shows only when it is oss_acc.
func (s *Service) echo(r *rule) ruleXML {
	shown := ruleXML{
		ID: r.ID, Action: r.action(), Destination: destinationXML{Bucket: r.Destination, Location: r.Location},
		Status: s.state(r), History: "disabled",
	}
	if r.ReplicateHistory {
		shown.History = "enabled"
	}
	if r.TransferType == accelerated {
		shown.Destination.TransferType = accelerated
	}
	if len(r.Prefixes) > 0 {
		shown.PrefixSet = &prefixSetXML{r.Prefixes}
	}
	if r.TagFilter != nil {
		shown.UserTaggings = &userTaggingsXML{r.TagFilter.Match, r.TagFilter.Tags}
	}
	return shown
}

// configuration is a rule as GetBucketReplication shows it to the owner of its
// source.
func (s *Service) configuration(owner string, r *rule) ruleXML {
	shown := s.echo(r)
	if r.ReplicateKMS || !s.options.Switches.OmitSyncRole {
		shown.SyncRole = s.echoedRole(owner, r)
	}
	if r.ReplicateKMS {
		shown.Selection = &selectionXML{&statusXML{"Enabled"}}
		shown.ReplicaKey = &replicaKeyXML{r.ReplicaKMSKeyID}
	}
	if r.RTC {
		shown.RTC = &statusXML{"enabling"}
		if !s.options.Clock.Now().Before(r.RTCSince.Add(rtcDelay)) {
			shown.RTC.Status = "enabled"
		}
	}
	return shown
}

// echoedRole is the role as it was sent, or where that is switched its ARN as
// RAM writes it, in lower case.
func (s *Service) echoedRole(owner string, r *rule) string {
	if r.Role == "" || !s.options.Switches.SyncRoleAsARN {
		return r.Role
	}
	name := r.Role[strings.LastIndex(r.Role, "/")+1:]
	return "acs:ram::" + owner + ":role/" + strings.ToLower(name)
}
