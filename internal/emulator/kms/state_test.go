package kms_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
)

func TestState_roundTripsAsJSON(t *testing.T) {
	w := newWorld(t)
	w.do("CreateAlias", "AliasName", "alias/a", "KeyId", usableKey)
	w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant(sessionRole, useActions))
	w.do("SetKeyPolicy", "KeyId", usableKey, "Policy", grant("acs:ram::"+destination+":user/a", useActions))
	w.do("ScheduleKeyDeletion", "KeyId", defaultKey, "PendingWindowInDays", "9")
	w.do("CreateKey", "Tags", `[{"TagKey":"a","TagValue":"b"}]`, "EnableAutomaticRotation", "true", "RotationInterval", "365d")
	blob := w.do("Encrypt", "KeyId", usableKey, "Plaintext", "YQ==")["CiphertextBlob"].(string)
	before := w.State()
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var read kms.State
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	other := newWorld(t)
	if err := other.Load(read); err != nil {
		t.Fatal(err)
	}
	if after := other.State(); !reflect.DeepEqual(after, before) {
		t.Errorf("before %+v\nafter  %+v", before, after)
	}
	if got := other.do("Decrypt", "CiphertextBlob", blob)["Plaintext"]; got != "YQ==" {
		t.Errorf("decrypted to %v in the copy", got)
	}
	if len(before.Instances[0].Released) != 1 {
		t.Errorf("released units %v", before.Instances[0].Released)
	}
}

func TestState_isACopy(t *testing.T) {
	w := newWorld(t)
	state := w.State()
	state.Keys[0].Material[0] ^= 1
	state.Keys[0].Policy = "{}"
	if again := w.State(); again.Keys[0].Material[0] == state.Keys[0].Material[0] || again.Keys[0].Policy == "{}" {
		t.Error("a change of the copy changed the service")
	}
}

func TestLoad_zeroConfiguration(t *testing.T) {
	w := newWorld(t)
	var state kms.State
	err := json.Unmarshal([]byte(`{"instances":[{"id":"kst-9","owner":"`+third+`","region":"cn-beijing"}],
		"keys":[{"id":"key-9","owner":"`+third+`","region":"cn-beijing","instance_id":"kst-9"}]}`), &state)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Load(state); err != nil {
		t.Fatal(err)
	}
	out, failure := w.as(root(third), "DescribeKey", "KeyId", "key-9", "RegionId", "cn-beijing")
	expect(t, failure, 0, "")
	if m := out["KeyMetadata"].(map[string]any); m["KeyState"] != "Enabled" || m["KeySpec"] != "Aliyun_AES_256" || m["DKMSInstanceId"] != "kst-9" {
		t.Errorf("metadata %v", m)
	}
	_, failure = w.as(root(third), "SetKeyPolicy", "KeyId", "key-9", "RegionId", "cn-beijing", "Policy", grant(sessionRole, useActions))
	expect(t, failure, 400, "Rejected.LimitExceeded")
}

func TestLoad_refusesNonsense(t *testing.T) {
	good := kms.Key{ID: "k", Owner: source, Region: "cn-hangzhou"}
	with := func(change func(*kms.Key)) kms.State {
		k := good
		change(&k)
		return kms.State{Keys: []kms.Key{k}}
	}
	instance := kms.Instance{ID: "kst", Owner: source, Region: "cn-hangzhou"}
	for want, state := range map[string]kms.State{
		"id, owner and region":        with(func(k *kms.Key) { k.Region = "" }),
		"unknown state":               with(func(k *kms.Key) { k.State = "Lost" }),
		"unknown spec":                with(func(k *kms.Key) { k.Spec = "AES" }),
		"does not fit spec":           with(func(k *kms.Key) { k.Usage = "SIGN/VERIFY" }),
		"delete_at belongs":           with(func(k *kms.Key) { k.State = "PendingDeletion" }),
		"material must have 32 bytes": with(func(k *kms.Key) { k.Material = []byte("short") }),
		"only keys of an instance":    with(func(k *kms.Key) { k.Policy = "{}" }),
		"has no instance":             with(func(k *kms.Key) { k.InstanceID = "kst-none" }),
		"it is there twice":           {Keys: []kms.Key{good, good}},
		"used twice":                  {Instances: []kms.Instance{instance, instance}},
		"must not be negative":        {Instances: []kms.Instance{{ID: "kst", Owner: source, Region: "r", KeyQuantity: -1}}},
		"KMS instance \"\"":           {Instances: []kms.Instance{{Owner: source, Region: "cn-hangzhou"}}},
		"Version must be":             {Instances: []kms.Instance{instance}, Keys: []kms.Key{{ID: "k", Owner: source, Region: "cn-hangzhou", InstanceID: "kst", Policy: "{}"}}},
		"alias/<name>":                {Keys: []kms.Key{good}, Aliases: []kms.Alias{{Name: "a", Owner: source, Region: "cn-hangzhou", KeyID: "k"}}},
		"there is no key":             {Keys: []kms.Key{good}, Aliases: []kms.Alias{{Name: "alias/a", Owner: third, Region: "cn-hangzhou", KeyID: "k"}}},
	} {
		w := newWorld(t)
		before := w.State()
		if err := w.Load(state); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		if !reflect.DeepEqual(w.State(), before) {
			t.Errorf("%s: the failed load changed something", want)
		}
	}
}

func TestService_withoutRandomBytes(t *testing.T) {
	clock := cloud.NewClock(nil, 0)
	s := kms.New(kms.Options{Clock: clock, Identities: policies{}, Principal: principal, Random: iotest.ErrReader(errors.New("dry"))})
	_, err := s.Serve(kms.Call{Operation: "CreateKey", Caller: root(source)})
	expect(t, err, 500, "InternalFailure")
	if err := s.Load(kms.State{Keys: []kms.Key{{ID: "k", Owner: source, Region: "cn-hangzhou"}}}); err == nil {
		t.Error("loaded a key without material")
	}
	known := kms.Key{ID: "k", Owner: source, Region: "cn-hangzhou", VersionID: "v", Material: make([]byte, 32)}
	if err := s.Load(kms.State{Keys: []kms.Key{known}}); err != nil {
		t.Fatal(err)
	}
	for _, operation := range []string{"GenerateDataKey", "Encrypt"} {
		_, err = s.Serve(kms.Call{Operation: operation, Caller: root(source), Params: params("KeyId", "k", "Plaintext", "YQ==")})
		expect(t, err, 500, "InternalFailure")
	}
}

func TestObject(t *testing.T) {
	w := newWorld(t)
	for want, p := range map[string]map[string]string{
		usableKey:   params("KeyId", usableARN, "AliasName", "alias/a"),
		"key-1":     params("ProtectedResourceArn", "acs:kms:cn-hangzhou:1:key/key-1"),
		"alias/a":   params("AliasName", "alias/a"),
		"alias/b":   params("KeyId", "acs:kms:cn-hangzhou:1:alias/b"),
		"kst-1":     params("KmsInstanceId", "kst-1"),
		"key-plain": params("KeyId", "key-plain"),
		"":          nil,
	} {
		if got := w.Object("Any", p); got != want {
			t.Errorf("%v: %q, want %q", p, got, want)
		}
	}
}

func TestGetKmsInstance(t *testing.T) {
	w := newWorld(t)
	i := w.do("GetKmsInstance", "KmsInstanceId", "kst-1")["KmsInstance"].(map[string]any)
	if i["InstanceId"] != "kst-1" || i["Status"] != "Connected" || i["VpcNum"] != 2 || i["CreateTime"] != "2026-03-10T08:00:00Z" {
		t.Errorf("instance %v", i)
	}
	for _, list := range []string{"VswitchIds", "ZoneIds"} {
		if _, is := i[list].([]string); !is {
			t.Errorf("%s is %T, want a list", list, i[list])
		}
	}
	all := w.do("GetKmsInstanceQuotaInfos", "KmsInstanceId", "kst-1")["KmsInstanceQuotaInfos"].([]map[string]any)
	if len(all) != 4 {
		t.Errorf("quotas %v", all)
	}
	w.refused(400, "InvalidParameter", "GetKmsInstanceQuotaInfos", "KmsInstanceId", "kst-1", "ResourceType", "cpu")
	for _, operation := range []string{"GetKmsInstance", "GetKmsInstanceQuotaInfos"} {
		w.refused(400, "MissingKmsInstanceId", operation)
		w.refused(404, "Forbidden.DKMSInstanceNotFound", operation, "KmsInstanceId", "kst-none")
		_, err := w.as(root(source), operation, "KmsInstanceId", "kst-1")
		expect(t, err, 404, "Forbidden.DKMSInstanceNotFound")
	}
	if got := w.do("DescribeAccountKmsStatus")["AccountStatus"]; got != "Enabled" {
		t.Errorf("account status %v", got)
	}
	w.clock.Advance(time.Hour)
	if got := w.do("GetKmsInstance", "KmsInstanceId", "kst-1")["KmsInstance"].(map[string]any)["CreateTime"]; got != i["CreateTime"] {
		t.Errorf("created again at %v", got)
	}
}
