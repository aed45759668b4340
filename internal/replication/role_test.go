package replication_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

const uid = "1234567890123456"

func TestParseRoleARN(t *testing.T) {
	for arn, want := range map[string]string{
		"acs:ram::" + uid + ":role/oss-srr-Orders": "",
		"acs:ram::" + uid + ":user/alice":          "names a user",
		"acs:ram::" + uid + ":root":                "not a role",
		"acs:ram::123:role/x":                      "16 digits",
		"acs:ram:::role/x":                         "16 digits",
		"acs:ram:cn-hangzhou:" + uid + ":role/x":   "not a RAM ARN",
		"acs:oss::" + uid + ":role/x":              "not a RAM ARN",
		"acs:ram::" + uid + ":role/":               "1 to 64",
		"acs:ram::" + uid + ":role/a_b":            "letters, digits",
		"acs:ram::" + uid + ":role/a/session":      "letters, digits",
		"arn:sts::" + uid + ":assumed-role/r/*":    "session",
		"acs:ram::" + uid + ":assumed-role/r/s":    "session",
		"oss-srr-orders":                           "not a RAM ARN",
		"":                                         "not a RAM ARN",
	} {
		role, err := replication.ParseRoleARN(arn)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", arn, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: error %v, want one with %q", arn, err, want)
		case want == "" && role.Name != "oss-srr-Orders":
			t.Errorf("%s: spelling not kept: %q", arn, role.Name)
		}
	}
}

func TestRole_namesAreLowerCaseInPolicies(t *testing.T) {
	role := replication.Role{AccountID: uid, Name: "AliyunOssDrsRole"}
	if got, want := role.ARN(), "acs:ram::"+uid+":role/aliyunossdrsrole"; got != want {
		t.Errorf("ARN %q, want %q", got, want)
	}
	if got, want := role.Principal(), "arn:sts::"+uid+":assumed-role/aliyunossdrsrole/*"; got != want {
		t.Errorf("principal %q, want %q", got, want)
	}
}

func TestRole_same(t *testing.T) {
	role := replication.Role{AccountID: uid, Name: "Orders"}
	for _, c := range []struct {
		other replication.Role
		want  bool
	}{
		{replication.Role{AccountID: uid, Name: "orders"}, true},
		{replication.Role{Name: "ORDERS"}, true},
		{replication.Role{AccountID: "9999999999999999", Name: "Orders"}, false},
		{replication.Role{AccountID: uid, Name: "orders2"}, false},
	} {
		if got := role.Same(c.other); got != c.want {
			t.Errorf("Same(%v) = %v", c.other, got)
		}
	}
}

func TestParseKeyARN(t *testing.T) {
	for arn, want := range map[string]string{
		"acs:kms:cn-hangzhou:" + uid + ":key/key-hzz1": "",
		"acs:kms:cn-hangzhou:" + uid + ":alias/x":      "alias",
		"alias/x":                            "alias",
		"key-hzz1":                           "not a key ARN",
		"acs:kms:cn-hangzhou:1:key/key-hzz1": "not a key ARN",
		"acs:kms:cn-hangzhou:" + uid + ":key/key-hzz1/x": "not a key ARN",
	} {
		key, err := replication.ParseKeyARN(arn)
		if want == "" {
			if err != nil || key.ARN() != arn {
				t.Errorf("%s: %v %v", arn, key, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", arn, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		name  string
		check func(string) error
		good  []string
		bad   []string
	}{
		{"role", replication.CheckRoleName, []string{"a", "A.b-9", strings.Repeat("r", 64)}, []string{"", "a_b", "a b", "ä", strings.Repeat("r", 65)}},
		{"policy", replication.CheckPolicyName, []string{"a", "A-9", strings.Repeat("p", 128)}, []string{"", "a.b", strings.Repeat("p", 129)}},
		{"bucket", replication.CheckBucketName, []string{"abc", "a-1", strings.Repeat("b", 63)}, []string{"ab", "Abc", "-abc", "abc-", "a_b", "a*b", strings.Repeat("b", 64)}},
	} {
		for _, s := range c.good {
			if err := c.check(s); err != nil {
				t.Errorf("%s %q: %v", c.name, s, err)
			}
		}
		for _, s := range c.bad {
			if c.check(s) == nil {
				t.Errorf("%s %q accepted", c.name, s)
			}
		}
	}
	if got := replication.DefaultPolicyName("a.b-c"); replication.CheckPolicyName(got) != nil {
		t.Errorf("default policy name %q is not a policy name", got)
	}
}

func TestParsePrincipal(t *testing.T) {
	for principal, want := range map[string]string{
		"arn:sts::" + uid + ":assumed-role/oss-srr/*":   "acs:ram::" + uid + ":role/oss-srr",
		"arn:sts::" + uid + ":assumed-role/oss-srr/one": "",
		"arn:sts::" + uid + ":assumed-role/*/*":         "",
		"arn:sts::" + uid + ":assumed-role/oss-srr":     "",
		"arn:sts::12:assumed-role/oss-srr/*":            "",
		"acs:ram::" + uid + ":role/oss-srr":             "",
		"*":                                             "",
		"":                                              "",
	} {
		role, err := replication.ParsePrincipal(principal)
		if (err == nil) != (want != "") || err == nil && (role.ARN() != want || role.Principal() != principal) {
			t.Errorf("%s: %+v, %v", principal, role, err)
		}
	}
}
