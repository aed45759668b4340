package torture

import (
	"context"
	"slices"
)

// operation is what is done while something fails, from which state of things, and what "apply again" means then.
type operation struct {
	name string
	// from is the configuration that was applied before: "", "first" or "second".
	from string
	// configuration is the one that is worked on; then is the one of the next apply, nil for destroying again.
	configuration, then func(scene) func(site) string
	// reaches is the world after it, in prepared.worlds.
	reaches string
	run     func(context.Context, workspace) (answer, error)
	// named says that only scenes which name it have it.
	named bool
}

func operations() []operation {
	first := func(s scene) func(site) string { return s.first }
	changed := func(s scene) func(site) string { return s.second }
	apply := func(ctx context.Context, w workspace) (answer, error) { return w.apply(ctx) }
	refresh := func(ctx context.Context, w workspace) (answer, error) { return w.apply(ctx, "-refresh-only") }
	destroy := func(ctx context.Context, w workspace) (answer, error) { return w.destroy(ctx) }
	return []operation{
		{name: "create", configuration: first, then: first, reaches: "first", run: apply},
		{name: "update", from: "first", configuration: changed, then: changed, reaches: "second", run: apply},
		{name: "read", from: "first", configuration: first, then: first, reaches: "first", run: refresh},
		{name: "delete", from: "first", configuration: first, run: destroy},
		{name: "delete, then apply", from: "first", configuration: first, then: first, run: destroy},
		{name: "delete changed", from: "second", configuration: changed, run: destroy, named: true},
	}
}

// has says whether an operation is disturbed in a scene.
func (s scene) has(o operation) bool {
	if s.only == nil {
		return !o.named
	}
	return slices.Contains(s.only, o.name)
}
