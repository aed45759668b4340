package kms_test

import (
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

// inState loads a world whose key usableKey is in a state.
func inState(t *testing.T, state string) world {
	t.Helper()
	w := newWorld(t)
	all := w.State()
	all.Keys[0].State = state
	if state == "PendingDeletion" {
		all.Keys[0].DeleteAt = w.clock.Now().AddDate(0, 0, 7)
	}
	if state == "PendingImport" {
		all.Keys[0].Origin, all.Keys[0].Material = "EXTERNAL", nil
	}
	all.Aliases = []kms.Alias{
		{Name: "alias/it", Owner: destination, Region: "cn-hangzhou", KeyID: usableKey},
		{Name: "alias/other", Owner: destination, Region: "cn-hangzhou", KeyID: defaultKey},
	}
	if err := w.Load(all); err != nil {
		t.Fatal(err)
	}
	return w
}

// The matrix of the KMS "Impact of key states" page; "" means that the call
// works.
func TestKeyStates(t *testing.T) {
	states := [4]string{"Enabled", "Disabled", "PendingDeletion", "PendingImport"}
	const failed = "Rejected.StateModifiedFailed"
	crypto := [4]string{"", "Rejected.Disabled", "Rejected.PendingDeletion", "Rejected.PendingImport"}
	always := [4]string{}
	toggled := [4]string{"", "", failed, failed}
	for name, tc := range map[string]struct {
		operation string
		pairs     []string
		want      [4]string
	}{
		"Encrypt":               {"Encrypt", []string{"KeyId", usableKey, "Plaintext", "YQ=="}, crypto},
		"GenerateDataKey":       {"GenerateDataKey", []string{"KeyId", usableKey}, crypto},
		"data key unseen":       {"GenerateDataKeyWithoutPlaintext", []string{"KeyId", usableKey}, crypto},
		"by alias":              {"GenerateDataKey", []string{"KeyId", "alias/it"}, crypto},
		"DescribeKey":           {"DescribeKey", []string{"KeyId", usableKey}, always},
		"ListKeys":              {"ListKeys", nil, always},
		"ListAliases":           {"ListAliases", nil, always},
		"DeleteAlias":           {"DeleteAlias", []string{"AliasName", "alias/it"}, always},
		"GetKeyPolicy":          {"GetKeyPolicy", []string{"KeyId", usableKey}, always},
		"SetKeyPolicy":          {"SetKeyPolicy", []string{"KeyId", usableKey, "Policy", grant(sessionRole, useActions)}, always},
		"EnableKey":             {"EnableKey", []string{"KeyId", usableKey}, toggled},
		"DisableKey":            {"DisableKey", []string{"KeyId", usableKey}, toggled},
		"ScheduleKeyDeletion":   {"ScheduleKeyDeletion", []string{"KeyId", usableKey, "PendingWindowInDays", "7"}, [4]string{"", "", failed, ""}},
		"CancelKeyDeletion":     {"CancelKeyDeletion", []string{"KeyId", usableKey}, [4]string{failed, failed, "", failed}},
		"CreateAlias":           {"CreateAlias", []string{"KeyId", usableKey, "AliasName", "alias/new"}, [4]string{"", "", failed, ""}},
		"UpdateAlias to it":     {"UpdateAlias", []string{"KeyId", usableKey, "AliasName", "alias/other"}, [4]string{"", "", "Rejected.PendingDeletion", ""}},
		"UpdateAlias from it":   {"UpdateAlias", []string{"KeyId", defaultKey, "AliasName", "alias/it"}, always},
		"SetDeletionProtection": {"SetDeletionProtection", []string{"ProtectedResourceArn", usableARN, "EnableDeletionProtection", "true"}, [4]string{"", "", "Rejected.PendingDeletion", ""}},
	} {
		for i, state := range states {
			t.Run(name+" of "+state, func(t *testing.T) {
				_, err := inState(t, state).as(root(destination), tc.operation, tc.pairs...)
				expect(t, err, 409, tc.want[i])
			})
		}
	}
}

func TestDecrypt_byState(t *testing.T) {
	for state, code := range map[string]string{"Enabled": "", "Disabled": "Rejected.Disabled", "PendingDeletion": "Rejected.PendingDeletion"} {
		w := newWorld(t)
		blob := w.do("Encrypt", "KeyId", usableKey, "Plaintext", "YQ==")["CiphertextBlob"].(string)
		all := w.State()
		all.Keys[0].State = state
		if state == "PendingDeletion" {
			all.Keys[0].DeleteAt = w.clock.Now().Add(time.Hour)
		}
		if err := w.Load(all); err != nil {
			t.Fatal(err)
		}
		_, err := w.as(root(destination), "Decrypt", "CiphertextBlob", blob)
		expect(t, err, 409, code)
	}
}

func (w world) metadata(key string) map[string]any {
	w.t.Helper()
	return w.do("DescribeKey", "KeyId", key)["KeyMetadata"].(map[string]any)
}

func TestScheduleKeyDeletion_removesTheKeyWhenDue(t *testing.T) {
	w := newWorld(t)
	w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant(sessionRole, useActions))
	w.do("CreateAlias", "KeyId", usableKey, "AliasName", "alias/it")
	w.do("ScheduleKeyDeletion", "KeyId", usableKey, "PendingWindowInDays", "7")
	if m := w.metadata(usableKey); m["KeyState"] != "PendingDeletion" || m["DeleteDate"] != "2026-03-17T08:00:00Z" {
		t.Errorf("while it waits: %v", m)
	}
	w.clock.Advance(7*24*time.Hour - time.Second)
	w.do("CancelKeyDeletion", "KeyId", usableKey)
	if m := w.metadata(usableKey); m["KeyState"] != "Enabled" || m["DeleteDate"] != "" {
		t.Errorf("after the deletion was cancelled: %v", m)
	}
	w.do("ScheduleKeyDeletion", "KeyId", usableKey, "PendingWindowInDays", "366")
	w.clock.Advance(366 * 24 * time.Hour)
	w.refused(404, "Forbidden.KeyNotFound", "DescribeKey", "KeyId", usableKey)
	w.refused(404, "Forbidden.AliasNotFound", "DescribeKey", "KeyId", "alias/it")
	if got := w.quota("vpc")["UsedQuantity"]; got != 2 {
		t.Errorf("%v units used at once, want the foreign account's still", got)
	}
	w.clock.Advance(5 * time.Minute)
	if got := w.quota("vpc")["UsedQuantity"]; got != 1 {
		t.Errorf("%v units used five minutes later", got)
	}
}

func TestCancelKeyDeletion_ofAKeyWithoutMaterial(t *testing.T) {
	w := newWorld(t)
	w.do("ScheduleKeyDeletion", "KeyId", "key-imp01", "PendingWindowInDays", "7")
	w.do("CancelKeyDeletion", "KeyId", "key-imp01")
	if got := w.metadata("key-imp01")["KeyState"]; got != "PendingImport" {
		t.Errorf("state %v", got)
	}
}

func TestLifecycle_refusals(t *testing.T) {
	w := newWorld(t)
	w.do("SetDeletionProtection", "ProtectedResourceArn", usableARN, "EnableDeletionProtection", "true", "DeletionProtectionDescription", "orders")
	if m := w.metadata(usableKey); m["DeletionProtection"] != "Enabled" || m["DeletionProtectionDescription"] != "orders" {
		t.Errorf("protected key: %v", m)
	}
	for name, tc := range map[string]struct {
		status    int
		code      string
		operation string
		pairs     []string
	}{
		"protected":               {400, "Rejected.UnsupportedOperation", "ScheduleKeyDeletion", []string{"KeyId", usableKey, "PendingWindowInDays", "7"}},
		"6 days":                  {400, "InvalidParameter", "ScheduleKeyDeletion", []string{"KeyId", defaultKey, "PendingWindowInDays", "6"}},
		"367 days":                {400, "InvalidParameter", "ScheduleKeyDeletion", []string{"KeyId", defaultKey, "PendingWindowInDays", "367"}},
		"days in words":           {400, "InvalidParameter", "ScheduleKeyDeletion", []string{"KeyId", defaultKey, "PendingWindowInDays", "ten"}},
		"no days":                 {400, "MissingPendingWindowInDays", "ScheduleKeyDeletion", []string{"KeyId", defaultKey}},
		"service key":             {400, "Rejected.UnsupportedOperation", "DisableKey", []string{"KeyId", serviceKey}},
		"managed by alias":        {404, "Forbidden.KeyNotFound", "DisableKey", []string{"KeyId", "alias/it"}},
		"foreign key":             {403, "Forbidden.NoPermission", "DisableKey", []string{"KeyId", sourceARN}},
		"no key":                  {400, "MissingKeyId", "EnableKey", nil},
		"cancel of unknown key":   {404, "Forbidden.KeyNotFound", "CancelKeyDeletion", []string{"KeyId", "key-none"}},
		"protection by id":        {400, "InvalidParameter", "SetDeletionProtection", []string{"ProtectedResourceArn", usableKey, "EnableDeletionProtection", "true"}},
		"protection maybe":        {400, "InvalidParameter", "SetDeletionProtection", []string{"ProtectedResourceArn", usableARN, "EnableDeletionProtection", "maybe"}},
		"protection of unknown":   {404, "Forbidden.KeyNotFound", "SetDeletionProtection", []string{"ProtectedResourceArn", usableARN + "x", "EnableDeletionProtection", "true"}},
		"protection without arn":  {400, "MissingProtectedResourceArn", "SetDeletionProtection", []string{"EnableDeletionProtection", "true"}},
		"protection without flag": {400, "MissingEnableDeletionProtection", "SetDeletionProtection", []string{"ProtectedResourceArn", usableARN}},
	} {
		t.Run(name, func(*testing.T) { w.refused(tc.status, tc.code, tc.operation, tc.pairs...) })
	}
	w.do("SetDeletionProtection", "ProtectedResourceArn", usableARN, "EnableDeletionProtection", "false")
	if m := w.metadata(usableKey); m["DeletionProtection"] != "Disabled" || m["DeletionProtectionDescription"] != "" {
		t.Errorf("no longer protected: %v", m)
	}
}

func TestAliases(t *testing.T) {
	w := newWorld(t)
	w.do("CreateAlias", "AliasName", "alias/orders/main", "KeyId", usableARN)
	if got := w.metadata("alias/orders/main")["Arn"]; got != usableARN {
		t.Errorf("by alias: %v", got)
	}
	w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant("acs:ram::"+source+":user/ann", useActions))
	w.allow(user(source, "ann"), "Allow", useActions, usableARN)
	full := "acs:kms:cn-hangzhou:" + destination + ":alias/orders/main"
	_, err := w.as(user(source, "ann"), "GenerateDataKey", "KeyId", full)
	expect(t, err, 0, "")
	_, err = w.as(user(source, "ann"), "GenerateDataKey", "KeyId", "alias/orders/main")
	expect(t, err, 404, "Forbidden.AliasNotFound")

	w.do("UpdateAlias", "AliasName", "alias/orders/main", "KeyId", defaultKey)
	if got := w.metadata(full)["KeyId"]; got != defaultKey {
		t.Errorf("after the update: %v", got)
	}
	w.do("CreateAlias", "AliasName", "alias/a", "KeyId", usableKey)
	for _, tc := range []struct{ operation, key, want string }{
		{"ListAliases", "", "alias/a alias/orders/main"}, {"ListAliasesByKeyId", usableKey, "alias/a"}, {"ListAliasesByKeyId", serviceKey, ""},
	} {
		if got := names(w.do(tc.operation, "KeyId", tc.key), "Aliases", "Alias", "AliasName"); got != tc.want {
			t.Errorf("%s %s: %q, want %q", tc.operation, tc.key, got, tc.want)
		}
	}
	w.do("DeleteAlias", "AliasName", "alias/a")
	w.refused(404, "Forbidden.AliasNotFound", "DeleteAlias", "AliasName", "alias/a")
	w.refused(404, "Forbidden.AliasNotFound", "UpdateAlias", "AliasName", "alias/a", "KeyId", usableKey)
	w.refused(400, "AliasAlreadyExists", "CreateAlias", "AliasName", "alias/orders/main", "KeyId", usableKey)
	w.refused(404, "Forbidden.KeyNotFound", "CreateAlias", "AliasName", "alias/b", "KeyId", "key-none")
	for _, name := range []string{"orders", "alias/", "alias/acs/oss", "alias/a b", "alias/" + string(make([]byte, 250))} {
		w.refused(400, "InvalidParameter", "CreateAlias", "AliasName", name, "KeyId", usableKey)
	}
}

func TestDisableKey_twiceIsNoError(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.do("DisableKey", "KeyId", usableKey)
	}
	if got := w.metadata(usableKey)["KeyState"]; got != "Disabled" {
		t.Errorf("state %v", got)
	}
	var missing *cloud.Error
	_, missing = w.as(root(third), "DisableKey", "KeyId", usableKey)
	expect(t, missing, 404, "Forbidden.KeyNotFound")
}
