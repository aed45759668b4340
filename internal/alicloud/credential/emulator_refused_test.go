package credential_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

const (
	chainFirst  = "acs:ram::" + emulator.SourceAccount + ":role/first"
	chainSecond = "acs:ram::" + emulator.DestinationAccount + ":role/second"
	chainClosed = "acs:ram::" + emulator.DestinationAccount + ":role/closed"
	pipeline    = "acs:ram::" + emulator.SourceAccount + ":oidc-provider/pipeline"
)

// trusting is a trust policy for RAM principals.
func trusting(principal string) string {
	return `{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["` + principal + `"]}}]}`
}

// chainedCloud has a role "first" for everybody of the source account, and in the destination account a role "second"
// that trusts it and a role "closed" that trusts somebody else. Sessions last as long as life says.
func chainedCloud(t *testing.T, life time.Duration) (*emulator.Server, alicloud.Config) {
	t.Helper()
	world := emulator.DefaultWorld()
	world.Switches.SessionLife = life
	admin := []identity.Attachment{{Type: "System", Policy: "AdministratorAccess"}}
	source, destination := &world.Accounts[0], &world.Accounts[1]
	source.Roles = []identity.Role{{Name: "first", TrustPolicy: trusting("acs:ram::" + emulator.SourceAccount + ":root"), Attached: admin}}
	source.Keys = append(source.Keys, identity.AccessKey{ID: "LTAIinactive", Secret: secret, User: "terraform", Inactive: true})
	source.OIDCProviders = []identity.OIDCProvider{{
		Name: "pipeline", Issuer: "https://token.example.com", ClientIDs: []string{"sts.aliyuncs.com"}, JWKS: fmt.Appendf(nil, `{"keys":[{"kty":"RSA","kid":"nobody's","e":"AQAB","n":%q}]}`, base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, 256))),
	}}
	destination.Roles = []identity.Role{
		{Name: "second", TrustPolicy: trusting(chainFirst), Attached: admin},
		{Name: "closed", TrustPolicy: trusting("acs:ram::" + emulator.SourceAccount + ":role/other"), Attached: admin},
	}
	world.Instance = &emulator.Instance{Account: emulator.SourceAccount, Role: "first"}
	made, err := emulator.New(emulator.Options{World: &world})
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
	return server, alicloud.Config{
		Region: emulator.Region, Transport: redirect{server.URL}, Endpoints: alicloud.Endpoints{STS: server.URL},
		Sleep: func(context.Context, time.Duration) error { return nil },
	}
}

// chainedProfiles is the CLI's file for the cloud.
func chainedProfiles() string {
	key := emulator.SourceKeyPair()
	return fmt.Sprintf(`{"profiles": [
	  {"name": "arn", "mode": "RamRoleArn", "access_key_id": %[1]q, "access_key_secret": %[2]q, "ram_role_arn": %[3]q},
	  {"name": "chain", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": %[4]q},
	  {"name": "around", "mode": "ChainableRamRoleArn", "source_profile": "key", "ram_role_arn": %[4]q},
	  {"name": "closed", "mode": "ChainableRamRoleArn", "source_profile": "arn", "ram_role_arn": %[5]q},
	  {"name": "key", "mode": "AK", "access_key_id": %[1]q, "access_key_secret": %[2]q}]}`,
		key.ID, key.Secret, chainFirst, chainSecond, chainClosed)
}

// A chain of roles ends in the account of the last one, if each trusts the one before it.
func TestProfile_chainOfRolesInTheCloud(t *testing.T) {
	t.Parallel()
	_, cfg := chainedCloud(t, 0)
	for name, account := range map[string]string{"key": emulator.SourceAccount, "arn": emulator.SourceAccount, "chain": emulator.DestinationAccount} {
		source, err := sourceWith(t, cfg, chainedProfiles(), name)
		if err != nil {
			t.Fatal(err)
		}
		if who, err := callerOf(t, cfg, source); err != nil || who.ID != account {
			t.Errorf("%s: the caller is %+v, %v", name, who, err)
		}
	}
	for name, role := range map[string]string{"closed": chainClosed, "around": chainSecond} {
		source, err := sourceWith(t, cfg, chainedProfiles(), name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = callerOf(t, cfg, source)
		refused(t, err, "cannot assume the role "+role, "NoPermission")
	}
}

func callerOf(t *testing.T, cfg alicloud.Config, source alicloud.CredentialSource) (alicloud.Account, error) {
	t.Helper()
	cfg.Credentials = source
	client, err := alicloud.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client.Account(t.Context())
}

// sessionOf opens a session of the role "first" with the administrator's key.
func sessionOf(t *testing.T, cfg alicloud.Config) alicloud.Credentials {
	t.Helper()
	key := emulator.SourceKeyPair()
	cfg.Credentials = alicloud.StaticCredentials{AccessKeyID: key.ID, AccessKeySecret: key.Secret}
	client, err := alicloud.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	session, err := client.AssumeRole(t.Context(), alicloud.AssumeRole{RoleARN: chainFirst, SessionName: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return session.Credentials
}

// Every mode has its own way to be refused by the cloud, and the error names it.
func TestSources_refusedByTheCloud(t *testing.T) {
	t.Parallel()
	server, cfg := chainedCloud(t, 0)
	_, brief := chainedCloud(t, time.Nanosecond)
	key, session, over := emulator.SourceKeyPair(), sessionOf(t, cfg), sessionOf(t, brief)
	keys := func(id, secret, token string) alicloud.CredentialSource {
		return alicloud.StaticCredentials{AccessKeyID: id, AccessKeySecret: secret, SecurityToken: token}
	}
	made := func(source alicloud.CredentialSource, err error) alicloud.CredentialSource {
		if err != nil {
			t.Fatal(err)
		}
		return source
	}
	printed := fmt.Sprintf(`{"mode":"StsToken","access_key_id":%q,"access_key_secret":%q,"sts_token":"no token"}`, session.AccessKeyID, session.AccessKeySecret)
	for name, c := range map[string]struct {
		source alicloud.CredentialSource
		cfg    alicloud.Config
		want   []string
	}{
		"key that nobody has":             {keys("LTAInobody", secret, ""), cfg, []string{"InvalidAccessKeyId.NotFound"}},
		"key with another secret":         {keys(key.ID, secret, ""), cfg, []string{"SignatureDoesNotMatch"}},
		"key that is disabled":            {keys("LTAIinactive", secret, ""), cfg, []string{"InvalidAccessKeyId.Inactive"}},
		"temporary key without a token":   {keys(session.AccessKeyID, session.AccessKeySecret, ""), cfg, []string{"MissingSecurityToken"}},
		"temporary key, wrong token":      {keys(session.AccessKeyID, session.AccessKeySecret, "no token"), cfg, []string{"InvalidSecurityToken."}},
		"temporary key, wrong secret":     {keys(session.AccessKeyID, secret, session.SecurityToken), cfg, []string{"SignatureDoesNotMatch"}},
		"temporary key that is over":      {keys(over.AccessKeyID, over.AccessKeySecret, over.SecurityToken), brief, []string{"InvalidSecurityToken.Expired"}},
		"role that does not exist":        {made(credential.AssumeRole(cfg, keys(key.ID, key.Secret, ""), alicloud.AssumeRole{RoleARN: chainFirst + "-not"})), cfg, []string{"cannot assume the role " + chainFirst + "-not", "EntityNotExist.Role"}},
		"role with a refused key":         {made(credential.AssumeRole(cfg, keys(key.ID, secret, ""), alicloud.AssumeRole{RoleARN: chainFirst})), cfg, []string{"cannot assume the role", "SignatureDoesNotMatch"}},
		"OIDC token that is none":         {made(credential.AssumeRoleWithOIDC(cfg, credential.OIDC{Role: alicloud.AssumeRole{RoleARN: chainFirst}, ProviderARN: pipeline, Token: "no.token.here"})), cfg, []string{"with an OIDC token", "OIDCToken"}},
		"OIDC provider that is unknown":   {made(credential.AssumeRoleWithOIDC(cfg, credential.OIDC{Role: alicloud.AssumeRole{RoleARN: chainFirst}, ProviderARN: pipeline + "-not", Token: "no.token.here"})), cfg, []string{"with an OIDC token"}},
		"instance with another role":      {credential.InstanceRole(cfg, "boss"), cfg, []string{`no role "boss" is attached`}},
		"URI of a role that is unknown":   {made(credential.URI(cfg, server.URL+"/-/credentials/"+emulator.SourceAccount+"/nobody")), cfg, []string{"gave no credentials", "404"}},
		"command that prints a bad token": {made(credential.Process(cfg, printing(t, write(t, printed)))), cfg, []string{"InvalidSecurityToken."}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := callerOf(t, c.cfg, c.source)
			refused(t, err, c.want...)
		})
	}
	for _, r := range server.Requests(0) {
		if r.Operation == "GetCallerIdentity" && r.Status == http.StatusOK {
			t.Errorf("somebody got through: %+v", r)
		}
	}
}
