package policy_test

import (
	"errors"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

func canonical(t *testing.T, raw string) string {
	t.Helper()
	text, err := policy.Canonical([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return text
}

func TestCanonical_sameMeaningSameText(t *testing.T) {
	for name, pair := range map[string][2]string{
		"order, lists, spaces": {
			`{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:B","oss:A","oss:A"],"Resource":"r"},{"Effect":"Deny","Action":"x:Y","Resource":["b","a"]}]}`,
			"{\n \"Statement\": [ {\"Resource\":[\"a\",\"b\"],\"Action\":[\"x:Y\"],\"Effect\":\"Deny\"}, {\"Effect\":\"Allow\",\"Resource\":[\"r\"],\"Action\":[\"oss:A\",\"oss:B\"]} ], \"Version\":\"1\"}",
		},
		"one statement without its list": {
			`{"Version":"1","Statement":{"Effect":"Allow","Action":"a:b"}}`, `{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b"]}]}`,
		},
		"principals by kind": {
			`{"Statement":[{"Principal":{"RAM":"b","Service":["y","x"]}}]}`, `{"Statement":[{"Principal":{"Service":["x","y"],"RAM":["b"]}}]}`,
		},
		"condition values": {
			`{"Statement":[{"Condition":{"StringEquals":{"k":["b","a"]}}}]}`, `{"Statement":[{"Condition":{"StringEquals":{"k":["a","b"]}}}]}`,
		},
	} {
		if a, b := canonical(t, pair[0]), canonical(t, pair[1]); a != b {
			t.Errorf("%s:\n%s\n%s", name, a, b)
		}
	}
}

func TestCanonical_otherMeaningOtherText(t *testing.T) {
	base := canonical(t, `{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["r"]}]}`)
	for _, raw := range []string{
		`{"Version":"2","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["r"]}]}`,
		`{"Version":"1","Statement":[{"Effect":"Deny","Action":["a:b"],"Resource":["r"]}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b","a:c"],"Resource":["r"]}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","NotAction":["a:b"],"Resource":["r"]}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["R"]}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["r"],"Condition":{"Bool":{"k":"true"}}}]}`,
		`{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["r"],"Other":1}]}`,
		`{"Version":"1","Statement":[]}`,
	} {
		if canonical(t, raw) == base {
			t.Errorf("taken for the same: %s", raw)
		}
	}
}

func TestCanonical_readsAsWritten(t *testing.T) {
	const want = `{"Statement":[{"Action":["oss:ReplicateGet"],"Effect":"Allow","Resource":["acs:oss:*:*:a<b>&c"]}],"Version":"1"}`
	if got := canonical(t, want); got != want {
		t.Errorf("got %s", got)
	}
}

func TestCanonical_refusesWhatItCannotKeep(t *testing.T) {
	for raw, want := range map[string]error{
		`{"Version":"1","Version":"1"}`:                            policy.ErrDuplicate,
		`{"Statement":[{"Condition":{"Bool":{"k":"a","k":"b"}}}]}`: policy.ErrDuplicate,
		"{\"a\":\"\xff\"}":                                         policy.ErrEncoding,
		`{} {}`:                                                    policy.ErrTrailing,
		``:                                                         nil, `[]`: nil, `{`: nil, `{"Statement":[1]}`: nil, `{"Statement":null}`: nil, `policy`: nil,
	} {
		_, err := policy.Canonical([]byte(raw))
		if err == nil {
			t.Errorf("%q accepted", raw)
		}
		if want != nil && !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", raw, err, want)
		}
	}
	deep := make([]byte, 0, 4000)
	for range 1000 {
		deep = append(deep, `{"a":`...)
	}
	if _, err := policy.Canonical(deep); !errors.Is(err, policy.ErrDepth) {
		t.Errorf("deep nesting: %v", err)
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add(`{"Version":"1","Statement":[{"Effect":"Allow","Action":["a:b"],"Resource":["r"]}]}`)
	f.Add(`{"Statement":{"Principal":{"RAM":"x"}}}`)
	f.Fuzz(func(t *testing.T, raw string) {
		text, err := policy.Canonical([]byte(raw))
		if err != nil {
			return
		}
		again, err := policy.Canonical([]byte(text))
		if err != nil || again != text {
			t.Errorf("%q: not stable: %q, %q, %v", raw, text, again, err)
		}
	})
}
