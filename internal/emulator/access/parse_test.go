package access_test

import (
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// The detail codes of the OSS 0030-* error pages (2026).
const (
	tooLong    = "0030-00000001"
	badVersion = "0030-00000002"
	notUTF8    = "0030-00000004"
	badGrammar = "0030-00000005"
)

func TestParse_refusals(t *testing.T) {
	const (
		action   = `"Action":"oss:GetObject"`
		resource = `"Resource":"*"`
		allow    = `"Effect":"Allow",`
		keyed    = `"Effect":"Allow","Action":"kms:Decrypt","Resource":"*",`
		ram      = `"Principal":{"RAM":["acs:ram::1000000000000001:root"]}`
	)
	for name, c := range map[string]struct {
		grammar  access.Grammar
		text, ec string
	}{
		"empty":                            {access.BucketPolicy, ``, badGrammar},
		"not JSON":                         {access.BucketPolicy, `policy`, badGrammar},
		"cut short":                        {access.BucketPolicy, `{"Version":"1","Statement":[`, badGrammar},
		"a list":                           {access.BucketPolicy, `[]`, badGrammar},
		"null":                             {access.BucketPolicy, `null`, badGrammar},
		"something behind":                 {access.BucketPolicy, policy(anything) + ` x`, badGrammar},
		"two documents":                    {access.BucketPolicy, policy(anything) + policy(anything), badGrammar},
		"not UTF-8":                        {access.BucketPolicy, policy(anything + ",\"Note\":\"\xff\""), notUTF8},
		"no version":                       {access.BucketPolicy, `{"Statement":[]}`, badGrammar},
		"version as a number":              {access.BucketPolicy, `{"Version":1,"Statement":[]}`, badGrammar},
		"version null":                     {access.BucketPolicy, `{"Version":null,"Statement":[]}`, badGrammar},
		"version 2":                        {access.BucketPolicy, `{"Version":"2","Statement":[]}`, badVersion},
		"version of another cloud":         {access.BucketPolicy, `{"Version":"2012-10-17","Statement":[]}`, badVersion},
		"version in lower case":            {access.BucketPolicy, `{"version":"1","Statement":[]}`, badGrammar},
		"no statement":                     {access.BucketPolicy, `{"Version":"1"}`, badGrammar},
		"statement null":                   {access.BucketPolicy, `{"Version":"1","Statement":null}`, badGrammar},
		"statement is an object":           {access.BucketPolicy, `{"Version":"1","Statement":{}}`, badGrammar},
		"a statement is text":              {access.BucketPolicy, `{"Version":"1","Statement":["x"]}`, badGrammar},
		"a statement is null":              {access.BucketPolicy, `{"Version":"1","Statement":[null]}`, badGrammar},
		"no effect":                        {access.BucketPolicy, policy(action + "," + resource), badGrammar},
		"effect in lower case":             {access.BucketPolicy, policy(`"Effect":"allow",` + action + "," + resource), badGrammar},
		"effect of another kind":           {access.BucketPolicy, policy(`"Effect":true,` + action + "," + resource), badGrammar},
		"no action":                        {access.BucketPolicy, policy(allow + resource), badGrammar},
		"both actions":                     {access.BucketPolicy, policy(anything + `,"NotAction":"x"`), badGrammar},
		"action is a number":               {access.BucketPolicy, policy(allow + `"Action":1,` + resource), badGrammar},
		"action is null":                   {access.BucketPolicy, policy(allow + `"Action":null,` + resource), badGrammar},
		"an action is null":                {access.BucketPolicy, policy(allow + `"Action":["oss:GetObject",null],` + resource), badGrammar},
		"no actions":                       {access.BucketPolicy, policy(allow + `"Action":[],` + resource), badGrammar},
		"no resource":                      {access.BucketPolicy, policy(allow + action), badGrammar},
		"both resources":                   {access.BucketPolicy, policy(anything + `,"NotResource":"x"`), badGrammar},
		"resource is an object":            {access.BucketPolicy, policy(allow + action + `,"Resource":{}`), badGrammar},
		"both principals":                  {access.BucketPolicy, policy(anything + `,"Principal":["*"],"NotPrincipal":["1"]`), badGrammar},
		"principal of another cloud":       {access.BucketPolicy, policy(anything + `,"Principal":{"AWS":"*"}`), badGrammar},
		"principal of RAM":                 {access.BucketPolicy, policy(anything + `,"Principal":["acs:ram::1000000000000001:role/x"]`), badGrammar},
		"principal is a name":              {access.BucketPolicy, policy(anything + `,"Principal":["ann"]`), badGrammar},
		"principal is empty text":          {access.BucketPolicy, policy(anything + `,"Principal":[""]`), badGrammar},
		"principal is null":                {access.BucketPolicy, policy(anything + `,"Principal":null`), badGrammar},
		"condition is text":                {access.BucketPolicy, policy(anything + `,"Condition":"x"`), badGrammar},
		"condition is null":                {access.BucketPolicy, policy(anything + `,"Condition":null`), badGrammar},
		"operator is null":                 {access.BucketPolicy, policy(anything + `,"Condition":{"Bool":null}`), badGrammar},
		"unknown operator":                 {access.BucketPolicy, policy(anything + `,"Condition":{"Equals":{"a":"b"}}`), badGrammar},
		"unknown comparison":               {access.BucketPolicy, policy(anything + `,"Condition":{"NumericAbout":{"a":"b"}}`), badGrammar},
		"operator in lower case":           {access.BucketPolicy, policy(anything + `,"Condition":{"stringequals":{"a":"b"}}`), badGrammar},
		"value is an object":               {access.BucketPolicy, policy(anything + `,"Condition":{"Bool":{"a":{}}}`), badGrammar},
		"value is null":                    {access.BucketPolicy, policy(anything + `,"Condition":{"Bool":{"a":null}}`), badGrammar},
		"a value is null":                  {access.BucketPolicy, policy(anything + `,"Condition":{"Bool":{"a":["x",null]}}`), badGrammar},
		"over 16 KB":                       {access.BucketPolicy, policy(anything) + strings.Repeat(" ", 16*1024), tooLong},
		"RAM policy over 6144":             {access.IdentityPolicy, policy(anything) + strings.Repeat(" ", 6144), ""},
		"RAM policy with a principal":      {access.IdentityPolicy, policy(anything + `,"Principal":["*"]`), ""},
		"RAM policy with another version":  {access.IdentityPolicy, `{"Version":"2","Statement":[]}`, ""},
		"RAM policy that is no JSON":       {access.IdentityPolicy, `{`, ""},
		"RAM policy that is not UTF-8":     {access.IdentityPolicy, "\xff", ""},
		"session policy, NotPrincipal":     {access.SessionPolicy, policy(anything + `,"NotPrincipal":["*"]`), ""},
		"trust policy with a resource":     {access.TrustPolicy, policy(anything + "," + ram), ""},
		"trust policy without principal":   {access.TrustPolicy, policy(allow + `"Action":"sts:AssumeRole"`), ""},
		"trust policy, principal as list":  {access.TrustPolicy, policy(allow + `"Action":"sts:AssumeRole","Principal":["*"]`), ""},
		"trust policy, empty principal":    {access.TrustPolicy, policy(allow + `"Action":"sts:AssumeRole","Principal":{}`), ""},
		"trust policy, unknown kind":       {access.TrustPolicy, policy(allow + `"Action":"sts:AssumeRole","Principal":{"AWS":["x"]}`), ""},
		"trust policy, nobody of a kind":   {access.TrustPolicy, policy(allow + `"Action":"sts:AssumeRole","Principal":{"RAM":[]}`), ""},
		"trust policy, NotPrincipal":       {access.TrustPolicy, policy(allow + `"Action":"sts:AssumeRole","NotPrincipal":{"RAM":["x"]},` + ram), ""},
		"key policy without statement":     {access.KeyPolicy, `{"Version":"1","Statement":[]}`, ""},
		"key policy for a service":         {access.KeyPolicy, policy(keyed + `"Principal":{"Service":["x"]}`), ""},
		"key policy, NotPrincipal":         {access.KeyPolicy, policy(keyed + ram + `,"NotPrincipal":{"RAM":["x"]}`), ""},
		"key policy, action of OSS":        {access.KeyPolicy, policy(allow + action + "," + resource + "," + ram), ""},
		"key policy, NotAction":            {access.KeyPolicy, policy(allow + `"NotAction":"kms:Decrypt",` + resource + "," + ram), ""},
		"key policy, other resource":       {access.KeyPolicy, policy(allow + `"Action":"kms:*","Resource":"acs:kms:*:*:key/x",` + ram), ""},
		"key policy, two resources":        {access.KeyPolicy, policy(allow + `"Action":"kms:*","Resource":["*","*"],` + ram), ""},
		"key policy, NotResource":          {access.KeyPolicy, policy(allow + `"Action":"kms:*","NotResource":"*",` + ram), ""},
		"key policy, long Sid":             {access.KeyPolicy, policy(keyed + ram + `,"Sid":"` + strings.Repeat("s", 129) + `"`), ""},
		"key policy, Sid is no text":       {access.KeyPolicy, policy(keyed + ram + `,"Sid":7`), ""},
		"key policy over 32768":            {access.KeyPolicy, policy(keyed+ram) + strings.Repeat(" ", 32768), ""},
		"deeper than a parser should dare": {access.BucketPolicy, `{"Version":"1","Statement":` + strings.Repeat("[", 8000), badGrammar},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := access.Parse(c.grammar, []byte(c.text))
			if err == nil || d != nil {
				t.Fatalf("accepted %.200s", c.text)
			}
			if err.EC != c.ec || err.Reason == "" || err.Error() != err.Reason {
				t.Errorf("%q with EC %q, want %q", err.Reason, err.EC, c.ec)
			}
		})
	}
}

func TestParse_accepts(t *testing.T) {
	pad := func(text string, size int) string { return text + strings.Repeat(" ", size-len(text)) }
	const keyed = `"Effect":"Allow","Action":"kms:*","Resource":"*","Principal":{"RAM":"acs:ram::1000000000000001:root"}`
	for name, c := range map[string]struct {
		grammar access.Grammar
		text    string
	}{
		"white space around":      {access.BucketPolicy, "\n\t" + policy(anything) + "\n"},
		"no statements":           {access.BucketPolicy, `{"Version":"1","Statement":[]}`},
		"unknown fields":          {access.BucketPolicy, `{"Version":"1","Id":"x","Statement":[{` + anything + `,"Note":{}}]}`},
		"exactly 16 KB":           {access.BucketPolicy, pad(policy(anything), 16*1024)},
		"exactly 6144":            {access.IdentityPolicy, pad(policy(anything), 6144)},
		"exactly 32768":           {access.KeyPolicy, pad(policy(keyed), 32768)},
		"principals of all forms": {access.BucketPolicy, policy(anything + `,"Principal":["*","1000000000000001","arn:sts::1000000000000001:assumed-role/r/*"]`)},
		"empty condition":         {access.BucketPolicy, policy(anything + `,"Condition":{}`)},
		"key Sid with spaces":     {access.KeyPolicy, policy(keyed + `,"Sid":"kms default key policy"`)},
		"key Sid of 128 letters":  {access.KeyPolicy, policy(keyed + `,"Sid":"` + strings.Repeat("é", 128) + `"`)},
		"unsupported key action":  {access.KeyPolicy, policy(`"Effect":"Allow","Action":["KMS:Fly"],"Resource":["*"],"Principal":{"RAM":["x"]}`)},
		"three kinds of trust":    {access.TrustPolicy, policy(`"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":["a"],"Service":["b"],"Federated":["c"]}`)},
	} {
		t.Run(name, func(t *testing.T) {
			if d, err := access.Parse(c.grammar, []byte(c.text)); err != nil || d == nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}
