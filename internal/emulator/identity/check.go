package identity

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Policy types; the values are case-sensitive.
const (
	custom = "Custom"
	system = "System"
)

// Limits of the RAM "Limits" page (2025-12).
const (
	maxRoles           = 1000
	maxPolicies        = 1500
	maxVersions        = 5
	maxCustomPerRole   = 10
	maxSystemPerRole   = 20
	maxRoleName        = 64
	maxPolicyName      = 128
	maxDescription     = 1024
	minSessionDuration = 3600
	maxSessionDuration = 43200
)

// required is RAM's own answer to a missing parameter: the gateway lets the call
// through. The code is not recorded publicly.
func required(p map[string]string, names ...string) *cloud.Error {
	for _, name := range names {
		if p[name] == "" {
			return cloud.Errorf(http.StatusBadRequest, "MissingParameter", "Parameter %s is required.", name)
		}
	}
	return nil
}

func invalid(parameter, kind, text string) *cloud.Error {
	return cloud.Errorf(http.StatusBadRequest, "InvalidParameter."+parameter+kind, "The parameter - %q %s", parameter, text)
}

func tooLong(parameter string) *cloud.Error {
	return invalid(parameter, ".Length", "beyond the length limit.")
}

// checkName validates characters, then length.
func checkName(parameter, name string, limit int, extra string) *cloud.Error {
	for _, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-'
		if !letter && !containsRune(extra, r) {
			return invalid(parameter, ".InvalidChars", "contains invalid chars.")
		}
	}
	if len(name) > limit {
		return tooLong(parameter)
	}
	return nil
}

func containsRune(set string, r rune) bool {
	for _, c := range set {
		if c == r {
			return true
		}
	}
	return false
}

func checkRoleName(p map[string]string) *cloud.Error {
	if err := required(p, "RoleName"); err != nil {
		return err
	}
	return checkName("RoleName", p["RoleName"], maxRoleName, ".")
}

func checkPolicyName(p map[string]string) *cloud.Error {
	if err := required(p, "PolicyName"); err != nil {
		return err
	}
	return checkName("PolicyName", p["PolicyName"], maxPolicyName, "")
}

func checkPolicyType(p map[string]string) *cloud.Error {
	if err := required(p, "PolicyType"); err != nil {
		return err
	}
	if t := p["PolicyType"]; t != custom && t != system {
		return invalid("PolicyType", "", "is incorrect.")
	}
	return nil
}

func checkDescription(parameter, text string) *cloud.Error {
	if utf8.RuneCountInString(text) > maxDescription {
		return tooLong(parameter)
	}
	return nil
}

// sessionDuration reads an optional number of seconds.
func sessionDuration(parameter, text string, standard int) (int, *cloud.Error) {
	if text == "" {
		return standard, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < minSessionDuration || seconds > maxSessionDuration {
		return 0, invalid(parameter, "", "is incorrect.")
	}
	return seconds, nil
}

// document parses a policy; too long and malformed ones have codes of their own.
func document(g access.Grammar, parameter, text string) (*access.Document, *cloud.Error) {
	if len(text) > access.MaxIdentityPolicy {
		return nil, tooLong(parameter)
	}
	parsed, err := access.Parse(g, []byte(text))
	if err != nil {
		return nil, cloud.Errorf(http.StatusBadRequest, "MalformedPolicyDocument", "The policy document is invalid. %s", err.Reason)
	}
	return parsed, nil
}

// first returns the first error that is there.
func first(errors ...*cloud.Error) *cloud.Error {
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}

func noRole() *cloud.Error {
	return cloud.Errorf(http.StatusNotFound, "EntityNotExist.Role", "The role does not exist.")
}

func noPolicy() *cloud.Error {
	return cloud.Errorf(http.StatusNotFound, "EntityNotExist.Policy", "The policy does not exist.")
}
