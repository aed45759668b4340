package oss

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// rtcDelay is how long RTC shows as enabling; no source gives a figure.
const rtcDelay = time.Minute

func (q *request) getReplication() *cloud.Error {
	if len(q.bucket.rules) == 0 {
		return refuse(http.StatusNotFound, "NoSuchReplicationConfiguration",
			"The bucket you specified does not have replication configuration", "", cloud.Field{Name: "BucketName", Value: q.bucket.Name})
	}
	var answer configurationXML
	for _, r := range q.bucket.rules {
		answer.Rules = append(answer.Rules, q.configuration(q.bucket.Owner, r))
	}
	return q.answerXML(answer)
}

// deleteReplication closes a rule: 200 the first time, 204 while it is closing,
// 200 on a bucket without rules (OSS DeleteBucketReplication page).
func (q *request) deleteReplication() *cloud.Error {
	var body ruleIDsXML
	_, err := decode(q.call.Body, "ReplicationRules", &body)
	switch {
	case err != nil || len(body.IDs) == 0 || body.IDs[0] == "":
		return errMalformedXML()
	case len(body.IDs) > 1:
		return errTooManyRules()
	case len(q.bucket.rules) == 0:
		return nil
	}
	r := q.bucket.rule(body.IDs[0])
	switch {
	case r == nil:
		return errNoSuchRule()
	case !r.Closed.IsZero():
		q.status = http.StatusNoContent
	default:
		r.Closed = q.now()
	}
	return nil
}

func errNoSuchRule() *cloud.Error {
	return refuse(http.StatusNotFound, "NoSuchReplicationRule", "The BucketReplicationRule you specified does not exist", "")
}

// getProgress shows all rules when no id is given.
func (q *request) getProgress() *cloud.Error {
	id := q.query.Get("rule-id")
	var answer ruleProgressXML
	for _, r := range q.bucket.rules {
		if id != "" && r.ID != id {
			continue
		}
		shown := q.echo(r)
		if shown.Status == doing {
			shown.Progress = q.progress(q.bucket, r)
		}
		answer.Rules = append(answer.Rules, shown)
	}
	switch {
	case len(answer.Rules) == 0 && id != "":
		return errNoSuchRule()
	case len(answer.Rules) == 0:
		return refuse(http.StatusNotFound, "NoSuchReplicationConfiguration",
			"The bucket you specified does not have replication configuration", "", cloud.Field{Name: "BucketName", Value: q.bucket.Name})
	}
	return q.answerXML(answer)
}

// putRTC: disabling is accepted on any rule, enabling only between regions.
func (q *request) putRTC() *cloud.Error {
	var body rtcXML
	if _, err := decode(q.call.Body, "ReplicationRule", &body); err != nil || body.Status != "enabled" && body.Status != "disabled" {
		return errMalformedXML()
	}
	if body.ID == "" {
		return badRule("The ID of the replication rule is missing.", "0031-00000015")
	}
	r := q.bucket.rule(body.ID)
	if r == nil {
		unknown := errNoSuchRule()
		unknown.EC = "0031-00000110"
		return unknown
	}
	if body.Status == "enabled" && r.Location == q.bucket.location() {
		return errNoRTC()
	}
	if wanted := body.Status == "enabled"; wanted != r.RTC {
		r.RTC, r.RTCSince = wanted, q.now()
	}
	return nil
}

type transferXML struct {
	Location string
	Types    []string `xml:"TransferTypes>Type"`
}

type locationsXML struct {
	XMLName   xml.Name      `xml:"ReplicationLocation"`
	Locations []string      `xml:"Location"`
	Transfers []transferXML `xml:"LocationTransferTypeConstraint>LocationTransferType"`
	RTC       []string      `xml:"LocationRTCConstraint>Location"`
}

// getReplicationLocation lists the regions a rule across regions can reach, in
// alphabetical order. Whether the service lists its own region is not known.
func (q *request) getReplicationLocation() *cloud.Error {
	var answer locationsXML
	for _, region := range partnerRegions() {
		if region == q.bucket.Region {
			continue
		}
		location := location(region)
		answer.Locations = append(answer.Locations, location)
		if mainland(region) != mainland(q.bucket.Region) {
			answer.Transfers = append(answer.Transfers, transferXML{location, []string{accelerated}})
		} else {
			answer.RTC = append(answer.RTC, location)
		}
	}
	return q.answerXML(answer)
}

// partnerRegions are the public regions of the OSS "Regions and endpoints" page,
// 2026-02.
func partnerRegions() []string {
	regions := strings.Fields(`ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7
		cn-beijing cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote cn-nanjing cn-qingdao cn-shanghai
		cn-shenzhen cn-wuhan-lr cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-east-1 na-south-1 us-east-1 us-west-1`)
	slices.Sort(regions)
	return regions
}
