package policy_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/policy"
)

// generator writes documents as people and tools write them: any order, any
// white space, with and without lists, with fields nobody knows.
type generator struct {
	*rand.Rand
	kind policy.Kind
}

// sample is a generated document and what the generator knows of it.
type sample struct {
	raw     string
	foreign []string // texts of statements that nobody may touch, in order
	note    string   // a top-level field that nobody knows
}

var (
	bucketPrincipals = []string{
		ours, "arn:sts::1234567890123456:assumed-role/OSS-SRR-orders/*", "*", "250", sourceUID, "arn:sts::1234567890123456:assumed-role/other/*",
		"arn:sts::5:assumed-role/x/*", "arn:sts::6:assumed-role/y/s", "arn:sts::1234567890123456:assumed-role/oss-srr-orders2/*",
	}
	bucketActions = []string{
		"oss:ReplicateList", "oss:ReplicateGet", "oss:ReplicatePut", "oss:ReplicateDelete",
		"oss:GetObject", "OSS:replicateput", "oss:*", "oss:Get*", "oss:PutObject",
	}
	bucketResources = []string{
		bucketARN, bucketARN + "/*", "acs:oss:*:*:dst", "acs:oss:*:*:dst/*", bucketARN + "/in/*", "*", "acs:oss:*:*:other/*", "acs:oss:oss-cn-x:*:dst",
	}
	keyPrincipals = []string{
		oursKey, "acs:ram::1234567890123456:role/OSS-SRR-Orders", "acs:ram::5:role/x", "acs:ram::9876543210987654:*",
		"acs:ram::9876543210987654:root", "acs:ram::9876543210987654:user/a", "acs:ram::1234567890123456:role/other", "acs:ram::1234567890123456:*",
	}
	keyActions = []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:Encrypt", "kms:*", "KMS:decrypt", "kms:List*"}
)

// some picks one to three texts, most often from the front of the pool.
func (g *generator) some(pool []string) []string {
	picked := make([]string, 1+g.IntN(3))
	for i := range picked {
		picked[i] = pool[min(g.IntN(len(pool)), g.IntN(len(pool)+2))]
	}
	return picked
}

func (g *generator) space() string {
	return [...]string{"", "", "", " ", "\n  ", "\t"}[g.IntN(6)]
}

func (g *generator) list(texts []string) string {
	if len(texts) == 1 && g.IntN(2) == 0 {
		return `"` + texts[0] + `"`
	}
	var b strings.Builder
	for i, text := range texts {
		if i > 0 {
			b.WriteString("," + g.space())
		}
		b.WriteString(`"` + text + `"` + g.space())
	}
	return "[" + g.space() + b.String() + "]"
}

func (g *generator) object(fields []string) string {
	g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return "{" + g.space() + strings.Join(fields, g.space()+","+g.space()) + g.space() + "}"
}

// statement writes one statement and says whether it is foreign for sure.
func (g *generator) statement() (text string, foreign bool) {
	principals, actions, resources := g.some(bucketPrincipals), g.some(bucketActions), g.some(bucketResources)
	wide := slices.Contains(resources, "*") || slices.Contains(resources, "acs:oss:*:*:other/*")
	principal := g.list(principals)
	if g.kind == policy.KeyPolicy {
		principals, actions, resources = g.some(keyPrincipals), g.some(keyActions), []string{"*"}
		wide = slices.Contains(principals, "acs:ram::9876543210987654:*") || slices.Contains(principals, "acs:ram::9876543210987654:root")
		principal = `{"RAM":` + g.space() + g.list(principals) + `}`
	}
	if g.IntN(5) == 0 && g.kind == policy.BucketPolicy {
		others := [][]string{{"arn:sts::5:assumed-role/x/*"}, {ours, "arn:sts::5:assumed-role/x/*"}, {"250", "arn:sts::5:assumed-role/x/*"}}
		principals, actions, resources, wide = others[g.IntN(3)], bucketGrant().Actions, bucketGrant().Resources, false
		principal = g.list(principals)
	}
	effect := [...]string{"Allow", "Allow", "Allow", "Deny"}[g.IntN(4)]
	fields := []string{`"Effect":"` + effect + `"`, `"Principal":` + principal, `"Action":` + g.list(actions), `"Resource":` + g.list(resources)}
	extra := ""
	switch g.IntN(12) {
	case 0:
		extra = `"Condition":{"StringLike":{"acs:UserAgent":["a*"]}}`
	case 1:
		extra = `"Note":{"by" : "hand", "n":1.50}`
	case 2:
		extra = `"NotPrincipal":["9"]`
	case 3:
		fields = append(fields, `"Sid":"`+[...]string{"a", keyGrant().Sid, keyGrant().Sid + "-2"}[g.IntN(3)]+`"`)
	}
	if extra != "" {
		fields = append(fields, extra)
	}
	named := slices.ContainsFunc(principals, func(p string) bool {
		return strings.EqualFold(p, ours) || strings.EqualFold(p, oursKey)
	})
	pattern := g.kind == policy.BucketPolicy && (slices.Contains(actions, "oss:*") || slices.Contains(actions, "oss:Get*"))
	return g.object(fields), !named || effect == "Deny" || extra != "" || wide || pattern
}

func (g *generator) document() sample {
	var s sample
	var statements []string
	for range g.IntN(5) {
		text, foreign := g.statement()
		statements = append(statements, text)
		if foreign {
			s.foreign = append(s.foreign, text)
		}
	}
	if len(statements) > 1 && g.IntN(8) == 0 {
		statements = append(statements, statements[0])
		if len(s.foreign) > 0 && s.foreign[0] == statements[0] {
			s.foreign = append(s.foreign, statements[0])
		}
	}
	separator := g.space() + "," + g.space()
	fields := []string{`"Version":"1"`, `"Statement":` + g.space() + "[" + g.space() + strings.Join(statements, separator) + g.space() + "]"}
	if g.IntN(4) == 0 {
		s.note = `"Note" : {"é":[1e3, null]}`
		fields = append(fields, s.note)
	}
	s.raw = g.space() + g.object(fields) + g.space()
	return s
}
