package alicloud_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

func ossError(code, message string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>` + code + `</Code><Message>` + message +
		`</Message><RequestId>5C3D9175B6FC201293AD0000</RequestId><HostId>orders.oss-cn-hangzhou.aliyuncs.com</HostId><EC>0031-00000044</EC></Error>`
}

var fullRule = alicloud.Rule{
	ID:                  `a<b&"c"`,
	Prefixes:            []string{"logs/", "video & sound/"},
	TagFilter:           &alicloud.TagFilter{Match: alicloud.TagsAny, Tags: []alicloud.Tag{{Key: "k1", Value: "v1"}, {Key: "k2", Value: "a+b"}}},
	Action:              "PUT",
	DestinationBucket:   "orders-backup",
	DestinationLocation: "oss-cn-hangzhou",
	TransferType:        "internal",
	Role:                "oss-srr",
	ReplicateKMS:        true,
	ReplicaKMSKeyID:     "acs:kms:cn-hangzhou:1000000000000002:key/key-1",
}

const fullRuleXML = `<?xml version="1.0" encoding="UTF-8"?>
<ReplicationConfiguration><Rule><ID>a&lt;b&amp;&#34;c&#34;</ID>` +
	`<PrefixSet><Prefix>logs/</Prefix><Prefix>video &amp; sound/</Prefix></PrefixSet>` +
	`<UserTaggings><FilterType>OR</FilterType><UserTagging><Key>k1</Key><Value>v1</Value></UserTagging>` +
	`<UserTagging><Key>k2</Key><Value>a+b</Value></UserTagging></UserTaggings><Action>PUT</Action>` +
	`<Destination><Bucket>orders-backup</Bucket><Location>oss-cn-hangzhou</Location><TransferType>internal</TransferType></Destination>` +
	`<HistoricalObjectReplication>disabled</HistoricalObjectReplication><SyncRole>oss-srr</SyncRole>` +
	`<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>` +
	`<EncryptionConfiguration><ReplicaKmsKeyID>acs:kms:cn-hangzhou:1000000000000002:key/key-1</ReplicaKmsKeyID></EncryptionConfiguration>` +
	`</Rule></ReplicationConfiguration>`

func TestPutRuleWritesEveryElement(t *testing.T) {
	s := newServer(t, reply(200, "", "x-oss-replication-rule-id", "given-by-service"))
	id, err := s.client(t).PutRule(t.Context(), "orders", fullRule)
	if err != nil || id != "given-by-service" {
		t.Fatalf("id %q, %v", id, err)
	}
	r := s.seen()[0]
	if r.method != "POST" || r.path != "/orders/" || r.query != "comp=add&replication" || r.header.Get("Content-Type") != "application/xml" {
		t.Errorf("%s %s?%s %s", r.method, r.path, r.query, r.header.Get("Content-Type"))
	}
	if diff := cmp.Diff(fullRuleXML, r.body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if a := r.header.Get("Authorization"); !strings.HasPrefix(a, "OSS4-HMAC-SHA256 Credential="+testKeyID+"/") || !strings.Contains(a, "/cn-hangzhou/oss/aliyun_v4_request") {
		t.Errorf("not signed with version 4 for the region: %s", a)
	}
}

// OSS names every answer; a gateway or a proxy that answers in its place does not.
func TestPutRuleTakesNoSuccessOfAnother(t *testing.T) {
	c := newServer(t, reply(200, "", "X-Oss-Request-Id", "")).client(t)
	_, err := c.PutRule(t.Context(), "orders", alicloud.Rule{ID: "chosen", Action: "ALL", DestinationBucket: "orders-backup"})
	var failure *alicloud.Error
	if !errors.As(err, &failure) || failure.Code != alicloud.CodeEmptyResponse || !failure.Unclear {
		t.Errorf("got %#v", err)
	}
}

func TestPutRuleWithoutHeaderKeepsOwnIDOrLooksItUp(t *testing.T) {
	list := `<ReplicationConfiguration><Rule><ID>old</ID><Destination><Bucket>orders-backup</Bucket></Destination><Status>closing</Status></Rule>` +
		`<Rule><ID>other</ID><Destination><Bucket>elsewhere</Bucket></Destination><Status>doing</Status></Rule>` +
		`<Rule><ID>mine</ID><Destination><Bucket>orders-backup</Bucket></Destination><Status>starting</Status></Rule></ReplicationConfiguration>`
	c := newServer(t, script(reply(200, ""), reply(200, ""), reply(200, list))).client(t)
	rule := alicloud.Rule{ID: "chosen", Action: "ALL", DestinationBucket: "orders-backup"}
	if id, err := c.PutRule(t.Context(), "orders", rule); err != nil || id != "chosen" {
		t.Errorf("%q %v", id, err)
	}
	rule.ID = ""
	if id, err := c.PutRule(t.Context(), "orders", rule); err != nil || id != "mine" {
		t.Errorf("%q %v", id, err)
	}
}

func TestRulesReadsEveryElement(t *testing.T) {
	listed := strings.Replace(fullRuleXML, "<HistoricalObjectReplication>", "<Status>doing</Status><HistoricalObjectReplication>", 1)
	listed = strings.Replace(listed, "</Rule>", "<RTC><Status>enabled</Status></RTC></Rule><Rule><ID>plain</ID><Action>ALL</Action><HistoricalObjectReplication>enabled</HistoricalObjectReplication></Rule>", 1)
	c := newServer(t, reply(200, listed)).client(t)
	got, err := c.Rules(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	want := fullRule.Clone()
	want.Status, want.RTC = alicloud.RuleDoing, "enabled"
	if diff := cmp.Diff([]alicloud.Rule{want, {ID: "plain", Action: "ALL", ReplicateHistory: true}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got[0].Prefixes[0], got[0].TagFilter.Tags[0].Key = "changed", "changed"
	again, _ := c.Rules(t.Context(), "orders")
	if diff := cmp.Diff(want, again[0]); diff != "" {
		t.Errorf("a reader's change reached the next reader:\n%s", diff)
	}
}

func TestRulesOfABucketWithoutAny(t *testing.T) {
	rules, err := newServer(t, reply(404, ossError("NoSuchReplicationConfiguration", "none"))).client(t).Rules(t.Context(), "orders")
	if err != nil || len(rules) != 0 {
		t.Errorf("%v %v", rules, err)
	}
	_, err = newServer(t, reply(404, ossError("NoSuchBucket", "none"))).client(t).Rules(t.Context(), "orders")
	if e := asError(t, err); !alicloud.IsNotFound(err) || e.EC != "0031-00000044" || e.Host != "orders.oss-cn-hangzhou.aliyuncs.com" || e.RequestID != "5C3D9175B6FC201293AD0000" {
		t.Errorf("%+v", e)
	}
	_, err = newServer(t, reply(404, "not xml")).client(t).Rules(t.Context(), "orders")
	if err == nil || alicloud.IsNotFound(err) {
		t.Errorf("a bare 404 is no statement of absence: %v", err)
	}
	_, err = newServer(t, reply(200, "<html></html>")).client(t).Rules(t.Context(), "orders")
	if !alicloud.HasCode(err, alicloud.CodeInvalidResponse) {
		t.Errorf("a page instead of rules: %v", err)
	}
}

func TestDeleteRuleAcceptsWhatMeansGone(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		ok     bool
	}{
		"deleted":          {200, "", true},
		"closing already":  {204, "", true},
		"no such rule":     {404, ossError("NoSuchReplicationRule", "m"), true},
		"no configuration": {404, ossError("NoSuchReplicationConfiguration", "m"), true},
		"forbidden":        {403, ossError("AccessDenied", "m"), false},
		"unknown 404":      {404, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, reply(tc.status, tc.body))
			if err := s.client(t).DeleteRule(t.Context(), "orders", "a<b"); (err == nil) != tc.ok {
				t.Errorf("got %v", err)
			}
			if r := s.seen()[0]; r.body != "<ReplicationRules><ID>a&lt;b</ID></ReplicationRules>" || r.query != "comp=delete&replication" {
				t.Errorf("%s %s", r.query, r.body)
			}
		})
	}
}

func TestBucketInfo(t *testing.T) {
	body := `<BucketInfo><Bucket><BlockPublicAccess>true</BlockPublicAccess><CreationDate>2025-07-31T10:56:21.000Z</CreationDate>
<Location>oss-cn-hangzhou</Location><Name>orders</Name><Versioning>Enabled</Versioning><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType>
<Owner><DisplayName>1000000000000001</DisplayName><ID>1000000000000001</ID></Owner><AccessControlList><Grant>private</Grant></AccessControlList>
<ServerSideEncryptionRule><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>key-1</KMSMasterKeyID></ServerSideEncryptionRule>
<BucketPolicy><LogBucket></LogBucket></BucketPolicy></Bucket></BucketInfo>`
	got, err := newServer(t, reply(200, body)).client(t).BucketInfo(t.Context(), "orders")
	want := alicloud.BucketInfo{
		Name: "orders", OwnerID: "1000000000000001", Location: "oss-cn-hangzhou", Region: "cn-hangzhou",
		CreationDate: "2025-07-31T10:56:21.000Z", StorageClass: "IA", Redundancy: "ZRS", Versioning: "Enabled",
		SSEAlgorithm: "KMS", KMSKeyID: "key-1", BlockPublicAccess: true, ACL: "private",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	none := strings.NewReplacer("<SSEAlgorithm>KMS<", "<SSEAlgorithm>None<", "key-1", "", "<Versioning>Enabled</Versioning>", "").Replace(body)
	got, err = newServer(t, reply(200, none)).client(t).BucketInfo(t.Context(), "orders")
	if err != nil || got.SSEAlgorithm != "" || got.Versioning != "" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestBucketPolicyBytes(t *testing.T) {
	document := "\n\t{ \"Version\":\"1\",\"Statement\":[] }\n"
	s := newServer(t, script(reply(200, document), reply(200, ""), reply(404, ossError("NoSuchBucketPolicy", "m")), reply(204, "")))
	c := s.client(t)
	if got, err := c.BucketPolicy(t.Context(), "orders"); err != nil || string(got) != document {
		t.Errorf("%q %v", got, err)
	}
	if err := c.PutBucketPolicy(t.Context(), "orders", []byte(document)); err != nil || s.seen()[1].body != document {
		t.Errorf("%v %q", err, s.seen()[1].body)
	}
	if got, err := c.BucketPolicy(t.Context(), "orders"); err != nil || got != nil {
		t.Errorf("%q %v", got, err)
	}
	if err := c.DeleteBucketPolicy(t.Context(), "orders"); err != nil || s.seen()[3].method != "DELETE" {
		t.Errorf("%v", err)
	}
}

func TestRuleProgressReadsBothTimes(t *testing.T) {
	for _, at := range []string{"2015-09-24T15:28:14.000Z", "Thu, 24 Sep 2015 15:28:14 GMT"} {
		s := newServer(t, reply(200, `<ReplicationProgress><Rule><ID>r 1</ID><Status>doing</Status><Progress><HistoricalObject>0.85</HistoricalObject><NewObject>`+at+`</NewObject></Progress></Rule></ReplicationProgress>`))
		p, err := s.client(t).RuleProgress(t.Context(), "orders", "r 1")
		if err != nil || p.History == nil || *p.History != 0.85 || !p.NewObject.Equal(time.Date(2015, 9, 24, 15, 28, 14, 0, time.UTC)) || p.Rule.Status != "doing" {
			t.Errorf("%+v %v", p, err)
		}
		if q, _ := url.ParseQuery(s.seen()[0].query); q.Get("rule-id") != "r 1" || !q.Has("replicationProgress") {
			t.Errorf("query %s", s.seen()[0].query)
		}
	}
}

func TestListBucketsReadsAllPages(t *testing.T) {
	page := func(name, more string) string {
		return `<ListAllMyBucketsResult>` + more + `<Buckets><Bucket><Name>` + name + `</Name><Location>oss-cn-beijing</Location></Bucket></Buckets></ListAllMyBucketsResult>`
	}
	s := newServer(t, script(reply(200, page("a", "<IsTruncated>true</IsTruncated><NextMarker>a</NextMarker>")), reply(200, page("b", ""))))
	list, err := s.client(t).ListBuckets(t.Context())
	if err != nil || len(list) != 2 || list[1].Name != "b" || list[1].Region != "cn-beijing" {
		t.Errorf("%+v %v", list, err)
	}
	if q := s.seen()[1].query; !strings.Contains(q, "marker=a") {
		t.Errorf("second page asked with %s", q)
	}
}

func TestBucketNamesAreCheckedBeforeTheyReachAURL(t *testing.T) {
	s := newServer(t, reply(200, ""))
	for _, name := range []string{"", "a/b", "UPPER", "evil.example.com#"} {
		if err := s.client(t).DeleteBucketPolicy(t.Context(), name); !alicloud.HasCode(err, alicloud.CodeInvalidRequest) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if n := len(s.seen()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
