package kms

import (
	"bytes"
	"encoding/json"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// policyName is that of the only policy a key has.
const policyName = "default"

// DefaultPolicy is what a key has before anybody writes a policy (KMS "Overview of
// key policies" page): its owner's account may do everything.
func DefaultPolicy(owner string) string {
	return `{"Statement":[{"Action":["kms:*"],"Effect":"Allow","Principal":{"RAM":["acs:ram::` + owner +
		`:*"]},"Resource":["*"],"Sid":"kms default key policy"}],"Version":"1"}`
}

// policy is the text of the key's policy.
func (k *key) policy() string {
	if k.Policy == "" {
		return DefaultPolicy(k.Owner)
	}
	return k.Policy
}

func policyUnsupported() *cloud.Error {
	return cloud.Errorf(400, "Forbidden.KeyPolicyUnSupported", "The specified key does not support key policies.")
}

func (r *request) getKeyPolicy() (answer, *cloud.Error) {
	k, err := r.keyWithPolicy()
	if err != nil {
		return nil, err
	}
	text := k.policy()
	if r.options.Switches.ReserializeKeyPolicies {
		text = reserialized(text)
	}
	return answer{"Policy": text}, nil
}

func (r *request) setKeyPolicy() (answer, *cloud.Error) {
	k, err := r.keyWithPolicy()
	if err != nil {
		return nil, err
	}
	return answer{}, r.adopt(k, r.Params["Policy"])
}

// keyWithPolicy finds the key of a policy call. Default keys and keys of cloud
// services have no policy.
func (r *request) keyWithPolicy() (*key, *cloud.Error) {
	k, err := r.permitted(r.Params["KeyId"], r.action())
	if err != nil {
		return nil, err
	}
	if k.InstanceID == "" {
		return nil, policyUnsupported()
	}
	if name := r.Params["PolicyName"]; name != "" && name != policyName {
		return nil, cloud.Errorf(404, "Forbidden.ResourceNotFound", "The specified policy is not found.")
	}
	return k, nil
}

// adopt checks a policy and gives it to a key of an instance; "" is the default
// policy. The text is kept byte for byte.
func (r *request) adopt(k *key, text string) *cloud.Error {
	if text == "" {
		text = DefaultPolicy(k.Owner)
	}
	document, syntax := access.Parse(access.KeyPolicy, []byte(text))
	if syntax != nil {
		return invalidBecause("Policy", syntax.Reason)
	}
	if err := r.share(r.instances[k.InstanceID], k, accountsIn(text, k.Owner)); err != nil {
		return err
	}
	k.Policy, k.document = text, document
	return nil
}

// reserialized writes a policy with its fields in alphabetical order, Statement
// before Version, as the sample of the GetKeyPolicy page has it.
func reserialized(text string) string {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil {
		return text
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return text
	}
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n")))
}
