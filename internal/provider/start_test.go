package provider_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestStart_writesNothing: a process that only tells its schema or validates, as
// each command starts some, leaves no file, whatever the home is mounted from. What
// it shares with others is looked for when there is something to share.
func TestStart_writesNothing(t *testing.T) {
	t.Parallel()
	cloud := &eavesdropper{testCloud: newCloud(t, silent, deployer)}
	d := cloud.secretsDir(func(_, keys string) string { return profiles(keys) + ruleBlock("a") })
	home, cache := t.TempDir(), t.TempDir()
	d.env = append(d.env, "HOME="+home, "XDG_CACHE_HOME="+cache, "LocalAppData="+cache, "TF_LOG=", "TF_LOG_PROVIDER=", "TF_LOG_PATH=")
	written := func() (files []string) {
		for _, dir := range []string{home, cache} {
			found, err := filepath.Glob(filepath.Join(dir, "*"))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, found...)
		}
		return files
	}
	d.text("validate")
	d.text("providers", "schema", "-json")
	if files := written(); len(files) > 0 {
		t.Errorf("written were %v", files)
	}
	d.text("apply", "-auto-approve")
	if _, err := os.Stat(filepath.Join(cache, "terraform-provider-srr", "notes")); err != nil {
		t.Errorf("this test looks in the wrong place: %v", err)
	}
}
