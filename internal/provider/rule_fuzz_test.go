package provider_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// ruleShape is a configuration of a rule in plain texts.
type ruleShape struct {
	source, destination, role, key string
	history, deletes               bool
	prefixes                       []string
	match                          string
	tags                           [][2]string
}

// configuration is the shape as Terraform hands it over; nil and empty leave
// arguments out.
func (s ruleShape) configuration() map[string]any {
	given := map[string]any{
		"source_bucket": s.source, "destination_bucket": s.destination, "role": s.role,
		"replicate_history": s.history, "replicate_deletes": s.deletes,
	}
	if s.key != "" {
		given["replica_kms_key_id"] = s.key
	}
	if s.prefixes != nil {
		given["prefixes"] = setOf(tftypes.String, s.prefixes, func(text string) any { return text })
	}
	if s.match != "" {
		tag := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"key": tftypes.String, "value": tftypes.String}}
		tags := setOf(tag, s.tags, func(pair [2]string) any {
			return map[string]tftypes.Value{"key": tftypes.NewValue(tftypes.String, pair[0]), "value": tftypes.NewValue(tftypes.String, pair[1])}
		})
		given["tag_filter"] = map[string]tftypes.Value{
			"match": tftypes.NewValue(tftypes.String, s.match), "tags": tftypes.NewValue(tftypes.Set{ElementType: tag}, tags),
		}
	}
	return given
}

// setOf drops what is there twice, as Terraform does.
func setOf[T comparable](kind tftypes.Type, elements []T, value func(T) any) []tftypes.Value {
	values := []tftypes.Value{}
	for i, element := range elements {
		if !slices.Contains(elements[:i], element) {
			values = append(values, tftypes.NewValue(kind, value(element)))
		}
	}
	return values
}

// matches compares with the rule that the service has.
func (s ruleShape) matches(r oss.Rule) bool {
	action, match, distinct := "PUT", map[string]string{"all": "AND", "any": "OR"}[s.match], setOf(tftypes.String, s.prefixes, func(text string) any { return text })
	if s.deletes {
		action = "ALL"
	}
	for _, prefix := range s.prefixes {
		if !slices.Contains(r.Prefixes, prefix) {
			return false
		}
	}
	filter := oss.TagFilter{}
	if r.TagFilter != nil {
		filter = *r.TagFilter
	}
	for _, tag := range s.tags {
		if !slices.Contains(filter.Tags, oss.Tag{Key: tag[0], Value: tag[1]}) {
			return false
		}
	}
	return r.Destination == s.destination && r.Action == action && r.ReplicateHistory == s.history && len(r.Prefixes) == len(distinct) &&
		filter.Match == match && r.ReplicateKMS == (s.key != "") && r.ReplicaKMSKeyID == s.key
}

// fuzzWorld accepts rules whose role does not work: what is tried here are the
// rules themselves.
func fuzzWorld(w *emulator.World) {
	silent(w)
	w.OSS.Buckets = append(w.OSS.Buckets,
		oss.Bucket{Name: "orders-far", Owner: emulator.DestinationAccount, Region: "cn-beijing"},
		oss.Bucket{Name: "others", Owner: emulator.DestinationAccount, Region: emulator.Region})
}

// settle plans the shape and, when it passes, applies it for good: the service
// must accept it, have it as it is meant, and a second plan must be empty.
func (c testCloud) settle(p resourceProtocol, s ruleShape) (refused []string) {
	c.t.Helper()
	planned := p.plan(s.configuration(), nil, nil)
	if planned.fails() {
		for _, d := range planned.said {
			refused = append(refused, d.Summary)
		}
		return refused
	}
	state, private, said := p.apply(planned)
	if failed(said) {
		if absent := bucketOf(new(c.World()), s.destination) == nil; absent && strings.Contains(said[0].Detail, "InvalidTargetBucket") {
			return nil // a bucket that another resource may make is no reason to fail a plan
		}
		c.t.Fatalf("%+v passes, but: %s\n%s", s, said[0].Summary, said[0].Detail)
	}
	if made := c.onlyRule(); !s.matches(made) {
		c.t.Errorf("%+v became %+v with the filter %+v", s, made, made.TagFilter)
	}
	read, said := p.read(state, private)
	if len(said) > 0 {
		c.t.Errorf("%+v is read with %v", s, said[0])
	}
	again := p.plan(s.configuration(), read, private)
	if again.fails() || again.replaces {
		c.t.Errorf("%+v: the second plan replaces %t and says %v", s, again.replaces, again.said)
	}
	if before, after := p.attributesOf(read), p.attributesOf(again.planned); !maps.EqualFunc(before, after, tftypes.Value.Equal) {
		c.t.Errorf("%+v: the second plan goes from %v to %v", s, before, after)
	}
	return nil
}

// FuzzRule_whatPassesIsAccepted lets a fuzzer choose the texts. Prefixes and
// key=value tags stand on lines of their own.
func FuzzRule_whatPassesIsAccepted(f *testing.F) {
	f.Add("orders-backup", "logs/\nvideo/", "all", "a=1\nb=2", "role", "", true, false)
	f.Add("orders-backup", "a\x01b", "any", "k=1\nk=2", "acs:ram::1000000000000001:role/R.x", "acs:kms:cn-hangzhou:2000000000000002:key/k", false, false)
	f.Add("orders", strings.Repeat("ä", 511)+"\norders/x\n*", "all", "ключ=значение", "a@b", "alias/x", false, true)
	f.Add("orders-backup", "a&b<c>\"'\t\r", "any", " =+-=._:/", "R-1.a", "", false, false)
	f.Fuzz(func(t *testing.T, destination, prefixes, match, tags, role, key string, history, deletes bool) {
		s := ruleShape{source: emulator.SourceBucket, destination: destination, role: role, key: key, history: history, deletes: deletes, match: match}
		if prefixes != "" {
			s.prefixes = strings.Split(prefixes, "\n")
		}
		for line := range strings.SplitSeq(tags, "\n") {
			if name, value, _ := strings.Cut(line, "="); match != "" {
				s.tags = append(s.tags, [2]string{name, value})
			}
		}
		cloud := newCloud(t, fuzzWorld)
		cloud.settle(cloud.ruleProtocol(), s)
	})
}

// chooser makes shapes: mostly of what is right, and of what is nearly so.
type chooser struct{ *rand.Rand }

func (c chooser) of(right, wrong []string) string {
	if c.IntN(16) == 0 {
		return wrong[c.IntN(len(wrong))]
	}
	return right[c.IntN(len(right))]
}

func (c chooser) shape() ruleShape {
	s := ruleShape{
		source:      c.of([]string{emulator.SourceBucket}, []string{"Orders", "or", "orders-", "others"}),
		destination: c.of([]string{emulator.DestinationBucket}, []string{emulator.SourceBucket, "a_b", "", "orders-far", "absent", strings.Repeat("x", 64)}),
		role: c.of([]string{"role", "Role.x-1", "acs:ram::1000000000000001:role/Any"},
			[]string{"", "a_b", "acs:ram::1000000000000001:user/x", "acs:ram::2000000000000002:role/x", "a b", strings.Repeat("r", 65)}),
		key: c.of([]string{"", "", "acs:kms:cn-hangzhou:2000000000000002:key/k"},
			[]string{"key-x", "alias/x", "acs:kms:cn-beijing:2000000000000002:key/k", "acs:kms:cn-hangzhou:2000000000000002:alias/x"}),
		history: c.IntN(2) == 0, deletes: c.IntN(4) == 0,
	}
	for range c.IntN(4) * c.IntN(5) {
		s.prefixes = append(s.prefixes, c.prefix())
	}
	if c.IntN(3) == 0 {
		s.match = c.of([]string{"all", "any"}, []string{"AND", " "})
		for range 1 + c.IntN(5)*c.IntN(4) {
			s.tags = append(s.tags, [2]string{c.word(128), c.word(256)})
		}
	}
	return s
}

// word is a text of a tag, sometimes as long as may be, or one too long.
func (c chooser) word(limit int) string {
	switch c.IntN(16) {
	case 0:
		return strings.Repeat("ж", limit)
	case 1:
		return c.of([]string{"k", " +-=._:/", "K", "ключ", "钥匙"}, []string{"", strings.Repeat("k", limit+1), "a,b", "\u0001"})
	}
	return fmt.Sprintf("k%d", c.IntN(99))
}

// prefix seldom contains another one.
func (c chooser) prefix() string {
	switch c.IntN(16) {
	case 0, 2:
		return "video/" + c.of([]string{"b/", "c/"}, []string{"", "b/b"})
	case 3:
		return c.of([]string{strings.Repeat("ä", 511), "<&>\"'", "a b/", "🦆/", "*/x"}, []string{strings.Repeat("ä", 512)})
	case 1:
		return c.of([]string{"video/a", "ordersx/"}, []string{"", "a*", "orders/", "orders/2026", "a\u0001", "\ufffe", "video/"})
	}
	return fmt.Sprintf("p%d%s", 100+c.IntN(900), c.of([]string{"/"}, []string{"", "/a/"}))
}

// hidden is the configuration with some values unknown.
func (c chooser) hidden(given map[string]any, kind tftypes.Object) map[string]any {
	given = maps.Clone(given)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if c.IntN(3) == 0 && kind.AttributeTypes[name] != nil {
			given[name] = tftypes.UnknownValue
		}
	}
	return given
}

func TestRule_whatPassesPlanIsAccepted(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t, fuzzWorld)
	p, empty := cloud.ruleProtocol(), cloud.World()
	random := chooser{rand.New(rand.NewPCG(1, 5))}
	passed, reasons := 0, map[string]int{}
	const shapes = 600
	for range shapes {
		s := random.shape()
		refused := cloud.settle(p, s)
		for _, summary := range refused {
			reasons[summary]++
		}
		if len(refused) > 0 {
			continue
		}
		passed++
		if err := cloud.SetWorld(empty); err != nil {
			t.Fatal(err)
		}
		p = cloud.ruleProtocol() // the one before remembers its rule
		if got := p.plan(random.hidden(s.configuration(), p.kind), nil, nil); got.fails() {
			t.Errorf("%+v passes, but with less known: %+v", s, got.said[0])
		}
	}
	if passed < shapes/4 || passed > shapes*3/4 {
		t.Errorf("%d of %d shapes passed", passed, shapes)
	}
	for _, title := range []string{
		"Invalid prefix", "One prefix contains another", "Too many prefixes", "Invalid tag", "Invalid tag filter", "Tag filter and deletions exclude each other",
		"Source and destination are the same bucket", "Source bucket of another account", "Destination bucket in another region",
		"Role of another account", "Key of another region", "Value is not the ARN of a KMS key", "Value is not a bucket name",
	} {
		if reasons[title] == 0 {
			t.Errorf("no shape was refused with %q; there were %v", title, reasons)
		}
	}
	t.Logf("%d passed; refused were %v", passed, reasons)
}
