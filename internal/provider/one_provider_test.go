package provider_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// lasting is a configured provider that serves many operations, as for a file of
// `terraform test` since Terraform 1.15, and one kind of resource.
type lasting struct {
	protocol
	cloud  testCloud
	kind   string
	object tftypes.Object
	config map[string]any
	beside map[string]any // what another object of the kind has different
	id     string         // of what exists, for an import
}

// lastingKinds are the resources that must not be shared.
func lastingKinds() map[string]func(*testing.T, ...func(*emulator.World)) lasting {
	return map[string]func(*testing.T, ...func(*emulator.World)) lasting{
		"rule": func(t *testing.T, changes ...func(*emulator.World)) lasting {
			cloud := newCloud(t, append(changes, silent, more)...)
			return cloud.lasting(cloud.speakForSource(), "srr_rule", "orders=>orders-backup", map[string]any{"destination_bucket": "orders-b"}, map[string]any{
				"source_bucket": "orders", "destination_bucket": "orders-backup", "role": "oss-srr-orders", "replicate_history": true, "prevent_replacement": true,
			})
		},
		"grant": func(t *testing.T, changes ...func(*emulator.World)) lasting {
			cloud := newCloud(t, append(changes, withPolicy(documentOf(foreign)))...)
			return cloud.lasting(cloud.speakForDestination(), "srr_destination_grant", grantID, otherRole(), map[string]any{
				"bucket": emulator.DestinationBucket, "role_arn": roleOfSource,
			})
		},
		"key policy": func(t *testing.T, changes ...func(*emulator.World)) lasting {
			cloud := newCloud(t, append(changes, withKeyPolicy(documentOf(keyOwner)))...)
			return cloud.lasting(cloud.speakForDestination(), "srr_kms_key_policy", emulator.ReplicaKeyARN()+","+roleOfSource, otherRole(), map[string]any{
				"key_id": emulator.ReplicaKeyARN(), "role_arn": roleOfSource,
			})
		},
		"role": func(t *testing.T, changes ...func(*emulator.World)) lasting {
			cloud := newCloud(t, changes...)
			buckets := []tftypes.Value{tftypes.NewValue(tftypes.String, emulator.SourceBucket)}
			return cloud.lasting(cloud.speakForSource(), "srr_replication_role", "srr-orders", map[string]any{"name": "other"}, map[string]any{
				"name": "srr-orders", "source_buckets": buckets,
			})
		},
	}
}

func otherRole() map[string]any { return map[string]any{"role_arn": roleOfSource + "-too"} }

func (c testCloud) lasting(p protocol, kind, id string, beside, config map[string]any) lasting {
	c.t.Helper()
	object, ok := p.schemas.ResourceSchemas[kind].ValueType().(tftypes.Object)
	if !ok {
		c.t.Fatal("a schema is no object")
	}
	return lasting{protocol: p, cloud: c, kind: kind, object: object, config: config, beside: beside, id: id}
}

// step is a planned change of one resource.
type step struct {
	config, prior, planned *tfprotov6.DynamicValue
	private                []byte
	problems               []*tfprotov6.Diagnostic
	replaces               bool
}

// plan plans the configuration with these changes; without a prior state a creation.
func (l lasting) plan(before identified, changes map[string]any) step {
	l.t.Helper()
	given := map[string]any{}
	for _, some := range []map[string]any{l.config, changes} {
		for name, value := range some {
			given[name] = value
		}
	}
	s := step{config: dynamic(l.t, l.object, objectOf(l.object, given)), prior: before.state, private: before.private}
	proposed := s.config
	if s.prior == nil {
		s.prior = dynamic(l.t, l.object, tftypes.NewValue(l.object, nil))
	} else {
		proposed = dynamic(l.t, l.object, l.withComputed(given, before))
	}
	return l.planned(s, proposed)
}

// planEnd plans a destruction.
func (l lasting) planEnd(before identified) step {
	l.t.Helper()
	null := dynamic(l.t, l.object, tftypes.NewValue(l.object, nil))
	return l.planned(step{config: null, prior: before.state, private: before.private}, null)
}

func (l lasting) planned(s step, proposed *tfprotov6.DynamicValue) step {
	l.t.Helper()
	resp, err := l.PlanResourceChange(l.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: l.kind, Config: s.config, PriorState: s.prior, ProposedNewState: proposed, PriorPrivate: s.private,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	s.planned, s.private, s.problems, s.replaces = resp.PlannedState, resp.PlannedPrivate, resp.Diagnostics, len(resp.RequiresReplace) > 0
	return s
}

// withComputed is what Terraform proposes: the configuration, and the prior value
// of every computed attribute that it does not set.
func (l lasting) withComputed(given map[string]any, before identified) tftypes.Value {
	l.t.Helper()
	prior, err := before.state.Unmarshal(l.object)
	values := map[string]tftypes.Value{}
	if err == nil {
		err = prior.As(&values)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	for _, attribute := range l.schemas.ResourceSchemas[l.kind].Block.Attributes {
		if _, set := given[attribute.Name]; set || !attribute.Computed {
			values[attribute.Name] = tftypes.NewValue(l.object.AttributeTypes[attribute.Name], given[attribute.Name])
		}
	}
	return tftypes.NewValue(l.object, values)
}

func (l lasting) apply(s step) identified {
	l.t.Helper()
	resp, err := l.ApplyResourceChange(l.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: l.kind, Config: s.config, PriorState: s.prior, PlannedState: s.planned, PlannedPrivate: s.private,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return identified{state: resp.NewState, private: resp.Private, problems: resp.Diagnostics}
}

// quiet demands that nothing was said.
func (l lasting) quiet(what string, problems []*tfprotov6.Diagnostic) {
	l.t.Helper()
	if len(problems) > 0 {
		l.t.Fatalf("%s: %s", what, said(identified{problems: problems}))
	}
}

// create plans and applies a creation; Terraform plans it again while it applies.
func (l lasting) create(changes map[string]any) identified {
	l.t.Helper()
	for _, what := range []string{"plan of a creation", "its second look"} {
		l.quiet(what, l.plan(identified{}, changes).problems)
	}
	made := l.apply(l.plan(identified{}, changes))
	l.quiet("creation", made.problems)
	return made
}

// staysQuietly reads and plans without a change or a word.
func (l lasting) staysQuietly(before identified) identified {
	l.t.Helper()
	read := l.read(l.kind, before)
	l.quiet("read", read.problems)
	s := l.plan(read, nil)
	l.quiet("plan of what exists", s.problems)
	if s.replaces || !bytes.Equal(s.planned.MsgPack, s.prior.MsgPack) {
		l.t.Fatal("a plan of what exists changes it")
	}
	return read
}

// end destroys as Terraform does: it plans as usual first, to refresh.
func (l lasting) end(before identified) {
	l.t.Helper()
	s := l.planEnd(l.staysQuietly(before))
	l.quiet("plan of a destruction", s.problems)
	l.quiet("destruction", l.apply(s).problems)
}

func TestOneProvider_servesEveryRunOfATestFile(t *testing.T) {
	t.Parallel()
	for name, kind := range lastingKinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := kind(t)
			for range 2 { // the second time finds nothing of the first
				made := l.create(nil)
				made = l.staysQuietly(made)
				l.quiet("a destruction that is only planned", l.planEnd(l.staysQuietly(made)).problems)
				made = l.staysQuietly(made)
				l.end(made)
			}
		})
	}
}

// conflict is the word about two resources with one object, and its severity.
func conflict(l lasting, fresh bool) string {
	what := "Grant belongs to "
	switch l.kind {
	case "srr_rule":
		what = "Rule belongs to "
	case "srr_replication_role":
		what = "Role belongs to "
	}
	if fresh {
		return "ERROR: " + what + "another resource"
	}
	return "WARNING: " + what + "two resources"
}

func TestOneProvider_tellsOfASharedObjectInEveryRun(t *testing.T) {
	t.Parallel()
	for name, kind := range lastingKinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := kind(t)
			first := l.staysQuietly(l.create(nil))
			second := l.importByID(l.kind, l.id)
			told := said(second, identified{problems: l.plan(second, nil).problems})
			if want := conflict(l, true); strings.Count(told, want) != 1 {
				t.Errorf("an import says %q, want once %q", told, want)
			}
			first = l.staysQuietly(first) // the import was refused
			second = l.importByID(l.kind, l.id)
			for range 2 { // another one was made all the same
				first, second = l.read(l.kind, first), l.read(l.kind, second)
				told = said(first, second, identified{problems: slices.Concat(l.plan(first, nil).problems, l.plan(second, nil).problems)})
				if want := conflict(l, false); !strings.Contains(told, want) || strings.Contains(told, "ERROR") {
					t.Errorf("later plans say %q, want %q", told, want)
				}
			}
		})
	}
}

// What was deleted by hand, or forgotten, has no say any more.
func TestOneProvider_forgetsWhatIsGone(t *testing.T) {
	t.Parallel()
	kinds := lastingKinds()
	delete(kinds, "role") // no write to another role has it read again
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := kind(t)
			world := l.cloud.World()
			made := l.staysQuietly(l.create(nil))
			if err := l.cloud.SetWorld(world); err != nil {
				t.Fatal(err)
			}
			l.create(l.beside) // what was read before a write is read again
			gone := l.read(l.kind, made)
			if !strings.Contains(said(gone), "is gone") || gone.object != nil {
				t.Fatalf("read %v and %q", gone.object, said(gone))
			}
			again := l.staysQuietly(l.create(nil))
			if l.kind == "srr_rule" { // no import finds a rule that a resource was read with
				return
			}
			// A removed block only reads what it forgets; an import finds it again.
			l.quiet("read", l.read(l.kind, again).problems)
			imported := l.importByID(l.kind, l.id)
			l.quiet("import", imported.problems)
			l.quiet("plan of an import", l.plan(imported, nil).problems)
		})
	}
}

func TestOneProvider_refusesToLoseWhatIsImportedAfterOtherRuns(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"grant", "key policy", "role"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := lastingKinds()[name](t)
			made := l.staysQuietly(l.staysQuietly(l.create(nil)))
			imported := l.importByID(l.kind, l.id)
			l.quiet("import", imported.problems)
			told := said(identified{problems: slices.Concat(l.planEnd(l.read(l.kind, made)).problems, l.plan(imported, nil).problems)})
			if !strings.Contains(told, "would be lost") {
				t.Errorf("a rename with an import says %q", told)
			}
		})
	}
}

// A plan that nobody applied, for a resource that would have taken the rule over,
// says nothing about the next one.
func TestOneProvider_forgetsAPlannedTakeOver(t *testing.T) {
	t.Parallel()
	l := lastingKinds()["rule"](t)
	adopting := map[string]any{"adopt_existing": true, "prevent_replacement": false}
	made := l.staysQuietly(l.create(nil))
	l.quiet("plan of the old address", l.planEnd(l.read(l.kind, made)).problems)
	if told := said(identified{problems: l.plan(identified{}, adopting).problems}); strings.Contains(told, "ERROR") {
		t.Fatal(told)
	}
	made = l.staysQuietly(made)
	if told := said(identified{problems: l.plan(identified{}, adopting).problems}); !strings.Contains(told, "Two resources for one pair of buckets") {
		t.Errorf("a second resource for the pair says %q", told)
	}
	l.end(made)
}

// A value that becomes known in the apply cannot replace the rule, also where the
// provider that applies is the one that planned.
func TestOneProvider_keepsThePromiseOfAPlanWithUnknownValues(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, silent, existing(oss.Rule{ReplicateHistory: true}))
	server := providerserver.NewProtocol6(provider.New("test", cloud.env(nil), provider.ShareNotes(in(filepath.Join(t.TempDir(), "notes")), func() string { return "1" }))())()
	l := cloud.lasting(cloud.speakTo(server, emulator.SourceKeyPair()), "srr_rule", "orders=>orders-backup", nil, map[string]any{
		"source_bucket": "orders", "destination_bucket": "orders-backup", "role": "oss-srr-orders", "replicate_history": true,
	})
	unknown, other := map[string]any{"role": tftypes.UnknownValue}, map[string]any{"role": "another"}
	rule := l.importByID(l.kind, l.id)
	for _, c := range []struct {
		refreshed bool
		want      string
	}{{false, "A rule cannot be changed"}, {true, "The rule will be replaced"}} {
		rule = l.read(l.kind, rule)
		if s := l.plan(rule, unknown); s.replaces || len(s.problems) > 0 {
			t.Fatalf("replaces: %t, and says %q", s.replaces, said(identified{problems: s.problems}))
		}
		if c.refreshed {
			rule = l.read(l.kind, rule)
		}
		if told := said(identified{problems: l.plan(rule, other).problems}); !strings.Contains(told, c.want) {
			t.Errorf("refreshed %t: the next plan says %q, want %q", c.refreshed, told, c.want)
		}
	}
}

// Where the configuration has lost a resource, some versions of Terraform plan its
// destruction before they read it. A plan of the next run ends with the object.
func TestOneProvider_knowsAPlannedDestructionByEitherOrder(t *testing.T) {
	t.Parallel()
	for name, kind := range lastingKinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := kind(t)
			made := l.create(nil)
			for range 2 {
				l.quiet("destruction of what was not read", l.planEnd(made).problems)
				imported := l.importByID(l.kind, l.id)
				read := l.read(l.kind, made)
				told := said(imported, read, identified{problems: l.plan(imported, nil).problems})
				if !strings.Contains(told, "would be lost") && !strings.Contains(told, "Rule belongs to another resource") {
					t.Errorf("a rename with an import says %q", told)
				}
				made = l.staysQuietly(made)
			}
		})
	}
}
