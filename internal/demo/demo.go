package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const example = "two-accounts-kms"

// ErrInterrupted says that the demo was stopped from outside, and that nothing of
// it is left running.
var ErrInterrupted = errors.New("interrupted; every process of the demo has ended and its directory is gone")

// demo is one run.
type demo struct {
	report
	dir       string // removed at the end
	provider  string // path of the program
	emulator  string // path of the program
	cli       string // path of the program
	example   string // directory with the configuration
	cloud     *cloudProcess
	workspace *Workspace

	source, backup administrator
	keyPolicy      string // of the replica key, before anything was done
}

// step is one thing that the demo does and checks; the result is what was seen.
type step struct {
	name string
	run  func(ctx context.Context) (result string, err error)
}

// Run goes through all steps and prints them. The error is one line that says
// which expectation failed; ErrInterrupted if ctx ended. However it ends, the
// emulator and the CLI have ended and the temporary directory is removed.
func Run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "srr-demo-")
	if err != nil {
		return err
	}
	d := &demo{report: report{out: out, begun: time.Now()}, dir: dir}
	defer func() { err = errors.Join(err, d.close()) }()
	d.introduce()
	for _, s := range d.steps() {
		switch err := d.perform(ctx, s); {
		case err != nil && ctx.Err() != nil:
			// Not looked at: the text of an interrupted call can be missing, and asking
			// for it ends in a panic (terraform-exec 0.25.1, cmdErr.Error).
			return ErrInterrupted
		case err != nil:
			return fmt.Errorf("step %d, %s: %s", len(d.done)+1, s.name, oneLine(err.Error()))
		}
	}
	d.summary()
	return nil
}

func (d *demo) steps() []step {
	return []step{
		{"find a CLI, build both programs", d.build},
		{"start the cloud, terraform init", d.prepare},
		{"plan on the empty world", d.planEmpty},
		{"apply", d.apply},
		{"objects arrive in the other account", d.objectsArrive},
		{"plan again, and plan -refresh-only", d.planIsEmpty},
		{"somebody breaks grant and role by hand", d.breakByHand},
		{"plan notices", d.planNotices},
		{"apply heals, the object arrives", d.heal},
		{"destroy", d.destroy},
		{"look for leftovers", d.nothingLeft},
	}
}

func (d *demo) perform(ctx context.Context, s step) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.step(s.name)
	begun := time.Now()
	result, err := s.run(ctx)
	if err == nil {
		d.finish(s.name, result, time.Since(begun))
	}
	return err
}

func (d *demo) introduce() {
	d.say("Replication between two accounts, with the unchanged configuration examples/%s", example)
	d.say("  prod    account %s, bucket %s", emulator.SourceAccount, emulator.SourceBucket)
	d.say("  backup  account %s, bucket %s, with a policy that serves somebody else\n", emulator.DestinationAccount, emulator.DestinationBucket)
}

func (d *demo) close() error {
	var err error
	if d.cloud != nil {
		err = d.cloud.stop()
	}
	return errors.Join(err, os.RemoveAll(d.dir))
}

func (d *demo) build(ctx context.Context) (string, error) {
	root, err := Root(ctx)
	if err != nil {
		return "", err
	}
	if d.cli, err = SharedCLI(ctx); err != nil {
		return "", err
	}
	if d.provider, err = Build(ctx, root, ".", d.dir); err != nil {
		return "", err
	}
	if d.emulator, err = Build(ctx, root, "./cmd/srr-emulator", d.dir); err != nil {
		return "", err
	}
	d.example = filepath.Join(root, "examples", example)
	return d.cli, nil
}

func (d *demo) prepare(ctx context.Context) (string, error) {
	var err error
	if d.cloud, err = startCloud(ctx, d.emulator); err != nil {
		return "", err
	}
	d.source = administrator{d.cloud.url, emulator.SourceKeyPair()}
	d.backup = administrator{d.cloud.url, emulator.DestinationKeyPair()}
	if d.keyPolicy, err = d.backup.keyPolicy(ctx); err != nil {
		return "", err
	}
	space := filepath.Join(d.dir, "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		return "", err
	}
	d.workspace, err = Open(Setting{
		CLI: d.cli, Provider: d.provider, Example: d.example, CloudURL: d.cloud.url, Dir: space,
		Variables: map[string]string{"replica_key_arn": emulator.ReplicaKeyARN()},
	})
	if err != nil {
		return "", err
	}
	if err := d.workspace.Init(ctx); err != nil {
		return "", err
	}
	version, _, err := d.workspace.Version(ctx, true)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s, cloud at %s", filepath.Base(d.cli), version, d.cloud.url), nil
}
