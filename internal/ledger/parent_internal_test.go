package ledger

import (
	"os"
	"strings"
	"testing"
)

func TestEnded_onlyOfThisPlace(t *testing.T) {
	own := Parent()
	parts := strings.Split(own, "-")
	if len(parts) != 3 {
		t.Fatalf("the parent is %s, want number, beginning and place", own)
	}
	earlier := parts[0] + "-1" + parts[1] + "-"
	if Ended(own) || !Ended(earlier+parts[2]) {
		t.Errorf("the parent %s has not ended, one that began at another time has", own)
	}
	for _, unsure := range []string{earlier + short("pid:[1] of another container"), parts[0] + "-1" + parts[1], parts[0], "", "x-1-" + parts[2]} {
		if Ended(unsure) {
			t.Errorf("nobody can tell that %q has ended", unsure)
		}
	}
}

func TestLasting_subcommandsThatServeManyRuns(t *testing.T) {
	for line, want := range map[string]bool{
		"terraform test": true, "/usr/bin/tofu -chdir=a test -verbose": true, "terraform rpcapi": true,
		"terraform apply": false, "terraform plan -out=test": false, "terraform apply test": false, "terraform": false, "": false, "terraform -chdir=test": false,
	} {
		if got := servesManyRuns(strings.Fields(line)); got != want {
			t.Errorf("%q: got %t", line, got)
		}
	}
	if got := commandLine(os.Getpid()); len(got) != len(os.Args) || got[0] != os.Args[0] {
		t.Errorf("this process was started with %v, not %v", os.Args, got)
	}
}
