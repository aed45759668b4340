package kms

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// maxRotation is the longest time between rotations (KMS CreateKey page, 2025).
const maxRotation = 365 * 24 * time.Hour

// usages says what a key of a spec is for; both are false for unknown specs (KMS
// CreateKey page).
func usages(spec string) (encrypts, signs bool) {
	switch spec {
	case "Aliyun_AES_256", "Aliyun_AES_128", "Aliyun_AES_192", "Aliyun_SM4":
		return true, false
	case "RSA_2048", "RSA_3072", "RSA_4096", "EC_SM2":
		return true, true
	case "EC_P256", "EC_P256K":
		return false, true
	}
	return false, false
}

func (r *request) createKey() (answer, *cloud.Error) {
	if err := r.permitOwn("key"); err != nil {
		return nil, err
	}
	k, err := r.newKey()
	if err != nil {
		return nil, err
	}
	if err := r.place(k); err != nil {
		return nil, err
	}
	return answer{"KeyMetadata": k.metadata()}, nil
}

// newKey reads and checks what a key is to be.
func (r *request) newKey() (*key, *cloud.Error) {
	k := &key{Key: Key{
		Owner: r.Caller.AccountID, Region: r.Region, Description: r.Params["Description"], InstanceID: r.Params["DKMSInstanceId"],
		Spec: r.Params["KeySpec"], Usage: r.Params["KeyUsage"], Origin: r.Params["Origin"], ProtectionLevel: r.Params["ProtectionLevel"],
	}}
	k.fillDefaults(r.now)
	encrypts, signs := usages(k.Spec)
	switch {
	case utf8.RuneCountInString(k.Description) > 8192:
		return nil, invalid("Description")
	case !encrypts && !signs, k.Spec == "Aliyun_AES_192" && k.InstanceID == "":
		return nil, invalid("KeySpec")
	case k.Usage == usageEncrypt && !encrypts, k.Usage == usageSign && !signs, k.Usage != usageEncrypt && k.Usage != usageSign:
		return nil, invalid("KeyUsage")
	case k.Origin != originKMS && k.Origin != originOwn:
		return nil, invalid("Origin")
	case k.ProtectionLevel != "SOFTWARE" && k.ProtectionLevel != "HSM":
		return nil, invalid("ProtectionLevel")
	}
	if k.InstanceID != "" {
		k.ProtectionLevel = "SOFTWARE"
	}
	var err *cloud.Error
	if k.Tags, err = tags(r.Params["Tags"]); err != nil {
		return nil, err
	}
	k.RotationInterval, err = r.rotation(k.InstanceID != "")
	return k, err
}

// place puts a new key into its instance, with its policy.
func (r *request) place(k *key) *cloud.Error {
	if k.InstanceID == "" {
		if r.Params["Policy"] != "" {
			return policyUnsupported()
		}
		return r.add(k)
	}
	instance := r.instances[k.InstanceID]
	switch {
	case instance == nil || instance.Owner != k.Owner || instance.Region != k.Region:
		return instanceNotFound()
	case instance.Status != "Connected":
		return cloud.Errorf(400, "Forbidden.DKMSInstanceStateInvalid", "The state of the DKMS instance does not allow the operation.")
	case r.keysIn(instance) >= instance.KeyQuantity:
		return limitExceeded()
	}
	if err := r.adopt(k, r.Params["Policy"]); err != nil {
		return err
	}
	return r.add(k)
}

// add gives a key what only the service can: id, version and material.
func (s *Service) add(k *key) *cloud.Error {
	if k.ID == "" {
		id, err := s.hex(10)
		if err != nil {
			return err
		}
		k.ID = "key-" + regionCode(k.Region) + id
	}
	if k.VersionID == "" {
		id, err := s.hex(16)
		if err != nil {
			return err
		}
		k.VersionID = strings.Join([]string{id[:8], id[8:12], id[12:16], id[16:20], id[20:]}, "-")
	}
	if len(k.Material) == 0 && (k.Origin == originKMS || k.State == stateEnabled || k.State == stateDisabled) {
		k.Material = make([]byte, 32)
		if _, err := io.ReadFull(s.options.Random, k.Material); err != nil {
			return noRandom()
		}
	}
	s.keys[k.arn()] = k
	s.order = append(s.order, k)
	return nil
}

func (s *Service) hex(bytes int) (string, *cloud.Error) {
	raw := make([]byte, bytes)
	if _, err := io.ReadFull(s.options.Random, raw); err != nil {
		return "", noRandom()
	}
	return hex.EncodeToString(raw), nil
}

// regionCode is the part of a key id that differs by region: "hzz" and the like
// in the samples of the DescribeKey page.
func regionCode(region string) string {
	_, place, _ := strings.Cut(region, "-")
	return (strings.ReplaceAll(place, "-", "") + "zzz")[:3]
}

// tags reads a JSON array of {TagKey, TagValue}: at most 20, 128 characters each,
// no reserved prefix (KMS CreateKey page).
func tags(text string) (map[string]string, *cloud.Error) {
	if text == "" {
		return nil, nil
	}
	var list []struct{ TagKey, TagValue string }
	if json.Unmarshal([]byte(text), &list) != nil || len(list) > 20 {
		return nil, invalid("Tags")
	}
	out := map[string]string{}
	for _, tag := range list {
		reserved := strings.HasPrefix(tag.TagKey, "aliyun") || strings.HasPrefix(tag.TagKey, "acs:")
		if tag.TagKey == "" || reserved || utf8.RuneCountInString(tag.TagKey) > 128 || utf8.RuneCountInString(tag.TagValue) > 128 {
			return nil, invalid("Tags")
		}
		out[tag.TagKey] = tag.TagValue
	}
	return out, nil
}

// rotation reads EnableAutomaticRotation and RotationInterval: 7 to 365 days for
// keys of instances, 365 days for default keys (KMS CreateKey page).
func (r *request) rotation(inInstance bool) (string, *cloud.Error) {
	switch enable := r.Params["EnableAutomaticRotation"]; {
	case enable != "" && enable != "true" && enable != "false":
		return "", invalid("EnableAutomaticRotation")
	case enable != "true":
		return "", nil
	}
	every, ok := interval(r.Params["RotationInterval"])
	shortest := 365
	if inInstance {
		shortest = 7
	}
	if days := every / (24 * time.Hour); !ok || int(days) < shortest {
		return "", invalid("RotationInterval")
	}
	return fmt.Sprintf("%ds", int64(every.Seconds())), nil
}

// interval reads a number with the unit d, h, m or s, up to maxRotation.
func interval(text string) (time.Duration, bool) {
	if text == "" {
		return 0, false
	}
	number, err := strconv.Atoi(text[:len(text)-1])
	units := []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second}
	unit := slices.Index([]string{"d", "h", "m", "s"}, text[len(text)-1:])
	if err != nil || unit < 0 || number < 0 || number > int(maxRotation/units[unit]) {
		return 0, false
	}
	return time.Duration(number) * units[unit], true
}
