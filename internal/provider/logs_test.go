package provider_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

func TestUnreadLogs(t *testing.T) {
	t.Parallel()
	for _, asked := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_SRR"} {
		env := func(name string) string { return map[string]string{asked: "INFO"}[name] }
		if names := provider.UnreadLogs(env); len(names) > 0 {
			t.Errorf("with %s these are turned off: %v", asked, names)
		}
	}
	env := func(name string) string { return map[string]string{"TF_LOG_CORE": "TRACE", "TF_LOG_PATH": "log"}[name] }
	if names := provider.UnreadLogs(env); len(names) != 4 {
		t.Errorf("nobody reads the log of a provider, and only these are turned off: %v", names)
	}
}
