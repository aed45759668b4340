package identity

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
)

// Account is one account of a world file.
type Account struct {
	ID            string         `json:"id"` // UID, 16 digits
	Name          string         `json:"name,omitempty"`
	Keys          []AccessKey    `json:"access_keys,omitempty"`
	Users         []User         `json:"users,omitempty"`
	Roles         []Role         `json:"roles,omitempty"`
	Policies      []Policy       `json:"policies,omitempty"`
	OIDCProviders []OIDCProvider `json:"oidc_providers,omitempty"`
}

// AccessKey belongs to the account itself, or to one of its users.
type AccessKey struct {
	ID       string `json:"id"`
	Secret   string `json:"secret"`
	User     string `json:"user,omitempty"`
	Inactive bool   `json:"inactive,omitempty"`
}

// Attachment names an attached policy.
type Attachment struct {
	Type   string    `json:"type"` // "Custom" or "System"
	Policy string    `json:"policy"`
	At     time.Time `json:"at,omitzero"`
}

// User is a RAM user.
type User struct {
	ID       string       `json:"id,omitempty"` // made up when empty
	Name     string       `json:"name"`
	Attached []Attachment `json:"attached,omitempty"`
}

// Role is a RAM role.
type Role struct {
	ID                 string            `json:"id,omitempty"` // made up when empty
	Name               string            `json:"name"`
	Description        string            `json:"description,omitempty"`
	TrustPolicy        string            `json:"trust_policy"`
	MaxSessionDuration int               `json:"max_session_duration,omitempty"` // seconds, 0 means 3600
	Created            time.Time         `json:"created,omitzero"`
	Updated            time.Time         `json:"updated,omitzero"`
	Attached           []Attachment      `json:"attached,omitempty"`
	Tags               map[string]string `json:"tags,omitempty"`
}

// Policy is a custom policy.
type Policy struct {
	Name           string            `json:"name"`
	Description    string            `json:"description,omitempty"`
	Created        time.Time         `json:"created,omitzero"`
	Updated        time.Time         `json:"updated,omitzero"`
	DefaultVersion string            `json:"default_version,omitempty"` // "v1" when empty
	Versions       []Version         `json:"versions"`
	LastVersion    int               `json:"last_version,omitempty"` // highest number ever given
	Tags           map[string]string `json:"tags,omitempty"`
}

// Version is one version of a policy.
type Version struct {
	Number   int       `json:"number"`
	Document string    `json:"document"`
	Created  time.Time `json:"created,omitzero"`
}

// Load replaces all accounts. Temporary keys end.
func (s *Service) Load(accounts []Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := &Service{options: s.options}
	fresh.reset()
	for _, from := range accounts {
		if err := fresh.loadAccount(from); err != nil {
			return fmt.Errorf("account %q: %w", from.ID, err)
		}
	}
	s.accounts, s.keys, s.sessions, s.lastID = fresh.accounts, fresh.keys, fresh.sessions, fresh.lastID
	return nil
}

func (s *Service) loadAccount(from Account) error {
	if len(from.ID) < 5 || strings.Trim(from.ID, "0123456789") != "" {
		return fmt.Errorf("an account id is a number")
	}
	if s.accounts[from.ID] != nil {
		return fmt.Errorf("there are two of it")
	}
	a := newAccount(from.ID)
	a.name = from.Name
	s.accounts[from.ID] = a
	for _, p := range from.Policies {
		if err := s.loadPolicy(a, p); err != nil {
			return fmt.Errorf("policy %q: %w", p.Name, err)
		}
	}
	for _, r := range from.Roles {
		if err := s.loadRole(a, r); err != nil {
			return fmt.Errorf("role %q: %w", r.Name, err)
		}
	}
	if err := s.loadUsers(a, from.Users); err != nil {
		return err
	}
	for _, p := range from.OIDCProviders {
		if err := a.loadProvider(p); err != nil {
			return fmt.Errorf("OIDC provider %q: %w", p.Name, err)
		}
	}
	if err := s.loadKeys(a, from.Keys); err != nil {
		return err
	}
	if s.options.Switches.RAMPropagation > 0 {
		a.past = []snapshot{{view: a.clone()}}
	}
	return nil
}

func (s *Service) loadUsers(a *account, users []User) error {
	for _, u := range users {
		attached, err := a.loadAttached(u.Attached)
		if err != nil {
			return fmt.Errorf("user %q: %w", u.Name, err)
		}
		if u.Name == "" || a.users[strings.ToLower(u.Name)] != nil {
			return fmt.Errorf("user %q has no name or is there twice", u.Name)
		}
		a.users[strings.ToLower(u.Name)] = &user{id: s.idOr(u.ID), name: u.Name, attached: attached}
	}
	return nil
}

func (s *Service) loadKeys(a *account, keys []AccessKey) error {
	for _, k := range keys {
		temporary := strings.HasPrefix(k.ID, "STS.")
		if k.ID == "" || temporary || k.Secret == "" || s.keys[k.ID] != nil || k.User != "" && a.users[strings.ToLower(k.User)] == nil {
			return fmt.Errorf("access key %q is incomplete, temporary, there twice or of a user who does not exist", k.ID)
		}
		s.keys[k.ID] = &key{id: k.ID, secret: k.Secret, account: a.id, user: k.User, inactive: k.Inactive}
	}
	return nil
}

// idOr keeps a given id and makes sure that it is not given out again.
func (s *Service) idOr(id string) string {
	if id == "" {
		return s.nextID()
	}
	if n, err := strconv.ParseInt(id, 10, 64); err == nil && n > s.lastID {
		s.lastID = n
	}
	return id
}

func (s *Service) loadPolicy(a *account, from Policy) error {
	if err := checkPolicyName(map[string]string{"PolicyName": from.Name}); err != nil {
		return err
	}
	if len(from.Versions) > maxVersions {
		return fmt.Errorf("a policy has at most %d versions", maxVersions)
	}
	p := &policy{
		name: from.Name, description: from.Description, created: from.Created, updated: from.Updated,
		standard: from.DefaultVersion, lastVersion: from.LastVersion, tags: ownTags(from.Tags),
	}
	if p.standard == "" {
		p.standard = "v1"
	}
	for _, v := range from.Versions {
		parsed, err := access.Parse(access.IdentityPolicy, []byte(v.Document))
		if err != nil {
			return fmt.Errorf("version %d: %w", v.Number, err)
		}
		if v.Number <= highest(p.versions) {
			return fmt.Errorf("version %d: numbers start at 1 and ascend", v.Number)
		}
		p.versions = append(p.versions, version{number: v.Number, text: v.Document, created: v.Created, document: parsed})
		p.lastVersion = max(p.lastVersion, v.Number)
	}
	if _, found := p.version(p.standard); !found || a.policy(p.name) != nil {
		return fmt.Errorf("there are two of it, or it lacks its default version %s", p.standard)
	}
	a.policies[strings.ToLower(p.name)] = p
	return nil
}

func highest(versions []version) int {
	if len(versions) == 0 {
		return 0
	}
	return versions[len(versions)-1].number
}

func (s *Service) loadRole(a *account, from Role) error {
	if err := checkRoleName(map[string]string{"RoleName": from.Name}); err != nil {
		return err
	}
	parsed, err := access.Parse(access.TrustPolicy, []byte(from.TrustPolicy))
	if err != nil {
		return err
	}
	attached, failed := a.loadAttached(from.Attached)
	if failed != nil {
		return failed
	}
	if a.role(from.Name) != nil {
		return fmt.Errorf("there are two of it")
	}
	r := &role{
		id: s.idOr(from.ID), name: from.Name, description: from.Description, trust: from.TrustPolicy, maxSession: from.MaxSessionDuration,
		created: from.Created, updated: from.Updated, attached: attached, tags: ownTags(from.Tags), document: parsed,
	}
	if r.maxSession == 0 {
		r.maxSession = minSessionDuration
	}
	if r.maxSession < minSessionDuration || r.maxSession > maxSessionDuration {
		return fmt.Errorf("max_session_duration must be %d to %d seconds", minSessionDuration, maxSessionDuration)
	}
	a.roles[strings.ToLower(r.name)] = r
	return nil
}

func (a *account) loadAttached(from []Attachment) ([]attachment, error) {
	var list []attachment
	for _, at := range from {
		name := at.Policy
		if _, spelling, known := access.SystemPolicy(name); at.Type == system && known {
			name = spelling
		} else if at.Type != custom || a.policy(name) == nil {
			return nil, fmt.Errorf("attached policy %s %q does not exist", at.Type, name)
		}
		if indexOf(list, at.Type, name) >= 0 {
			return nil, fmt.Errorf("policy %s %q is attached twice", at.Type, name)
		}
		list = append(list, attachment{at.Type, name, at.At})
	}
	return list, nil
}

// ownTags copies the tags of a world, which its owner may go on to change.
func ownTags(from map[string]string) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, from)
	return tags
}

// State returns all accounts in the form that Load takes, sorted.
func (s *Service) State() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []Account{}
	for _, id := range sortedKeys(s.accounts) {
		a := s.accounts[id]
		out := Account{ID: id, Name: a.name}
		for _, keyID := range sortedKeys(s.keys) {
			if k := s.keys[keyID]; k.account == id {
				out.Keys = append(out.Keys, AccessKey{ID: k.id, Secret: k.secret, User: k.user, Inactive: k.inactive})
			}
		}
		for _, name := range sortedKeys(a.users) {
			u := a.users[name]
			out.Users = append(out.Users, User{ID: u.id, Name: u.name, Attached: attachedState(u.attached)})
		}
		for _, name := range sortedKeys(a.roles) {
			out.Roles = append(out.Roles, roleState(a.roles[name]))
		}
		for _, name := range sortedKeys(a.policies) {
			out.Policies = append(out.Policies, policyState(a.policies[name]))
		}
		for _, name := range sortedKeys(a.providers) {
			out.OIDCProviders = append(out.OIDCProviders, a.providers[name].from.copy())
		}
		list = append(list, out)
	}
	return list
}

func attachedState(list []attachment) []Attachment {
	var out []Attachment
	for _, at := range list {
		out = append(out, Attachment{Type: at.policyType, Policy: at.policy, At: at.at})
	}
	return out
}

func roleState(r *role) Role {
	return Role{
		ID: r.id, Name: r.name, Description: r.description, TrustPolicy: r.trust, MaxSessionDuration: r.maxSession,
		Created: r.created, Updated: r.updated, Attached: attachedState(r.attached), Tags: maps.Clone(r.tags),
	}
}

func policyState(p *policy) Policy {
	out := Policy{
		Name: p.name, Description: p.description, Created: p.created, Updated: p.updated, DefaultVersion: p.standard,
		LastVersion: p.lastVersion, Tags: maps.Clone(p.tags),
	}
	for _, v := range p.versions {
		out.Versions = append(out.Versions, Version{Number: v.number, Document: v.text, Created: v.created})
	}
	return out
}
