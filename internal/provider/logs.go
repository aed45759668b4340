package provider

// UnreadLogs names the environment variables to set to OFF before serving, so
// that nothing is logged which nobody reads. Without a level the libraries below
// a provider write a dozen trace lines for every request, and the CLI parses all
// of them only to drop them (terraform-plugin-log, functions NewRootSDKLogger and
// NewRootProviderLogger, v0.10.0): together a fifth of the work of a large plan.
// Where the user asks for any log of a provider, none is named.
func UnreadLogs(env func(name string) string) []string {
	names := []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_SRR"}
	for _, name := range append([]string{"TF_LOG", "TF_LOG_PROVIDER"}, names...) {
		if env(name) != "" {
			return nil
		}
	}
	return names
}
