package kms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

func TestGetKeyPolicy_defaultIsTheOwners(t *testing.T) {
	w := newWorld(t)
	want := `{"Statement":[{"Action":["kms:*"],"Effect":"Allow","Principal":{"RAM":["acs:ram::1000000000000002:*"]},` +
		`"Resource":["*"],"Sid":"kms default key policy"}],"Version":"1"}`
	for _, pairs := range [][]string{{"KeyId", usableKey}, {"KeyId", usableARN, "PolicyName", "default"}} {
		if got := w.do("GetKeyPolicy", pairs...)["Policy"]; got != want {
			t.Errorf("%v: %v", pairs, got)
		}
	}
}

func TestSetKeyPolicy_keepsEveryByte(t *testing.T) {
	text := "\n{ \"Version\" : \"1\",\t\"Statement\":[{\"Principal\":{\"RAM\":\"acs:ram::" + destination +
		":root\"},\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\",\"Note\":[\"<&\",1.50]}]}\n"
	w := newWorld(t)
	w.do("SetKeyPolicy", "KeyId", usableKey, "PolicyName", "default", "Policy", text)
	if got := w.do("GetKeyPolicy", "KeyId", usableKey)["Policy"]; got != text {
		t.Errorf("read back %q", got)
	}
	other := switchedWorld(t, cloud.Switches{ReserializeKeyPolicies: true})
	other.do("SetKeyPolicy", "KeyId", usableKey, "Policy", text)
	want := `{"Statement":[{"Action":"kms:*","Effect":"Allow","Note":["<&",1.50],"Principal":{"RAM":"acs:ram::1000000000000002:root"},"Resource":"*"}],"Version":"1"}`
	if got := other.do("GetKeyPolicy", "KeyId", usableKey)["Policy"]; got != want {
		t.Errorf("re-serialised to %q", got)
	}
	if got := other.State().Keys[0].Policy; got != text {
		t.Errorf("stored %q", got)
	}
}

func TestSetKeyPolicy_validation(t *testing.T) {
	const owner = `"Principal":{"RAM":["acs:ram::1000000000000002:*"]}`
	statement := func(fields string) string { return `{"Version":"1","Statement":[{` + fields + `}]}` }
	good := `"Effect":"Allow",` + owner + `,"Action":["kms:*"],"Resource":["*"]`
	limit := 32768 - len(statement(good))
	for name, tc := range map[string]struct{ text, code string }{
		"good":                    {statement(good), ""},
		"scalars":                 {statement(`"Effect":"Deny","Principal":{"RAM":"acs:ram::1000000000000003:user/a"},"Action":"kms:Decrypt","Resource":"*"`), ""},
		"sid with spaces":         {statement(good + `,"Sid":"kms default key policy"`), ""},
		"sid of 128":              {statement(good + `,"Sid":"` + strings.Repeat("s", 128) + `"`), ""},
		"sid of 129":              {statement(good + `,"Sid":"` + strings.Repeat("s", 129) + `"`), "InvalidParameter"},
		"unsupported action":      {statement(`"Effect":"Allow",` + owner + `,"Action":["kms:Whatever"],"Resource":["*"]`), ""},
		"condition":               {statement(good + `,"Condition":{"StringEquals":{"kms:tag/a":["b"]}}`), ""},
		"32768 bytes":             {statement(good) + strings.Repeat(" ", limit), ""},
		"32769 bytes":             {statement(good) + strings.Repeat(" ", limit+1), "InvalidParameter"},
		"not JSON":                {"policy", "InvalidParameter"},
		"two documents":           {statement(good) + "{}", "InvalidParameter"},
		"version 2":               {strings.Replace(statement(good), `"1"`, `"2"`, 1), "InvalidParameter"},
		"version as number":       {strings.Replace(statement(good), `"1"`, `1`, 1), "InvalidParameter"},
		"no version":              {`{"Statement":[{` + good + `}]}`, "InvalidParameter"},
		"no statement":            {`{"Version":"1"}`, "InvalidParameter"},
		"empty statements":        {`{"Version":"1","Statement":[]}`, "InvalidParameter"},
		"lower-case effect":       {statement(`"Effect":"allow",` + owner + `,"Action":["kms:*"],"Resource":["*"]`), "InvalidParameter"},
		"no principal":            {statement(`"Effect":"Allow","Action":["kms:*"],"Resource":["*"]`), "InvalidParameter"},
		"principal as list":       {statement(`"Effect":"Allow","Principal":["*"],"Action":["kms:*"],"Resource":["*"]`), "InvalidParameter"},
		"principal is a service":  {statement(`"Effect":"Allow","Principal":{"Service":["oss.aliyuncs.com"]},"Action":["kms:*"],"Resource":["*"]`), "InvalidParameter"},
		"no action":               {statement(`"Effect":"Allow",` + owner + `,"Resource":["*"]`), "InvalidParameter"},
		"action of OSS":           {statement(`"Effect":"Allow",` + owner + `,"Action":["oss:GetObject"],"Resource":["*"]`), "InvalidParameter"},
		"action *":                {statement(`"Effect":"Allow",` + owner + `,"Action":["*"],"Resource":["*"]`), "InvalidParameter"},
		"no resource":             {statement(`"Effect":"Allow",` + owner + `,"Action":["kms:*"]`), "InvalidParameter"},
		"resource is a key":       {statement(`"Effect":"Allow",` + owner + `,"Action":["kms:*"],"Resource":["` + usableARN + `"]`), "InvalidParameter"},
		"unknown condition":       {statement(good + `,"Condition":{"Equals":{"a":"b"}}`), "InvalidParameter"},
		"no accounts left at all": {grantTwo(source, third), "Rejected.LimitExceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			before := w.do("GetKeyPolicy", "KeyId", usableKey)["Policy"]
			_, err := w.as(root(destination), "SetKeyPolicy", "KeyId", usableKey, "Policy", tc.text)
			expect(t, err, 400, tc.code)
			want := tc.text
			if tc.code != "" {
				want = before.(string)
			}
			if got := w.do("GetKeyPolicy", "KeyId", usableKey)["Policy"]; got != want {
				t.Errorf("then the policy is %v", got)
			}
		})
	}
}

func grantTwo(first, second string) string {
	return grant(`acs:ram::`+first+`:role/r","acs:ram::`+second+`:role/r`, useActions)
}

func TestKeyPolicy_refusals(t *testing.T) {
	w := newWorld(t)
	good := grant(sessionRole, useActions)
	for _, operation := range []string{"GetKeyPolicy", "SetKeyPolicy"} {
		for name, tc := range map[string]struct {
			status int
			code   string
			pairs  []string
		}{
			"no key":                 {400, "MissingKeyId", nil},
			"default key":            {400, "Forbidden.KeyPolicyUnSupported", []string{"KeyId", defaultKey}},
			"service key":            {400, "Forbidden.KeyPolicyUnSupported", []string{"KeyId", serviceKey}},
			"other policy name":      {404, "Forbidden.ResourceNotFound", []string{"KeyId", usableKey, "PolicyName", "mine"}},
			"unknown key":            {404, "Forbidden.KeyNotFound", []string{"KeyId", "key-none"}},
			"foreign id":             {404, "Forbidden.KeyNotFound", []string{"KeyId", "key-hzz03"}},
			"foreign ARN":            {403, "Forbidden.NoPermission", []string{"KeyId", sourceARN}},
			"ARN of another region":  {404, "Forbidden.KeyNotFound", []string{"KeyId", shanghaiARN}},
			"id of another region":   {404, "Forbidden.KeyNotFound", []string{"KeyId", "key-shh01"}},
			"there, in its region":   {0, "", []string{"KeyId", "key-shh01", "RegionId", "cn-shanghai", "Policy", grant("acs:ram::"+destination+":user/a", useActions)}},
			"broken ARN":             {404, "Forbidden.KeyNotFound", []string{"KeyId", "acs:kms:cn-hangzhou"}},
			"ARN of another service": {404, "Forbidden.KeyNotFound", []string{"KeyId", strings.Replace(usableARN, "kms", "oss", 1)}},
		} {
			t.Run(operation+" "+name, func(t *testing.T) {
				_, err := w.as(root(destination), operation, append([]string{"Policy", good}, tc.pairs...)...)
				expect(t, err, tc.status, tc.code)
			})
		}
	}
	w.refused(400, "MissingPolicy", "SetKeyPolicy", "KeyId", usableKey)
}

// A foreign account holds a unit of the instance from its first grant until five
// minutes after its last one.
func TestAccessManagementQuantity(t *testing.T) {
	w := newWorld(t)
	second := w.do("CreateKey", "DKMSInstanceId", "kst-1")["KeyMetadata"].(map[string]any)["KeyId"].(string)
	set := func(key, account string) *cloud.Error {
		_, err := w.as(root(destination), "SetKeyPolicy", "KeyId", key, "Policy", grant("acs:ram::"+account+":role/r", useActions))
		return err
	}
	steps := []struct {
		name    string
		advance time.Duration
		key     string
		account string
		full    bool
		used    int
	}{
		{"first foreign account", 0, usableKey, source, false, 2},
		{"another one does not fit", 0, second, third, true, 2},
		{"nor on the same key, while the first keeps its unit", 0, usableKey, third, true, 2},
		{"the same account on a second key is free", 0, second, source, false, 2},
		{"the first key lets go", 0, usableKey, destination, false, 2},
		{"the second still holds", 10 * time.Minute, usableKey, third, true, 2},
		{"the last one lets go", 0, second, destination, false, 2},
		{"too early for another", 4*time.Minute + 59*time.Second, usableKey, third, true, 2},
		{"the former account may return at once", 0, usableKey, source, false, 2},
		{"and leave again", 0, usableKey, destination, false, 2},
		{"four minutes later it is still held", 4 * time.Minute, usableKey, third, true, 2},
		{"after five it is free", time.Minute, usableKey, third, false, 2},
	}
	for _, step := range steps {
		w.clock.Advance(step.advance)
		code := ""
		if step.full {
			code = "Rejected.LimitExceeded"
		}
		t.Log(step.name)
		expect(t, set(step.key, step.account), 400, code)
		if got := w.quota("vpc")["UsedQuantity"]; got != step.used {
			t.Errorf("%v units used, want %d", got, step.used)
		}
	}
	w.refused(400, "Rejected.LimitExceeded", "CreateKey", "DKMSInstanceId", "kst-1", "Policy", grant(sessionRole, useActions))
	w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant("acs:ram::"+destination+":user/a", useActions))
	w.clock.Advance(5 * time.Minute)
	if got := w.quota("vpc")["UsedQuantity"]; got != 1 {
		t.Errorf("in the end %v units are used, want that of the VPC", got)
	}
}

// The five minutes begin when the last of several keys lets go.
func TestAccessManagementQuantity_countsFromTheLastGrant(t *testing.T) {
	w := newWorld(t)
	state := w.State()
	state.Instances[0].BoundVPCs, state.Instances[0].AccessManagementQuantity = []string{"vpc-2"}, 3
	if err := w.Load(state); err != nil {
		t.Fatal(err)
	}
	mine := grant("acs:ram::"+destination+":user/a", useActions)
	for _, step := range []struct {
		key, policy string
		advance     time.Duration
		used        int
	}{
		{usableKey, grant(sessionRole, useActions), 0, 3},
		{signingKey, grant(sessionRole, useActions), 0, 3},
		{usableKey, mine, 3 * time.Minute, 3},
		{signingKey, mine, 2 * time.Minute, 3},
		{signingKey, mine, 2*time.Minute + 59*time.Second, 3},
		{signingKey, mine, time.Second, 2},
	} {
		w.do("SetKeyPolicy", "KeyId", step.key, "Policy", step.policy)
		w.clock.Advance(step.advance)
		if got := w.quota("vpc")["UsedQuantity"]; got != step.used {
			t.Errorf("%+v: %v units used", step, got)
		}
	}
}

func (w world) quota(kind string) map[string]any {
	w.t.Helper()
	rows := w.do("GetKmsInstanceQuotaInfos", "KmsInstanceId", "kst-1", "ResourceType", kind)["KmsInstanceQuotaInfos"].([]map[string]any)
	if len(rows) != 1 {
		w.t.Fatalf("quota %s: %v", kind, rows)
	}
	return rows[0]
}

func TestAccessManagementQuantity_keepsUnitsAsLongAsSwitched(t *testing.T) {
	for delay, want := range map[time.Duration]time.Duration{0: 5 * time.Minute, time.Hour: time.Hour, time.Second: time.Second} {
		w := switchedWorld(t, cloud.Switches{KeyUnitDelay: delay})
		w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant(sessionRole, useActions))
		w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant("acs:ram::"+destination+":user/a", useActions))
		w.clock.Advance(want - time.Nanosecond)
		if got := w.quota("vpc")["UsedQuantity"]; got != 2 {
			t.Errorf("switched to %v: %v units used just before %v", delay, got, want)
		}
		w.clock.Advance(time.Nanosecond)
		if got := w.quota("vpc")["UsedQuantity"]; got != 1 {
			t.Errorf("switched to %v: %v units used after %v", delay, got, want)
		}
	}
}
