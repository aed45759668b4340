package acceptance_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// party is one of the two accounts.
type party struct{ key, secret, token string }

// settings are where a test runs and as whom.
type settings struct {
	region, endpoint    string // endpoint of OSS
	source, destination party
	endpoints           alicloud.Endpoints // of the other services; empty: the public ones
	replicaKeyARN       string             // "": nothing about KMS
	sourceKeyARN        string             // "": nothing encrypted
	patience            time.Duration
	env                 func(name string) string // what the provider sees
}

// errNotGiven says that there are no two real accounts to test with.
var errNotGiven = errors.New("SRR_ACC_REGION and the keys of two real accounts are not set")

// realAccounts reads the settings of two real accounts from the environment.
func realAccounts(env func(name string) string) (settings, error) {
	read := func(side string) party {
		return party{env("SRR_ACC_" + side + "_ACCESS_KEY"), env("SRR_ACC_" + side + "_SECRET_KEY"), env("SRR_ACC_" + side + "_SECURITY_TOKEN")}
	}
	s := settings{
		region: env("SRR_ACC_REGION"), source: read("SOURCE"), destination: read("DESTINATION"),
		replicaKeyARN: env("SRR_ACC_REPLICA_KEY_ARN"), sourceKeyARN: env("SRR_ACC_SOURCE_KEY_ARN"), patience: 20 * time.Minute, env: func(string) string { return "" },
	}
	s.endpoint = "https://oss-" + s.region + ".aliyuncs.com"
	if s.region == "" || s.source.key == "" || s.source.secret == "" || s.destination.key == "" || s.destination.secret == "" {
		return s, errNotGiven
	}
	if s.sourceKeyARN != "" && s.replicaKeyARN == "" {
		return s, errors.New("SRR_ACC_SOURCE_KEY_ARN is set without SRR_ACC_REPLICA_KEY_ARN: " +
			"OSS copies no object that is encrypted with the one unless the rule has the other; set both, or neither")
	}
	return s, nil
}

// Half of the keys would cost twenty minutes before an object is missed.
func TestRealAccounts(t *testing.T) {
	t.Parallel()
	given := map[string]string{
		"SRR_ACC_REGION": "cn-hangzhou", "SRR_ACC_SOURCE_ACCESS_KEY": "a", "SRR_ACC_SOURCE_SECRET_KEY": "b",
		"SRR_ACC_DESTINATION_ACCESS_KEY": "c", "SRR_ACC_DESTINATION_SECRET_KEY": "d",
	}
	const source, replica = "SRR_ACC_SOURCE_KEY_ARN", "SRR_ACC_REPLICA_KEY_ARN"
	for name, c := range map[string]struct {
		more map[string]string
		want string
	}{
		"no keys":     {nil, ""},
		"replica key": {map[string]string{replica: "r"}, ""},
		"both keys":   {map[string]string{replica: "r", source: "s"}, ""},
		"source key":  {map[string]string{source: "s"}, "set both, or neither"},
		"no region":   {map[string]string{"SRR_ACC_REGION": ""}, errNotGiven.Error()},
	} {
		env := maps.Clone(given)
		maps.Copy(env, c.more)
		_, err := realAccounts(func(name string) string { return env[name] })
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// emulated starts a cloud with two accounts.
func emulated(t *testing.T) settings {
	t.Helper()
	made, err := emulator.New(emulator.Options{Speed: 1000})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	given := map[string]string{}
	for _, line := range emulator.Environment(server.URL) {
		name, value, _ := strings.Cut(line, "=")
		given[name] = value
	}
	one, other := emulator.SourceKeyPair(), emulator.DestinationKeyPair()
	return settings{
		region: emulator.Region, endpoint: server.URL, patience: 20 * time.Second,
		endpoints:     alicloud.Endpoints{OSS: server.URL, RAM: server.URL, STS: server.URL, KMS: server.URL},
		replicaKeyARN: emulator.ReplicaKeyARN(), sourceKeyARN: "acs:kms:" + emulator.Region + ":" + emulator.SourceAccount + ":key/" + emulator.SourceKey,
		source: party{key: one.ID, secret: one.Secret}, destination: party{key: other.ID, secret: other.Secret},
		env: func(name string) string { return given[name] },
	}
}

// unique is a name that nobody has.
func unique(t *testing.T) string {
	t.Helper()
	random := make([]byte, 6)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	return "srr-acc-" + hex.EncodeToString(random)
}

// client speaks for an account.
func (s settings) client(t *testing.T, p party) *oss.Client {
	t.Helper()
	client, err := oss.New(s.endpoint, p.key, p.secret, oss.SecurityToken(p.token), oss.Region(s.region),
		oss.AuthVersion(oss.AuthV4), oss.ForcePathStyle(strings.HasPrefix(s.endpoint, "http://")))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// bucket makes a bucket, which the end of the test empties and deletes.
func (s settings) bucket(t *testing.T, p party, name string) *oss.Bucket {
	t.Helper()
	client := s.client(t, p)
	if err := client.CreateBucket(name); err != nil {
		t.Fatal(err)
	}
	bucket, err := client.Bucket(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		listed, err := bucket.ListObjectsV2()
		for _, object := range listed.Objects {
			if err == nil {
				err = bucket.DeleteObject(object.Key)
			}
		}
		if err == nil {
			err = client.DeleteBucket(name)
		}
		if err != nil {
			t.Errorf("bucket %s is left: %v", name, err)
		}
	})
	return bucket
}

func block(name string, s settings, p party) string {
	return fmt.Sprintf("provider %q {\n  region = %q\n  access_key = %q\n  secret_key = %q\n  security_token = %s\n}\n",
		name, s.region, p.key, p.secret, orNull(p.token))
}

func orNull(value string) string {
	if value == "" {
		return "null"
	}
	return fmt.Sprintf("%q", value)
}
