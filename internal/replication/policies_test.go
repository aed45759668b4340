package replication_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/replication"
)

func equalJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// The literal documents below are those of the OSS page on cross-account
// same-region replication (2026), with invented names.
func TestTrustPolicy_isTheDocumentedOne(t *testing.T) {
	equalJSON(t, replication.TrustPolicy(), `{"Version":"1","Statement":[
		{"Effect":"Allow","Action":["sts:AssumeRole"],"Principal":{"Service":["oss.aliyuncs.com"]}}]}`)
}

func TestSourcePolicy_isTheDocumentedOne(t *testing.T) {
	equalJSON(t, replication.SourcePolicy([]string{"src"}, nil), `{"Version":"1","Statement":[
		{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],
		 "Resource":["acs:oss:*:*:src","acs:oss:*:*:src/*"]}]}`)
}

func TestSourcePolicy_orderAndRepetitionDoNotMatter(t *testing.T) {
	key := "acs:kms:cn-hangzhou:" + uid + ":key/key-1"
	a := replication.SourcePolicy([]string{"b", "a", "b"}, []string{key})
	b := replication.SourcePolicy([]string{"a", "b"}, []string{key, key})
	if a != b {
		t.Errorf("%s\n%s", a, b)
	}
	equalJSON(t, a, `{"Version":"1","Statement":[
		{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet"],
		 "Resource":["acs:oss:*:*:a","acs:oss:*:*:a/*","acs:oss:*:*:b","acs:oss:*:*:b/*"]},
		{"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],"Resource":["`+key+`"]}]}`)
}

func TestDestinationPolicy_isTheDocumentedOne(t *testing.T) {
	role := replication.Role{AccountID: uid, Name: "AliyunOssDrsRole"}
	equalJSON(t, replication.DestinationPolicy("9876543210987654", "dst", role, true), `{"Version":"1","Statement":[
		{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"],
		 "Principal":["arn:sts::`+uid+`:assumed-role/aliyunossdrsrole/*"],
		 "Resource":["acs:oss:*:9876543210987654:dst","acs:oss:*:9876543210987654:dst/*"]}]}`)
	equalJSON(t, replication.DestinationPolicy("", "dst", role, false), `{"Version":"1","Statement":[
		{"Effect":"Allow","Action":["oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut"],
		 "Principal":["arn:sts::`+uid+`:assumed-role/aliyunossdrsrole/*"],
		 "Resource":["acs:oss:*:*:dst","acs:oss:*:*:dst/*"]}]}`)
}

func TestKeyStatement(t *testing.T) {
	role := replication.Role{AccountID: uid, Name: "Oss.Srr"}
	equalJSON(t, replication.KeyStatement(replication.KeySid(role), role, replication.DefaultKeyActions()), `
		{"Sid":"srr-`+uid+`-oss.srr","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],
		 "Principal":{"RAM":["acs:ram::`+uid+`:role/oss.srr"]},"Resource":["*"]}`)
}
