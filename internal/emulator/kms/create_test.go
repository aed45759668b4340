package kms_test

import (
	"strings"
	"testing"
)

func TestCreateKey_metadata(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct {
		pairs []string
		want  map[string]string
	}{
		"default key": {nil, map[string]string{
			"KeyState": "Enabled", "KeySpec": "Aliyun_AES_256", "KeyUsage": "ENCRYPT/DECRYPT", "Origin": "Aliyun_KMS", "ProtectionLevel": "SOFTWARE",
			"Creator": destination, "CreationDate": "2026-03-10T08:00:00Z", "DeleteDate": "", "MaterialExpireTime": "",
			"AutomaticRotation": "Disabled", "DeletionProtection": "Disabled", "DKMSInstanceId": "", "NextRotationDate": "",
		}},
		"key of an instance": {[]string{"DKMSInstanceId", "kst-1", "Description", "orders", "ProtectionLevel", "HSM"}, map[string]string{
			"DKMSInstanceId": "kst-1", "Description": "orders", "ProtectionLevel": "SOFTWARE",
		}},
		"with rotation": {[]string{"DKMSInstanceId", "kst-1", "EnableAutomaticRotation", "true", "RotationInterval", "7d"}, map[string]string{
			"AutomaticRotation": "Enabled", "RotationInterval": "604800s", "LastRotationDate": "2026-03-10T08:00:00Z", "NextRotationDate": "2026-03-17T08:00:00Z",
		}},
		"default with rotation": {[]string{"EnableAutomaticRotation", "true", "RotationInterval", "31536000s"}, map[string]string{"RotationInterval": "31536000s"}},
		"imported":              {[]string{"Origin", "EXTERNAL"}, map[string]string{"KeyState": "PendingImport", "Origin": "EXTERNAL"}},
		"for signatures":        {[]string{"KeySpec", "EC_P256K"}, map[string]string{"KeyUsage": "SIGN/VERIFY"}},
		"RSA for signatures":    {[]string{"KeySpec", "RSA_2048", "KeyUsage", "SIGN/VERIFY"}, map[string]string{"KeyUsage": "SIGN/VERIFY"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := w.do("CreateKey", tc.pairs...)["KeyMetadata"].(map[string]any)
			id := m["KeyId"].(string)
			if !strings.HasPrefix(id, "key-han") || m["Arn"] != "acs:kms:cn-hangzhou:"+destination+":key/"+id {
				t.Errorf("id %v, ARN %v", id, m["Arn"])
			}
			described := w.metadata(id)
			for field, value := range m {
				if _, text := value.(string); !text || described[field] != value {
					t.Errorf("%s: created %v, described %v", field, value, described[field])
				}
			}
			for field, want := range tc.want {
				if got, _ := m[field].(string); got != want {
					t.Errorf("%s: %q, want %q", field, got, want)
				}
			}
		})
	}
}

func TestCreateKey_refusals(t *testing.T) {
	w := newWorld(t)
	manyTags := "[" + strings.TrimSuffix(strings.Repeat(`{"TagKey":"a","TagValue":"b"},`, 21), ",") + "]"
	longTag := `[{"TagKey":"a","TagValue":"` + strings.Repeat("v", 129) + `"}]`
	rotated := []string{"EnableAutomaticRotation", "true", "RotationInterval"}
	for name, tc := range map[string]struct {
		status int
		code   string
		pairs  []string
	}{
		"unknown spec":           {400, "InvalidParameter", []string{"KeySpec", "AES_256"}},
		"AES-192 outside":        {400, "InvalidParameter", []string{"KeySpec", "Aliyun_AES_192"}},
		"spec cannot sign":       {400, "InvalidParameter", []string{"KeyUsage", "SIGN/VERIFY"}},
		"spec cannot encrypt":    {400, "InvalidParameter", []string{"KeySpec", "EC_P256", "KeyUsage", "ENCRYPT/DECRYPT"}},
		"unknown usage":          {400, "InvalidParameter", []string{"KeyUsage", "WRAP"}},
		"origin in lower case":   {400, "InvalidParameter", []string{"Origin", "external"}},
		"unknown level":          {400, "InvalidParameter", []string{"ProtectionLevel", "PAPER"}},
		"long description":       {400, "InvalidParameter", []string{"Description", strings.Repeat("d", 8193)}},
		"tags not JSON":          {400, "InvalidParameter", []string{"Tags", "a=b"}},
		"21 tags":                {400, "InvalidParameter", []string{"Tags", manyTags}},
		"tag without key":        {400, "InvalidParameter", []string{"Tags", `[{"TagValue":"b"}]`}},
		"long tag":               {400, "InvalidParameter", []string{"Tags", longTag}},
		"reserved tag":           {400, "InvalidParameter", []string{"Tags", `[{"TagKey":"acs:a","TagValue":"b"}]`}},
		"rotation maybe":         {400, "InvalidParameter", []string{"EnableAutomaticRotation", "maybe"}},
		"rotation never":         {400, "InvalidParameter", []string{"EnableAutomaticRotation", "true"}},
		"rotation without unit":  {400, "InvalidParameter", append(rotated, "365")},
		"rotation negative":      {400, "InvalidParameter", append(rotated, "-7d")},
		"rotation over a year":   {400, "InvalidParameter", append(rotated, "366d", "DKMSInstanceId", "kst-1")},
		"rotation under a week":  {400, "InvalidParameter", append(rotated, "6d", "DKMSInstanceId", "kst-1")},
		"default every 30 days":  {400, "InvalidParameter", append(rotated, "30d")},
		"unknown instance":       {404, "Forbidden.DKMSInstanceNotFound", []string{"DKMSInstanceId", "kst-none"}},
		"instance elsewhere":     {404, "Forbidden.DKMSInstanceNotFound", []string{"DKMSInstanceId", "kst-2"}},
		"instance not ready":     {400, "Forbidden.DKMSInstanceStateInvalid", []string{"DKMSInstanceId", "kst-3"}},
		"policy of default key":  {400, "Forbidden.KeyPolicyUnSupported", []string{"Policy", grant(sessionRole, useActions)}},
		"bad policy":             {400, "InvalidParameter", []string{"DKMSInstanceId", "kst-1", "Policy", "{}"}},
		"policy for two foreign": {400, "Rejected.LimitExceeded", []string{"DKMSInstanceId", "kst-1", "Policy", grantTwo(source, third)}},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.State().Keys)
			w.refused(tc.status, tc.code, "CreateKey", tc.pairs...)
			if after := len(w.State().Keys); after != before {
				t.Errorf("%d keys, %d before", after, before)
			}
		})
	}
	_, err := w.as(root(source), "CreateKey", "DKMSInstanceId", "kst-1")
	expect(t, err, 404, "Forbidden.DKMSInstanceNotFound")
}

func TestCreateKey_withPolicy(t *testing.T) {
	w := newWorld(t)
	text := grant(sessionRole, useActions) + "\n"
	id := w.do("CreateKey", "DKMSInstanceId", "kst-1", "Policy", text)["KeyMetadata"].(map[string]any)["KeyId"].(string)
	if got := w.do("GetKeyPolicy", "KeyId", id)["Policy"]; got != text {
		t.Errorf("policy %q", got)
	}
	w.allow(session(), "Allow", useActions, "*")
	expect(t, w.Use(session(), "kms:GenerateDataKey", "acs:kms:cn-hangzhou:"+destination+":key/"+id, ""), 0, "")
}

func TestCreateKey_fillsTheInstance(t *testing.T) {
	w := newWorld(t)
	state := w.State()
	state.Instances[0].KeyQuantity = 3
	if err := w.Load(state); err != nil {
		t.Fatal(err)
	}
	w.do("CreateKey", "DKMSInstanceId", "kst-1")
	w.refused(400, "Rejected.LimitExceeded", "CreateKey", "DKMSInstanceId", "kst-1")
	if q := w.quota("key"); q["ResourceQuota"] != 3 || q["UsedQuantity"] != 3 {
		t.Errorf("quota %v", q)
	}
	w.do("CreateKey")
}
