package identity

import (
	"net/http"
	"regexp"
	"slices"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

func versionFields(p *policy, v version) map[string]any {
	return map[string]any{
		"VersionId": v.id(), "IsDefaultVersion": v.id() == p.standard, "PolicyDocument": v.text, "CreateDate": date(v.created),
	}
}

func checkVersionID(p map[string]string) *cloud.Error {
	if err := required(p, "VersionId"); err != nil {
		return err
	}
	if ok, _ := regexp.MatchString(`^v[0-9]{1,9}$`, p["VersionId"]); !ok {
		return cloud.Errorf(http.StatusBadRequest, "InvalidParameter.VersionId.Format", "The format of the parameter - \"VersionId\" is incorrect.")
	}
	return nil
}

func noVersion() *cloud.Error {
	return cloud.Errorf(http.StatusNotFound, "EntityNotExist.Policy.Version", "The policy version does not exist.")
}

// createPolicyVersion adds a version; the sixth needs the rotate strategy, which
// deletes the oldest version that is not the default.
func (s *Service) createPolicyVersion(c Call) (map[string]any, *cloud.Error) {
	a, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	if err := required(c.Params, "PolicyDocument"); err != nil {
		return nil, err
	}
	parsed, err := document(access.IdentityPolicy, "PolicyDocument", c.Params["PolicyDocument"])
	if err != nil {
		return nil, err
	}
	if len(p.versions) >= maxVersions {
		if c.Params["RotateStrategy"] != "DeleteOldestNonDefaultVersionWhenLimitExceeded" {
			return nil, cloud.Errorf(http.StatusConflict, "LimitExceeded.Policy.Version", "The count of policy version beyond the current limits.")
		}
		oldest := slices.IndexFunc(p.versions, func(v version) bool { return v.id() != p.standard })
		p.versions = slices.Delete(p.versions, oldest, oldest+1)
	}
	p.lastVersion++
	p.updated = s.options.Clock.Now()
	added := version{number: p.lastVersion, text: c.Params["PolicyDocument"], created: p.updated, document: parsed}
	p.versions = append(p.versions, added)
	if c.Params["SetAsDefault"] == "true" {
		p.standard = added.id()
	}
	s.changed(a)
	return map[string]any{"PolicyVersion": versionFields(p, added)}, nil
}

func (s *Service) getPolicyVersion(c Call) (map[string]any, *cloud.Error) {
	if err := first(checkPolicyType(c.Params), checkPolicyName(c.Params), checkVersionID(c.Params)); err != nil {
		return nil, err
	}
	if c.Params["PolicyType"] == system {
		answer, err := s.getPolicy(c)
		if err != nil {
			return nil, err
		}
		if c.Params["VersionId"] != "v1" {
			return nil, noVersion()
		}
		return map[string]any{"PolicyVersion": answer["DefaultPolicyVersion"]}, nil
	}
	_, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	v, found := p.version(c.Params["VersionId"])
	if !found {
		return nil, noVersion()
	}
	return map[string]any{"PolicyVersion": versionFields(p, v)}, nil
}

func (s *Service) listPolicyVersions(c Call) (map[string]any, *cloud.Error) {
	if err := first(checkPolicyType(c.Params), checkPolicyName(c.Params)); err != nil {
		return nil, err
	}
	list := []any{}
	if c.Params["PolicyType"] == system {
		answer, err := s.getPolicy(c)
		if err != nil {
			return nil, err
		}
		list = append(list, answer["DefaultPolicyVersion"])
	} else {
		_, p, err := s.findPolicy(c)
		if err != nil {
			return nil, err
		}
		for _, v := range p.versions {
			fields := versionFields(p, v)
			delete(fields, "PolicyDocument")
			list = append(list, fields)
		}
	}
	return map[string]any{"PolicyVersions": map[string]any{"PolicyVersion": list}}, nil
}

func (s *Service) deletePolicyVersion(c Call) (map[string]any, *cloud.Error) {
	a, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	if err := checkVersionID(c.Params); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(p.versions, func(v version) bool { return v.id() == c.Params["VersionId"] })
	if at < 0 {
		return nil, noVersion()
	}
	if p.versions[at].id() == p.standard {
		return nil, cloud.Errorf(http.StatusConflict, "DeleteConflict.Policy.Version.Default", "The default policy version CAN NOT been deleted directly.")
	}
	p.versions = slices.Delete(p.versions, at, at+1)
	s.changed(a)
	return map[string]any{}, nil
}

func (s *Service) setDefaultPolicyVersion(c Call) (map[string]any, *cloud.Error) {
	a, p, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	if err := checkVersionID(c.Params); err != nil {
		return nil, err
	}
	if _, found := p.version(c.Params["VersionId"]); !found {
		return nil, noVersion()
	}
	p.standard, p.updated = c.Params["VersionId"], s.options.Clock.Now()
	s.changed(a)
	return map[string]any{}, nil
}
