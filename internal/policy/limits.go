package policy

import "fmt"

// Limits in bytes: of a bucket policy and of one field in it (OSS bucket policy
// limits, 2026), and of a key policy (KMS SetKeyPolicy page, 2026).
const (
	maxBucketPolicy = 16 * 1024
	maxBucketField  = 4095
	maxKeyPolicy    = 32768
)

// TooLargeError says that a document would outgrow what the service stores.
// Nothing was written.
type TooLargeError struct {
	// Bytes is how large the document or field would be, Limit how large it may.
	Bytes, Limit int
	// Field is the field that would be too large, "" for the whole document.
	Field string

	kind Kind
	now  int
}

// Error says how full the document is and what to do.
func (e *TooLargeError) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("the field %s of the grant's statement in the %s would take %d bytes, of at most %d: "+
			"nothing was written; shorten the list that the grant puts there", e.Field, e.kind, e.Bytes, e.Limit)
	}
	return fmt.Sprintf("the %s would take %d bytes, of at most %d (now %d bytes, %d %% full): nothing was written; "+
		"remove statements that nobody needs any more, join statements that differ only in their principals, "+
		"or grant fewer roles access to one %s",
		e.kind, e.Bytes, e.Limit, e.now, e.now*100/e.Limit, map[Kind]string{BucketPolicy: "bucket", KeyPolicy: "key"}[e.kind])
}

func (k Kind) limit() int {
	if k == KeyPolicy {
		return maxKeyPolicy
	}
	return maxBucketPolicy
}

// checkSize refuses a new text that is larger than the service takes.
func (d *Document) checkSize(text []byte) error {
	if len(text) > d.kind.limit() {
		return &TooLargeError{Bytes: len(text), Limit: d.kind.limit(), kind: d.kind, now: len(d.raw)}
	}
	return nil
}

// checkFields refuses a statement of ours with a field that is too large.
func (g Grant) checkFields() error {
	if g.Kind == KeyPolicy {
		return nil
	}
	for _, field := range []struct {
		name  string
		texts []string
	}{{"Action", g.Actions}, {"Principal", []string{g.Principal}}, {"Resource", g.Resources}} {
		if size := len(renderTexts(field.texts)); size > maxBucketField {
			return &TooLargeError{Bytes: size, Limit: maxBucketField, Field: field.name, kind: g.Kind}
		}
	}
	return nil
}
