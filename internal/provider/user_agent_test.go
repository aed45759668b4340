package provider_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The version of provider and CLI is in every request, so that the operators of
// the service and of the account see in their logs who called.
func TestUserAgent_ofEveryRequestNamesProviderAndCLI(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, deployer, encryptedObject)
	d := cloud.terraform().writeAs(twoAccountsKMS(), "  assume_role {\n    role_arn = \""+deployRole+"\"\n  }\n")
	d.apply().ok()
	d.destroy().ok()
	want := []string{"terraform-provider-srr/test", "Terraform/" + d.versionTold()}
	services := map[string]int{}
	for _, r := range cloud.Requests(0) {
		services[r.Service]++
		for _, part := range want {
			if !strings.Contains(r.UserAgent, part) {
				t.Errorf("%s %s came from %q, which lacks %q", r.Service, r.Operation, r.UserAgent, part)
			}
		}
	}
	for _, service := range []string{"oss", "ram", "sts", "kms"} {
		if services[service] == 0 {
			t.Errorf("no request to %s", service)
		}
	}
}

// versionTold is the version that the CLI tells a provider, as far as it is known:
// OpenTofu names a version of Terraform (1.13.0 in OpenTofu 1.12).
func (d terraformDir) versionTold() string {
	d.t.Helper()
	said, err := d.command("version").Output()
	if err != nil {
		d.t.Fatal(err)
	}
	if strings.HasPrefix(string(said), "OpenTofu") {
		return "1."
	}
	return d.version()
}

// version is what the CLI says of itself.
func (d terraformDir) version() string {
	d.t.Helper()
	said, err := d.command("version", "-json").Output()
	if err != nil {
		d.t.Fatal(err)
	}
	var told struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(said, &told); err != nil || told.Version == "" {
		d.t.Fatalf("%s said %s: %v", os.Getenv("TF_ACC_TERRAFORM_PATH"), said, err)
	}
	return told.Version
}
