package access_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// Values of the context are separated by |. A nil context lacks the key.
func TestConditions(t *testing.T) {
	given := func(key, values string) map[string]string { return map[string]string{key: values} }
	const ip, at, n, s = "acs:SourceIp", "acs:CurrentTime", "oss:object-remaining-retention-days", "oss:Prefix"
	for _, c := range []struct {
		condition string
		context   map[string]string
		want      access.Effect
	}{
		{`"StringEquals":{"oss:Prefix":"a"}`, given(s, "a"), yes},
		{`"StringEquals":{"oss:Prefix":"a"}`, given(s, "A"), no},
		{`"StringEquals":{"oss:Prefix":"a*"}`, given(s, "ab"), no},
		{`"StringEquals":{"oss:Prefix":["b","a"]}`, given(s, "a"), yes},
		{`"StringEquals":{"oss:Prefix":"a"}`, given(s, "x|a"), yes},
		{`"StringEquals":{"oss:Prefix":"a"}`, nil, no},
		{`"StringEquals":{"oss:Prefix":[]}`, given(s, "a"), no},
		{`"StringEquals":{"OSS:PREFIX":"a"}`, given(s, "a"), yes},
		{`"StringNotEquals":{"oss:Prefix":"a"}`, given(s, "b"), yes},
		{`"StringNotEquals":{"oss:Prefix":["a","b"]}`, given(s, "b"), no},
		{`"StringNotEquals":{"oss:Prefix":"a"}`, nil, yes},
		{`"StringEqualsIgnoreCase":{"oss:Prefix":"Ab"}`, given(s, "aB"), yes},
		{`"StringEqualsIgnoreCase":{"oss:Prefix":"Ab"}`, given(s, "aC"), no},
		{`"StringNotEqualsIgnoreCase":{"oss:Prefix":"Ab"}`, given(s, "aB"), no},
		{`"StringNotEqualsIgnoreCase":{"oss:Prefix":"Ab"}`, given(s, "aC"), yes},
		{`"StringLike":{"oss:Prefix":"2026/*/?"}`, given(s, "2026/a/b/c"), yes},
		{`"StringLike":{"oss:Prefix":"2026/?"}`, given(s, "2026/"), no},
		{`"StringNotLike":{"oss:Prefix":"2026/*"}`, given(s, "2026/a"), no},
		{`"StringNotLike":{"oss:Prefix":"2026/*"}`, given(s, "2025/a"), yes},

		{`"NumericEquals":{"` + n + `":"30"}`, given(n, "30.0"), yes},
		{`"NumericEquals":{"` + n + `":30}`, given(n, "31"), no},
		{`"NumericEquals":{"` + n + `":"30"}`, given(n, "thirty"), no},
		{`"NumericEquals":{"` + n + `":"30"}`, given(n, "NaN"), no},
		{`"NumericNotEquals":{"` + n + `":"30"}`, given(n, "30"), no},
		{`"NumericNotEquals":{"` + n + `":"30"}`, given(n, "31"), yes},
		{`"NumericLessThan":{"` + n + `":"30"}`, given(n, "9"), yes},
		{`"NumericLessThan":{"` + n + `":"30"}`, given(n, "30"), no},
		{`"NumericLessThanEquals":{"` + n + `":"30"}`, given(n, "30"), yes},
		{`"NumericLessThanEquals":{"` + n + `":"30"}`, given(n, "30.5"), no},
		{`"NumericGreaterThan":{"` + n + `":"30"}`, given(n, "100"), yes},
		{`"NumericGreaterThan":{"` + n + `":"30"}`, given(n, "30"), no},
		{`"NumericGreaterThanEquals":{"` + n + `":"30"}`, given(n, "30"), yes},
		{`"NumericGreaterThanEquals":{"` + n + `":"30"}`, given(n, "-30"), no},
		{`"NumericGreaterThan":{"` + n + `":"30"}`, nil, no},

		{`"DateEquals":{"acs:CurrentTime":"2026-03-10T16:00:00+08:00"}`, given(at, "2026-03-10T08:00:00Z"), yes},
		{`"DateEquals":{"acs:CurrentTime":"2026-03-10T16:00:00Z"}`, given(at, "2026-03-10T08:00:00Z"), no},
		{`"DateNotEquals":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:00Z"), no},
		{`"DateNotEquals":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:01Z"), yes},
		{`"DateLessThan":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T07:59:59Z"), yes},
		{`"DateLessThan":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:00Z"), no},
		{`"DateLessThanEquals":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:00Z"), yes},
		{`"DateLessThanEquals":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:01Z"), no},
		{`"DateGreaterThan":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:01Z"), yes},
		{`"DateGreaterThan":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:00Z"), no},
		{`"DateGreaterThanEquals":{"acs:CurrentTime":"2026-03-10T08:00:00Z"}`, given(at, "2026-03-10T08:00:00Z"), yes},
		{`"DateGreaterThanEquals":{"acs:CurrentTime":"soon"}`, given(at, "2026-03-10T08:00:00Z"), no},

		{`"Bool":{"acs:SecureTransport":true}`, given("acs:SecureTransport", "true"), yes},
		{`"Bool":{"acs:SecureTransport":["false"]}`, given("acs:SecureTransport", "true"), no},
		{`"Bool":{"acs:MFAPresent":"true"}`, nil, no},

		{`"IpAddress":{"acs:SourceIp":"192.0.2.7"}`, given(ip, "192.0.2.7"), yes},
		{`"IpAddress":{"acs:SourceIp":"192.0.2.7"}`, given(ip, "::ffff:192.0.2.7"), yes},
		{`"IpAddress":{"acs:SourceIp":["198.51.100.0/24","192.0.2.0/24"]}`, given(ip, "192.0.2.7"), yes},
		{`"IpAddress":{"acs:SourceIp":"192.0.2.0/29"}`, given(ip, "192.0.2.8"), no},
		{`"IpAddress":{"acs:SourceIp":"192.0.2.0/24"}`, given(ip, "::ffff:192.0.2.7"), yes},
		{`"IpAddress":{"acs:SourceIp":"2001:db8::/32"}`, given(ip, "2001:db8::1"), yes},
		{`"IpAddress":{"acs:SourceIp":"192.0.2.0/24"}`, given(ip, "somewhere"), no},
		{`"NotIpAddress":{"acs:SourceIp":"192.0.2.0/24"}`, given(ip, "192.0.2.7"), no},
		{`"NotIpAddress":{"acs:SourceIp":"192.0.2.0/24"}`, given(ip, "198.51.100.7"), yes},
		{`"NotIpAddress":{"acs:SourceIp":"192.0.2.0/24"}`, nil, yes},

		{`"StringEquals":{"oss:Prefix":"a","oss:Delimiter":"/"}`, map[string]string{s: "a", "oss:Delimiter": "/"}, yes},
		{`"StringEquals":{"oss:Prefix":"a","oss:Delimiter":"/"}`, map[string]string{s: "a", "oss:Delimiter": ":"}, no},
		{`"StringEquals":{"oss:Prefix":"a"},"Bool":{"acs:SecureTransport":"true"}`, map[string]string{s: "a", "acs:SecureTransport": "true"}, yes},
		{`"StringEquals":{"oss:Prefix":"a"},"Bool":{"acs:SecureTransport":"true"}`, map[string]string{s: "a", "acs:SecureTransport": "false"}, no},
		{`"StringEquals":{"acs:SourceVpc":12345678901234567890}`, given("acs:SourceVpc", "12345678901234567890"), yes},
		{``, nil, yes},
	} {
		d := decision{
			name: c.condition, who: ann(owner), action: "oss:GetObject", context: c.context, want: c.want, page: elements,
			identity: []string{anything + `,"Condition":{` + c.condition + `}`},
		}
		check(t, []decision{d}, func(t *testing.T, d decision) access.Decision {
			return access.Identity(d.identities(t), d.request(objectARN))
		})
	}
}

func TestConditions_currentTime(t *testing.T) {
	until := document(t, access.IdentityPolicy, anything+`,"Condition":{"DateLessThan":{"acs:CurrentTime":"2026-03-10T16:00:00+08:00"}}`)
	limit := time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)
	context := map[string][]string{"acs:SourceIp": {"192.0.2.7"}}
	for now, want := range map[time.Time]access.Effect{limit.Add(-time.Second): yes, limit: no, {}: no} {
		r := access.Request{Principal: ann(owner), Action: "oss:GetObject", Resource: objectARN, Owner: owner, Now: now, Context: context}
		if got := until.Decide(r); got != want {
			t.Errorf("at %v: %s", now, word(got))
		}
	}
	if len(context) != 1 {
		t.Errorf("the caller's context became %v", context)
	}
}

func TestDecide_ofNoDocument(t *testing.T) {
	var none *access.Document
	if got := none.Decide(access.Request{Principal: ownerRoot(), Owner: owner}); got != no {
		t.Errorf("%s", word(got))
	}
}
