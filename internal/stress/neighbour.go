package stress

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// foreignWriter changes statements of its own in the policy. It reads, writes and
// verifies, and does it again when its change is not there. It knows no lock and
// writes documents in the form that suits it.
type foreignWriter struct {
	client *alicloud.Client
	want   map[int]string // its statements by number
	redone int            // writes because a change was not there
	late   int            // changes that were lost after they had been verified
}

func newForeignWriter(url string) (*foreignWriter, error) {
	client, err := alicloud.New(alicloud.Config{
		Region: emulator.Region, Endpoints: alicloud.Endpoints{OSS: url, RAM: url, KMS: url, STS: url},
		Credentials: alicloud.StaticCredentials{AccessKeyID: neighbour, AccessKeySecret: secretOf(neighbour)},
	})
	return &foreignWriter{client: client, want: map[int]string{}}, err
}

// work makes the changes: new statements, other ones in their place, fewer.
func (f *foreignWriter) work(ctx context.Context, changes int, pause time.Duration) error {
	const statements = 8
	for i := range changes {
		if err := f.lookAgain(ctx); err != nil {
			return err
		}
		number := i % statements
		f.want[number] = fmt.Sprintf(`{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["3000000000000003"],"Resource":["acs:oss:*:%s:%s/neighbour/%d/%d/*"]}`,
			emulator.DestinationAccount, emulator.DestinationBucket, number, i)
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
	for ; ; writes++ {
		read, err := f.client.BucketPolicy(alicloud.Fresh(ctx), emulator.DestinationBucket)
		if err != nil {
			return writes, err
		}
		next, changed, err := f.edit(read)
		if err != nil || !changed {
			return writes, err
		}
		if err := f.client.PutBucketPolicy(ctx, emulator.DestinationBucket, next); err != nil {
			return writes, err
		}
	}
}

// edit puts the wanted statements in the place of those that are its own.
func (f *foreignWriter) edit(read []byte) (next []byte, changed bool, err error) {
	var document struct {
		Version   string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal(read, &document); err != nil {
		return nil, false, fmt.Errorf("the policy is broken: %w: %s", err, read)
	}
	var own []string
	others := slices.DeleteFunc(document.Statement, func(s json.RawMessage) bool {
		if !bytes.Contains(s, []byte(emulator.DestinationBucket+"/neighbour/")) {
			return false
		}
		own = append(own, string(s))
		return true
	})
	var wanted []string
	for _, number := range slices.Sorted(maps.Keys(f.want)) {
		wanted = append(wanted, f.want[number])
	}
	if slices.Equal(own, wanted) {
		return read, false, nil
	}
	document.Statement = others
	for _, s := range wanted {
		document.Statement = append(document.Statement, json.RawMessage(s))
	}
	next, err = json.Marshal(document)
	return next, true, err
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
