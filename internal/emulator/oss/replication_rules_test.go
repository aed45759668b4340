package oss_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// Each row of the error tables of the PutBucketReplication and 0031-* pages.
func TestPutBucketReplication_refusals(t *testing.T) {
	const history, prefixes, tag = "HistoricalObjectReplication", "PrefixSet", "<UserTagging><Key>a</Key><Value>1</Value></UserTagging>"
	element := func(name, content string) string { return "<" + name + ">" + content + "</" + name + ">" }
	to := func(bucket, location, transfer string) string {
		return element("Destination", element("Bucket", bucket)+element("Location", location)+transfer)
	}
	rule := func(elements string) string { return ruleBody(toTarget + byRole + elements) }
	tests := map[string]struct {
		body, code, ec string
		status         int
		world          func(*world)
		switches       cloud.Switches
	}{
		"not XML":              {body: "x", code: "MalformedXML", ec: "0031-00000001"},
		"other root":           {body: "<Rule/>", code: "MalformedXML", ec: "0031-00000001"},
		"broken":               {body: "<ReplicationConfiguration><Rule>", code: "MalformedXML", ec: "0015-00000231"},
		"bomb":                 {body: `<!DOCTYPE x [<!ENTITY a "aaaa">]><ReplicationConfiguration><Rule><ID>&a;</ID></Rule></ReplicationConfiguration>`, code: "MalformedXML", ec: "0015-00000231"},
		"second document":      {body: rule("") + "<x/>", code: "MalformedXML", ec: "0015-00000231"},
		"oversize":             {body: ruleBody(strings.Repeat(" ", 300<<10)), code: "MalformedXML", ec: "0015-00000231"},
		"no rule":              {body: "<ReplicationConfiguration/>", code: "NoReplicationRule"},
		"two rules":            {body: "<ReplicationConfiguration><Rule/><Rule/></ReplicationConfiguration>", code: "TooManyReplicationRules"},
		"long id":              {body: rule(element("ID", strings.Repeat("a", 256))), code: "InvalidArgument"},
		"id in use":            {body: rule(element("ID", "taken")), code: "InvalidArgument", world: withRules("src", "taken")},
		"not UTF-8":            {body: rule(element(prefixes, element("Prefix", "\xff"))), code: "InvalidArgument", ec: "0031-00000018"},
		"nested prefixes":      {body: rule(element(prefixes, "<Prefix>source</Prefix><Prefix>source/video</Prefix>")), code: "InvalidArgument", ec: "0031-00000019"},
		"same prefix twice":    {body: rule(element(prefixes, "<Prefix>a</Prefix><Prefix>a</Prefix>")), code: "InvalidArgument", ec: "0031-00000019"},
		"prefix and empty one": {body: rule(element(prefixes, "<Prefix>a</Prefix><Prefix></Prefix>")), code: "InvalidArgument", ec: "0031-00000019"},
		"prefix with wildcard": {body: rule(element(prefixes, "<Prefix>a*</Prefix>")), code: "InvalidArgument"},
		"long prefix":          {body: rule(element(prefixes, element("Prefix", strings.Repeat("a", 1024)))), code: "InvalidArgument"},
		"eleven prefixes":      {body: rule(element(prefixes, many(11, "<Prefix>p%02d</Prefix>"))), code: "TooManyPrefixes"},
		"junk action":          {body: rule("<Action>SET</Action>"), code: "InvalidArgument", ec: "0031-00000023"},
		"junk in action list":  {body: rule("<Action>PUT,SET</Action>"), code: "InvalidArgument", ec: "0031-00000023"},
		"eleven tags":          {body: rule("<Action>PUT</Action>" + element("UserTaggings", "<FilterType>AND</FilterType>"+many(11, "<UserTagging><Key>k%d</Key><Value/></UserTagging>"))), code: "TooManyFilterObjectTags"},
		"filter type":          {body: rule("<Action>PUT</Action>" + element("UserTaggings", "<FilterType>and</FilterType>"+tag)), code: "InvalidArgument"},
		"filter without tags":  {body: rule("<Action>PUT</Action>" + element("UserTaggings", "<FilterType>AND</FilterType>")), code: "MissingArgument"},
		"tag characters":       {body: rule("<Action>PUT</Action>" + element("UserTaggings", "<FilterType>AND</FilterType><UserTagging><Key>a?</Key></UserTagging>")), code: "InvalidArgument"},
		"tags and ALL":         {body: rule(element("UserTaggings", "<FilterType>AND</FilterType>"+tag)), code: "InvalidArgument"},
		"tags in this region": {
			body: rule("<Action>PUT</Action>" + element("UserTaggings", "<FilterType>AND</FilterType>"+tag)), code: "InvalidArgument",
			switches: cloud.Switches{NoTagFilterRegions: []string{"cn-hangzhou"}},
		},
		"tags without versioning": {
			body: rule("<Action>PUT</Action>" + element("UserTaggings", "<FilterType>AND</FilterType>"+tag)), code: "InvalidBucketStatus",
			switches: cloud.Switches{TagsNeedVersioning: true},
		},
		"history":                  {body: rule(element(history, "Enabled")), code: "InvalidArgument", ec: "0031-00000011"},
		"role characters":          {body: ruleBody(toTarget + "<SyncRole>a b</SyncRole>"), code: "InvalidArgument"},
		"KMS status":               {body: rule("<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>"), code: "InvalidArgument"},
		"KMS without key":          {body: rule("<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>"), code: "InvalidArgument", ec: "0031-00000033"},
		"empty encryption":         {body: rule("<EncryptionConfiguration/>"), code: "InvalidArgument", ec: "0031-00000033"},
		"RTC in the same region":   {body: rule("<RTC><Status>enabled</Status></RTC>"), code: "ReplicationLocationNotSupportRtc"},
		"RTC status":               {body: rule("<RTC><Status>on</Status></RTC>"), code: "InvalidArgument"},
		"no destination":           {body: ruleBody(byRole), code: "MissingArgument"},
		"no location":              {body: ruleBody("<Destination><Bucket>dst</Bucket></Destination>" + byRole), code: "MissingArgument"},
		"destination name":         {body: ruleBody(to("D_st", "oss-cn-hangzhou", "") + byRole), code: "InvalidTargetBucket", ec: "0031-00000101"},
		"no such destination":      {body: ruleBody(to("other", "oss-cn-hangzhou", "") + byRole), code: "InvalidTargetBucket"},
		"destination is source":    {body: ruleBody(to("src", "oss-cn-hangzhou", "") + byRole), code: "InvalidTargetBucket"},
		"location without oss-":    {body: ruleBody(to("dst", "cn-hangzhou", "") + byRole), code: "InvalidTargetLocation"},
		"other location":           {body: ruleBody(to("dst", "oss-cn-beijing", "") + byRole), code: "InvalidTargetLocation"},
		"closed source region":     {body: rule(""), code: "NoReplicationLocation", world: inRegions("ap-south-1", "cn-hangzhou")},
		"regionless abroad":        {body: ruleBody(to("dst", "oss-rg-china-mainland", "") + byRole), code: "BadReplicationLocation", world: inRegions("eu-west-1", "rg-china-mainland")},
		"acceleration inside":      {body: ruleBody(to("dst", "oss-cn-hangzhou", "<TransferType>oss_acc</TransferType>") + byRole), code: "InvalidArgument", ec: "0031-00000107"},
		"junk transfer":            {body: ruleBody(to("dst", "oss-cn-hangzhou", "<TransferType>mail</TransferType>") + byRole), code: "InvalidArgument", ec: "0031-00000107"},
		"source suspended":         {body: rule(""), code: "InvalidRequest", ec: "0031-00000054", world: withVersioning("Suspended", "Suspended")},
		"destination suspended":    {body: rule(""), code: "InvalidRequest", ec: "0031-00000056", world: withVersioning("Enabled", "Suspended")},
		"versioning differs":       {body: rule(""), code: "InvalidRequest", ec: "0031-00000053", world: withVersioning("Enabled", "")},
		"pair exists":              {body: rule(""), code: "BucketReplicationAlreadyExist", ec: "0031-00000044", world: withRules("src", "dst")},
		"pair is closing":          {body: rule(""), code: "BucketReplicationAlreadyExist", ec: "0031-00000044", world: withClosingRule},
		"too many outgoing":        {body: rule(""), code: "TooManyOutgoingReplication", world: withRules("src", strings.Fields(many(100, "far-%d "))...)},
		"too many incoming":        {body: rule(""), code: "TooManyIncomingReplication", world: withRules("dst", strings.Fields(many(100, "far-%d "))...)},
		"role gone":                {body: rule(""), status: 403, code: "NoPermission", world: func(w *world) { w.roles["Mirror"] = false }},
		"role without policy":      {body: rule(""), status: 403, code: "NoPermission", world: func(w *world) { w.policies["Mirror"] = "" }},
		"no destination policy":    {body: rule(""), status: 403, code: "NoPermission", world: func(w *world) { w.must(204, target, "DELETE /dst/?policy", "") }},
		"no role":                  {body: ruleBody(toTarget), status: 403, code: "NoPermission"},
		"role of another account":  {body: ruleBody(toTarget + "<SyncRole>acs:ram::2000000000000002:role/other</SyncRole>"), status: 403, code: "NoPermission"},
		"destination in a prefix":  {body: rule(""), status: 403, code: "NoPermission", world: withTargetPolicy(strings.ReplaceAll(targetGrant, "dst/*", "dst/logs/*"))},
		"destination without get":  {body: rule(""), status: 403, code: "NoPermission", world: withTargetPolicy(strings.Replace(targetGrant, `"oss:ReplicateGet",`, "", 1))},
		"destination wrong prefix": {body: rule(element(prefixes, "<Prefix>video/</Prefix>")), status: 403, code: "NoPermission", world: withTargetPolicy(strings.ReplaceAll(targetGrant, "dst/*", "dst/logs/*"))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.switches)
			if test.world != nil {
				test.world(w)
			}
			before := len(w.service.State().Buckets[1].Rules)
			if test.status == 0 {
				test.status = 400
			}
			w.call(source, "POST /src/?replication&comp=add", test.body).wants(test.status, test.code, test.ec)
			if after := len(w.service.State().Buckets[1].Rules); after != before {
				t.Errorf("%d rules after a refusal, %d before", after, before)
			}
		})
	}
}

func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func inRegions(from, to string) func(*world) {
	return func(w *world) {
		w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: from}, oss.Bucket{Name: "dst", Owner: targetUID, Region: to, Policy: targetGrant})
	}
}

func withVersioning(from, to string) func(*world) {
	return func(w *world) {
		w.load(
			oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou", Versioning: from},
			oss.Bucket{Name: "dst", Owner: targetUID, Region: "cn-hangzhou", Versioning: to, Policy: targetGrant},
		)
	}
}

// withRules gives a bucket rules with the ids, each to a bucket of that name.
func withRules(bucket string, ids ...string) func(*world) {
	return func(w *world) {
		state := w.service.State()
		for i := range state.Buckets {
			if state.Buckets[i].Name != bucket {
				continue
			}
			for _, id := range ids {
				state.Buckets[i].Rules = append(state.Buckets[i].Rules, oss.Rule{ID: id, Destination: id})
			}
		}
		if err := w.service.Load(state); err != nil {
			w.t.Fatal(err)
		}
	}
}

func withClosingRule(w *world) {
	id := w.rule("")
	w.must(200, source, "POST /src/?replication&comp=delete", "<ReplicationRules><ID>"+id+"</ID></ReplicationRules>")
	w.clock.Advance(119 * time.Second)
}

func withTargetPolicy(text string) func(*world) {
	return func(w *world) { w.must(200, target, "PUT /dst/?policy", text) }
}

func TestPutBucketReplication_echo(t *testing.T) {
	w := newWorld(t)
	id := w.rule(`<ID>r-1</ID><Status>enabled</Status><PrefixSet><Prefix>a/</Prefix><Prefix>b/</Prefix></PrefixSet>` +
		`<UserTaggings><FilterType>OR</FilterType><UserTagging><Key>k</Key><Value>v</Value></UserTagging></UserTaggings>` +
		`<Action>PUT</Action><HistoricalObjectReplication>disabled</HistoricalObjectReplication>` + forKMS)
	if id != "r-1" {
		t.Errorf("rule id %q", id)
	}
	got := strings.Join(strings.Fields(w.must(200, source, "GET /src/?replication", "").Body.String()), "")
	want := `<ReplicationConfiguration><Rule><ID>r-1</ID><PrefixSet><Prefix>a/</Prefix><Prefix>b/</Prefix></PrefixSet>` +
		`<UserTaggings><FilterType>OR</FilterType><UserTagging><Key>k</Key><Value>v</Value></UserTagging></UserTaggings>` +
		`<Action>PUT</Action><Destination><Bucket>dst</Bucket><Location>oss-cn-hangzhou</Location></Destination><Status>starting</Status>` +
		`<HistoricalObjectReplication>disabled</HistoricalObjectReplication><SyncRole>Mirror</SyncRole>` + forKMS +
		`</Rule></ReplicationConfiguration>`
	if !strings.HasSuffix(got, want) {
		t.Errorf("echo:\n%s\nwant:\n%s", got, want)
	}
}

func TestPutBucketReplication_switches(t *testing.T) {
	plain := ruleBody(toTarget + byRole)
	t.Run("silent creation", func(t *testing.T) {
		w := newWorld(t, cloud.Switches{SilentCreate: true})
		w.roles["Mirror"] = false
		w.must(200, source, "POST /src/?replication&comp=add", plain)
		w.clock.Advance(time.Hour)
		w.put("x", "data")
		if got := w.arrived("x"); got != "" {
			t.Errorf("copied %q", got)
		}
	})
	t.Run("no id header", func(t *testing.T) {
		w := newWorld(t, cloud.Switches{OmitRuleIDHeader: true})
		if id := w.must(200, source, "POST /src/?replication&comp=add", plain).Header().Get("x-oss-replication-rule-id"); id != "" {
			t.Errorf("header %q", id)
		}
	})
	t.Run("no role without KMS", func(t *testing.T) {
		w := newWorld(t, cloud.Switches{OmitSyncRole: true})
		w.rule("")
		if got := w.must(200, source, "GET /src/?replication", "").Body.String(); strings.Contains(got, "SyncRole") {
			t.Errorf("echo %s", got)
		}
	})
	t.Run("times", func(t *testing.T) {
		w := newWorld(t, cloud.Switches{StartingTime: time.Minute, ClosingTime: time.Second})
		id := w.rule("")
		w.clock.Advance(time.Minute)
		if got := w.must(200, source, "GET /src/?replication", "").Body.String(); !strings.Contains(got, "<Status>doing</Status>") {
			t.Errorf("after a minute: %s", got)
		}
		w.must(200, source, "POST /src/?replication&comp=delete", "<ReplicationRules><ID>"+id+"</ID></ReplicationRules>")
		w.clock.Advance(time.Second)
		w.call(source, "GET /src/?replication", "").wants(404, "NoSuchReplicationConfiguration", "")
	})
}

func TestPutBucketReplication_sameAccountNeedsNoRole(t *testing.T) {
	w := newWorld(t)
	w.load(oss.Bucket{Name: "src", Owner: sourceUID, Region: "cn-hangzhou"}, oss.Bucket{Name: "dst", Owner: sourceUID, Region: "cn-hangzhou"})
	w.must(200, source, "POST /src/?replication&comp=add", ruleBody(toTarget+forKMS))
	if got := w.must(200, source, "GET /src/?replication", "").Body.String(); strings.Contains(got, "SourceSelectionCriteria") || strings.Contains(got, "EncryptionConfiguration") {
		t.Errorf("KMS selection is kept without a role: %s", got)
	}
	w.clock.Advance(3 * time.Minute)
	w.put("x", "data")
	if got := w.must(200, source, "GET /dst/x", "").Body.String(); got != "data" {
		t.Errorf("copy is %q", got)
	}
}
