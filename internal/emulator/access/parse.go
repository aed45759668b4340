package access

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Grammar says where a document stands, which decides what it may hold.
type Grammar int

// The five kinds of documents.
const (
	IdentityPolicy Grammar = iota // attached to a user or role
	SessionPolicy                 // given to AssumeRole
	TrustPolicy                   // of a role
	BucketPolicy
	KeyPolicy
)

// Limits of documents in bytes (OSS EC 0030-00000001, RAM limits page 2025-12, KMS
// SetKeyPolicy page).
const (
	MaxBucketPolicy   = 16 * 1024
	MaxIdentityPolicy = 6144
	MaxKeyPolicy      = 32768
	maxSid            = 128
)

// SyntaxError says why a document is refused. EC is the OSS detail code, "" for
// other services.
type SyntaxError struct{ Reason, EC string }

// Error implements error.
func (e *SyntaxError) Error() string { return e.Reason }

// Document is a parsed policy.
type Document struct {
	grammar    Grammar
	statements []statement
}

type statement struct {
	deny                      bool
	actions, notActions       []string
	resources, notResources   []string
	principals, notPrincipals []principal
	conditions                []condition
	namesOther                bool // NotPrincipal is present
}

// Parse reads a document of the given grammar. It never panics.
func Parse(g Grammar, raw []byte) (*Document, *SyntaxError) {
	document, err := parse(g, raw)
	if err != nil && g != BucketPolicy {
		err.EC = ""
	}
	return document, err
}

func parse(g Grammar, raw []byte) (*Document, *SyntaxError) {
	if err := checkSize(g, raw); err != nil {
		return nil, err
	}
	if !utf8.Valid(raw) {
		return nil, &SyntaxError{Reason: "the document is not UTF-8", EC: "0030-00000004"}
	}
	var top map[string]json.RawMessage
	if err := strict(raw, &top); err != nil {
		return nil, grammarError("%v", err)
	}
	var version *string
	if json.Unmarshal(top["Version"], &version) != nil || version == nil {
		return nil, grammarError("Version must be a string")
	}
	if *version != "1" {
		return nil, &SyntaxError{Reason: fmt.Sprintf("Version %q is not supported", *version), EC: "0030-00000002"}
	}
	var list []json.RawMessage
	if err := json.Unmarshal(top["Statement"], &list); err != nil || list == nil || len(list) == 0 && g == KeyPolicy {
		return nil, grammarError("Statement must be an array of statements")
	}
	document := &Document{grammar: g}
	for i, item := range list {
		s, err := parseStatement(g, item)
		if err != nil {
			return nil, grammarError("statement %d: %v", i+1, err)
		}
		document.statements = append(document.statements, s)
	}
	return document, nil
}

func checkSize(g Grammar, raw []byte) *SyntaxError {
	limit := MaxIdentityPolicy
	switch g {
	case BucketPolicy:
		limit = MaxBucketPolicy
	case KeyPolicy:
		limit = MaxKeyPolicy
	case IdentityPolicy, SessionPolicy, TrustPolicy:
	}
	if len(raw) > limit {
		return &SyntaxError{Reason: fmt.Sprintf("the document has %d bytes, the limit is %d", len(raw), limit), EC: "0030-00000001"}
	}
	return nil
}

func grammarError(format string, args ...any) *SyntaxError {
	return &SyntaxError{Reason: fmt.Sprintf(format, args...), EC: "0030-00000005"}
}

func strict(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("something follows the document")
	}
	return nil
}

func parseStatement(g Grammar, raw json.RawMessage) (s statement, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return s, fmt.Errorf("not an object")
	}
	var effect string
	if err := json.Unmarshal(fields["Effect"], &effect); err != nil || effect != "Allow" && effect != "Deny" {
		return s, fmt.Errorf("Effect must be Allow or Deny")
	}
	s.deny = effect == "Deny"
	if err := s.parseActions(fields); err != nil {
		return s, err
	}
	if err := s.parseResources(g, fields); err != nil {
		return s, err
	}
	if err := s.parsePrincipals(g, fields); err != nil {
		return s, err
	}
	if raw, ok := fields["Condition"]; ok {
		if s.conditions, err = parseConditions(raw); err != nil {
			return s, err
		}
	}
	return s, checkKeyStatement(g, s, fields["Sid"])
}

func (s *statement) parseActions(fields map[string]json.RawMessage) (err error) {
	action, hasAction := fields["Action"]
	not, hasNot := fields["NotAction"]
	if hasAction == hasNot {
		return fmt.Errorf("exactly one of Action and NotAction is needed")
	}
	if hasAction {
		s.actions, err = texts("Action", action)
	} else {
		s.notActions, err = texts("NotAction", not)
	}
	return err
}

func (s *statement) parseResources(g Grammar, fields map[string]json.RawMessage) (err error) {
	resource, has := fields["Resource"]
	not, hasNot := fields["NotResource"]
	switch {
	case g == TrustPolicy:
		if has || hasNot {
			return fmt.Errorf("a trust policy has no Resource")
		}
	case has == hasNot:
		return fmt.Errorf("exactly one of Resource and NotResource is needed")
	case has:
		s.resources, err = texts("Resource", resource)
	default:
		s.notResources, err = texts("NotResource", not)
	}
	return err
}

func checkKeyStatement(g Grammar, s statement, sid json.RawMessage) error {
	if g != KeyPolicy {
		return nil
	}
	if s.notActions != nil {
		return fmt.Errorf("a key policy has no NotAction")
	}
	for _, action := range s.actions {
		if !strings.HasPrefix(strings.ToLower(action), "kms:") {
			return fmt.Errorf("action %q is not one of KMS", action)
		}
	}
	if len(s.resources) != 1 || s.resources[0] != "*" {
		return errors.New(`the Resource of a key policy must be "*"`)
	}
	var text string
	if sid != nil && (json.Unmarshal(sid, &text) != nil || utf8.RuneCountInString(text) > maxSid) {
		return fmt.Errorf("the Sid must be a string of at most %d characters", maxSid)
	}
	return nil
}

// texts reads a string or a non-empty list of strings.
func texts(name string, raw json.RawMessage) ([]string, error) {
	var one *string
	if json.Unmarshal(raw, &one) == nil && one != nil {
		return []string{*one}, nil
	}
	var many []*string
	if err := json.Unmarshal(raw, &many); err != nil || len(many) == 0 || slices.Contains(many, nil) {
		return nil, fmt.Errorf("%s must be a string or a list of strings", name)
	}
	list := make([]string, 0, len(many))
	for _, text := range many {
		list = append(list, *text)
	}
	return list, nil
}
