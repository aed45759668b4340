package access_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

func TestBucket_decisions(t *testing.T) {
	const get, put, list = "oss:GetObject", "oss:PutObject", "oss:ListObjects"
	allow := func(principal string) []string {
		return []string{`"Effect":"Allow","Action":"oss:*","Principal":` + principal + `,"Resource":["acs:oss:*:` + owner + `:orders","acs:oss:*:` + owner + `:orders/*"]`}
	}
	deny := func(principal string) []string {
		return []string{`"Effect":"Deny","Action":"oss:*","Principal":` + principal + `,"Resource":"acs:oss:*:*:orders/*"`}
	}
	grant := func(role string) []string {
		return []string{`"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],` +
			`"Principal":["arn:sts::` + foreign + `:assumed-role/` + role + `"],"Resource":["acs:oss:*:` + owner + `:orders","acs:oss:*:` + owner + `:orders/*"]`}
	}
	other := copier(foreign)
	other.RoleName = "oss-srr-2"
	nobody := access.Principal{}
	cases := []decision{
		{name: "nothing allows", who: ann(foreign), action: get, want: no, source: "bucket policy", page: authPage},
		{name: "foreign user by UID, no policy of its own", bucket: allow(`["200000000000000001"]`), who: ann(foreign), action: get, want: yes, source: "bucket policy", page: crossPage},
		{name: "principal as a scalar", bucket: allow(`"200000000000000001"`), who: ann(foreign), action: get, want: yes, page: bucketPage},
		{name: "another user's UID", bucket: allow(`["200000000000000002"]`), who: ann(foreign), action: get, want: no, page: bucketPage},
		{name: "foreign account by UID", bucket: allow(`["` + foreign + `"]`), who: access.Principal{Kind: access.Root, AccountID: foreign}, action: get, want: yes, page: bucketPage},
		{name: "foreign policies alone give nothing", identity: []string{anything}, who: ann(foreign), action: get, want: no, page: authPage},
		{name: "a foreign policy denies", identity: []string{`"Effect":"Deny","Action":"oss:GetObject","Resource":"*"`}, bucket: allow(`["` + foreign + `"]`), who: ann(foreign), action: get, want: denied, source: "mine", page: authPage},
		{name: "a foreign session is silent", identity: []string{anything}, session: `"Effect":"Allow","Action":"oss:PutObject","Resource":"*"`, bucket: allow(`["*"]`), who: copier(foreign), action: get, want: no, source: "session policy", page: authPage},
		{name: "own user by its policy", identity: []string{anything}, who: ann(owner), action: get, want: yes, source: "mine", page: authPage},
		{name: "own user by the bucket policy", bucket: allow(`["200000000000000001"]`), who: ann(owner), action: get, want: yes, source: "bucket policy", page: authPage},
		{name: "own user by nothing", who: ann(owner), action: get, want: no, page: authPage},
		{name: "the bucket policy denies an own user", identity: []string{anything}, bucket: deny(`["200000000000000001"]`), who: ann(owner), action: get, want: denied, source: "bucket policy", page: authPage},
		{name: "own deny beats the bucket policy", identity: []string{`"Effect":"Deny","Action":"*","Resource":"*"`}, bucket: allow(`["*"]`), who: ann(owner), action: get, want: denied, source: "mine", page: authPage},
		{name: "deny beats allow", bucket: append(allow(`["*"]`), deny(`["`+foreign+`"]`)...), who: ann(foreign), action: get, want: denied, page: authPage},
		{name: "star is everybody", bucket: allow(`["*"]`), who: nobody, action: get, want: yes, page: bucketPage},
		{name: "an empty principal is everybody", bucket: allow(`[ ]`), who: nobody, action: get, want: yes, page: bucketPage},
		{name: "no principal is everybody", bucket: []string{anything}, who: nobody, action: get, want: yes, page: bucketPage},
		{name: "a UID is not anonymous", bucket: allow(`["` + foreign + `"]`), who: nobody, action: get, want: no, page: bucketPage},
		{name: "deny for star spares the owner's root", bucket: deny(`["*"]`), who: ownerRoot(), action: get, want: yes, source: "owner", page: bucketPage},
		{name: "deny for star hits the owner's users", identity: []string{anything}, bucket: deny(`["*"]`), who: ann(owner), action: get, want: denied, page: bucketPage},
		{name: "deny for star with a condition hits the owner's root", bucket: []string{deny(`["*"]`)[0] + `,"Condition":{"Bool":{"acs:SecureTransport":"false"}}`}, who: ownerRoot(), action: get, context: map[string]string{"acs:SecureTransport": "false"}, want: denied, page: bucketPage},
		{name: "that condition not met", bucket: []string{deny(`["*"]`)[0] + `,"Condition":{"Bool":{"acs:SecureTransport":"false"}}`}, who: ownerRoot(), action: get, context: map[string]string{"acs:SecureTransport": "true"}, want: yes, page: bucketPage},
		{name: "deny for the owner's UID hits its root", bucket: deny(`["` + owner + `"]`), who: ownerRoot(), action: get, want: denied, page: bucketPage},
		{name: "NotPrincipal allows the others", bucket: []string{`"Effect":"Allow","Action":"oss:*","NotPrincipal":["` + owner + `"],"Resource":"*"`}, who: ann(foreign), action: get, want: yes, page: bucketPage},
		{name: "NotPrincipal leaves out", bucket: []string{`"Effect":"Deny","Action":"oss:*","NotPrincipal":["` + foreign + `"],"Resource":"*"`}, who: ann(foreign), action: get, want: no, page: bucketPage},
		{name: "NotPrincipal denies the others", bucket: []string{`"Effect":"Deny","Action":"oss:*","NotPrincipal":["` + foreign + `"],"Resource":"*"`}, identity: []string{anything}, who: ann(owner), action: get, want: denied, page: bucketPage},
		{name: "NotPrincipal spares the owner's root", bucket: []string{`"Effect":"Deny","Action":"oss:*","NotPrincipal":["` + foreign + `"],"Resource":"*"`}, who: ownerRoot(), action: get, want: yes, page: bucketPage},
		{name: "the replication role by its lower-case name", bucket: grant("oss-srr/*"), who: copier(foreign), action: "oss:ReplicatePut", want: yes, page: replicate},
		{name: "it lists the bucket as well", bucket: grant("oss-srr/*"), who: copier(foreign), action: "oss:ReplicateList", resource: bucketARN, want: yes, page: replicate},
		{name: "by its name with capitals", bucket: grant("Oss-SRR/*"), who: copier(foreign), action: "oss:ReplicatePut", want: no, page: replicate},
		{name: "by one session", bucket: grant("oss-srr/copy"), who: copier(foreign), action: "oss:ReplicatePut", want: yes, page: bucketPage},
		{name: "by another session", bucket: grant("oss-srr/other"), who: copier(foreign), action: "oss:ReplicatePut", want: no, page: bucketPage},
		{name: "a role whose name begins the same", bucket: grant("oss-srr/*"), who: other, action: "oss:ReplicatePut", want: no, page: bucketPage},
		{name: "a role of the same name elsewhere", bucket: grant("oss-srr/*"), who: copier("1000000000000009"), action: "oss:ReplicatePut", want: no, page: bucketPage},
		{name: "a user is no role", bucket: grant("ann/*"), who: ann(foreign), action: "oss:ReplicatePut", want: no, page: bucketPage},
		{name: "the grant allows nothing else", bucket: grant("oss-srr/*"), who: copier(foreign), action: put, want: no, page: replicate},
		{name: "full access in its own account replaces no grant", identity: []string{`"Effect":"Allow","Action":"oss:*","Resource":"*"`}, who: copier(foreign), action: "oss:ReplicatePut", want: no, page: replicate},
		{name: "the account's UID covers its roles", bucket: allow(`["` + foreign + `"]`), who: copier(foreign), action: "oss:ReplicatePut", want: yes, page: replicate},
		{name: "a prefix condition", bucket: []string{allow(`["*"]`)[0] + `,"Condition":{"StringLike":{"oss:Prefix":["2026/*"]}}`}, who: ann(foreign), action: list, resource: bucketARN, context: map[string]string{"oss:Prefix": "2026/03"}, want: yes, page: bucketPage},
		{name: "public-read", acl: "public-read", who: nobody, action: get, want: yes, source: "acl", page: aclPage},
		{name: "public-read lists", acl: "public-read", who: nobody, action: list, resource: bucketARN, want: yes, page: aclPage},
		{name: "public-read writes nothing", acl: "public-read", who: nobody, action: put, want: no, page: aclPage},
		{name: "public-read-write", acl: "public-read-write", who: ann(foreign), action: put, want: yes, page: aclPage},
		{name: "public-read-write deletes nothing", acl: "public-read-write", who: nobody, action: "oss:DeleteBucket", resource: bucketARN, want: no, page: aclPage},
		{name: "private", acl: "private", who: nobody, action: get, want: no, page: aclPage},
		{name: "deny beats the ACL", acl: "public-read", bucket: deny(`["*"]`), who: nobody, action: get, want: denied, page: authPage},
	}
	check(t, cases, func(t *testing.T, d decision) access.Decision {
		var own *access.Document
		if d.bucket != nil {
			own = document(t, access.BucketPolicy, d.bucket...)
		}
		return access.Bucket(d.identities(t), own, d.acl, d.request(objectARN))
	})
}

func TestIsPublic(t *testing.T) {
	const rest = `,"Action":"oss:GetObject","Resource":"acs:oss:*:*:orders/*"`
	for name, c := range map[string]struct {
		statements []string
		want       bool
	}{
		"star":                       {[]string{`"Effect":"Allow","Principal":["*"]` + rest}, true},
		"star among others":          {[]string{`"Effect":"Allow","Principal":["` + foreign + `","*"]` + rest}, true},
		"no principal":               {[]string{`"Effect":"Allow"` + rest}, true},
		"empty principal":            {[]string{`"Effect":"Allow","Principal":[]` + rest}, true},
		"everybody but one":          {[]string{`"Effect":"Allow","NotPrincipal":["` + foreign + `"]` + rest}, true},
		"everybody but everybody":    {[]string{`"Effect":"Allow","NotPrincipal":["*"]` + rest}, false},
		"second statement":           {[]string{`"Effect":"Allow","Principal":["` + foreign + `"]` + rest, `"Effect":"Allow","Principal":["*"]` + rest}, true},
		"star with a condition":      {[]string{`"Effect":"Allow","Principal":["*"],"Condition":{"IpAddress":{"acs:SourceIp":"192.0.2.1"}}` + rest}, false},
		"star denied":                {[]string{`"Effect":"Deny","Principal":["*"]` + rest}, false},
		"one account":                {[]string{`"Effect":"Allow","Principal":["` + foreign + `"]` + rest}, false},
		"the grant of a replication": {[]string{`"Effect":"Allow","Principal":["arn:sts::` + foreign + `:assumed-role/r/*"]` + rest}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := access.IsPublic(document(t, access.BucketPolicy, c.statements...)); got != c.want {
				t.Errorf("public: %v, want %v (%s)", got, c.want, blockPage)
			}
		})
	}
	if access.IsPublic(nil) {
		t.Error("a bucket without a policy is public")
	}
}
