package mutation

import "slices"

// ofResources break grants, key policies, roles and accounts.
func ofResources() []Mutant {
	return slices.Concat(
		in("provider/account.go",
			Mutant{
				Name: "swap accounts unseen", Old: `inState.ValueString() == who.ID || who.ID == "" {
		return diags
	}
	diags.AddAttributeError(path.Root("account_id"), "Credentials of another account"`, New: `inState.ValueString() != "" || who.ID == "" {
		return diags
	}
	diags.AddAttributeError(path.Root("account_id"), "Credentials of another account"`,
				Tests: killedBy("TestRule_otherAccountsCredentialsAreNoReasonToForget"),
			},
			Mutant{
				Name: "allow every account", Old: "if len(a.allowed) > 0 && !slices.Contains(a.allowed, who.ID) {", New: "if len(a.allowed) > 0 && slices.Contains(a.allowed, \"\") {",
				Tests: killedBy("TestConfigure_swappedAliasNamesBothAccounts"),
			},
		),
		in("provider/grant_document.go",
			Mutant{
				Name: "take over a grant that was there", Old: "if first && fresh && parsed.Find(grant).Present {", New: "if first && fresh && len(current) > 1<<30 {",
				Tests: killedBy("TestDestinationGrant_existing"),
			},
			Mutant{
				Name: "repeat a write of a whole document", Old: "return s.client.PutBucketPolicy(alicloud.Once(ctx), s.bucket, raw)", New: "return s.client.PutBucketPolicy(ctx, s.bucket, raw)",
				Tests: killedBy("TestDestinationGrant_foreignChangeBetweenTwoAttemptsIsKept"),
			},
			Mutant{
				Name: "edit what was read long ago", Old: "return s.client.BucketPolicy(alicloud.Fresh(ctx), s.bucket)", New: "return s.client.BucketPolicy(ctx, s.bucket)",
				Tests: killedBy("TestDestinationGrant_foreignChangeAfterThePlanIsKept"),
			},
			Mutant{
				Name: "edit a key policy that was read long ago", Old: "return s.client.KeyPolicy(alicloud.Fresh(ctx), s.key)", New: "return s.client.KeyPolicy(ctx, s.key)",
				Tests: killedBy("TestKeyPolicy_foreignChangeAfterThePlanIsKept"),
			},
		),
		in("provider/destination_grant_resource.go",
			Mutant{
				Name: "forget a grant that was written before a failure", Old: "if !result.Wrote {", New: "if result.Before != nil {",
				Tests: killedBy("TestDestinationGrant_failureAfterTheWrite"),
			},
			Mutant{
				Name: "overlook the bucket's owner", Old: `info.OwnerID != who.ID, alicloud.IsForeignBucket(err):`, New: `info.OwnerID != who.ID:`,
				Tests: killedBy("TestDestinationGrant_swappedAliases"),
			},
			Mutant{
				Name: "write the policy of a bucket that others let us see", Old: `info.OwnerID != "" && info.OwnerID != who.ID, `, New: `info.OwnerID != "" && who.ID == "", `,
				Tests: killedBy("TestForeignBucket_isRefusedThoughItCanBeRead"),
			},
		),
		in("provider/key_policy_resource.go",
			Mutant{
				Name: "share a key that cannot be shared", Old: `case key.InstanceID == "":`, New: `case key.ID == "":`,
				Tests: killedBy("TestKeyPolicy_refuses"),
			},
		),
		in("provider/role_read.go",
			Mutant{
				Name: "read a role one call after the other", Old: "all.Go(func() { seen.role, roleErr = client.GetRole(ctx, name) })", New: "seen.role, roleErr = client.GetRole(ctx, name)",
				Tests: killedBy("TestRole_isReadAtOnce"),
			},
			Mutant{
				Name: "take another role of the name for ours", Old: "case !imported && seen.role.ID != state.RoleID.ValueString():", New: "case !imported && seen.role.ID == \"\":",
				Tests: killedBy("TestRole_anotherRoleOfTheNameIsNoticedAndLeftAlone"),
			},
		),
		in("provider/role_create.go",
			Mutant{
				Name: "look for a role one call after the other", Old: "both.Go(func() { existing, err = r.account.client.GetRole(ctx, goal.name) })", New: "existing, err = r.account.client.GetRole(ctx, goal.name)",
				Tests: killedBy("TestRole_isReadAtOnce"),
			},
		),
		in("provider/role_policy.go",
			Mutant{
				Name: "take over somebody else's policy", Old: "return strings.EqualFold(is.Description, policyDescription(roleName)) && othersCounted", New: "return othersCounted",
				Tests: killedBy("TestRole_foreignRoleAndPolicyAreNeverTakenOver"),
			},
		),
		in("provider/role_shared.go",
			Mutant{
				Name: "change a policy that others use", Old: "others := othersCounted(is, attachedHere)", New: "others := 0",
				Tests: killedBy("TestRole_sharedPolicyIsNeverChangedUnderTheOthers"),
			},
		),
		in("provider/role_run.go",
			Mutant{
				Name: "import a role that another resource has", Old: "case shared && fresh:", New: "case shared && fresh && false:",
				Tests: killedBy("TestRole_importOfOneRoleIntoTwoResourcesIsRefused"),
			},
			Mutant{
				Name: "delete a role that another resource keeps", Old: "if !n.keptBeside(mark) {", New: "if !n.keptBeside(mark) || true {",
				Tests: killedBy("TestRole_replacementOfASharedRoleKeepsIt"),
			},
		),
		in("provider/role_resource.go",
			Mutant{
				Name: "detach the policies of others", Old: "len(others) > 0 && !state.ForceDetachPolicies.ValueBool()", New: "len(others) > 99 && !state.ForceDetachPolicies.ValueBool()",
				Tests: killedBy("TestRole_policiesOfOthersAreReportedLeftAloneAndGuardDestroy"),
			},
		),
		in("provider/role_write.go",
			Mutant{
				Name: "take a lost answer for a failure", Old: "return errors.As(err, &failure) && failure.Unclear", New: "return errors.As(err, &failure) && failure.Attempts < 0",
				Tests: killedBy("TestRole_lostAnswersOfEveryCallChangeNothing"),
			},
			Mutant{
				Name: "take a refusal for a lost answer", Old: "return errors.As(err, &failure) && failure.Unclear", New: "return errors.As(err, &failure) && failure.Attempts > 1",
				Tests: killedBy("TestRole_foreignRoleThatAppearsDuringThrottlingIsSpared"),
			},
		),
		in("provider/retry.go", Mutant{
			Name: "wait on after an interrupt", Old: "sleep(waitsOf(ctx), wait)", New: "sleep(ctx, wait)",
			Tests: killedBy("TestRole_nothingIsWaitedForLongAfterAnInterrupt"),
		}),
		in("provider/protocol_stop.go", Mutant{
			Name: "let what comes late run on", Old: "	s.run.end()\n", New: "",
			Tests: killedBy("TestStop_alsoEndsWhatComesLate"),
		}),
		in("provider/configure.go",
			Mutant{
				Name: "let the SDK print secrets", Old: `strings.Split(env("DEBUG"), ",")`, New: `strings.Split(env("NONE"), ",")`,
				Tests: killedBy("TestConfigure_refusesBeforeAnyCall"),
			},
		),
	)
}

// ofRules break the rule.
func ofRules() []Mutant {
	return slices.Concat(
		in("provider/rule_resource.go",
			Mutant{
				Name: "keep a rule that is closing", Old: "case rule == nil || rule.Status == alicloud.RuleClosing:", New: "case rule == nil:",
				Tests: killedBy("TestRule_closingIsGone"),
			},
			Mutant{
				Name: "skip the wait for the end of a rule", Old: "gone := func(rule *alicloud.Rule) bool { return rule == nil }", New: "gone := func(*alicloud.Rule) bool { return true }",
				Tests: killedBy("TestRule_deletionThatTakesTooLongKeepsTheState"),
			},
			Mutant{
				Name: "make a rule for somebody else's bucket", Old: `if info.OwnerID != "" && info.OwnerID != who.ID {`, New: `if info.OwnerID != "" && who.ID == "" {`,
				Tests: killedBy("TestForeignBucket_isRefusedThoughItCanBeRead"),
			},
			Mutant{
				Name: "delete what was taken over in this run", Old: "case staysTakenOver:", New: "case staysTakenOver + \" elsewhere\":",
				Tests: killedBy("TestRule_adoptionWithCreateBeforeDestroyDeletesNothing"),
			},
		),
		in("provider/rule_wait.go",
			Mutant{
				Name: "take a failed read for a rule that is gone", Old: "if err != nil {\n\t\treturn nil, err\n\t}\n\tfor i := range rules {", New: "if err != nil {\n\t\treturn nil, nil\n\t}\n\tfor i := range rules {",
				Tests: killedBy("TestRule_failedReadsKeepTheState"),
			},
		),
		in("provider/rule_create.go",
			Mutant{
				Name: "adopt unasked", Old: "if asked.adopt && len(different) == 0 {", New: "if len(different) == 0 {",
				Tests: killedBy("TestRule_equalRuleIsAdoptedOnlyWhenAskedFor"),
			},
			Mutant{
				Name: "adopt another rule", Old: "if asked.adopt && len(different) == 0 {", New: "if asked.adopt {",
				Tests: killedBy("TestRule_acceleratedRuleIsNotAdopted"),
			},
			Mutant{
				Name: "adopt a rule without a role", Old: "if roleless {", New: "if roleless && len(different) > 99 {",
				Tests: killedBy("TestRule_ruleWithoutARoleIsNotAdopted"),
			},
			Mutant{
				Name: "take our own rule for a stranger's", Old: "case existing.ID == wanted.ID:\n\t\treturn creation{rule: existing}, nil, \"\"", New: "case existing.ID == \"\":\n\t\treturn creation{rule: existing}, nil, \"\"",
				Tests: killedBy("TestRule_lostResponseIsOurs"),
			},
			Mutant{
				Name: "give up where the old rule is closing", Old: "case existing.Status == alicloud.RuleClosing || ", New: "case ",
				Tests: killedBy("TestRule_closingPairWaits"),
			},
		),
		in("provider/rule_second_look.go",
			Mutant{
				Name: "replace what -replace names in spite of prevent_replacement", Old: "if p.prevents() {", New: "if p.prevents() && p.plan.SourceBucket.IsUnknown() {",
				Tests: killedBy("TestRule_preventReplacementStopsEveryKindOfReplacement", "TestRule_preventReplacementNeedsNoAccount"),
			},
		),
		in("provider/rule_plan.go",
			Mutant{
				Name: "delete a rule that another resource keeps", Old: "if r.account != nil && r.account.run.dropRule(ctx, state.SourceBucket.ValueString(), id, mark, again) {", New: "if r.account != nil && r.account.run.dropRule(ctx, state.SourceBucket.ValueString(), id, mark, again) && again && id == \"\" {",
				Tests: killedBy("TestRule_targetedAdoptionOfARuleInTheStateIsToldAndRepaired"),
			},
			Mutant{
				Name: "replace in spite of prevent_replacement", Old: "if p.prevents() {", New: "if p.plan.PreventReplacement.IsUnknown() {",
				Tests: killedBy("TestRule_preventReplacementStopsEveryKindOfReplacement"),
			},
			Mutant{
				Name: "replace for an unknown value", Old: "unknown := m.unknown(ctx)\n\treturn slices.DeleteFunc", New: "unknown := []string{}\n\treturn slices.DeleteFunc",
				Tests: killedBy("TestRule_unknownValueThatTurnsOutEqualDoesNothing"),
			},
		),
	)
}
