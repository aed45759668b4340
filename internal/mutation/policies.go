package mutation

import "slices"

// ofPolicies break the ownership of statements.
func ofPolicies() []Mutant {
	return slices.Concat(
		in("policy/remove.go",
			Mutant{
				Name: "drop the others of a shared statement", Old: "return others > 0", New: "return others > 99",
				Tests: killedBy("TestRemove"),
			},
			Mutant{
				Name: "delete a policy that holds something unknown", Old: "if d.kind == BucketPolicy && !d.unknown {", New: "if d.kind == BucketPolicy {",
				Tests: killedBy("TestRemove"),
			},
			Mutant{
				Name: "hide that a key got its default policy", Old: "Changed: true, DefaultRestored: true}", New: "Changed: true}",
				Tests: killedBy("TestRemove_nothingLeft"),
			},
			Mutant{
				Name: "give the key to everybody by default", Old: `"acs:ram::" + owner + ":*"`, New: `"*"`,
				Tests: killedBy("TestRemove_nothingLeft"),
			},
		),
		in("policy/grant.go",
			Mutant{
				Name: "own statements with conditions", Old: "if s.effect != allow || !s.plain() {\n\t\treturn false\n\t}\n\tours, others", New: "if s.effect != allow {\n\t\treturn false\n\t}\n\tours, others",
				Tests: killedBy("TestFind_notOurs"),
			},
			Mutant{
				Name: "take any session for the grantee", Old: "strings.EqualFold(principal[head:], g.Principal[head:])", New: "true",
				Tests: killedBy("TestFind_notOurs"),
			},
			Mutant{
				Name: "forget that names have no case", Old: "strings.EqualFold(principal[head:], g.Principal[head:])", New: "principal[head:] == g.Principal[head:]",
				Tests: killedBy("TestFind_presentButNotExact"),
			},
			Mutant{
				Name: "own what reaches other buckets", Old: "if !g.within(resource.text) {", New: "if resource.text == \"\" {",
				Tests: killedBy("TestFind_notOurs"),
			},
			Mutant{
				Name: "own the statement of the key's owner", Old: "g.Kind == KeyPolicy && s.namesAccount(g.Owner)", New: "false",
				Tests: killedBy("TestFind_keys"),
			},
		),
		in("policy/put.go",
			Mutant{
				Name: "join statements with other principals", Old: "if !isSession(item.text) {", New: "if item.text == \"\" {",
				Tests: killedBy("TestPut_joinsNothingElse"),
			},
			Mutant{
				Name: "join statements for other resources", Old: "s.action.sameTexts(g.Actions) && s.resource.sameTexts(g.Resources)", New: "s.action.sameTexts(g.Actions)",
				Tests: killedBy("TestPut_joinsNothingElse"),
			},
			Mutant{
				Name: "never share a statement", Old: "if d.kind != BucketPolicy {\n\t\treturn nil", New: "if d.kind == BucketPolicy {\n\t\treturn nil",
				Tests: killedBy("TestPut_aHundredRolesFit"),
			},
			Mutant{
				Name: "write where nothing changes", Old: "if d.held(g) == wanted {", New: "if d.held(g) == \"\" {",
				Tests: killedBy("TestChange_nothingToWrite"),
			},
		),
		in("policy/scan.go", Mutant{
			Name: "accept the same key twice", Old: "if object.member(name) != nil {", New: "if name == \"\\x00\" {",
			Tests: killedBy("TestParse_refuses"),
		}),
		in("policy/limits.go", Mutant{
			Name: "write a bucket policy that is too large", Old: "maxBucketPolicy = 16 * 1024", New: "maxBucketPolicy = 64 * 1024",
			Tests: killedBy("TestPut_tooLarge"),
		}),
		in("policy/find.go",
			Mutant{
				Name: "overlook a Deny", Old: "case strings.EqualFold(s.effect, deny):", New: "case s.effect == \"\":",
				Tests: killedBy("TestFind_denies"),
			},
			Mutant{
				Name: "overlook the owner's statement", Old: "found.OwnerStatement || d.kind == KeyPolicy && s.namesAccount(g.Owner)", New: "found.OwnerStatement",
				Tests: killedBy("TestFind_ownerStatement"),
			},
		),
		in("policy/canonical.go", Mutant{
			Name: "see a change in the order of statements", Old: `document["Statement"] = sortedUnique(canonical)`, New: `document["Statement"] = canonical`,
			Tests: killedBy("TestCanonical_sameMeaningSameText"),
		}),
	)
}

// ofNames break names and comparisons.
func ofNames() []Mutant {
	return slices.Concat(
		in("replication/role.go",
			Mutant{
				Name: "keep capitals in a principal", Old: `":assumed-role/" + strings.ToLower(r.Name)`, New: `":assumed-role/" + r.Name`,
				Tests: killedBy("TestRole_namesAreLowerCaseInPolicies"),
			},
			Mutant{
				Name: "keep capitals in an ARN", Old: `":role/" + strings.ToLower(r.Name)`, New: `":role/" + r.Name`,
				Tests: killedBy("TestRole_namesAreLowerCaseInPolicies"),
			},
			Mutant{
				Name: "tell roles apart by case", Old: "return strings.EqualFold(r.Name, other.Name)", New: "return r.Name == other.Name",
				Tests: killedBy("TestRole_same"),
			},
			Mutant{
				Name: "take roles of two accounts for one", Old: "r.AccountID != other.AccountID {", New: "r.AccountID == \"\" {",
				Tests: killedBy("TestRole_same"),
			},
			Mutant{
				Name: "take a user for a role", Old: `if !found || kind != "role" {`, New: `if !found {`,
				Tests: killedBy("TestParseRoleARN"),
			},
		),
		in("replication/rule.go",
			Mutant{
				Name: "see a change in the order of prefixes", Old: "!slices.Equal(sorted(r.Prefixes), sorted(other.Prefixes))", New: "!slices.Equal(r.Prefixes, other.Prefixes)",
				Tests: killedBy("TestRule_differences"),
			},
			Mutant{
				Name: "overlook a change of history", Old: "r.History != other.History", New: "false",
				Tests: killedBy("TestRule_differences"),
			},
			Mutant{
				Name: "see drift where the service is silent", Old: `r.Role != "" && other.Role != "" && `, New: ``,
				Tests: killedBy("TestRule_differences"),
			},
		),
	)
}
