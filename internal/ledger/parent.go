package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Parent names the process that started this one. All plugins of one run of Terraform have the same parent, and no other
// run has it: where the system tells, the time at which the parent began keeps a process number that is used again apart,
// and what the number is valid in keeps containers apart that share a home.
func Parent() string {
	id := os.Getppid()
	begun, where := beginning(id), place()
	if begun == "" || where == "" {
		return strconv.Itoa(id)
	}
	return strings.Join([]string{strconv.Itoa(id), begun, short(where)}, "-")
}

// Ended reports whether the process that Parent named has ended for sure. Of a process of another container, or of this
// machine before it was started anew, nothing is known for sure.
func Ended(parent string) bool {
	parts := strings.Split(parent, "-")
	id, err := strconv.Atoi(parts[0])
	if err != nil || len(parts) != 3 || parts[2] != short(place()) || beginning(os.Getpid()) == "" {
		return false
	}
	return beginning(id) != parts[1]
}

// Lasting reports whether the process that started this one serves many runs of Terraform, which must know nothing of each
// other: terraform test and terraform rpcapi start providers for each of them. False where the system does not tell.
func Lasting() bool { return servesManyRuns(commandLine(os.Getppid())) }

// servesManyRuns looks for the subcommand, the first argument that is no option.
func servesManyRuns(arguments []string) bool {
	if len(arguments) < 2 {
		return false
	}
	at := slices.IndexFunc(arguments[1:], func(argument string) bool { return !strings.HasPrefix(argument, "-") })
	return at >= 0 && (arguments[1+at] == "test" || arguments[1+at] == "rpcapi")
}

func short(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
