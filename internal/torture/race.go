package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// parallelism is how many resources Terraform works on at a time.
const parallelism = 50

// Race lets many resources share one bucket policy, one key policy, one bucket's list of rules and one role's account,
// all at once and in this process: it creates them, looks at them, and destroys them. Built with the race detector, the
// process says what it finds. The watchdog of every command ends what hangs.
func Race(ctx context.Context, o Options, count int) (err error) {
	r, err := newRack(ctx, o, fmt.Sprintf("p%drace", os.Getpid()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(r.cloud.Load())) }() //nolint:contextcheck // a cloud is closed also when the context has ended
	world := r.world(scene{silent: true})
	for i := range count {
		world.OSS.Buckets = append(world.OSS.Buckets, oss.Bucket{Name: fmt.Sprintf("%s-%d", r.destination(), i), Owner: emulator.DestinationAccount, Region: emulator.Region})
	}
	if err := errors.Join(r.start(ctx, world), r.configure(crowd(r.site, count))); err != nil {
		return err
	}
	before := snapshot(r.now())
	at := fmt.Sprintf("-parallelism=%d", parallelism)
	for _, step := range []struct {
		arguments []string
		check     func() error
	}{
		{[]string{"apply", "-json", "-auto-approve", at}, func() error { return r.crowdIsThere(count) }},
		{[]string{"plan", "-json", "-detailed-exitcode", at}, func() error { return nil }},
		{[]string{"apply", "-json", "-auto-approve", "-destroy", at}, func() error { return r.same(before) }},
	} {
		a, err := r.run(ctx, step.arguments...)
		if err != nil {
			return err
		}
		if a.exit != 0 {
			return finding{Stuck, a.said()}
		}
		if err := step.check(); err != nil {
			return err
		}
	}
	if len(r.secrets.found) > 0 {
		return finding{Leaked, fmt.Sprint(r.secrets.found)}
	}
	return nil
}

// crowd is a configuration in which everything of a kind shares one document or list.
func crowd(s site, count int) string {
	return fmt.Sprintf(`
resource "srr_replication_role" "crowd" {
  count          = %[1]d
  name           = "crowd-${count.index}"
  source_buckets = [%[2]q]
}
resource "srr_destination_grant" "crowd" {
  provider = %[6]s
  count    = %[1]d
  bucket   = %[3]q
  role_arn = srr_replication_role.crowd[count.index].arn
}
resource "srr_kms_key_policy" "crowd" {
  provider = %[6]s
  count    = %[1]d
  key_id   = %[4]q
  role_arn = srr_replication_role.crowd[count.index].arn
}
resource "srr_rule" "crowd" {
  count              = %[1]d
  source_bucket      = %[2]q
  destination_bucket = "%[5]s-${count.index}"
  role               = srr_replication_role.crowd[count.index].name
  replicate_history  = true
}
`, count, s.source(), s.destination(), s.keyARN(), s.destination(), second)
}

// crowdIsThere wants every grant, every statement and every rule exactly once.
func (r *rack) crowdIsThere(count int) error {
	world := snapshot(r.now())
	var wrong []string
	for i := range count {
		for text, want := range map[string]int{
			fmt.Sprintf(`:assumed-role/crowd-%d/*`, i): 1, fmt.Sprintf(`:role/crowd-%d\"`, i): 1, fmt.Sprintf(`"destination": "%s-%d"`, r.destination(), i): 1,
			fmt.Sprintf(`"name": "crowd-%d"`, i): 2, // the role and its policy
		} {
			if found := strings.Count(world, text); found != want {
				wrong = append(wrong, fmt.Sprintf("%s is there %d times", text, found))
			}
		}
	}
	if len(wrong) > 0 {
		return finding{Lost, strings.Join(wrong, ", ")}
	}
	return nil
}

// same compares the world with a snapshot.
func (r *rack) same(want string) error {
	if got := snapshot(r.now()); got != want {
		return finding{Orphaned, difference(want, got)}
	}
	return nil
}
