package emulator

import (
	"fmt"
	"strings"
)

// Environment is what a program needs to reach the emulator: the endpoints of
// the four services. Credentials are not part of it, because they say which
// account is meant.
func Environment(url string) []string {
	var list []string
	for _, service := range []string{"OSS", "RAM", "STS", "KMS"} {
		list = append(list, service+"_ENDPOINT="+url)
	}
	return list
}

// ProfileFile is a configuration file of the aliyun CLI with one profile for
// each account of the default world, "prod" and "backup".
func ProfileFile() string {
	profile := func(name string, key KeyPair) string {
		return fmt.Sprintf(`    {"name": %q, "mode": "AK", "access_key_id": %q, "access_key_secret": %q, "region_id": %q}`, name, key.ID, key.Secret, Region)
	}
	return "{\n  \"current\": \"prod\",\n  \"profiles\": [\n" +
		profile("prod", SourceKeyPair()) + ",\n" + profile("backup", DestinationKeyPair()) + "\n  ]\n}\n"
}

// Reach explains to a person where an emulator with any world is reached: the
// page, the control plane and the endpoints. It names no keys.
func Reach(url string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nPage for people:  %s/-/\nControl plane:    %s/-/world, clock, faults, requests, replication\n\nEnvironment:\n", url, url)
	for _, line := range Environment(url) {
		fmt.Fprintf(&b, "  export %s\n", line)
	}
	return b.String()
}

// Connect explains to a person how to use the default world.
func Connect(url string) string {
	var b strings.Builder
	b.WriteString(Reach(url))
	fmt.Fprintf(&b, "\nProvider blocks:\n")
	block := func(alias, account string, key KeyPair) {
		fmt.Fprintf(&b, "  provider \"srr\" { # account %s\n    alias      = %q\n    region     = %q\n    access_key = %q\n    secret_key = %q\n  }\n",
			account, alias, Region, key.ID, key.Secret)
	}
	block("source", SourceAccount, SourceKeyPair())
	block("backup", DestinationAccount, DestinationKeyPair())
	fmt.Fprintf(&b, "\nBuckets: %q (source), %q (backup). Key for replicas: %s\n", SourceBucket, DestinationBucket, ReplicaKeyARN())
	return b.String()
}
