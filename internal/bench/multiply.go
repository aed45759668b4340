package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// rulesInState makes n rules, in the cloud and in a state. One is applied, and the others are its copies, because to apply
// thousands takes longer than to measure them. Every plan of the result is empty, else the copies are not what an apply makes.
func (b *bench) rulesInState(ctx context.Context, name string, n, buckets int) (workspace, error) {
	if err := b.cloud.made.SetWorld(world(buckets, targetsFor(n, buckets), true)); err != nil {
		return workspace{}, err
	}
	w, err := b.workspace(name, b.srr, rules(1, buckets))
	if err != nil {
		return w, err
	}
	b.cloud.begin(0)
	if _, err := w.apply(ctx); err != nil {
		return w, err
	}
	many := b.cloud.made.World()
	id, err := multiplyRule(&many, n, buckets)
	if err != nil {
		return w, err
	}
	err = errors.Join(b.cloud.made.SetWorld(many), w.configure(rules(n, buckets)))
	return w, errors.Join(err, multiplyInstance(filepath.Join(w.dir, stateFile), id, n, buckets))
}

// multiplyRule copies the one rule of the world and returns its id.
func multiplyRule(w *emulator.World, n, buckets int) (id string, err error) {
	sources := map[string]*oss.Bucket{}
	for i := range w.OSS.Buckets {
		sources[w.OSS.Buckets[i].Name] = &w.OSS.Buckets[i]
	}
	first := sources[source(0, buckets)]
	if first == nil || len(first.Rules) != 1 {
		return "", errors.New("the apply of one rule made no rule")
	}
	one := first.Rules[0]
	for i := 1; i < n; i++ {
		more := one
		more.ID, more.Destination, more.Prefixes = copiedID(one.ID, i), target(i, buckets), []string{prefix(i)}
		bucket := sources[source(i, buckets)]
		bucket.Rules = append(bucket.Rules, more)
	}
	return one.ID, nil
}

// multiplyInstance copies the one instance in the state of a configuration with count = 1.
func multiplyInstance(path, id string, n, buckets int) error {
	raw, err := os.ReadFile(path) //nolint:gosec // below our own directory
	if err != nil {
		return err
	}
	var state map[string]json.RawMessage
	var resources []map[string]json.RawMessage
	var instances []json.RawMessage
	if err := json.Unmarshal(raw, &state); err != nil {
		return err
	}
	if err := json.Unmarshal(state["resources"], &resources); err != nil {
		return err
	}
	if len(resources) != 1 {
		return fmt.Errorf("the state has %d resources instead of one", len(resources))
	}
	if err := json.Unmarshal(resources[0]["instances"], &instances); err != nil {
		return err
	}
	if len(instances) != 1 {
		return fmt.Errorf("the state has %d instances instead of one", len(instances))
	}
	for i := 1; i < n; i++ {
		text := strings.NewReplacer(
			id, copiedID(id, i), quoted(source(0, buckets)), quoted(source(i, buckets)), quoted(target(0, buckets)), quoted(target(i, buckets)),
			quoted(prefix(0)), quoted(prefix(i)),
		).Replace(string(instances[0]))
		var instance map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &instance); err != nil {
			return err
		}
		instance["index_key"] = json.RawMessage(fmt.Sprint(i))
		if instances, err = appendJSON(instances, instance); err != nil {
			return err
		}
	}
	return writeState(path, state, resources, instances)
}

func appendJSON(to []json.RawMessage, value any) ([]json.RawMessage, error) {
	raw, err := json.Marshal(value)
	return append(to, raw), err
}

// writeState puts the instances back where they were found.
func writeState(path string, state map[string]json.RawMessage, resources []map[string]json.RawMessage, instances []json.RawMessage) (err error) {
	if resources[0]["instances"], err = json.Marshal(instances); err != nil {
		return err
	}
	if state["resources"], err = json.Marshal(resources); err != nil {
		return err
	}
	raw, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o600)
}

// copiedID is as long as the id that it is made from, and unlike all others.
func copiedID(id string, i int) string {
	number := fmt.Sprintf("%06d", i)
	return id[:max(len(id)-len(number), 0)] + number
}

func quoted(text string) string { return `"` + text + `"` }
