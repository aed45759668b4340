package torture_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/torture"
)

// unwritten are operations that change something, or might, but that no resource calls.
func unwritten() map[string]string {
	return map[string]string{
		"AssumeRole":              "gives credentials and changes nothing",
		"AssumeRoleWithOIDC":      "gives credentials and changes nothing",
		"SetDefaultPolicyVersion": "a new version becomes the default one when it is made",
	}
}

// everyWriteIsTortured wants every operation that the client can send, and that is no read, in some scene.
func everyWriteIsTortured(t *testing.T, report torture.Report) {
	t.Helper()
	sent := operationsInSource(t)
	if len(sent) < 20 {
		t.Fatalf("the client sends only %v, so the source is read wrongly", sent)
	}
	for operation := range sent {
		_, excused := unwritten()[operation]
		read := regexp.MustCompile("^(Get|List|Head|Describe)").MatchString(operation)
		if !report.Operations[operation] && !read && !excused {
			t.Errorf("no scene makes the provider call %s, so it never fails", operation)
		}
		if report.Operations[operation] && excused {
			t.Errorf("%s is called, so it needs no excuse", operation)
		}
	}
}

// operationsInSource are the operations that the client's source names.
func operationsInSource(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../alicloud/*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:ram|kms|sts)\.Create(\w+)Request\b|operation: +"(\w+)"`)
	found := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllStringSubmatch(string(source), -1) {
			found[match[1]+match[2]] = true
		}
	}
	// The types of requests that create something look like the constructors of others.
	for _, both := range []string{"Role", "Policy", "PolicyVersion"} {
		delete(found, both)
	}
	return found
}
