// Package credential finds the credentials of one account in the places where the tools of Alibaba Cloud keep them.
package credential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Profiles is the configuration file of the Alibaba Cloud CLI, which is JSON (aliyun-cli, README "Configure", 2026-03).
type Profiles struct {
	file     string
	current  string
	profiles []settings
}

// settings are the members of a profile that say who it is. The names are the CLI's.
type settings struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	SecurityToken   string `json:"sts_token"`
	RegionID        string `json:"region_id"`

	RoleARN         string `json:"ram_role_arn"`
	SessionName     string `json:"ram_session_name"`
	DurationSeconds int    `json:"expired_seconds"`
	Policy          string `json:"policy"`
	ExternalID      string `json:"external_id"`
	SourceProfile   string `json:"source_profile"`
	STSRegion       string `json:"sts_region"`
	STSEndpoint     string `json:"sts_endpoint"`
	EnableVPC       bool   `json:"enable_vpc"`

	RoleName        string `json:"ram_role_name"`
	OIDCProviderARN string `json:"oidc_provider_arn"`
	OIDCTokenFile   string `json:"oidc_token_file"`
	OIDCToken       string `json:"oidc_token"`
	CredentialsURI  string `json:"credentials_uri"`
	ProcessCommand  string `json:"process_command"`

	SignInURL              string `json:"cloud_sso_sign_in_url"`
	SSOAccountID           string `json:"cloud_sso_account_id"`
	SSOAccessConfig        string `json:"cloud_sso_access_config"`
	AccessToken            string `json:"access_token"`
	AccessTokenExpire      int64  `json:"cloud_sso_access_token_expire"`
	OAuthSite              string `json:"oauth_site_type"`
	OAuthAccessToken       string `json:"oauth_access_token"`
	OAuthAccessTokenExpire int64  `json:"oauth_access_token_expire"`
}

// Profile is one profile of the file.
type Profile struct {
	in  Profiles
	set settings
}

// ReadProfiles reads the file. The error names it and never quotes what it holds.
func ReadProfiles(file string) (Profiles, error) {
	raw, err := os.ReadFile(file) //nolint:gosec // the user names it
	if err != nil {
		return Profiles{}, fmt.Errorf("cannot read the credentials file: %w", err)
	}
	var content struct {
		Current  string     `json:"current"`
		Profiles []settings `json:"profiles"`
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(raw, &content); err != nil {
		return Profiles{}, fmt.Errorf("%s is not the JSON file that the Alibaba Cloud CLI writes: %s", file, whereNotJSON(err))
	}
	if len(content.Profiles) == 0 {
		return Profiles{}, fmt.Errorf("%s has no profile; create one with \"aliyun configure\"", file)
	}
	return Profiles{file: file, current: content.Current, profiles: content.Profiles}, nil
}

// whereNotJSON tells the place of a mistake without the text there, which may be a secret.
func whereNotJSON(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("syntax error at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s has the wrong type at byte %d", kind.Field, kind.Offset)
	}
	return "it cannot be decoded"
}

// Named returns the profile of that name, the one that the file calls current when name is empty.
func (p Profiles) Named(name string) (Profile, error) {
	if name == "" {
		name = p.current
	}
	if name == "" {
		return Profile{}, fmt.Errorf("no profile is named and %s has no current one; it has %s", p.file, p.names())
	}
	var found []settings
	for _, one := range p.profiles {
		if one.Name == name {
			found = append(found, one)
		}
	}
	switch len(found) {
	case 0:
		return Profile{}, fmt.Errorf("%s has no profile %q; it has %s", p.file, name, p.names())
	case 1:
		return Profile{in: p, set: found[0]}, nil
	}
	return Profile{}, fmt.Errorf("%s has %d profiles with the name %q", p.file, len(found), name)
}

func (p Profiles) names() string {
	var quoted []string
	for _, one := range p.profiles {
		quoted = append(quoted, fmt.Sprintf("%q", one.Name))
	}
	return strings.Join(quoted, ", ")
}

// Region is the profile's region id, "" when it has none.
func (p Profile) Region() string { return p.set.RegionID }
