package replication_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func TestBeyondSourcePolicy(t *testing.T) {
	const key = "acs:kms:cn-hangzhou:1234567890123456:key/key-1"
	whole := replication.SourcePolicy([]string{"orders", "invoices"}, []string{key})
	statement := func(fields string) string { return `{"Version":"1","Statement":[{` + fields + `}]}` }
	read := `"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"]`
	for name, c := range map[string]struct{ document, want string }{
		"exact":                   {whole, ""},
		"one action":              {statement(`"Effect":"Allow","Action":"OSS:replicateget","Resource":"acs:oss:*:1234567890123456:orders/*"`), ""},
		"one key action":          {statement(`"Effect":"Allow","Action":"kms:Decrypt","Resource":"` + key + `"`), ""},
		"another action":          {strings.Replace(whole, `"oss:ReplicateGet"`, `"oss:ReplicateGet","oss:PutObject"`, 1), "oss:PutObject"},
		"a pattern of actions":    {statement(`"Effect":"Allow","Action":["oss:Replicate*"],"Resource":["acs:oss:*:*:orders"]`), "oss:Replicate*"},
		"every bucket":            {statement(read + `,"Resource":["acs:oss:*:*:*"]`), "acs:oss:*:*:*"},
		"a part of a bucket":      {statement(read + `,"Resource":["acs:oss:*:*:orders","acs:oss:*:*:orders/in/*"]`), "acs:oss:*:*:orders/in/*"},
		"every resource":          {statement(read + `,"Resource":["*"]`), "* oss:ReplicateGet oss:ReplicateList"},
		"every key":               {statement(`"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["*"]`), "*"},
		"another action of a key": {statement(`"Effect":"Allow","Action":["kms:Encrypt"],"Resource":["` + key + `"]`), "kms:Encrypt"},
		"a condition":             {statement(read + `,"Resource":["acs:oss:*:*:orders"],"Condition":{"Bool":{"acs:SecureTransport":"true"}}`), "Condition"},
		"a denial":                {statement(`"Effect":"Deny","Action":["oss:ReplicateGet"],"Resource":["acs:oss:*:*:orders"]`), `Effect "Deny"`},
		"what is left out":        {statement(`"Effect":"Allow","NotAction":["oss:Delete*"],"Resource":["acs:oss:*:*:orders"]`), "NotAction"},
	} {
		got, err := replication.BeyondSourcePolicy(c.document)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, document := range []string{"", "[]", `{"Statement":{}}`, statement(`"Action":1`)} {
		if got, err := replication.BeyondSourcePolicy(document); !errors.Is(err, replication.ErrOtherPolicy) || !slices.Equal(got, nil) {
			t.Errorf("%s: %v, %v", document, got, err)
		}
	}
}
