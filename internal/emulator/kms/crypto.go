package kms

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"strconv"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Limits of the KMS Encrypt and GenerateDataKey pages, in bytes.
const (
	maxPlaintext = 6 * 1024
	maxDataKey   = 1024
)

// blobMark begins every ciphertext of this service.
const blobMark = "kms1"

// dryRunnable wraps a cryptographic operation. With DryRun nothing is handed
// out: the answer is an error that says how the call would have ended (KMS
// "DryRun" page).
func dryRunnable(serve func(*request) (answer, *cloud.Error)) func(*request) (answer, *cloud.Error) {
	return func(r *request) (answer, *cloud.Error) {
		switch r.Params["DryRun"] {
		case "", "false":
			return serve(r)
		case "true":
		default:
			return nil, invalid("DryRun")
		}
		_, err := serve(r)
		switch {
		case err == nil:
			return nil, cloud.Errorf(400, "DryRunOperationError", "Request would have succeeded, but the DryRun parameter is set.")
		case err.Status == 403:
			return nil, &cloud.Error{Status: 403, Code: "AccessDeniedError", Message: err.Message, Denied: err.Denied}
		default:
			return nil, cloud.Errorf(400, "ValidationError", "%s", err.Message)
		}
	}
}

func (r *request) encrypt() (answer, *cloud.Error) {
	k, err := r.working(r.Params["KeyId"])
	if err != nil {
		return nil, err
	}
	plain, syntax := base64.StdEncoding.DecodeString(r.Params["Plaintext"])
	if syntax != nil || len(plain) == 0 || len(plain) > maxPlaintext {
		return nil, invalid("Plaintext")
	}
	return r.sealed(k, plain)
}

func (r *request) decrypt() (answer, *cloud.Error) {
	blob, ok := readBlob(r.Params["CiphertextBlob"])
	if !ok {
		return nil, invalid("CiphertextBlob")
	}
	k, err := r.working(blob.arn)
	if err != nil {
		return nil, err
	}
	aad, err := r.encryptionContext()
	if err != nil {
		return nil, err
	}
	plain, failure := k.cipher().Open(nil, blob.nonce, blob.sealed, aad)
	if failure != nil {
		return nil, invalid("CiphertextBlob")
	}
	return answer{"KeyId": k.ID, "KeyVersionId": k.VersionID, "Plaintext": base64.StdEncoding.EncodeToString(plain)}, nil
}

func (r *request) generateDataKey() (answer, *cloud.Error) {
	plain, out, err := r.newDataKey()
	if err != nil {
		return nil, err
	}
	out["Plaintext"] = base64.StdEncoding.EncodeToString(plain)
	return out, nil
}

func (r *request) generateSealedDataKey() (answer, *cloud.Error) {
	_, out, err := r.newDataKey()
	return out, err
}

func (r *request) newDataKey() ([]byte, answer, *cloud.Error) {
	k, err := r.working(r.Params["KeyId"])
	if err != nil {
		return nil, nil, err
	}
	size, err := r.dataKeySize()
	if err != nil {
		return nil, nil, err
	}
	plain := make([]byte, size)
	if _, failure := io.ReadFull(r.options.Random, plain); failure != nil {
		return nil, nil, noRandom()
	}
	out, err := r.sealed(k, plain)
	return plain, out, err
}

// dataKeySize is in bytes; NumberOfBytes wins over KeySpec.
func (r *request) dataKeySize() (int, *cloud.Error) {
	if text := r.Params["NumberOfBytes"]; text != "" {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 || size > maxDataKey {
			return 0, invalid("NumberOfBytes")
		}
		return size, nil
	}
	switch r.Params["KeySpec"] {
	case "", "AES_256":
		return 32, nil
	case "AES_128":
		return 16, nil
	default:
		return 0, invalid("KeySpec")
	}
}

// working finds the key of a cryptographic call and checks permission, kind and
// state.
func (r *request) working(name string) (*key, *cloud.Error) {
	k, err := r.permitted(name, r.action())
	if err != nil {
		return nil, err
	}
	return k, k.usable()
}

// sealed encrypts with the key and the call's encryption context.
func (r *request) sealed(k *key, plain []byte) (answer, *cloud.Error) {
	aad, err := r.encryptionContext()
	if err != nil {
		return nil, err
	}
	gcm := k.cipher()
	nonce := make([]byte, gcm.NonceSize())
	if _, failure := io.ReadFull(r.options.Random, nonce); failure != nil {
		return nil, noRandom()
	}
	b := blob{arn: k.arn(), nonce: nonce, sealed: gcm.Seal(nil, nonce, plain, aad)}
	return answer{"KeyId": k.ID, "KeyVersionId": k.VersionID, "CiphertextBlob": b.text()}, nil
}

// encryptionContext is additional data that decryption must repeat: a JSON object
// of strings, in any order.
func (r *request) encryptionContext() ([]byte, *cloud.Error) {
	text := r.Params["EncryptionContext"]
	if text == "" {
		return nil, nil
	}
	var pairs map[string]string
	if json.Unmarshal([]byte(text), &pairs) != nil {
		return nil, invalid("EncryptionContext")
	}
	canonical, err := json.Marshal(pairs)
	if err != nil {
		return nil, invalid("EncryptionContext")
	}
	return canonical, nil
}

// cipher is AES-GCM with as many bytes of the material as the spec asks for; SM4
// keys use AES-128, of the same size, because no caller can see the difference.
// Only symmetric keys come here, whose material has 32 bytes: there is no error.
func (k *key) cipher() cipher.AEAD {
	size := 32
	switch k.Spec {
	case "Aliyun_AES_128", "Aliyun_SM4":
		size = 16
	case "Aliyun_AES_192":
		size = 24
	}
	block, err := aes.NewCipher(k.Material[:size])
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// blob is a ciphertext that knows its key.
type blob struct {
	arn           string
	nonce, sealed []byte
}

func (b blob) text() string {
	var out bytes.Buffer
	out.WriteString(blobMark)
	out.Write(binary.BigEndian.AppendUint16(nil, uint16(len(b.arn)))) //nolint:gosec // an ARN is far shorter
	out.WriteString(b.arn)
	out.Write(b.nonce)
	out.Write(b.sealed)
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

func readBlob(text string) (blob, bool) {
	const nonceSize = 12
	raw, err := base64.StdEncoding.DecodeString(text)
	rest, marked := bytes.CutPrefix(raw, []byte(blobMark))
	if err != nil || !marked || len(rest) < 2 {
		return blob{}, false
	}
	size := int(binary.BigEndian.Uint16(rest))
	if rest = rest[2:]; len(rest) < size+nonceSize {
		return blob{}, false
	}
	return blob{arn: string(rest[:size]), nonce: rest[size : size+nonceSize], sealed: rest[size+nonceSize:]}, true
}
