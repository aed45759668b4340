package provider

import (
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/credential"
)

const defaultCredentialsFile = "~/.aliyun/config.json"

func profileVariables() []string { return []string{"ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"} }

// fileVariables name the CLI's JSON file, as they do for the official provider.
// The SDKs expect another format behind the second one.
func fileVariables() []string {
	return []string{"ALICLOUD_SHARED_CREDENTIALS_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"}
}

// profile is the profile that the block names. Neither its name nor its file is
// completed from the environment.
func (c configuration) profile(env environment, diags *diag.Diagnostics) origin {
	fileAt, nameAt := path.Root("shared_credentials_file"), path.Root("profile")
	hint := ""
	switch {
	case c.SharedCredentialsFile.IsNull():
		fileAt = nameAt
		if env.first(fileVariables()...) != "" {
			hint = " A provider block that names a profile reads no credential variable of the environment: " +
				"to use another file, set shared_credentials_file."
		}
	case c.Profile.IsNull():
		nameAt = fileAt
	}
	return profilePlace{
		name: c.Profile.ValueString(),
		file: c.SharedCredentialsFile.ValueString(),
		badFile: func(diags *diag.Diagnostics, detail string) {
			diags.AddAttributeError(fileAt, "Cannot use the credentials file", detail+"."+hint)
		},
		badProfile: func(diags *diag.Diagnostics, detail string) {
			diags.AddAttributeError(nameAt, "Cannot use the profile", detail+"."+hint)
		},
	}.read(env, diags)
}

// profilePlace is where a profile is: without a file the CLI's own, without a
// name its current one. What is wrong with file and profile has its own place.
type profilePlace struct {
	name, file          string
	badFile, badProfile func(diags *diag.Diagnostics, detail string)
}

func (p profilePlace) read(env environment, diags *diag.Diagnostics) origin {
	profiles, err := credential.ReadProfiles(expandHome(firstSet(p.file, defaultCredentialsFile), env))
	if err != nil {
		p.badFile(diags, err.Error())
		return origin{}
	}
	profile, err := profiles.Named(p.name)
	if err != nil {
		p.badProfile(diags, err.Error())
		return origin{}
	}
	open := func(cfg alicloud.Config, diags *diag.Diagnostics) alicloud.CredentialSource {
		source, err := profile.Source(cfg)
		if err != nil {
			p.badProfile(diags, err.Error())
		}
		return source
	}
	return origin{open: open, region: profile.Region()}
}

// expandHome replaces a leading ~ by the home directory of the environment.
func expandHome(file string, env environment) string {
	rest, found := strings.CutPrefix(file, "~")
	if !found || (rest != "" && rest[0] != '/' && rest[0] != filepath.Separator) {
		return file
	}
	return filepath.Join(env.first("HOME", "USERPROFILE"), rest)
}
