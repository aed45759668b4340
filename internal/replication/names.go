package replication

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Length limits of names, in characters. Sources: RAM limits page (2025-12) and
// OSS bucket naming page.
const (
	MaxRoleName      = 64
	MaxPolicyName    = 128
	MinBucketName    = 3
	MaxBucketName    = 63
	AccountIDDigits  = 16
	maxKeyIDInARNLen = 128
)

func matches(s string, ok func(rune) bool) bool {
	for _, r := range s {
		if !ok(r) {
			return false
		}
	}
	return true
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isAlnum(r rune) bool {
	return isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// CheckAccountID accepts a 16-digit account UID.
func CheckAccountID(id string) error {
	if len(id) != AccountIDDigits || !matches(id, isDigit) {
		return fmt.Errorf("account UID %q is not %d digits", id, AccountIDDigits)
	}
	return nil
}

// CheckRoleName accepts 1 to 64 letters, digits, "." and "-" (RAM CreateRole).
func CheckRoleName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxRoleName {
		return fmt.Errorf("role name has %d characters, allowed are 1 to %d", n, MaxRoleName)
	}
	if !matches(name, func(r rune) bool { return isAlnum(r) || r == '.' || r == '-' }) {
		return fmt.Errorf("role name %q may hold only letters, digits, \".\" and \"-\"", name)
	}
	return nil
}

// CheckPolicyName accepts 1 to 128 letters, digits and "-" (RAM CreatePolicy).
func CheckPolicyName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxPolicyName {
		return fmt.Errorf("policy name has %d characters, allowed are 1 to %d", n, MaxPolicyName)
	}
	if !matches(name, func(r rune) bool { return isAlnum(r) || r == '-' }) {
		return fmt.Errorf("policy name %q may hold only letters, digits and \"-\"", name)
	}
	return nil
}

// DefaultPolicyName is the role name with "." replaced, because policy names do
// not allow it.
func DefaultPolicyName(roleName string) string { return strings.ReplaceAll(roleName, ".", "-") }

// CheckBucketName accepts 3 to 63 of a-z, 0-9 and "-", neither first nor last
// character a "-" (OSS bucket naming page).
func CheckBucketName(name string) error {
	if len(name) < MinBucketName || len(name) > MaxBucketName {
		return fmt.Errorf("bucket name %q has %d characters, allowed are %d to %d", name, len(name), MinBucketName, MaxBucketName)
	}
	lower := func(r rune) bool { return isDigit(r) || r >= 'a' && r <= 'z' || r == '-' }
	if !matches(name, lower) {
		return fmt.Errorf("bucket name %q may hold only lower-case letters, digits and \"-\"", name)
	}
	if name[0] == '-' || name[len(name)-1] == '-' {
		return fmt.Errorf("bucket name %q must not begin or end with \"-\"", name)
	}
	return nil
}

// Key is a KMS key named by its ARN.
type Key struct {
	Region, AccountID, ID string
}

// ARN is acs:kms:<region>:<uid>:key/<id>.
func (k Key) ARN() string { return "acs:kms:" + k.Region + ":" + k.AccountID + ":key/" + k.ID }

// ErrAlias says that an alias was given where a key is needed: an alias can be
// pointed at another key, which a rule would not follow.
var ErrAlias = errors.New("an alias can move to another key; use the key's ARN")

var keyARN = regexp.MustCompile(`^acs:kms:([a-z0-9-]+):([0-9]{16}):key/([A-Za-z0-9-]+)$`)

var keyID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// ParseKeyARN reads acs:kms:<region>:<uid>:key/<id>; aliases give ErrAlias.
func ParseKeyARN(arn string) (Key, error) {
	if strings.HasPrefix(arn, "alias/") || strings.Contains(arn, ":alias/") {
		return Key{}, fmt.Errorf("%q: %w", arn, ErrAlias)
	}
	m := keyARN.FindStringSubmatch(arn)
	if m == nil || len(m[3]) > maxKeyIDInARNLen {
		return Key{}, fmt.Errorf("%q is not a key ARN; expected acs:kms:<region>:<account uid>:key/<key id>", arn)
	}
	return Key{Region: m[1], AccountID: m[2], ID: m[3]}, nil
}

// CheckKey accepts a key by id or ARN, and no alias.
func CheckKey(text string) error {
	if strings.Contains(text, ":") || strings.HasPrefix(text, "alias/") {
		_, err := ParseKeyARN(text)
		return err
	}
	if !keyID.MatchString(text) {
		return fmt.Errorf("%q is not a key id; expected an id such as key-hzz0123456789abcdef, or an ARN", text)
	}
	return nil
}
