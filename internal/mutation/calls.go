package mutation

import "slices"

// ofDocuments break the editing of documents that others write, too.
func ofDocuments() []Mutant {
	return slices.Concat(
		in("alicloud/document/batch.go",
			Mutant{
				Name: "do not read back", Old: "return false, b.confirm(p, next)", New: "return false, nil",
				Tests: killedBy("TestStaleReadsAreWaitedFor", "TestForeignChangesAreKept"),
			},
			Mutant{
				Name: "take somebody else's write for an old read", Old: "case !b.knows(got):\n\t\t\tb.adopt(got)\n\t\t\treturn errForeign", New: "case len(got) > 1<<30:\n\t\t\treturn errForeign",
				Tests: killedBy("TestForeignChangesAreKept"),
			},
			Mutant{
				Name: "take an old read for somebody else's write", Old: "_, known := b.versions[string(raw)]\n\treturn known", New: "return false",
				Tests: killedBy("TestStaleReadsAreWaitedFor"),
			},
			Mutant{
				Name: "believe that a lost answer means nothing was written", Old: "case bytes.Equal(got, next):\n\t\tb.current = got\n\t\treturn nil\n\tcase b.knows(got):", New: "case b.knows(got):",
				Tests: killedBy("TestLostResponse"),
			},
			Mutant{
				Name: "send the same text again unread", Old: "current, err := b.read(p.live)\n\tif err == nil {\n\t\tb.adopt(current)\n\t}\n\treturn err\n}\n\n// apply", New: "return nil\n}\n\n// apply",
				Tests: killedBy("TestForeignChangeDuringThePauseIsKept"),
			},
			Mutant{
				Name: "fail everybody for one refused change", Old: "case len(tickets) > 1:\n\t\t\treturn b.oneByOne(tickets, redone == 0)", New: "case len(tickets) < 0:\n\t\t\treturn b.oneByOne(tickets, redone == 0)",
				Tests: killedBy("TestOnlyTheRefusedChangeFails"),
			},
		),
		in("alicloud/document/lock.go", Mutant{
			Name: "skip the lock", Old: "if _, err := file.TryLockContext(ctx, lockRetry); err != nil {", New: "if _, err := file, ctx.Err(); err != nil {",
			Tests: killedBy("TestProcessesLoseNothing", "TestEditorsOfOneProcessLoseNothing"),
		}),
	)
}

// ofCalls break the clients.
func ofCalls() []Mutant {
	return slices.Concat(
		in("alicloud/error.go",
			Mutant{
				Name: "treat 403 as gone", Old: `case "EntityNotExist.Role", `, New: `case "AccessDenied", "NoPermission", "EntityNotExist.Role", `,
				Tests: killedBy("TestPredicatesTellRefusalsApart"),
			},
		),
		in("alicloud/oss.go",
			Mutant{
				Name: "sign with version 1", Old: "oss.AuthVersion(oss.AuthV4),", New: "oss.AuthVersion(oss.AuthV1),",
				Tests: killedBy("TestPutRuleWritesEveryElement"),
			},
			Mutant{
				Name: "take a success that OSS did not send", Old: "if r.needsID && ", New: "if r.needsID && via == nil && ",
				Tests: killedBy("TestPutRuleTakesNoSuccessOfAnother"),
			},
			Mutant{
				Name: "take an empty answer for an answer", Old: "if r.needsBody && len(via.body) == 0 {", New: "if r.needsBody && via.body == nil {",
				Tests: killedBy("TestEmptySuccessIsAnError"),
			},
		),
		in("alicloud/retry.go",
			Mutant{
				Name: "give up at a server error", Old: "return e.HTTPStatus >= 500 || ", New: "return ",
				Tests: killedBy("TestWhatIsRetried"),
			},
		),
		in("alicloud/exchange.go",
			Mutant{
				Name: "follow redirects with the signature", Old: "if x.sent {", New: "if x.sent && x.base == nil {",
				Tests: killedBy("TestRedirectsAreNotFollowed"),
			},
		),
		in("alicloud/scrub.go",
			Mutant{
				Name: "show secrets in errors", Old: "text = strings.ReplaceAll(text, form, redacted)", New: "_ = form",
				Tests: killedBy("TestNoSecretInErrors"),
			},
		),
		in("alicloud/cache.go",
			Mutant{
				Name: "serve what was read before a write", Old: "c.forget(keys...)\n\tdefer c.forget(keys...)\n", New: "",
				Tests: killedBy("TestEveryWriteEndsWhatItChanges", "TestAReadOvertakenByAWriteIsNotKept"),
			},
			Mutant{
				Name: "serve a kept read where a fresh one is asked for", Old: "e == nil || isFresh(ctx) ||", New: "e == nil ||",
				Tests: killedBy("TestReadsAgeAndCanBeFresh"),
			},
			Mutant{
				Name: "show a poll what it saw before", Old: "|| tooEarly(ctx, e) ||", New: "||",
				Tests: killedBy("TestReadsSinceAMoment"),
			},
			Mutant{
				Name: "read once for everybody who asks", Old: "if e == nil || isFresh(ctx) ||", New: "if e == nil || !isFresh(ctx) ||",
				Tests: killedBy("TestConcurrentReadsJoin"),
			},
			Mutant{
				Name: "serve what is hours old", Old: "c.now().Sub(e.started) >= c.lifetime", New: "c.now().Sub(e.started) >= 1000*c.lifetime",
				Tests: killedBy("TestReadsAgeAndCanBeFresh"),
			},
		),
		in("alicloud/rule.go",
			Mutant{
				Name: "fail to delete a rule that is gone", Old: `if HasCode(err, "NoSuchReplicationRule", `, New: `if HasCode(err, `,
				Tests: killedBy("TestDeleteRuleAcceptsWhatMeansGone"),
			},
		),
		in("alicloud/policy.go",
			Mutant{
				Name: "leave the versions of a policy", Old: "if v.IsDefault {", New: "if v.ID != \"\" {",
				Tests: killedBy("TestDeletePolicyRemovesItsVersionsFirst"),
			},
		),
	)
}
