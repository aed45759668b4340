package torture

import "context"

// operation is what is done while something fails, from which state of things, and what "apply again" means then.
type operation struct {
	name string
	// made says that the first configuration was applied before.
	made bool
	// configuration is the one that is worked on; then is the one of the next apply, nil for destroying again.
	configuration, then func(scene) func(site) string
	// reaches is the world after it, in prepared.worlds.
	reaches string
	run     func(context.Context, workspace) (answer, error)
}

func operations() []operation {
	first := func(s scene) func(site) string { return s.first }
	changed := func(s scene) func(site) string { return s.second }
	apply := func(ctx context.Context, w workspace) (answer, error) { return w.apply(ctx) }
	refresh := func(ctx context.Context, w workspace) (answer, error) { return w.apply(ctx, "-refresh-only") }
	destroy := func(ctx context.Context, w workspace) (answer, error) { return w.destroy(ctx) }
	return []operation{
		{name: "create", configuration: first, then: first, reaches: "first", run: apply},
		{name: "update", made: true, configuration: changed, then: changed, reaches: "second", run: apply},
		{name: "read", made: true, configuration: first, then: first, reaches: "first", run: refresh},
		{name: "delete", made: true, configuration: first, run: destroy},
		{name: "delete, then apply", made: true, configuration: first, then: first, run: destroy},
	}
}
