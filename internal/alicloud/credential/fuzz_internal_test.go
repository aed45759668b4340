package credential

import (
	"strings"
	"testing"
	"time"
)

// FuzzPrintedSession reads what a credentials command prints: a session or an error that quotes none of it.
func FuzzPrintedSession(f *testing.F) {
	const secret = "s3cr3t-of-the-test"
	for _, out := range []string{
		"", "{}", "null", "[]", `{"mode":"AK","access_key_id":"i","access_key_secret":"` + secret + `"}`, `{"mode":"` + secret + `"}`, `{"mode":"AK","access_key_id":"i"}`,
		`{"mode":"StsToken","access_key_id":"i","access_key_secret":"` + secret + `","sts_token":"t","expiration":"2099-01-01T00:00:00Z"}`,
		`{"mode":"StsToken","access_key_id":"i","access_key_secret":"` + secret + `","sts_token":"t","expiration":"` + secret + `"}`, `{"mode":1}`, secret,
	} {
		f.Add([]byte(out))
	}
	f.Fuzz(func(t *testing.T, out []byte) {
		session, err := printedSession(out, time.Now)
		switch {
		case err == nil && (session.Credentials.AccessKeyID == "" || session.Credentials.AccessKeySecret == "" || session.Expiration.IsZero()):
			t.Error("the session is incomplete")
		case err != nil && (strings.Contains(err.Error(), secret) || len(err.Error()) > 300):
			t.Errorf("the error is %.400s", err)
		}
	})
}

// FuzzSplitCommand cuts any command line: into arguments, the first of which names a program, or it says what is wrong.
func FuzzSplitCommand(f *testing.F) {
	for _, line := range []string{"", "a b", `a "b c"`, `a 'b`, `a \`, `""`, "\xff", `C:\a "b"`, "a\tb\nc"} {
		f.Add(line, true)
		f.Add(line, false)
	}
	f.Fuzz(func(t *testing.T, line string, windows bool) {
		if arguments, err := splitCommand(line, windows); err == nil && (len(arguments) == 0 || arguments[0] == "") {
			t.Errorf("%q has no program", line)
		}
	})
}
