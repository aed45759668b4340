package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

const (
	sourceUID = "1234567890123456"
	ownerUID  = "9876543210987654"
	ours      = "arn:sts::1234567890123456:assumed-role/oss-srr-orders/*"
	oursKey   = "acs:ram::1234567890123456:role/oss-srr-orders"
	bucketARN = "acs:oss:*:9876543210987654:dst"
)

func bucketGrantFor(role string) policy.Grant {
	all := []string{"oss:ReplicateList", "oss:ReplicateGet", "oss:ReplicatePut", "oss:ReplicateDelete"}
	return policy.Grant{
		Kind: policy.BucketPolicy, Principal: "arn:sts::" + sourceUID + ":assumed-role/" + role + "/*",
		Actions: all, Universe: all, Resources: []string{bucketARN, bucketARN + "/*"}, Owner: ownerUID,
	}
}

func bucketGrant() policy.Grant { return bucketGrantFor("oss-srr-orders") }

func withoutDeletes() policy.Grant {
	g := bucketGrant()
	g.Actions = g.Actions[:3]
	return g
}

func keyGrant() policy.Grant {
	return policy.Grant{
		Kind: policy.KeyPolicy, Principal: oursKey, Sid: "srr-1234567890123456-oss-srr-orders", Owner: ownerUID,
		Actions:  []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"},
		Universe: []string{"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"}, Resources: []string{"*"},
	}
}

// doc is a document of these statements. In them $P is our principal, $B our
// bucket, $A all four actions, $K our role, $S our Sid and $U the source account.
func doc(statements ...string) string {
	return `{"Version":"1","Statement":[` + expand(strings.Join(statements, ",")) + `]}`
}

func expand(text string) string {
	return strings.NewReplacer("$P", ours, "$B", bucketARN, "$U", sourceUID, "$O", ownerUID, "$K", oursKey,
		"$S", keyGrant().Sid, "$A", `"oss:ReplicateList","oss:ReplicateGet","oss:ReplicatePut","oss:ReplicateDelete"`).Replace(text)
}

func parse(tb testing.TB, kind policy.Kind, raw string) *policy.Document {
	tb.Helper()
	d, err := policy.Parse(kind, []byte(raw))
	if err != nil {
		tb.Fatalf("%v\n%s", err, raw)
	}
	return d
}

const (
	exactBucket = `{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"]}`
	exactKey    = `{"Sid":"$S","Effect":"Allow","Principal":{"RAM":["$K"]},"Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],"Resource":["*"]}`
	ownerKey    = `{"Sid":"kms default key policy","Effect":"Allow","Principal":{"RAM":["acs:ram::$O:*"]},"Action":["kms:*"],"Resource":["*"]}`
)

func TestFind_exact(t *testing.T) {
	for name, statements := range map[string]string{
		"as we write it":                  exactBucket,
		"another order":                   `{"Resource":["$B/*","$B"],"Principal":["$P"],"Action":["oss:ReplicateDelete","oss:ReplicatePut","oss:ReplicateGet","oss:ReplicateList"],"Effect":"Allow"}`,
		"repetitions and case of actions": `{"Effect":"Allow","Action":["OSS:replicatelist",$A],"Principal":["$P","$P"],"Resource":["$B","$B/*","$B"]}`,
		"one principal without a list":    `{"Effect":"Allow","Action":[$A],"Principal":"$P","Resource":["$B","$B/*"]}`,
		"any owner":                       `{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:*:*:dst","acs:oss:*:*:dst/*"]}`,
		"both spellings of the owner":     `{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:*:*:dst","$B","$B/*"]}`,
		"shared":                          `{"Effect":"Allow","Action":[$A],"Principal":["250","$P","arn:sts::5:assumed-role/x/*"],"Resource":["$B","$B/*"]}`,
		"escaped":                         `{"Effect":"Allow","Action":[$A],"Principal":["arn\u003asts::$U:assumed-role\/oss-srr-orders/*"],"Resource":["$B","$B/*"]}`,
		"with a Sid":                      `{"Sid":"x","Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"]}`,
		"one resource each": `{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":"$B"},
			{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":"$B/*"}`,
		"one action each": `{"Effect":"Allow","Action":"oss:ReplicateList","Principal":["$P"],"Resource":["$B","$B/*"]},
			{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":["$P","250"],"Resource":["$B","$B/*"]},
			{"Effect":"Deny","Action":"oss:DeleteBucket","Principal":["250"],"Resource":["$B"]},
			{"Effect":"Allow","Action":["oss:ReplicatePut","oss:ReplicateDelete"],"Principal":["$P"],"Resource":["$B","$B/*"]}`,
		"twice, and a covered prefix": exactBucket + `,{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":["$P"],"Resource":["$B/x/*"]}`,
	} {
		found := parse(t, policy.BucketPolicy, doc(statements)).Find(bucketGrant())
		if !found.Present || !found.Exact || found.Projection != policy.Projection(bucketGrant()) {
			t.Errorf("%s: %+v\nwant %s", name, found, policy.Projection(bucketGrant()))
		}
	}
}

func TestFind_presentButNotExact(t *testing.T) {
	const old = `"Principal":["arn:sts::$U:assumed-role/OSS-srr-orders/*"]`
	projected := func(principal, actions, resources string) string {
		return expand(`{"Action":[` + actions + `],"Effect":"Allow","Principal":[` + principal + `],"Resource":[` + resources + `]}`)
	}
	const sorted = `"oss:ReplicateDelete","oss:ReplicateGet","oss:ReplicateList","oss:ReplicatePut"`
	for name, c := range map[string]struct{ statement, want string }{
		"fewer actions":   {`{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":["$P"],"Resource":["$B","$B/*"]}`, projected(`"$P"`, `"oss:ReplicateGet"`, `"$B","$B/*"`)},
		"more actions":    {`{"Effect":"Allow","Action":["oss:GetObject",$A],"Principal":["$P"],"Resource":["$B","$B/*"]}`, projected(`"$P"`, `"oss:GetObject",`+sorted, `"$B","$B/*"`)},
		"only the bucket": {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":"$B"}`, projected(`"$P"`, sorted, `"$B"`)},
		"only a prefix":   {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/in/*"]}`, projected(`"$P"`, sorted, `"$B","$B/in/*"`)},
		"one region":      {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","acs:oss:oss-cn-x:$O:dst/*"]}`, projected(`"$P"`, sorted, `"$B","acs:oss:oss-cn-x:$O:dst/*"`)},
		"no owner":        {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","acs:oss:*::dst/*"]}`, projected(`"$P"`, sorted, `"$B","acs:oss:*::dst/*"`)},
		"old spelling":    {`{"Effect":"Allow","Action":[$A],` + old + `,"Resource":["$B","$B/*"]}`, projected(`"arn:sts::$U:assumed-role/OSS-srr-orders/*"`, sorted, `"$B","$B/*"`)},
		"uneven": {
			`{"Effect":"Allow","Action":["oss:ReplicateList"],"Principal":["$P"],"Resource":"$B"},{"Effect":"Allow","Action":["oss:ReplicateGet"],"Principal":["$P"],"Resource":"$B/*"}`,
			"[" + projected(`"$P"`, `"oss:ReplicateGet"`, `"$B/*"`) + "," + projected(`"$P"`, `"oss:ReplicateList"`, `"$B"`) + "]",
		},
	} {
		found := parse(t, policy.BucketPolicy, doc(c.statement)).Find(bucketGrant())
		if !found.Present || found.Exact {
			t.Errorf("%s: %+v", name, found)
		}
		if diff := cmp.Diff(c.want, found.Projection); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
	widened := parse(t, policy.BucketPolicy, doc(exactBucket)).Find(withoutDeletes())
	if !widened.Present || widened.Exact {
		t.Errorf("deletes left over: %+v", widened)
	}
}

func TestFind_notOurs(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		wider     bool
	}{
		"every action":       {`{"Effect":"Allow","Action":"oss:*","Principal":["$P"],"Resource":["$B","$B/*"]}`, true},
		"a pattern":          {`{"Effect":"Allow","Action":["oss:Replicate*"],"Principal":["$P"],"Resource":["$B","$B/*"]}`, true},
		"every resource":     {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":"*"}`, true},
		"pattern of buckets": {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:*:*:dst*"]}`, true},
		"two buckets":        {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*","acs:oss:*:*:other"]}`, true},
		"everyone":           {`{"Effect":"Allow","Action":[$A],"Principal":["*"],"Resource":["$B","$B/*"]}`, true},
		"no principal":       {`{"Effect":"Allow","Action":[$A],"Resource":["$B","$B/*"]}`, true},
		"empty principal":    {`{"Effect":"Allow","Action":[$A],"Principal":[],"Resource":["$B","$B/*"]}`, true},
		"the account":        {`{"Effect":"Allow","Action":[$A],"Principal":["$U"],"Resource":["$B","$B/*"]}`, true},
		"every role":         {`{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::$U:assumed-role/*/*"],"Resource":["$B","$B/*"]}`, true},
		"a part by pattern":  {`{"Effect":"Allow","Action":["oss:ReplicateG*"],"Principal":["$P"],"Resource":["$B","$B/*"]}`, false},
		"one session":        {`{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::$U:assumed-role/oss-srr-orders/s"],"Resource":["$B","$B/*"]}`, false},
		"another account":    {`{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::777:assumed-role/oss-srr-orders/*"],"Resource":["$B","$B/*"]}`, false},
		"another owner":      {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["acs:oss:*:777:dst","acs:oss:*:777:dst/*"]}`, false},
		"a longer bucket":    {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B2","$B2/*"]}`, false},
		"a condition":        {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"],"Condition":{"Bool":{"acs:SecureTransport":["true"]}}}`, false},
		"empty condition":    {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"],"Condition":{}}`, true},
		"an unknown field":   {`{"Effect":"Allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"],"Owner":"me"}`, false},
		"all but":            {`{"Effect":"Allow","NotAction":["oss:PutObject"],"Principal":["$P"],"Resource":["$B","$B/*"]}`, true},
		"all who are not":    {`{"Effect":"Allow","Action":[$A],"NotPrincipal":["250"],"Resource":["$B","$B/*"]}`, true},
		"other actions":      {`{"Effect":"Allow","Action":["oss:GetObject"],"Principal":["$P"],"Resource":["$B","$B/*"]}`, false},
		"another effect":     {`{"Effect":"allow","Action":[$A],"Principal":["$P"],"Resource":["$B","$B/*"]}`, false},
		"numbers":            {`{"Effect":"Allow","Action":[$A,1],"Principal":["$P"],"Resource":["$B","$B/*"]}`, true},
		"beyond ASCII":       {`{"Effect":"Allow","Action":[$A],"Principal":["arn:sts::$U:assumed-role/os\u017f-srr-orders/*"],"Resource":["$B","$B/*"]}`, false},
		"nothing":            {`{}`, false},
	} {
		found := parse(t, policy.BucketPolicy, doc(`{"Effect":"Deny","Action":"oss:X","Principal":["9"],"Resource":"*"}`, c.statement)).Find(bucketGrant())
		if found.Present || found.Exact || found.Projection != "" {
			t.Errorf("%s: claimed: %+v", name, found)
		}
		want := []int(nil)
		if c.wider {
			want = []int{1}
		}
		if diff := cmp.Diff(want, found.Wider); diff != "" {
			t.Errorf("%s: wider %s", name, diff)
		}
	}
}

func TestFind_denies(t *testing.T) {
	all := []string{"oss:ReplicateList", "oss:ReplicateGet", "oss:ReplicatePut", "oss:ReplicateDelete"}
	for name, c := range map[string]struct {
		statement string
		want      []policy.Deny
	}{
		"everything":          {`{"Sid":"s","Effect":"Deny","Action":"oss:Repl*","Principal":"*","Resource":"*"}`, []policy.Deny{{Sid: "s", Certain: true, Actions: all}}},
		"one action":          {`{"Effect":"Deny","Action":"oss:replicateput","Principal":["$P"],"Resource":"$B/*"}`, []policy.Deny{{Certain: true, Actions: all[2:3]}}},
		"a part of a bucket":  {`{"Effect":"Deny","Action":"oss:ReplicateGet","Principal":["$U"],"Resource":["$B/secret/*"]}`, []policy.Deny{{Certain: true, Actions: all[1:2]}}},
		"all but one":         {`{"Effect":"Deny","NotAction":["oss:ReplicateGet","oss:ReplicateList","oss:PutObject"],"Principal":["*"],"Resource":["$B/*"]}`, []policy.Deny{{Certain: true, Actions: all[2:]}}},
		"nobody but":          {`{"Effect":"Deny","Action":"oss:ReplicateGet","NotPrincipal":["250"],"Resource":["$B/*"]}`, []policy.Deny{{Certain: true, Actions: all[1:2]}}},
		"a condition":         {`{"Effect":"Deny","Action":"oss:Repl*","Principal":"*","Resource":"*","Condition":{"Bool":{"acs:SecureTransport":["false"]}}}`, []policy.Deny{{Actions: all}}},
		"one session":         {`{"Effect":"Deny","Action":"oss:Repl*","Principal":["arn:sts::$U:assumed-role/oss-srr-orders/a"],"Resource":"*"}`, []policy.Deny{{Actions: all}}},
		"old spelling":        {`{"Effect":"Deny","Action":"oss:Repl*","Principal":["arn:sts::$U:assumed-role/Oss-Srr-Orders/*"],"Resource":"*"}`, []policy.Deny{{Actions: all}}},
		"one region":          {`{"Effect":"Deny","Action":"oss:Repl*","Principal":["*"],"Resource":"acs:oss:oss-cn-x:*:dst/*"}`, []policy.Deny{{Actions: all}}},
		"effect misspelt":     {`{"Effect":"deny","Action":"oss:Repl*","Principal":["*"],"Resource":"*"}`, []policy.Deny{{Actions: all}}},
		"no resource":         {`{"Effect":"Deny","Action":"oss:Repl*","Principal":["*"]}`, []policy.Deny{{Actions: all}}},
		"another grammar":     {`{"Effect":"Deny","Action":"oss:Repl*","Principal":{"RAM":["*"]},"Resource":"*"}`, []policy.Deny{{Actions: all}}},
		"no effect":           {`{}`, nil},
		"uploads":             {`{"Effect":"Deny","Action":"oss:PutObject","Principal":["*"],"Resource":"*"}`, []policy.Deny{{Actions: []string{"oss:PutObject"}}}},
		"others":              {`{"Effect":"Deny","Action":"oss:*","Principal":["250","arn:sts::$U:assumed-role/x/*"],"Resource":"*"}`, nil},
		"all but ours":        {`{"Effect":"Deny","Action":"oss:*","NotPrincipal":["$P"],"Resource":"*"}`, nil},
		"other actions":       {`{"Effect":"Deny","Action":["oss:GetObject","oss:Delete*"],"Principal":["*"],"Resource":"*"}`, nil},
		"another bucket":      {`{"Effect":"Deny","Action":"oss:*","Principal":["*"],"Resource":["acs:oss:*:*:dst2","acs:oss:*:*:dst2/*"]}`, nil},
		"all but our bucket":  {`{"Effect":"Deny","Action":"oss:*","Principal":["*"],"NotResource":["acs:oss:*:*:dst","acs:oss:*:*:dst/*"]}`, nil},
		"all but our objects": {`{"Effect":"Deny","Action":"oss:ReplicateList","Principal":["*"],"NotResource":["acs:oss:*:*:dst/*"]}`, []policy.Deny{{Certain: true, Actions: all[:1]}}},
	} {
		found := parse(t, policy.BucketPolicy, doc(c.statement, exactBucket)).Find(bucketGrant())
		if !found.Exact {
			t.Errorf("%s: the grant is not seen beside the Deny", name)
		}
		if diff := cmp.Diff(c.want, found.Denies); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func TestFind_keys(t *testing.T) {
	const actions = `"Action":["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"],"Resource":["*"]`
	for name, c := range map[string]struct {
		statement             string
		present, exact, wider bool
	}{
		"as we write it":      {exactKey, true, true, false},
		"another Sid":         {`{"Sid":"x","Effect":"Allow","Principal":{"RAM":"$K"},` + actions + `}`, true, true, false},
		"another case":        {`{"Effect":"Allow","Principal":{"RAM":["acs:ram::$U:role/OSS-SRR-Orders"]},` + actions + `}`, true, true, false},
		"shared":              {`{"Effect":"Allow","Principal":{"RAM":["acs:ram::5:role/x","$K"]},` + actions + `}`, true, true, false},
		"widened":             {`{"Sid":"x","Effect":"Allow","Principal":{"RAM":["$K"]},"Action":["kms:Decrypt","kms:Encrypt"],"Resource":["*"]}`, true, false, false},
		"our Sid, other acts": {`{"Sid":"$S","Effect":"Allow","Principal":{"RAM":["$K"]},"Action":["kms:*"],"Resource":["*"]}`, true, false, false},
		"our numbered Sid":    {`{"Sid":"$S-2","Effect":"Allow","Principal":{"RAM":["$K"]},"Action":["kms:*"],"Resource":["*"]}`, true, false, false},
		"a longer Sid":        {`{"Sid":"$S-x","Effect":"Allow","Principal":{"RAM":["$K"]},"Action":["kms:*"],"Resource":["*"]}`, false, false, true},
		"our Sid, other role": {`{"Sid":"$S","Effect":"Allow","Principal":{"RAM":["acs:ram::5:role/x"]},` + actions + `}`, false, false, false},
		"our Sid, shared":     {`{"Sid":"$S","Effect":"Allow","Principal":{"RAM":["$K","acs:ram::5:role/x"]},"Action":["kms:*"],"Resource":["*"]}`, false, false, true},
		"every action":        {`{"Sid":"x","Effect":"Allow","Principal":{"RAM":["$K"]},"Action":["kms:*"],"Resource":["*"]}`, false, false, true},
		"with the owner":      {`{"Effect":"Allow","Principal":{"RAM":["acs:ram::$O:root","$K"]},` + actions + `}`, false, false, true},
		"the account":         {`{"Effect":"Allow","Principal":{"RAM":["acs:ram::$U:*"]},` + actions + `}`, false, false, true},
		"the root":            {`{"Effect":"Allow","Principal":{"RAM":["acs:ram::$U:root"]},` + actions + `}`, false, false, true},
		"a service":           {`{"Effect":"Allow","Principal":{"Service":["$K"]},` + actions + `}`, false, false, false},
		"a list":              {`{"Effect":"Allow","Principal":["$K"],` + actions + `}`, false, false, false},
		"a condition":         {`{"Sid":"$S","Effect":"Allow","Principal":{"RAM":["$K"]},` + actions + `,"Condition":{"StringEquals":{"kms:tag/a":"b"}}}`, false, false, false},
	} {
		found := parse(t, policy.KeyPolicy, doc(c.statement)).Find(keyGrant())
		if found.Present != c.present || found.Exact != c.exact || (len(found.Wider) == 1) != c.wider {
			t.Errorf("%s: %+v", name, found)
		}
		if found.Exact != (found.Projection == policy.Projection(keyGrant())) {
			t.Errorf("%s: projection %s", name, found.Projection)
		}
	}
}

func TestFind_ownerStatement(t *testing.T) {
	for statement, want := range map[string]bool{
		ownerKey: true,
		`{"Effect":"Allow","Principal":{"RAM":["acs:ram::$O:root"]},"Action":["kms:*"],"Resource":["*"]}`:   true,
		`{"Effect":"Deny","Principal":{"RAM":["acs:ram::$O:root"]},"Action":["kms:*"],"Resource":["*"]}`:    false,
		`{"Effect":"Allow","Principal":{"RAM":["acs:ram::$O:user/a"]},"Action":["kms:*"],"Resource":["*"]}`: false,
	} {
		if got := parse(t, policy.KeyPolicy, doc(exactKey, statement)).Find(keyGrant()).OwnerStatement; got != want {
			t.Errorf("%s: %v", statement, got)
		}
	}
}

func TestFind_otherKindIsNeverFound(t *testing.T) {
	if found := parse(t, policy.BucketPolicy, doc(exactBucket)).Find(keyGrant()); !cmp.Equal(found, policy.Finding{}) {
		t.Errorf("%+v", found)
	}
}

func TestParse_refuses(t *testing.T) {
	for raw, want := range map[string]string{
		`policy`: "not JSON", `{"Version":"1"`: "not JSON", `[]`: "not a JSON object", ` `: "not JSON", `null`: "not a JSON object",
		`{"Version":"1","Version":"1"}`:                                "same key twice",
		`{"Version":"1","Statement":[{"Effect":"A","Eff\u0065ct":1}]}`: "same key twice",
		`{"Version":"1","X":[{"a":{"b":1,"b":1}}]}`:                    "same key twice",
		`{"Version":"1"} {}`:                                           "followed by something else",
		`{"Version":"1","Statement":[],}`:                              "not JSON",
		"{\"Version\":\"1\",\"a\":\"\xff\"}":                           "not UTF-8",
		"\ufeff{\"Version\":\"1\"}":                                    "not JSON",
		`{}`:                                                           "Version", `{"Version":1}`: "Version", `{"Version":"2"}`: "Version", `{"Version":["1"]}`: "Version",
		`{"Version":"1","version":"1"}`:                                                 "spelling",
		`{"Version":"1","statement":[]}`:                                                "spelling",
		`{"Version":"1","Statement":{"Effect":"Deny"}}`:                                 "not an array",
		`{"Version":"1","Statement":null}`:                                              "not an array",
		`{"Version":"1","Statement":"x"}`:                                               "not an array",
		`{"Version":"1","Statement":[{},1]}`:                                            "statement 2 is not an object",
		`{"Version":"1","X":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}`: "nested too deeply",
	} {
		_, err := policy.Parse(policy.BucketPolicy, []byte(raw))
		var typed *policy.UnreadableError
		if !errors.As(err, &typed) || !strings.Contains(typed.Reason, want) {
			t.Errorf("%q: %v, want %q", raw, err, want)
		}
	}
	if _, err := policy.Parse(policy.KeyPolicy, nil); err == nil {
		t.Error("a key without a policy was accepted")
	}
}

func TestParse_countsStatements(t *testing.T) {
	for raw, want := range map[string]int{"": 0, `{"Version":"1"}`: 0, doc(): 0, doc(exactBucket, "{}"): 2} {
		if got := parse(t, policy.BucketPolicy, raw).Statements(); got != want {
			t.Errorf("%q: %d", raw, got)
		}
	}
}

func ExampleProjection() {
	fmt.Println(policy.Projection(policy.Grant{
		Kind: policy.KeyPolicy, Principal: oursKey, Actions: []string{"kms:GenerateDataKey", "kms:Decrypt"}, Resources: []string{"*"},
	}))
	// Output: {"Action":["kms:Decrypt","kms:GenerateDataKey"],"Effect":"Allow","Principal":{"RAM":["acs:ram::1234567890123456:role/oss-srr-orders"]},"Resource":["*"]}
}
