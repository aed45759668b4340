package ledger_test

import (
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/ledger"
)

func BenchmarkEdit(b *testing.B) {
	for _, row := range []struct {
		name   string
		change func(note []byte) []byte
	}{
		{"read", func(note []byte) []byte { return note }},
		{"change", func(note []byte) []byte {
			return append([]byte{byte('a' + len(note)%20)}, note[:min(len(note), 200)]...)
		}},
	} {
		b.Run(row.name, func(b *testing.B) {
			notes := ledger.Open(b.TempDir())
			for b.Loop() {
				if err := notes.Edit(b.Context(), "note", row.change); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
