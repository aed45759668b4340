package kms_test

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestEncryptAndDecrypt_roundTripWithContext(t *testing.T) {
	w := newWorld(t)
	plain := base64.StdEncoding.EncodeToString([]byte("orders"))
	out := w.do("Encrypt", "KeyId", usableARN, "Plaintext", plain, "EncryptionContext", `{"a":"1","b":"2"}`)
	blob := out["CiphertextBlob"].(string)
	back := w.do("Decrypt", "CiphertextBlob", blob, "EncryptionContext", `{ "b":"2", "a":"1" }`)
	if back["Plaintext"] != plain || back["KeyId"] != usableKey || back["KeyVersionId"] != out["KeyVersionId"] {
		t.Errorf("decrypted to %v, encrypted by %v", back, out)
	}
	w.refused(400, "InvalidParameter", "Decrypt", "CiphertextBlob", blob)
	w.refused(400, "InvalidParameter", "Decrypt", "CiphertextBlob", blob, "EncryptionContext", `{"a":"1","b":"3"}`)
	raw, _ := base64.StdEncoding.DecodeString(blob)
	raw[len(raw)-1] ^= 1
	w.refused(400, "InvalidParameter", "Decrypt", "CiphertextBlob", base64.StdEncoding.EncodeToString(raw), "EncryptionContext", `{"a":"1","b":"2"}`)
	again := w.do("Encrypt", "KeyId", usableARN, "Plaintext", plain, "EncryptionContext", `{"a":"1","b":"2"}`)
	if again["CiphertextBlob"] == blob {
		t.Error("two encryptions of the same text are equal")
	}
}

func TestEncrypt_worksWithEverySymmetricSpec(t *testing.T) {
	w := newWorld(t)
	for _, spec := range []string{"Aliyun_AES_256", "Aliyun_AES_128", "Aliyun_AES_192", "Aliyun_SM4"} {
		created := w.do("CreateKey", "KeySpec", spec, "DKMSInstanceId", "kst-1")
		id := created["KeyMetadata"].(map[string]any)["KeyId"].(string)
		blob := w.do("Encrypt", "KeyId", id, "Plaintext", "YQ==")["CiphertextBlob"].(string)
		if got := w.do("Decrypt", "CiphertextBlob", blob)["Plaintext"]; got != "YQ==" {
			t.Errorf("%s: decrypted to %v", spec, got)
		}
	}
}

func TestGenerateDataKey_sizes(t *testing.T) {
	w := newWorld(t)
	for name, tc := range map[string]struct {
		pairs []string
		want  int
	}{
		"default":                 {nil, 32},
		"AES_128":                 {[]string{"KeySpec", "AES_128"}, 16},
		"number of bytes wins":    {[]string{"KeySpec", "AES_128", "NumberOfBytes", "48"}, 48},
		"the longest":             {[]string{"NumberOfBytes", "1024"}, 1024},
		"the shortest":            {[]string{"NumberOfBytes", "1"}, 1},
		"with encryption context": {[]string{"EncryptionContext", `{}`}, 32},
	} {
		t.Run(name, func(t *testing.T) {
			pairs := append([]string{"KeyId", usableKey}, tc.pairs...)
			out := w.do("GenerateDataKey", pairs...)
			plain, err := base64.StdEncoding.DecodeString(out["Plaintext"].(string))
			if err != nil || len(plain) != tc.want {
				t.Errorf("%d bytes (%v), want %d", len(plain), err, tc.want)
			}
			back := w.do("Decrypt", append([]string{"CiphertextBlob", out["CiphertextBlob"].(string)}, tc.pairs...)...)
			if back["Plaintext"] != out["Plaintext"] {
				t.Error("the sealed data key is another one")
			}
		})
	}
	sealed := w.do("GenerateDataKeyWithoutPlaintext", "KeyId", usableKey)
	if _, has := sealed["Plaintext"]; has || sealed["CiphertextBlob"] == nil {
		t.Errorf("without plaintext: %v", sealed)
	}
}

func TestCrypto_refusals(t *testing.T) {
	w := newWorld(t)
	long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 6*1024+1)))
	for name, tc := range map[string]struct {
		status    int
		code      string
		operation string
		pairs     []string
	}{
		"no key":                    {400, "MissingKeyId", "Encrypt", []string{"Plaintext", "YQ=="}},
		"no plaintext":              {400, "MissingPlaintext", "Encrypt", []string{"KeyId", usableKey}},
		"plaintext not base64":      {400, "InvalidParameter", "Encrypt", []string{"KeyId", usableKey, "Plaintext", "a"}},
		"plaintext over 6 KB":       {400, "InvalidParameter", "Encrypt", []string{"KeyId", usableKey, "Plaintext", long}},
		"context not an object":     {400, "InvalidParameter", "Encrypt", []string{"KeyId", usableKey, "Plaintext", "YQ==", "EncryptionContext", "[]"}},
		"context of numbers":        {400, "InvalidParameter", "GenerateDataKey", []string{"KeyId", usableKey, "EncryptionContext", `{"a":1}`}},
		"unknown key":               {404, "Forbidden.KeyNotFound", "Encrypt", []string{"KeyId", "key-none", "Plaintext", "YQ=="}},
		"unknown alias":             {404, "Forbidden.AliasNotFound", "Encrypt", []string{"KeyId", "alias/none", "Plaintext", "YQ=="}},
		"signing key":               {400, "UnsupportedOperation", "Encrypt", []string{"KeyId", signingKey, "Plaintext", "YQ=="}},
		"key waits for material":    {409, "Rejected.PendingImport", "GenerateDataKey", []string{"KeyId", "key-imp01"}},
		"unknown data key spec":     {400, "InvalidParameter", "GenerateDataKey", []string{"KeyId", usableKey, "KeySpec", "AES_512"}},
		"data key of no bytes":      {400, "InvalidParameter", "GenerateDataKey", []string{"KeyId", usableKey, "NumberOfBytes", "0"}},
		"data key over 1024 bytes":  {400, "InvalidParameter", "GenerateDataKey", []string{"KeyId", usableKey, "NumberOfBytes", "1025"}},
		"no ciphertext":             {400, "MissingCiphertextBlob", "Decrypt", nil},
		"ciphertext of nobody":      {400, "InvalidParameter", "Decrypt", []string{"CiphertextBlob", "YQ=="}},
		"ciphertext cut short":      {400, "InvalidParameter", "Decrypt", []string{"CiphertextBlob", "a21zMf//"}},
		"dry run of a good call":    {400, "DryRunOperationError", "GenerateDataKey", []string{"KeyId", usableKey, "DryRun", "true"}},
		"dry run of a bad call":     {400, "ValidationError", "GenerateDataKey", []string{"KeyId", usableKey, "DryRun", "true", "NumberOfBytes", "0"}},
		"dry run of a denied call":  {403, "AccessDeniedError", "GenerateDataKey", []string{"KeyId", sourceARN, "DryRun", "true"}},
		"dry run neither yes or no": {400, "InvalidParameter", "GenerateDataKey", []string{"KeyId", usableKey, "DryRun", "maybe"}},
		"dry run switched off":      {0, "", "GenerateDataKey", []string{"KeyId", usableKey, "DryRun", "false"}},
		"unknown operation":         {404, "InvalidAction.NotFound", "encrypt", nil},
		"operation of another spot": {404, "InvalidAction.NotFound", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.as(root(destination), tc.operation, tc.pairs...)
			expect(t, err, tc.status, tc.code)
		})
	}
}

func TestDecrypt_ofAKeyThatIsGone(t *testing.T) {
	w := newWorld(t)
	blob := w.do("Encrypt", "KeyId", defaultKey, "Plaintext", "YQ==")["CiphertextBlob"].(string)
	state := w.State()
	state.Keys = state.Keys[:1]
	if err := w.Load(state); err != nil {
		t.Fatal(err)
	}
	w.refused(404, "Forbidden.KeyNotFound", "Decrypt", "CiphertextBlob", blob)
}
