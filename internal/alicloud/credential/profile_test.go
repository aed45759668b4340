package credential_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

const secret = "s3cr3t-of-the-test"

func write(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// sourceOf reads the profile and returns its source or the first error on the way.
func sourceOf(t *testing.T, content, name string) (alicloud.CredentialSource, error) {
	t.Helper()
	return sourceWith(t, alicloud.Config{Region: "cn-hangzhou"}, content, name)
}

func sourceWith(t *testing.T, cfg alicloud.Config, content, name string) (alicloud.CredentialSource, error) {
	t.Helper()
	profiles, err := credential.ReadProfiles(write(t, content))
	if err != nil {
		return nil, err
	}
	profile, err := profiles.Named(name)
	if err != nil {
		return nil, err
	}
	return profile.Source(cfg)
}

// refused fails the test unless err says what is wanted and quotes no secret.
func refused(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in: %v", part, err)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("a secret is in: %v", err)
	}
}

func TestProfile_keys(t *testing.T) {
	t.Parallel()
	content := "\xef\xbb\xbf" + `{"current": "b", "profiles": [
	  {"name": "a", "mode": "AK", "access_key_id": "id-a", "access_key_secret": "` + secret + `", "sts_token": "left over"},
	  {"name": "b", "mode": "StsToken", "access_key_id": "id-b", "access_key_secret": "` + secret + `", "sts_token": "token-b"}]}`
	for name, want := range map[string]alicloud.Credentials{
		"a": {AccessKeyID: "id-a", AccessKeySecret: secret},
		"b": {AccessKeyID: "id-b", AccessKeySecret: secret, SecurityToken: "token-b"},
		"":  {AccessKeyID: "id-b", AccessKeySecret: secret, SecurityToken: "token-b"},
	} {
		source, err := sourceOf(t, content, name)
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if got, err := source.Credentials(t.Context()); err != nil || got != want {
			t.Errorf("%q: %v, %v", name, got.AccessKeyID, err)
		}
	}
}

func TestProfile_errorsQuoteNoSecret(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, want string }{
		"syntax":       {`{"profiles": [{"access_key_secret": "` + secret + `" x`, "syntax error at byte"},
		"type":         {`{"profiles": [{"name": "a", "access_key_secret": ["` + secret + `"]}]}`, "profiles.access_key_secret has the wrong type"},
		"INI":          {"[default]\naccess_key_secret = " + secret, "is not the JSON file"},
		"empty":        {`{"profiles": []}`, "has no profile"},
		"half":         {`{"profiles": [{"name": "a", "mode": "AK", "access_key_secret": "` + secret + `"}]}`, `"a"`},
		"neither half": {`{"profiles": [{"name": "a", "mode": "AK"}]}`, "no access_key_id and no access_key_secret"},
		"no token":     {`{"profiles": [{"name": "a", "mode": "StsToken", "access_key_id": "x", "access_key_secret": "` + secret + `"}]}`, "mode StsToken but no sts_token"},
		"no role":      {`{"profiles": [{"name": "a", "mode": "RamRoleArn", "access_key_id": "x", "access_key_secret": "` + secret + `"}]}`, "no ram_role_arn"},
		"no base":      {`{"profiles": [{"name": "a", "mode": "ChainableRamRoleArn", "ram_role_arn": "r"}]}`, "no source_profile"},
		"strange base": {`{"profiles": [{"name": "a", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "z"}]}`, `has no profile "z"`},
		"circle": {`{"profiles": [{"name": "a", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "b"},
		  {"name": "b", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "a"}]}`, `leads back to "a"`},
		"half OIDC":  {`{"profiles": [{"name": "a", "mode": "OIDC", "ram_role_arn": "r"}]}`, "no oidc_provider_arn and no oidc_token_file"},
		"no URI":     {`{"profiles": [{"name": "a", "mode": "CredentialsURI"}]}`, "no credentials_uri"},
		"bad URI":    {`{"profiles": [{"name": "a", "mode": "CredentialsURI", "credentials_uri": "file:///` + secret + `"}]}`, "not an http or https URL"},
		"no command": {`{"profiles": [{"name": "a", "mode": "External"}]}`, "no process_command"},
		"open quote": {`{"profiles": [{"name": "a", "mode": "External", "process_command": "x '` + secret + `"}]}`, "within quotes"},
		"logged out": {`{"profiles": [{"name": "a", "mode": "CloudSSO", "cloud_sso_sign_in_url": "https://signin.test", "cloud_sso_account_id": "1", "cloud_sso_access_config": "c", "access_token": "` + secret + `", "cloud_sso_access_token_expire": 1000}]}`, "its login ended at 1970-01-01T00:16:40Z"},
		"no sign-in": {`{"profiles": [{"name": "a", "mode": "CloudSSO", "cloud_sso_sign_in_url": "signin.test", "cloud_sso_account_id": "1", "cloud_sso_access_config": "c", "access_token": "` + secret + `", "cloud_sso_access_token_expire": 99999999999}]}`, "not an http or https URL"},
		"no login":   {`{"profiles": [{"name": "a", "mode": "OAuth", "oauth_refresh_token": "` + secret + `"}]}`, "no oauth_access_token"},
		"odd site":   {`{"profiles": [{"name": "a", "mode": "OAuth", "oauth_access_token": "` + secret + `", "oauth_access_token_expire": 99999999999}]}`, "neither CN nor INTL"},
		"missing":    {`{"profiles": [{"name": "b", "mode": "AK", "access_key_secret": "` + secret + `"}]}`, `it has "b"`},
		"mode":       {`{"profiles": [{"name": "a", "mode": "Ak", "access_key_secret": "` + secret + `"}]}`, `its mode "Ak" is not supported`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sourceOf(t, c.content, "a")
			refused(t, err, c.want, "config.json")
		})
	}
}
