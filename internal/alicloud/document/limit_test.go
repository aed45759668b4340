package document_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud/document"
)

func TestGraceBoundsAWriteThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.write = func(ctx context.Context, _ int, _ []byte) error { return slept(ctx, time.Hour) }
		o := options(t)
		o.Grace = 10 * time.Second
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		got, err := document.New(o).Do(ctx, key, c, add("ours"))
		if !errors.Is(err, context.Canceled) || !got.Wrote {
			t.Error(outcome{got, err})
		}
		if took := time.Since(began); took != 11*time.Second {
			t.Errorf("returned after %s", took)
		}
	})
}

func TestLimitBoundsABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud("theirs")
		c.read = func(context.Context, int) ([]byte, error) { return text("theirs"), nil }
		o := options(t)
		o.Limit, o.Settle = 5500*time.Millisecond, time.Hour
		began := time.Now()
		got, err := document.New(o).Do(t.Context(), key, c, add("ours"))
		if err == nil || !strings.Contains(err.Error(), "longer than 5.5s") || !got.Wrote {
			t.Error(outcome{got, err})
		}
		if took := time.Since(began); took != o.Limit {
			t.Errorf("returned after %s", took)
		}
	})
}
