package provider

import (
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

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
func (m providerModel) profile(env environment, diags *diag.Diagnostics) *origin {
	fileAt, nameAt := path.Root("shared_credentials_file"), path.Root("profile")
	hint := ""
	switch {
	case m.SharedCredentialsFile.IsNull():
		fileAt = nameAt
		if env.first(fileVariables()...) != "" {
			hint = " A provider block that names a profile reads no credential variable of the environment: " +
				"to use another file, set shared_credentials_file."
		}
	case m.Profile.IsNull():
		nameAt = fileAt
	}
	return readProfile(m.Profile.ValueString(), m.SharedCredentialsFile.ValueString(), env,
		func(detail string) {
			diags.AddAttributeError(fileAt, "Cannot use the credentials file", detail+"."+hint)
		},
		func(detail string) { diags.AddAttributeError(nameAt, "Cannot use the profile", detail+"."+hint) })
}

// readProfile reads the profile of that name, the current one without a name.
// What is wrong with the file and with the profile is reported separately.
func readProfile(name, file string, env environment, badFile, badProfile func(detail string)) *origin {
	if file == "" {
		file = defaultCredentialsFile
	}
	profiles, err := credential.ReadProfiles(expandHome(file, env))
	if err != nil {
		badFile(err.Error())
		return nil
	}
	profile, err := profiles.Named(name)
	if err != nil {
		badProfile(err.Error())
		return nil
	}
	source, err := profile.Source()
	if err != nil {
		badProfile(err.Error())
		return nil
	}
	return &origin{source: source, region: profile.Region()}
}

// expandHome replaces a leading ~ by the home directory of the environment.
func expandHome(file string, env environment) string {
	rest, found := strings.CutPrefix(file, "~")
	if !found || (rest != "" && rest[0] != '/' && rest[0] != filepath.Separator) {
		return file
	}
	return filepath.Join(env.first("HOME", "USERPROFILE"), rest)
}
