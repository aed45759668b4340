package stress

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// mark is in every statement of the neighbour, and in no other.
const mark = "neighbour-"

// foreignWriter changes statements of its own in the document. It reads, writes and
// verifies, and does it again when its change is not there. It knows no lock,
// and writes its statements behind all others.
type foreignWriter struct {
	document Document
	client   *alicloud.Client
	want     map[int]string // its statements by number
	redone   int            // writes because a change was not there
	late     int            // changes that were lost after they had been verified
}

func newForeignWriter(d Document, url string) (*foreignWriter, error) {
	client, err := alicloud.New(alicloud.Config{
		Region: emulator.Region, Endpoints: alicloud.Endpoints{OSS: url, RAM: url, KMS: url, STS: url},
		Credentials: alicloud.StaticCredentials{AccessKeyID: neighbour, AccessKeySecret: secretOf(neighbour)},
	})
	return &foreignWriter{document: d, client: client, want: map[int]string{}}, err
}

// work makes the changes: new statements, other ones in their place, fewer.
func (f *foreignWriter) work(ctx context.Context, changes int, pause time.Duration) error {
	const statements = 8
	for i := range changes {
		if err := f.lookAgain(ctx); err != nil {
			return err
		}
		number := i % statements
		f.want[number] = fmt.Sprintf(f.document.foreign, number, i)
		if i%5 == 4 {
			delete(f.want, (number+3)%statements)
		}
		writes, err := f.settle(ctx)
		if err != nil {
			return err
		}
		f.redone += max(writes-1, 0)
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
	return nil
}

// lookAgain puts back what was lost after it had been verified.
func (f *foreignWriter) lookAgain(ctx context.Context) error {
	writes, err := f.settle(ctx)
	f.late += min(writes, 1)
	return err
}

// settle writes until a read shows what it wants, and counts the writes.
func (f *foreignWriter) settle(ctx context.Context) (writes int, err error) {
	const patience = 100
	for ; ; writes++ {
		if writes == patience {
			return writes, loss("the neighbour wrote its statements %d times, and no read shows them", writes)
		}
		read, err := f.document.read(alicloud.Fresh(ctx), f.client)
		if err != nil {
			return writes, err
		}
		next, changed, err := f.edit(read)
		if err != nil || !changed {
			return writes, err
		}
		if err := f.document.write(ctx, f.client, next); err != nil {
			return writes, err
		}
	}
}

// edit puts the wanted statements in the place of those that are its own.
func (f *foreignWriter) edit(read []byte) (next []byte, changed bool, err error) {
	others, own, err := apart(read)
	if err != nil {
		return nil, false, err
	}
	var wanted []string
	for _, number := range slices.Sorted(maps.Keys(f.want)) {
		wanted = append(wanted, f.want[number])
	}
	if slices.Equal(own, wanted) {
		return read, false, nil
	}
	return []byte(document(append(others, wanted...))), true, nil
}

// apart are the statements of a document byte for byte, those of the neighbour by
// themselves.
func apart(read []byte) (others, own []string, err error) {
	var parsed struct{ Statement []json.RawMessage }
	if err := json.Unmarshal(read, &parsed); err != nil {
		return nil, nil, fmt.Errorf("the document is broken: %w: %s", err, read)
	}
	for _, raw := range parsed.Statement {
		if statement := string(raw); strings.Contains(statement, mark) {
			own = append(own, statement)
		} else {
			others = append(others, statement)
		}
	}
	return others, own, nil
}

// document has the statements as they are.
func document(statements []string) string {
	return `{"Version":"1","Statement":[` + strings.Join(statements, ", ") + "]}"
}

// wait is the pace of a busy neighbour.
func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
