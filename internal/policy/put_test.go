package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

func put(tb testing.TB, g policy.Grant, raw string) policy.Change {
	tb.Helper()
	change, err := parse(tb, g.Kind, raw).Put(g)
	if err != nil {
		tb.Fatalf("put: %v\n%s", err, raw)
	}
	return change
}

func remove(tb testing.TB, g policy.Grant, raw string) policy.Change {
	tb.Helper()
	change, err := parse(tb, g.Kind, raw).Remove(g)
	if err != nil {
		tb.Fatalf("remove: %v\n%s", err, raw)
	}
	return change
}

const (
	foreign    = `{ "Effect":"Deny", "Action":"oss:*",	"Principal":["*"], "Resource":["$B"], "Condition":{"Bool":{"acs:SecureTransport":["false"]}} }`
	otherRoles = `{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::5:assumed-role/x/*", "arn:sts::6:assumed-role/y/*"],"Resource":["$B","$B/*"]}`
	joined     = `{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::5:assumed-role/x/*", "arn:sts::6:assumed-role/y/*","$P"],"Resource":["$B","$B/*"]}`
)

func TestPut_bucket(t *testing.T) {
	for name, c := range map[string]struct{ before, want string }{
		"no policy":            {``, doc(exactBucket)},
		"no statement":         {"{ \"Version\":\"1\",\n\"Statement\":[\n] }", expand("{ \"Version\":\"1\",\n\"Statement\":[" + exactBucket + "\n] }")},
		"no Statement field":   {"{\"X\":[1.0],\"Version\":\"1\"\n}\n", expand("{\"X\":[1.0],\"Version\":\"1\",\"Statement\":[" + exactBucket + "]\n}\n")},
		"behind others":        {doc(foreign), doc(foreign, exactBucket)},
		"joins":                {doc(foreign, otherRoles, foreign), doc(foreign, joined, foreign)},
		"heals in place":       {doc(foreign, `{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":["$P"],"Resource":"$B"}`, otherRoles), doc(foreign, exactBucket, otherRoles)},
		"narrows again":        {doc(`{"Effect":"Allow","Action":["oss:GetObject",$A],"Principal":"$P","Resource":["$B","$B/*"]}`, foreign), doc(exactBucket, foreign)},
		"lower case":           {doc(foreign, `{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::$U:assumed-role/OSS-srr-orders/*"],"Resource":["$B","$B/*"]}`), doc(foreign, exactBucket)},
		"lower case, shared":   {doc(strings.Replace(joined, "$P", "arn:sts::$U:assumed-role/OSS-srr-orders/*", 1)), doc(joined)},
		"both cases, shared":   {doc(`{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::$U:assumed-role/OSS-srr-orders/*", "arn:sts::5:assumed-role/x/*" ,"$P"],"Resource":["$B","$B/*"]}`), doc(`{"Effect":"Allow","Action":[$A],"Principal":["$P", "arn:sts::5:assumed-role/x/*"],"Resource":["$B","$B/*"]}`)},
		"lower case, with uid": {doc(`{"Effect":"Allow","Action":[$A],"Principal":["250","arn:sts::$U:assumed-role/OSS-srr-orders/*"],"Resource":["$B","$B/*"]}`), doc(`{"Effect":"Allow","Action":[$A],"Principal":["250"],"Resource":["$B","$B/*"]}`, exactBucket)},
		"leaves what others share": {
			doc(`{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":[ "$P", "250" ],"Resource":["$B"]}`, foreign),
			doc(`{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":[ "250" ],"Resource":["$B"]}`, foreign, exactBucket),
		},
		"keeps the exact one of two": {
			doc(`{"Effect":"Allow","Action":["oss:ReplicateGet","oss:GetObject"],"Principal":["$P"],"Resource":["$B"]}`, foreign, exactBucket), doc(foreign, exactBucket),
		},
		"one of many": {
			doc(`{"Effect":"Allow","Action":"oss:ReplicateGet","Principal":["$P"],"Resource":"$B"}`, foreign, `{"Effect":"Allow","Action":"oss:ReplicateList","Principal":["$P"],"Resource":"$B"}`),
			doc(exactBucket, foreign),
		},
		"beside a wider one": {doc(`{"Effect":"Allow","Action":"oss:*","Principal":["$P"],"Resource":"*"}`), doc(`{"Effect":"Allow","Action":"oss:*","Principal":["$P"],"Resource":"*"}`, exactBucket)},
	} {
		change := put(t, bucketGrant(), c.before)
		if diff := cmp.Diff(expand(c.want), string(change.Raw)); diff != "" || !change.Changed || change.Empty {
			t.Errorf("%s: changed %v (-want +got)\n%s", name, change.Changed, diff)
		}
	}
}

func TestPut_joinsNothingElse(t *testing.T) {
	for name, statement := range map[string]string{
		"a condition":         strings.Replace(otherRoles, `"Effect"`, `"Condition":{},"Effect"`, 1),
		"an unknown field":    strings.Replace(otherRoles, `"Effect"`, `"Note":"","Effect"`, 1),
		"a Sid":               strings.Replace(otherRoles, `"Effect"`, `"Sid":"a","Effect"`, 1),
		"a Deny":              strings.Replace(otherRoles, "Allow", "Deny", 1),
		"a uid":               strings.Replace(otherRoles, "arn:sts::5:assumed-role/x/*", "5", 1),
		"everyone":            strings.Replace(otherRoles, "arn:sts::5:assumed-role/x/*", "*", 1),
		"another form":        strings.Replace(otherRoles, "arn:sts::5:assumed-role/x/*", "arn:sts::5:assumed-role/x", 1),
		"fewer actions":       `{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":["arn:sts::5:assumed-role/x/*"],"Resource":["$B","$B/*"]}`,
		"more actions":        strings.Replace(otherRoles, `[$A]`, `[$A,"oss:GetObject"]`, 1),
		"another resource":    strings.Replace(otherRoles, `["$B","$B/*"]`, `["$B/*"]`, 1),
		"another owner":       strings.Replace(otherRoles, `["$B","$B/*"]`, `["acs:oss:*:*:dst","acs:oss:*:*:dst/*"]`, 1),
		"a single principal":  `{"Effect":"Allow","Action":[$A],"Principal":"arn:sts::5:assumed-role/x/*","Resource":["$B","$B/*"]}`,
		"no principal at all": `{"Effect":"Allow","Action":[$A],"Principal":[],"Resource":["$B","$B/*"]}`,
	} {
		if got, want := string(put(t, bucketGrant(), doc(statement)).Raw), doc(statement, exactBucket); got != want {
			t.Errorf("%s:\n%s\n%s", name, got, want)
		}
	}
}

func TestPut_key(t *testing.T) {
	const shared = `{"Sid":"team","Effect":"Allow","Principal":{"RAM":["acs:ram::5:role/x", "$K"]},"Action":["kms:Decrypt","kms:Encrypt"],"Resource":["*"]}`
	const left = `{"Sid":"team","Effect":"Allow","Principal":{"RAM":["acs:ram::5:role/x"]},"Action":["kms:Decrypt","kms:Encrypt"],"Resource":["*"]}`
	const service = `{"Effect":"Allow","Principal":{"RAM":["$K"],"Service":["a"]},"Action":["kms:Decrypt"],"Resource":["*"]}`
	const serviceLeft = `{"Effect":"Allow","Principal":{"Service":["a"]},"Action":["kms:Decrypt"],"Resource":["*"]}`
	taken := strings.Replace(exactKey, "$K", "acs:ram::5:role/x", 1)
	numbered := strings.Replace(exactKey, "$S", "$S-2", 1)
	withOwner := `{"Effect":"Allow","Principal":{"RAM":["acs:ram::$O:*","$K"]},"Action":["kms:Decrypt"],"Resource":["*"]}`
	for name, c := range map[string]struct{ before, want string }{
		"behind the owner's":   {doc(ownerKey), doc(ownerKey, exactKey)},
		"never joins":          {doc(ownerKey, strings.Replace(taken, `"$S"`, `"x"`, 1)), doc(ownerKey, strings.Replace(taken, `"$S"`, `"x"`, 1), exactKey)},
		"heals its own":        {doc(strings.Replace(exactKey, `"kms:Decrypt",`, "", 1), ownerKey), doc(exactKey, ownerKey)},
		"widened by a pattern": {doc(ownerKey, strings.Replace(exactKey, "kms:Decrypt", "kms:*", 1)), doc(ownerKey, exactKey)},
		"leaves a shared one":  {doc(shared, ownerKey), doc(left, ownerKey, exactKey)},
		"leaves another kind":  {doc(service, ownerKey), doc(serviceLeft, ownerKey, exactKey)},
		"Sid taken":            {doc(taken, ownerKey), doc(taken, ownerKey, numbered)},
		"number taken too":     {doc(taken, strings.Replace(taken, "$S", "$S-2", 1)), doc(taken, strings.Replace(taken, "$S", "$S-2", 1), strings.Replace(exactKey, "$S", "$S-3", 1))},
		"Sid shared": {
			doc(strings.Replace(shared, `"team"`, `"$S"`, 1), ownerKey), doc(strings.Replace(left, `"team"`, `"$S"`, 1), ownerKey, numbered),
		},
		"never touches owner's": {doc(withOwner), doc(withOwner, exactKey)},
	} {
		change := put(t, keyGrant(), c.before)
		if diff := cmp.Diff(c.want, string(change.Raw)); diff != "" || !change.Changed {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		if again := put(t, keyGrant(), string(change.Raw)); again.Changed {
			t.Errorf("%s: written twice", name)
		}
	}
}

func TestRemove(t *testing.T) {
	for name, c := range map[string]struct{ before, want string }{
		"last":   {doc(foreign, exactBucket), doc(foreign)},
		"first":  {doc(exactBucket, foreign), doc(foreign)},
		"middle": {doc(foreign, exactBucket, otherRoles), doc(foreign, otherRoles)},
		"joined": {doc(joined), doc(otherRoles)},
		"front": {
			doc(`{"Effect":"Allow","Action":[$A],"Principal":[ "$P" , "250"],"Resource":["$B"]}`),
			doc(`{"Effect":"Allow","Action":[$A],"Principal":[ "250"],"Resource":["$B"]}`),
		},
		"all spread":  {doc(exactBucket, foreign, exactBucket, exactBucket), doc(foreign)},
		"old case":    {doc(foreign, strings.Replace(exactBucket, "$P", "arn:sts::$U:assumed-role/OSS-SRR-ORDERS/*", 1)), doc(foreign)},
		"with fields": {expand(`{"Version":"1", "Statement":[ ` + exactBucket + ` ],"Note":{"a":1}}`), `{"Version":"1", "Statement":[  ],"Note":{"a":1}}`},
	} {
		change := remove(t, bucketGrant(), c.before)
		if diff := cmp.Diff(c.want, string(change.Raw)); diff != "" || !change.Changed || change.Empty || change.DefaultRestored {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func TestRemove_nothingLeft(t *testing.T) {
	for name, raw := range map[string]string{"one": doc(exactBucket), "two": " " + doc(exactBucket, exactBucket) + "\n"} {
		if change := remove(t, bucketGrant(), raw); !change.Changed || !change.Empty || change.Raw != nil {
			t.Errorf("%s: %+v", name, change)
		}
	}
	change := remove(t, keyGrant(), expand(`{"Version":"1","Statement":[ `+exactKey+` ],"Note":1}`))
	want := expand(`{"Version":"1","Statement":[ ` + ownerKey + ` ],"Note":1}`)
	if string(change.Raw) != want || !change.Changed || !change.DefaultRestored || change.Empty {
		t.Errorf("%+v\n%s\n%s", change, change.Raw, want)
	}
	if change := remove(t, keyGrant(), doc(ownerKey, exactKey)); change.DefaultRestored || string(change.Raw) != doc(ownerKey) {
		t.Errorf("%s", change.Raw)
	}
}

func TestChange_nothingToWrite(t *testing.T) {
	for name, change := range map[string]policy.Change{
		"present":    put(t, bucketGrant(), doc(exactBucket, foreign)),
		"shared":     put(t, bucketGrant(), doc(joined)),
		"key":        put(t, keyGrant(), doc(exactKey)),
		"absent":     remove(t, bucketGrant(), doc(foreign, otherRoles)),
		"no policy":  remove(t, bucketGrant(), ""),
		"wider only": remove(t, bucketGrant(), doc(`{"Effect":"Allow","Action":"oss:*","Principal":["$P"],"Resource":"*"}`)),
		"condition":  remove(t, bucketGrant(), doc(strings.Replace(exactBucket, `"Effect"`, `"Condition":{"Bool":{"a":["b"]}},"Effect"`, 1))),
	} {
		if change.Changed || change.Empty || change.DefaultRestored {
			t.Errorf("%s: %+v", name, change)
		}
	}
}

func TestPut_changesOneGrantIntoAnother(t *testing.T) {
	raw := doc(joined, foreign)
	change := put(t, withoutDeletes(), raw)
	narrow := strings.Replace(exactBucket, `,"oss:ReplicateDelete"`, "", 1)
	want := doc(otherRoles, foreign, strings.Replace(expand(narrow), `,"oss:ReplicateDelete"`, "", 1))
	if string(change.Raw) != want {
		t.Errorf("\n%s\n%s", change.Raw, want)
	}
	if back := put(t, bucketGrant(), string(change.Raw)); string(back.Raw) != doc(otherRoles, foreign, exactBucket) {
		t.Errorf("%s", back.Raw)
	}
}

func TestPut_aHundredRolesFit(t *testing.T) {
	raw := doc(foreign)
	for i := range 100 {
		raw = string(put(t, bucketGrantFor(fmt.Sprintf("oss-srr-orders-%03d", i)), raw).Raw)
	}
	if len(raw) > 16384 {
		t.Fatalf("%d bytes", len(raw))
	}
	if n := parse(t, policy.BucketPolicy, raw).Statements(); n != 3 {
		t.Errorf("%d statements: two are needed for 100 principals, because a field holds 4,095 bytes", n)
	}
	after := string(remove(t, bucketGrantFor("oss-srr-orders-042"), raw).Raw)
	for i := range 100 {
		found := parse(t, policy.BucketPolicy, after).Find(bucketGrantFor(fmt.Sprintf("oss-srr-orders-%03d", i)))
		if found.Exact != (i != 42) || found.Present != (i != 42) {
			t.Errorf("%d: %+v", i, found)
		}
	}
}

func TestPut_tooLarge(t *testing.T) {
	filler := func(size int) string {
		return `{"Effect":"Deny","Action":["oss:X"],"Principal":["*"],"Resource":["` + strings.Repeat("x", size) + `"]}`
	}
	var large *policy.TooLargeError
	raw := doc(filler(16200))
	_, err := parse(t, policy.BucketPolicy, raw).Put(bucketGrant())
	if !errors.As(err, &large) || large.Limit != 16384 || large.Bytes != len(doc(filler(16200), exactBucket)) || !strings.Contains(err.Error(), "99 % full") {
		t.Errorf("%v", err)
	}
	_, err = parse(t, policy.KeyPolicy, doc(filler(32600))).Put(keyGrant())
	if !errors.As(err, &large) || large.Limit != 32768 {
		t.Errorf("%v", err)
	}
	long := bucketGrantFor(strings.Repeat("r", 4095))
	if _, err := parse(t, policy.BucketPolicy, "").Put(long); !errors.As(err, &large) || large.Field != "Principal" || large.Limit != 4095 {
		t.Errorf("%v", err)
	}
	if change := remove(t, bucketGrant(), doc(filler(17000), exactBucket)); string(change.Raw) != doc(filler(17000)) {
		t.Error("a document that is too large already cannot lose the grant")
	}
	room := 16384 - len(doc(filler(0), exactBucket))
	if got := put(t, bucketGrant(), doc(filler(room))); len(got.Raw) != 16384 {
		t.Errorf("%d bytes", len(got.Raw))
	}
	if _, err := parse(t, policy.BucketPolicy, doc(filler(room+1))).Put(bucketGrant()); !errors.As(err, &large) || large.Bytes != 16385 {
		t.Errorf("one byte too many: %v", err)
	}
}

func TestPut_refusesMalformedGrants(t *testing.T) {
	for name, spoil := range map[string]func(*policy.Grant){
		"kind":              func(g *policy.Grant) { g.Kind = policy.KeyPolicy },
		"no action":         func(g *policy.Grant) { g.Actions = nil },
		"pattern of action": func(g *policy.Grant) { g.Actions = []string{"oss:*"} },
		"every role":        func(g *policy.Grant) { g.Principal = "arn:sts::1:assumed-role/*/*" },
		"one session":       func(g *policy.Grant) { g.Principal = "arn:sts::1:assumed-role/r/s" },
		"a uid":             func(g *policy.Grant) { g.Principal = sourceUID },
		"no resource":       func(g *policy.Grant) { g.Resources = nil },
		"every resource":    func(g *policy.Grant) { g.Resources = []string{"*"} },
		"two buckets":       func(g *policy.Grant) { g.Resources = append([]string{"acs:oss:*:*:b"}, g.Resources...) },
		"another owner":     func(g *policy.Grant) { g.Owner = "1" },
	} {
		g := bucketGrant()
		spoil(&g)
		for verb, do := range map[string]func(policy.Grant) (policy.Change, error){
			"put": parse(t, policy.BucketPolicy, doc(foreign)).Put, "remove": parse(t, policy.BucketPolicy, doc(foreign)).Remove,
		} {
			if change, err := do(g); err == nil || change.Raw != nil || change.Changed {
				t.Errorf("%s %s: %+v, %v", verb, name, change, err)
			}
		}
	}
	for name, spoil := range map[string]func(*policy.Grant){
		"a session":        func(g *policy.Grant) { g.Principal = ours },
		"every role":       func(g *policy.Grant) { g.Principal = "acs:ram::1:role/*" },
		"no owner":         func(g *policy.Grant) { g.Owner = "" },
		"another key":      func(g *policy.Grant) { g.Resources = []string{"acs:kms:*:*:key/x"} },
		"not a role":       func(g *policy.Grant) { g.Principal = "acs:ram::1:user/x" },
		"nobody's actions": func(g *policy.Grant) { g.Actions = []string{} },
	} {
		g := keyGrant()
		spoil(&g)
		if change, err := parse(t, policy.KeyPolicy, doc(ownerKey)).Put(g); err == nil || change.Changed {
			t.Errorf("%s: %+v", name, change)
		}
	}
}
