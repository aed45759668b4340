package torture

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// prepared are the undisturbed runs of a scene, to start from and to compare with. Worlds and states go by the
// configuration that was applied last: "", "first" or "second".
type prepared struct {
	site   site
	made   map[string]emulator.World
	states map[string][]byte
	worlds map[string]string          // snapshots
	calls  map[string][]emulator.Call // of each operation
}

// at is the same at another site.
func (p prepared) at(there site) (prepared, error) {
	raw, err := json.Marshal(p.made)
	if err != nil {
		return p, err
	}
	moved := func(text string) string { return strings.ReplaceAll(text, p.site.name, there.name) }
	q := prepared{site: there, states: map[string][]byte{}, worlds: map[string]string{}, calls: map[string][]emulator.Call{}}
	for name, state := range p.states {
		q.states[name] = []byte(moved(string(state)))
	}
	for name, text := range p.worlds {
		q.worlds[name] = moved(text)
	}
	for name, calls := range p.calls {
		for _, c := range calls {
			c.Object = moved(c.Object)
			q.calls[name] = append(q.calls[name], c)
		}
	}
	return q, json.Unmarshal([]byte(moved(string(raw))), &q.made)
}

// prepare runs the operations of a scene undisturbed, and those that lead to where they start.
func (r *rack) prepare(ctx context.Context, s scene) (prepared, error) {
	p := prepared{
		site: r.site, made: map[string]emulator.World{"": r.world(s)}, states: map[string][]byte{}, worlds: map[string]string{}, calls: map[string][]emulator.Call{},
	}
	if err := r.start(ctx, p.made[""]); err != nil {
		return p, err
	}
	p.worlds[""] = snapshot(r.now())
	for _, o := range operations() {
		if !s.needs(o) {
			continue
		}
		calls, err := r.undisturbed(ctx, p, s, o)
		if err != nil {
			return p, err
		}
		p.calls[o.name] = calls
		if err := r.reached(&p, s, o); err != nil {
			return p, err
		}
	}
	return p, nil
}

// needs says whether an operation is disturbed in a scene, or leads to where one starts.
func (s scene) needs(o operation) bool {
	return s.has(o) || o.name == "create" || slices.ContainsFunc(operations(), func(later operation) bool {
		return s.has(later) && o.reaches == later.from && o.name == "update"
	})
}

// reached notes where an operation has led.
func (r *rack) reached(p *prepared, s scene, o operation) (err error) {
	switch {
	case o.name == "read":
		return nil
	case o.reaches != "":
		world := r.now()
		if s.meanwhile != nil {
			s.meanwhile(&world)
		}
		p.made[o.reaches], p.worlds[o.reaches] = world, snapshot(copied(world))
		p.states[o.reaches], err = r.state()
		return err
	case s.meanwhile != nil:
		// What somebody did to a document is not undone, but whoever takes the last statement out leaves one behind.
		p.worlds[""] = snapshot(r.now())
		return nil
	}
	if after := snapshot(r.now()); after != p.worlds[""] {
		return fmt.Errorf("%s, %s, undisturbed: something is left: %s", s.name, o.name, difference(p.worlds[""], after))
	}
	return nil
}

// copied is a world that shares nothing with another one.
func copied(world emulator.World) (other emulator.World) {
	raw, err := json.Marshal(world)
	if err := errors.Join(err, json.Unmarshal(raw, &other)); err != nil {
		panic(err) // a world can always be written and read
	}
	return other
}

// undisturbed does one operation and lists its calls.
func (r *rack) undisturbed(ctx context.Context, p prepared, s scene, o operation) (calls []emulator.Call, err error) {
	if err := r.begin(ctx, p, s, o); err != nil {
		return nil, err
	}
	a, err := o.run(ctx, r.workspace)
	if err != nil || a.failed() {
		return nil, errors.Join(err, fmt.Errorf("%s, %s, undisturbed: %s", s.name, o.name, a.said()))
	}
	for _, request := range r.cloud.Load().Requests(0) {
		calls = append(calls, request.Call)
	}
	return calls, nil
}

// difference shows the first lines in which two snapshots differ.
func difference(want, got string) string {
	wanted, found := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(found)) {
		if wanted[i] != found[i] {
			return fmt.Sprintf("line %d: want %s, got %s", i+1, strings.Join(wanted[i:min(i+4, len(wanted))], " "), strings.Join(found[i:min(i+4, len(found))], " "))
		}
	}
	return fmt.Sprintf("%d lines instead of %d", len(found), len(wanted))
}
