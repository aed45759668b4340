package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Kind says whose grammar a document follows.
type Kind int

const (
	// BucketPolicy is the policy of an OSS bucket: principals are a list of
	// texts (OSS PutBucketPolicy page, 2026).
	BucketPolicy Kind = iota
	// KeyPolicy is the policy of a KMS key: principals are {"RAM": [...]} (KMS
	// SetKeyPolicy page, 2026).
	KeyPolicy
)

// String names the kind as an error message does.
func (k Kind) String() string {
	if k == KeyPolicy {
		return "key policy"
	}
	return "bucket policy"
}

// Effects of a statement; the grammar knows no other spelling.
const (
	allow = "Allow"
	deny  = "Deny"
)

// Document is a policy as it was read, byte for byte, and where its statements
// stand in it.
type Document struct {
	kind       Kind
	raw        []byte
	root       node
	list       *node // the Statement array; nil when there is none
	statements []statement
	unknown    bool // top-level fields outside the grammar
}

// UnreadableError says that a document must never be written, because its
// meaning cannot be read without a doubt. Reason is for people.
type UnreadableError struct {
	Reason string
	cause  error
}

// Error is the reason.
func (e *UnreadableError) Error() string {
	return "the policy document cannot be read safely and will not be changed: " + e.Reason
}

// Unwrap is the error of the strict decoder, where it found the fault.
func (e *UnreadableError) Unwrap() error { return e.cause }

func unreadable(format string, args ...any) error {
	return &UnreadableError{Reason: fmt.Sprintf(format, args...)}
}

// Parse reads a document. Empty text stands for a bucket without a policy; a
// key always has one. The error is an *UnreadableError.
func Parse(kind Kind, raw []byte) (*Document, error) {
	d := &Document{kind: kind, raw: slices.Clone(raw)}
	if len(raw) == 0 {
		if kind == KeyPolicy {
			return nil, unreadable("the key policy is empty, but every key that supports key policies has one")
		}
		return d, nil
	}
	var err error
	if d.root, err = scan(d.raw); err != nil {
		return nil, &UnreadableError{Reason: err.Error(), cause: err}
	}
	if err := d.readTop(); err != nil {
		return nil, err
	}
	if err := d.readStatements(); err != nil {
		return nil, err
	}
	return d, nil
}

// readTop reads the fields beside the statements.
func (d *Document) readTop() error {
	if d.root.kind != '{' {
		return unreadable("it is not a JSON object")
	}
	for i := range d.root.members {
		switch name := d.root.members[i].name; {
		case name == "Version" || name == "Statement":
		case strings.EqualFold(name, "Version") || strings.EqualFold(name, "Statement"):
			return unreadable("it has a field %q in a spelling outside the grammar", name)
		default:
			d.unknown = true
		}
	}
	version := d.root.member("Version")
	if version == nil || version.text != "1" {
		return unreadable(`its Version is not the text "1"`)
	}
	return nil
}

func (d *Document) readStatements() error {
	if d.list = d.root.member("Statement"); d.list == nil {
		return nil
	}
	if d.list.kind != '[' {
		return unreadable("its Statement is not an array")
	}
	d.statements = make([]statement, 0, len(d.list.items))
	for i := range d.list.items {
		if d.list.items[i].kind != '{' {
			return unreadable("statement %d is not an object", i+1)
		}
		d.statements = append(d.statements, readStatement(d.kind, i, &d.list.items[i]))
	}
	return nil
}

// Statements is how many statements the document holds.
func (d *Document) Statements() int { return len(d.statements) }
