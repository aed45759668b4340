package replication_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func TestReadSourcePolicy_readsBackWhatIsWritten(t *testing.T) {
	key := "acs:kms:cn-hangzhou:" + uid + ":key/key-1"
	buckets, keys, err := replication.ReadSourcePolicy(replication.SourcePolicy([]string{"b-2", "a-1"}, []string{key}))
	if err != nil || !slices.Equal(buckets, []string{"a-1", "b-2"}) || !slices.Equal(keys, []string{key}) {
		t.Errorf("%v %v %v", buckets, keys, err)
	}
}

func TestReadSourcePolicy_otherSpellings(t *testing.T) {
	buckets, keys, err := replication.ReadSourcePolicy(`{"Statement":[
		{"Effect":"Allow","Action":"oss:ReplicateGet","Resource":"acs:oss:*:1234567890123456:src/*"},
		{"Effect":"Allow","Action":["oss:ReplicateList"],"Resource":["acs:oss:*:*:src"]}],"Version":"1"}`)
	if err != nil || !slices.Equal(buckets, []string{"src"}) || len(keys) != 0 {
		t.Errorf("%v %v %v", buckets, keys, err)
	}
}

func TestReadSourcePolicy_otherPolicies(t *testing.T) {
	for _, document := range []string{
		``, `[]`, `{}`, `{"Statement":[{"Action":"*","Resource":"*"}]}`, `{"Statement":[{"Resource":["acs:oss:*:*:*"]}]}`,
		`{"Statement":[{"Resource":["acs:oss:src"]}]}`, `{"Statement":[{"Resource":{}}]}`,
	} {
		if _, _, err := replication.ReadSourcePolicy(document); !errors.Is(err, replication.ErrOtherPolicy) {
			t.Errorf("%s: %v", document, err)
		}
	}
}
