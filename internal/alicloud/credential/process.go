package credential

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

const (
	processTimeout = time.Minute
	// processLifetime is how long keys serve whose command does not say when they end. The shortest session lasts 15 minutes.
	processLifetime = 10 * time.Minute
)

// Process is a source of what a command prints, as the CLI's mode External: a JSON object with mode, access_key_id,
// access_key_secret and, with the mode StsToken, sts_token and expiration. The command is not run by a shell. Of its
// arguments and its output nothing gets into an error, since both may hold secrets. Of cfg the clock and the log count.
func Process(cfg alicloud.Config, command string) (alicloud.CredentialSource, error) {
	arguments, err := splitCommand(command, runtime.GOOS == "windows")
	if err != nil {
		return nil, err
	}
	cfg = completed(cfg)
	return NewRenewing(func(ctx context.Context) (alicloud.Session, error) {
		started := cfg.Now()
		session, err := run(ctx, arguments, cfg.Now)
		call := alicloud.Call{Service: "credentials command", Operation: "Run", Object: arguments[0], Attempt: 1, Duration: cfg.Now().Sub(started)}
		if err != nil {
			call.Code = alicloud.CodeCredentials
		}
		cfg.Log(ctx, call)
		if err != nil {
			return alicloud.Session{}, fmt.Errorf("the credentials command %s: %w", arguments[0], err)
		}
		return session, nil
	}, cfg.Now), nil
}

func run(ctx context.Context, arguments []string, now func() time.Time) (alicloud.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, processTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, arguments[0], arguments[1:]...) //nolint:gosec // the user's profile names it
	command.WaitDelay = 5 * time.Second
	out, err := command.Output()
	switch {
	case ctx.Err() != nil:
		return alicloud.Session{}, fmt.Errorf("it was stopped: %w", ctx.Err())
	case err != nil:
		return alicloud.Session{}, fmt.Errorf("it failed (%w); run it by hand to see why", err)
	}
	return printedSession(out, now)
}

func printedSession(out []byte, now func() time.Time) (alicloud.Session, error) {
	var printed struct {
		settings
		Expiration string `json:"expiration"`
	}
	if json.Unmarshal(out, &printed) != nil {
		return alicloud.Session{}, errors.New("it did not print the JSON of a set of credentials")
	}
	switch {
	case printed.Mode != "AK" && printed.Mode != "StsToken":
		return alicloud.Session{}, fmt.Errorf("it printed the mode %s instead of AK or StsToken", shownMode(printed.Mode))
	case printed.AccessKeyID == "" || printed.AccessKeySecret == "":
		return alicloud.Session{}, errors.New("it printed no complete access key")
	case printed.Mode == "StsToken" && printed.SecurityToken == "":
		return alicloud.Session{}, errors.New("it printed the mode StsToken but no sts_token")
	}
	session := alicloud.Session{
		Credentials: alicloud.Credentials{AccessKeyID: printed.AccessKeyID, AccessKeySecret: printed.AccessKeySecret},
		Expiration:  now().Add(RenewBefore + processLifetime),
	}
	if printed.Mode == "StsToken" {
		session.Credentials.SecurityToken = printed.SecurityToken
	}
	if printed.Expiration != "" {
		expiration, err := time.Parse(time.RFC3339, printed.Expiration)
		if err != nil {
			return alicloud.Session{}, errors.New("it printed an expiration that is not a time")
		}
		session.Expiration = expiration
	}
	return session, nil
}

// shownMode keeps what is no mode out of errors.
func shownMode(mode string) string {
	if !regexp.MustCompile("^[A-Za-z]{0,40}$").MatchString(mode) {
		return "(not shown: it looks like none)"
	}
	return fmt.Sprintf("%q", mode)
}

// splitCommand cuts a command line at blanks outside of quotes. A backslash takes the meaning from the next character,
// except in single quotes and on Windows, where it belongs to paths.
func splitCommand(line string, windows bool) ([]string, error) {
	var arguments []string
	var current strings.Builder
	var quote rune
	started, escaped := false, false
	for _, r := range line {
		switch {
		case escaped:
			current.WriteRune(r)
			escaped = false
		case r == '\\' && !windows && quote != '\'':
			started, escaped = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			started, quote = true, r
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n'):
			if started {
				arguments = append(arguments, current.String())
				current.Reset()
				started = false
			}
		default:
			current.WriteRune(r)
			started = true
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New("the credentials command ends within quotes or after a backslash")
	}
	if started {
		arguments = append(arguments, current.String())
	}
	if len(arguments) == 0 || arguments[0] == "" {
		return nil, errors.New("the credentials command is empty")
	}
	return arguments, nil
}
