package identity

import (
	"strconv"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// account is one Alibaba Cloud account. Roles and policies are found by their
// name in lower case; the stored name keeps its case.
type account struct {
	id, name string
	roles    map[string]*role
	policies map[string]*policy
	users    map[string]*user
	// providers are found by their exact name and never change.
	providers map[string]*oidcProvider
	// past holds what the data plane may still see while changes propagate,
	// oldest first; empty when propagation is off.
	past []snapshot
}

type snapshot struct {
	at   time.Time
	view *account
}

type key struct {
	id, secret, account, user string // user is "" for the account's own key
	inactive                  bool
}

type user struct {
	id, name string
	attached []attachment
}

type role struct {
	id, name, description, trust string
	maxSession                   int
	created, updated             time.Time
	attached                     []attachment
	tags                         map[string]string
	document                     *access.Document // of trust
}

type attachment struct {
	policyType, policy string // policy in its stored spelling
	at                 time.Time
}

type policy struct {
	name, description string
	created, updated  time.Time
	versions          []version // oldest first
	standard          string    // id of the default version
	lastVersion       int
	tags              map[string]string
}

type version struct {
	number   int
	text     string
	created  time.Time
	document *access.Document
}

func (v version) id() string { return "v" + strconv.Itoa(v.number) }

// current is the default version, which always exists.
func (p *policy) current() version {
	v, _ := p.version(p.standard)
	return v
}

func (p *policy) version(id string) (version, bool) {
	for _, v := range p.versions {
		if v.id() == id {
			return v, true
		}
	}
	return version{}, false
}

func newAccount(id string) *account {
	return &account{
		id: id, roles: map[string]*role{}, policies: map[string]*policy{}, users: map[string]*user{}, providers: map[string]*oidcProvider{},
	}
}

func (a *account) role(name string) *role     { return a.roles[strings.ToLower(name)] }
func (a *account) policy(name string) *policy { return a.policies[strings.ToLower(name)] }

// attachments counts how often a policy is attached.
func (a *account) attachments(policyType, name string) int {
	count := 0
	for _, r := range a.roles {
		if indexOf(r.attached, policyType, name) >= 0 {
			count++
		}
	}
	for _, u := range a.users {
		if indexOf(u.attached, policyType, name) >= 0 {
			count++
		}
	}
	return count
}

func indexOf(list []attachment, policyType, name string) int {
	for i, a := range list {
		if a.policyType == policyType && strings.EqualFold(a.policy, name) {
			return i
		}
	}
	return -1
}

// clone copies what the data plane needs: who exists and what is attached.
func (a *account) clone() *account {
	view := newAccount(a.id)
	view.providers = a.providers
	for k, r := range a.roles {
		c := *r
		c.attached = append([]attachment(nil), r.attached...)
		view.roles[k] = &c
	}
	for k, p := range a.policies {
		c := *p
		c.versions = append([]version(nil), p.versions...)
		view.policies[k] = &c
	}
	for k, u := range a.users {
		c := *u
		c.attached = append([]attachment(nil), u.attached...)
		view.users[k] = &c
	}
	return view
}
