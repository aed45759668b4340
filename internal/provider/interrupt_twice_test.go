package provider_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// interruptTwiceAt presses Ctrl-C, and again as soon as Terraform says that it has noticed. Terraform then leaves at once,
// unless the provider has ended its wait before, which it does within milliseconds.
func (d terraformDir) interruptTwiceAt(at emulator.Fault, arguments ...string) {
	d.t.Helper()
	started, sent := make(chan *os.Process, 1), make(chan time.Time, 1)
	interrupt := func(cli *os.Process) {
		if err := cli.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			d.t.Error(err)
		}
	}
	d.cloud.BeforeNext(at, func() {
		sent <- time.Now()
		interrupt(<-started)
	})
	command := d.command(arguments...)
	stdout, err := command.StdoutPipe()
	if err := errors.Join(err, command.Start()); err != nil {
		d.t.Fatal(err)
	}
	started <- command.Process
	said, noticed := d.heardTo(stdout, func() { interrupt(command.Process) })
	_ = command.Wait() // with whatever status
	d.keepSecrets(strings.Join(arguments, " "), said)
	if !noticed {
		d.t.Fatalf("%v says nothing of an interrupt: %s", arguments, said)
	}
	if took := time.Since(<-sent); took > 5*time.Second {
		d.t.Errorf("%v ended %s after the interrupts", arguments, took)
	}
	d.t.Logf("two interrupts noticed: %t", strings.Contains(said, "Two interrupts received"))
}

// heardTo reads all lines, and does something at the one of the interrupt.
func (d terraformDir) heardTo(stdout io.Reader, then func()) (said string, noticed bool) {
	d.t.Helper()
	var text strings.Builder
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		text.WriteString(lines.Text() + "\n")
		if !noticed && strings.Contains(lines.Text(), "Interrupt received") {
			noticed = true
			then()
		}
	}
	if err := lines.Err(); err != nil {
		d.t.Error(err)
	}
	return text.String(), noticed
}

// untear puts the backup in the place of a state that the CLI has emptied and not filled, as a person does.
func (d terraformDir) untear() {
	d.t.Helper()
	state := filepath.Join(d.path, "terraform.tfstate")
	raw, err := os.ReadFile(state)
	if err != nil || json.Valid(raw) {
		return
	}
	err = os.Rename(state+".backup", state)
	if errors.Is(err, os.ErrNotExist) {
		err = os.Remove(state)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// goOn applies again; where the error names an import of the rule, it imports as told first.
func (d terraformDir) goOn() {
	d.t.Helper()
	d.untear()
	got := d.apply()
	if told := regexp.MustCompile(`id\s*=\s*"([^"]+)"|terraform import \S+ (\S+)`).FindStringSubmatch(got.said()); got.exit != 0 && told != nil {
		id := strings.Trim(told[1]+told[2], `'"`)
		if said, err := d.command("import", "-input=false", "srr_rule.a", id).CombinedOutput(); err != nil {
			d.t.Fatalf("the import of %s that was named fails: %v %s", id, err, said)
		}
		got = d.apply()
	}
	if got.exit != 0 {
		d.t.Fatal(got.said())
	}
	d.plan().empty()
	d.cloud.onlyRule()
}

func TestInterruptTwice_ofTheWaitForAnActiveRule(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.StartingTime = 24 * time.Hour })
	d.write(ruleBlock("a", arguments{"wait_until_active": "true"}))
	d.interruptTwiceAt(emulator.Fault{Operation: getRules, Skip: 2}, "apply", "-json", "-auto-approve")
	d.cloud.Advance(25 * time.Hour)
	d.goOn()
}

func TestInterruptTwice_ofTheWaitForTheEndOfARule(t *testing.T) {
	d := ruleTest(t, func(w *emulator.World) { w.Switches.ClosingTime = 24 * time.Hour })
	d.write(ruleBlock("a")).apply().ok()
	d.interruptTwiceAt(emulator.Fault{Operation: getRules, Skip: 1}, "apply", "-destroy", "-json", "-auto-approve")
	d.cloud.Advance(25 * time.Hour)
	d.goOn()
}

func TestInterruptTwice_ofTheWaitForAClosingPair(t *testing.T) {
	d := ruleTest(t, existing(oss.Rule{}))
	d.cloud.change(func(w *emulator.World) {
		w.Switches.ClosingTime = 24 * time.Hour
		bucketOf(w, emulator.SourceBucket).Rules[0].Closed = d.cloud.Clock().Now()
	})
	d.write(ruleBlock("a"))
	d.interruptTwiceAt(emulator.Fault{Operation: putRule, Skip: 1}, "apply", "-json", "-auto-approve")
	d.cloud.Advance(25 * time.Hour)
	d.goOn()
}
