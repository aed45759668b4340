package house_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	module       = "github.com/terraform-srr/terraform-provider-srr"
	root         = "../.."
	maxFileLines = 400
)

// imports maps each package of the project to what it imports outside tests:
// directly, or with everything below.
func imports(t *testing.T, format, pattern string) map[string][]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join "+format+" \" \"}}", pattern)
	command.Dir = root
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	found := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		found[fields[0]] = fields[1:]
	}
	if len(found) == 0 {
		t.Fatalf("no package matches %s", pattern)
	}
	return found
}

func isSDK(path string) bool {
	return strings.HasPrefix(path, "github.com/aliyun/") || strings.HasPrefix(path, "github.com/alibabacloud-go/")
}

func TestHouse_emulatorSharesNothing(t *testing.T) {
	for from, deps := range imports(t, ".Deps", "./internal/emulator/...") {
		for _, to := range deps {
			ours := strings.HasPrefix(to, module+"/") && !strings.HasPrefix(to, module+"/internal/emulator")
			if ours || isSDK(to) {
				t.Errorf("%s depends on %s", from, to)
			}
		}
	}
}

func TestHouse_onlyAlicloudKnowsSDKs(t *testing.T) {
	for from, direct := range imports(t, ".Imports", "./...") {
		for _, to := range direct {
			inside := from == module+"/internal/alicloud" || strings.HasPrefix(from, module+"/internal/alicloud/")
			if isSDK(to) && !inside {
				t.Errorf("%s imports %s", from, to)
			}
		}
	}
}

func TestHouse_alicloudKnowsNoTerraform(t *testing.T) {
	for from, deps := range imports(t, ".Deps", "./internal/alicloud/...") {
		for _, to := range deps {
			if strings.HasPrefix(to, "github.com/hashicorp/terraform-plugin") || to == module+"/internal/provider" {
				t.Errorf("%s depends on %s", from, to)
			}
		}
	}
}

func TestHouse_domainIsPure(t *testing.T) {
	for _, pattern := range []string{"./internal/replication", "./internal/policy"} {
		for from, direct := range imports(t, ".Imports", pattern) {
			for _, to := range direct {
				first, _, _ := strings.Cut(to, "/")
				if strings.Contains(first, ".") || to == "os" || first == "net" {
					t.Errorf("%s imports %s", from, to)
				}
			}
		}
	}
}

func TestHouse_verdictsKnowNoTerraform(t *testing.T) {
	for from, deps := range imports(t, ".Deps", "./internal/check") {
		for _, to := range deps {
			if strings.HasPrefix(to, "github.com/hashicorp/terraform-plugin") || to == module+"/internal/provider" {
				t.Errorf("%s depends on %s", from, to)
			}
		}
	}
}

func TestHouse_filesStayReadable(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." && path != root {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		seen++
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if lines := bytes.Count(raw, []byte("\n")); lines > maxFileLines {
			t.Errorf("%s has %d lines, at most %d are readable", path, lines, maxFileLines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("no source file was seen")
	}
}
