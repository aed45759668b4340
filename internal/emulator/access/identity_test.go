package access_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

func TestIdentity_decisions(t *testing.T) {
	may := func(action, resource string) []string {
		return []string{`"Effect":"Allow","Action":` + action + `,"Resource":` + resource}
	}
	const get, put = "oss:GetObject", "oss:PutObject"
	cases := []decision{
		{name: "nothing allows", who: ann(owner), action: get, want: no, source: "identity policies", page: evaluation},
		{name: "exact action and resource", identity: may(`"oss:GetObject"`, `"`+objectARN+`"`), action: get, want: yes, source: "mine", page: syntax},
		{name: "another action", identity: may(`"oss:GetObject"`, `"*"`), action: put, want: no, page: syntax},
		{name: "one of several actions", identity: may(`["oss:ListObjects","oss:PutObject"]`, `["x","*"]`), action: put, want: yes, page: syntax},
		{name: "action in another case", identity: may(`"OSS:getobject"`, `"*"`), action: get, want: yes, page: elements},
		{name: "wildcard at the end of an action", identity: may(`"oss:Get*"`, `"*"`), action: "oss:GetObjectAcl", want: yes, page: elements},
		{name: "wildcard alone in an action", identity: may(`"*"`, `"*"`), action: get, want: yes, page: elements},
		{name: "wildcard of another service", identity: may(`"kms:*"`, `"*"`), action: get, want: no, page: elements},
		{name: "question mark is one character", identity: may(`"oss:GetObjec?"`, `"*"`), action: get, want: yes, page: elements},
		{name: "question mark is not none", identity: may(`"oss:GetObject?"`, `"*"`), action: get, want: no, page: elements},
		{name: "question mark is a whole character", identity: may(`"*"`, `"acs:oss:*:*:orders/caf?"`), action: get, resource: bucketARN + "/café", want: yes, page: elements},
		{name: "resource with wildcards for region and owner", identity: may(`"*"`, `"acs:oss:*:*:orders/*"`), action: get, want: yes, page: elements},
		{name: "star crosses slashes", identity: may(`"*"`, `"acs:oss:*:*:orders/*.csv"`), action: get, want: yes, page: elements},
		{name: "star may be empty", identity: may(`"*"`, `"acs:oss:*:*:orders*/2026/a.csv"`), action: get, want: yes, page: elements},
		{name: "star crosses colons", identity: may(`"*"`, `"acs:oss:*:*:orders/*z"`), action: get, resource: bucketARN + "/a:b:z", want: yes, page: elements},
		{name: "a wildcard for the owner stays in its segment", identity: may(`"*"`, `"acs:oss:*:*:secret"`), action: get, resource: bucketARN + "/x:secret", want: no, page: elements},
		{name: "the bucket is not its objects", identity: may(`"*"`, `"acs:oss:*:*:orders"`), action: get, want: no, page: syntax},
		{name: "the objects are not the bucket", identity: may(`"*"`, `"acs:oss:*:*:orders/*"`), action: "oss:ListObjects", resource: bucketARN, want: no, page: syntax},
		{name: "object keys are case-sensitive", identity: may(`"*"`, `"acs:oss:*:*:orders/2026/A.csv"`), action: get, want: no, page: elements},
		{name: "another region", identity: may(`"*"`, `"acs:oss:cn-beijing:*:orders/*"`), action: get, want: no, page: elements},
		{name: "another owner", identity: may(`"*"`, `"acs:oss:*:`+foreign+`:orders/*"`), action: get, want: no, page: elements},
		{name: "another service", identity: may(`"*"`, `"acs:kms:*:*:orders/*"`), action: get, want: no, page: elements},
		{name: "NotAction leaves out", identity: []string{`"Effect":"Allow","NotAction":["oss:Put*","oss:Delete*"],"Resource":"*"`}, action: get, want: yes, page: elements},
		{name: "NotAction holds back", identity: []string{`"Effect":"Allow","NotAction":["oss:Get*","oss:Delete*"],"Resource":"*"`}, action: get, want: no, page: elements},
		{name: "NotResource leaves out", identity: []string{`"Effect":"Allow","Action":"*","NotResource":"acs:oss:*:*:secret/*"`}, action: get, want: yes, page: bucketPage},
		{name: "NotResource holds back", identity: []string{`"Effect":"Allow","Action":"*","NotResource":"acs:oss:*:*:orders/*"`}, action: get, want: no, page: bucketPage},
		{name: "deny after allow", identity: []string{anything, `"Effect":"Deny","Action":"oss:Get*","Resource":"*"`}, action: get, want: denied, source: "mine", page: evaluation},
		{name: "deny before allow", identity: []string{`"Effect":"Deny","Action":"oss:Get*","Resource":"*"`, anything}, action: get, want: denied, page: evaluation},
		{name: "deny of something else", identity: []string{anything, `"Effect":"Deny","Action":"oss:Put*","Resource":"*"`}, action: get, want: yes, page: evaluation},
		{name: "deny in the same document", identity: []string{anything + `},{"Effect":"Deny","Action":"oss:GetObject","Resource":"*"`}, action: get, want: denied, page: evaluation},
		{name: "root of the owner", who: ownerRoot(), action: get, want: yes, source: "owner", page: evaluation},
		{name: "root of another account", who: access.Principal{Kind: access.Root, AccountID: foreign}, action: get, want: no, page: evaluation},
		{name: "session policy allows as well", identity: []string{anything}, session: `"Effect":"Allow","Action":"oss:Get*","Resource":"*"`, who: copier(owner), action: get, want: yes, source: "mine", page: evaluation},
		{name: "session policy is silent", identity: []string{anything}, session: `"Effect":"Allow","Action":"oss:Put*","Resource":"*"`, who: copier(owner), action: get, want: no, source: "session policy", page: evaluation},
		{name: "session policy denies", identity: []string{anything}, session: `"Effect":"Deny","Action":"oss:Get*","Resource":"*"`, who: copier(owner), action: get, want: denied, source: "session policy", page: evaluation},
		{name: "session policy gives nothing of itself", session: anything, who: copier(owner), action: get, want: no, source: "identity policies", page: evaluation},
		{name: "role denies, session allows", identity: []string{`"Effect":"Deny","Action":"*","Resource":"*"`}, session: anything, who: copier(owner), action: get, want: denied, source: "mine", page: evaluation},
		{name: "the replication role reads the source", identity: may(`["oss:ReplicateList","oss:ReplicateGet"]`, `["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]`), who: copier(owner), action: "oss:ReplicateGet", want: yes, page: replicate},
		{name: "the replication role lists the source", identity: may(`["oss:ReplicateList","oss:ReplicateGet"]`, `["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]`), who: copier(owner), action: "oss:ReplicateList", resource: bucketARN, want: yes, page: replicate},
		{name: "the replication role writes nothing", identity: may(`["oss:ReplicateList","oss:ReplicateGet"]`, `["acs:oss:*:*:orders","acs:oss:*:*:orders/*"]`), who: copier(owner), action: "oss:ReplicatePut", want: no, page: replicate},
	}
	check(t, cases, func(t *testing.T, d decision) access.Decision {
		if d.who.Kind == access.Anonymous {
			d.who = ann(owner)
		}
		return access.Identity(d.identities(t), d.request(objectARN))
	})
}

func TestTrusts(t *testing.T) {
	service := access.Principal{Kind: access.Service, ServiceName: "oss.aliyuncs.com"}
	to := func(principal string) []string {
		return []string{`"Effect":"Allow","Action":"sts:AssumeRole","Principal":` + principal}
	}
	provider := access.Principal{Kind: access.Federated, ProviderARN: "acs:ram::" + owner + ":oidc-provider/ci"}
	cases := []decision{
		{name: "the service", trust: to(`{"Service":["oss.aliyuncs.com"]}`), who: service, want: yes, page: replicate},
		{name: "as a scalar", trust: to(`{"Service":"oss.aliyuncs.com"}`), who: service, want: yes, page: syntax},
		{name: "another service", trust: to(`{"Service":["ecs.aliyuncs.com"]}`), who: service, want: no, page: trustPage},
		{name: "an account is no service", trust: to(`{"RAM":["acs:ram::` + owner + `:root"]}`), who: service, want: no, page: trustPage},
		{name: "a service is no user", trust: to(`{"Service":["oss.aliyuncs.com"]}`), who: ann(owner), want: no, page: trustPage},
		{name: "root stands for the account", trust: to(`{"RAM":["acs:ram::` + foreign + `:root"]}`), who: ann(foreign), want: yes, page: trustPage},
		{name: "root of another account", trust: to(`{"RAM":["acs:ram::` + foreign + `:root"]}`), who: ann(owner), want: no, page: trustPage},
		{name: "one user", trust: to(`{"RAM":["acs:ram::` + foreign + `:user/ann"]}`), who: ann(foreign), want: yes, page: trustPage},
		{name: "a user of the same name elsewhere", trust: to(`{"RAM":["acs:ram::` + foreign + `:user/ann"]}`), who: ann(owner), want: no, page: trustPage},
		{name: "another user", trust: to(`{"RAM":["acs:ram::` + foreign + `:user/bob"]}`), who: ann(foreign), want: no, page: trustPage},
		{name: "one role, whatever its case", trust: to(`{"RAM":["acs:ram::` + foreign + `:role/oss-srr"]}`), who: copier(foreign), want: yes, page: trustPage},
		{name: "a role is no user", trust: to(`{"RAM":["acs:ram::` + foreign + `:role/ann"]}`), who: ann(foreign), want: no, page: trustPage},
		{name: "one of two kinds", trust: to(`{"Service":["oss.aliyuncs.com"],"RAM":["acs:ram::` + foreign + `:root"]}`), who: ann(foreign), want: yes, page: trustPage},
		{name: "identity provider", trust: to(`{"Federated":["acs:ram::` + owner + `:oidc-provider/ci"]}`), who: provider, want: yes, page: trustPage},
		{name: "another identity provider", trust: to(`{"Federated":["acs:ram::` + owner + `:oidc-provider/cd"]}`), who: provider, want: no, page: trustPage},
		{name: "another action", trust: []string{`"Effect":"Allow","Action":"sts:GetCallerIdentity","Principal":{"RAM":"acs:ram::` + owner + `:root"}`}, who: ann(owner), want: no, page: trustPage},
		{name: "denied", trust: append(to(`{"RAM":"acs:ram::`+owner+`:root"}`), `"Effect":"Deny","Action":"sts:*","Principal":{"RAM":"acs:ram::`+owner+`:user/ann"}`), who: ann(owner), want: no, page: evaluation},
		{name: "condition", trust: []string{`"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::` + owner + `:root"},"Condition":{"StringEquals":{"sts:ExternalId":"7"}}`}, who: ann(owner), context: map[string]string{"sts:ExternalId": "7"}, want: yes, page: trustPage},
		{name: "condition not met", trust: []string{`"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::` + owner + `:root"},"Condition":{"StringEquals":{"sts:ExternalId":"7"}}`}, who: ann(owner), want: no, page: trustPage},
		{name: "nobody", trust: to(`{"RAM":["acs:ram::` + owner + `:root"]}`), want: no, page: trustPage},
	}
	check(t, cases, func(t *testing.T, d decision) access.Decision {
		if access.Trusts(document(t, access.TrustPolicy, d.trust...), d.who, d.request("").Context) {
			return access.Decision{Effect: yes}
		}
		return access.Decision{Effect: no}
	})
}
