package differential_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

const (
	owner   = "9876543210987654"
	foreign = "1234567890123456"
	third   = "3000000000000003"
)

// subject is who asks, as each side writes it: the provider as a text in the
// grammar of the document, the emulator as an identity.
type subject struct {
	text string
	who  access.Principal
}

func session(account, role, name string) subject {
	return subject{
		"arn:sts::" + account + ":assumed-role/" + strings.ToLower(role) + "/" + name,
		access.Principal{Kind: access.RoleSession, AccountID: account, RoleName: role, SessionName: name},
	}
}

func bucketSubjects() []subject {
	return []subject{
		session(foreign, "oss-srr", "s1"), session(foreign, "OSS-SRR-Orders", "s"), session(owner, "reader", "s"), session(third, "oss-srr", "s1"),
		{foreign, access.Principal{Kind: access.User, AccountID: foreign, UserID: "250000000000000001", UserName: "a"}},
		{foreign, access.Principal{Kind: access.Root, AccountID: foreign}},
		{owner, access.Principal{Kind: access.User, AccountID: owner, UserID: "250000000000000002", UserName: "b"}},
		{"*", access.Principal{}},
	}
}

func keySubjects() []subject {
	role := func(account, name string) subject {
		return subject{"acs:ram::" + account + ":role/" + name, access.Principal{Kind: access.RoleSession, AccountID: account, RoleName: name, SessionName: "s"}}
	}
	user := func(account, name string) subject {
		return subject{"acs:ram::" + account + ":user/" + name, access.Principal{Kind: access.User, AccountID: account, UserName: name}}
	}
	return []subject{
		role(foreign, "oss-srr"), role(foreign, "OSS-SRR-Orders"), role(owner, "reader"), user(owner, "terraform"), user(foreign, "a"),
		{"acs:ram::" + owner + ":root", access.Principal{Kind: access.Root, AccountID: owner}},
	}
}

// generator writes policies that the emulated service stores, and sometimes some
// that it refuses.
type generator struct {
	*rand.Rand
	// open says that the document holds something the provider leaves undecided.
	open bool
}

func newGenerator(seed uint64) *generator { return &generator{Rand: rand.New(rand.NewPCG(seed, 7))} }

func pick[T any](g *generator, pool ...T) T { return pool[g.IntN(len(pool))] }

func (g *generator) list(one func() string) string {
	texts := make([]string, 1+g.IntN(3))
	for i := range texts {
		texts[i] = fmt.Sprintf("%q", one())
	}
	if len(texts) == 1 && g.IntN(2) == 0 {
		return texts[0]
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func (g *generator) document(statement func() string) string {
	statements := make([]string, 1+g.IntN(4))
	for i := range statements {
		statements[i] = statement()
	}
	return `{"Version": "1", "Statement": [` + strings.Join(statements, ",\n") + `]}`
}

// statement puts the fields in any order, with now and then one that makes the
// statement depend on more than the question.
func (g *generator) statement(fields ...string) string {
	fields = append(fields, `"Effect": "`+pick(g, "Allow", "Allow", "Deny")+`"`)
	switch g.IntN(10) {
	case 0:
		g.open = true
		fields = append(fields, pick(g, `"Condition": {"StringEquals": {"acs:UserAgent": "a"}}`, `"Condition": {"Bool": {"acs:SecureTransport": "true"}}`))
	case 1:
		fields = append(fields, `"Condition": {}`)
	case 2:
		g.open = true
		fields = append(fields, `"Note": "by hand"`)
	}
	g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	return "{" + strings.Join(fields, ", ") + "}"
}

func (g *generator) bucketStatement() string {
	fields := []string{
		`"` + pick(g, "Action", "Action", "Action", "NotAction") + `": ` + g.list(g.bucketAction),
		`"` + pick(g, "Resource", "Resource", "Resource", "NotResource") + `": ` + g.list(g.bucketResource),
	}
	switch g.IntN(12) {
	case 0:
	case 1:
		fields = append(fields, `"Principal": []`)
	case 2, 3:
		fields = append(fields, `"NotPrincipal": `+g.list(g.bucketPrincipal))
	default:
		fields = append(fields, `"Principal": `+g.list(g.bucketPrincipal))
	}
	return g.statement(fields...)
}

func (g *generator) bucketAction() string {
	return pick(g, "oss:ReplicatePut", "oss:ReplicateGet", "OSS:replicateput", "oss:Replicate*", "oss:*", "*", "oss:?etObject", "oss:GetObject", "oss:Put*Policy", "kms:*")
}

func (g *generator) bucketPrincipal() string {
	sessions := "arn:sts::" + pick(g, foreign, owner, third) + ":assumed-role/"
	return pick(g, "*", foreign, owner, third, sessions+"oss-srr/*", sessions+"OSS-SRR-Orders/*", sessions+"oss-srr-orders/*", sessions+"*", sessions+"oss-?rr/s1")
}

func (g *generator) bucketResource() string {
	region, account := pick(g, "*", "*", "oss-cn-x", "oss-cn-?", "oss-cn-y", ""), pick(g, "*", owner, owner, third, "98*", "")
	if region == "" || account == "" {
		g.open = true
	}
	name := pick(g, "dst", "dst/*", "dst/in/*", "dst*", "*", "d?t/*/b", "other/*", "dst/in/?", "DST/*")
	return pick(g, "acs:oss:"+region+":"+account+":"+name, "acs:oss:"+region+":"+account+":"+name, "acs:oss:*:"+owner+":"+name, "*")
}

func (g *generator) bucketResourceAsked() string {
	return "acs:oss:oss-cn-x:" + owner + ":" + pick(g, "dst", "dst/", "dst/in/a", "dst/in/a/b", "dst2", "other/x:y")
}

func (g *generator) bucketActionAsked() string {
	return pick(g, "oss:ReplicatePut", "oss:ReplicateGet", "oss:GetObject", "oss:PutBucketPolicy")
}

func (g *generator) keyStatement() string {
	return g.statement(`"Action": `+g.list(g.keyAction), `"Resource": `+pick(g, `"*"`, `["*"]`), `"Principal": {"RAM": `+g.list(g.keyPrincipal)+`}`,
		`"Sid": "`+pick(g, "a", "kms default key policy")+`"`)
}

func (g *generator) keyAction() string {
	return pick(g, "kms:Decrypt", "kms:GenerateDataKey", "KMS:decrypt", "kms:*", "kms:De*", "kms:Generate?ataKey", "kms:List*")
}

func (g *generator) keyPrincipal() string {
	return "acs:ram::" + pick(g, owner, foreign, third) + ":" + pick(g, "*", "root", "role/oss-srr", "role/OSS-srr-orders", "user/terraform", "user/a", "role/reader")
}

// keyActionAsked keeps to what a key policy may give to another account.
func (g *generator) keyActionAsked() string {
	return pick(g, "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:Encrypt")
}
