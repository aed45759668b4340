package access

// Identities are the policies on the caller's side.
type Identities struct {
	Policies []Named
	Session  *Document // nil when the session has no policy of its own
}

// Identity decides the caller's side (RAM "Policy evaluation process" page): the
// root identity may do everything with its own account's resources, a session
// policy must allow as well, and any explicit Deny wins.
func Identity(ids Identities, r Request) Decision {
	decision := Decision{Effect: ImplicitDeny, Source: "identity policies"}
	if r.Principal.Kind == Root && r.Principal.AccountID == r.Owner {
		decision = Decision{Effect: Allow, Source: "owner"}
	}
	for _, named := range ids.Policies {
		switch named.Document.Decide(r) {
		case ExplicitDeny:
			return Decision{Effect: ExplicitDeny, Source: named.Name}
		case Allow:
			if decision.Effect == ImplicitDeny {
				decision = Decision{Effect: Allow, Source: named.Name}
			}
		case ImplicitDeny:
		}
	}
	if ids.Session == nil {
		return decision
	}
	switch ids.Session.Decide(r) {
	case ExplicitDeny:
		return Decision{Effect: ExplicitDeny, Source: "session policy"}
	case ImplicitDeny:
		return Decision{Effect: ImplicitDeny, Source: "session policy"}
	case Allow:
	}
	return decision
}

// Bucket decides an OSS request: an explicit Deny on either side wins; then the
// policies of an identity of the owner's account or the bucket policy may allow;
// then the ACL. Policies of another account can deny its identities, but not
// allow them anything on this bucket. A session policy that does not allow ends
// it (OSS EC 0003-00000301).
func Bucket(ids Identities, bucket *Document, acl string, r Request) Decision {
	identity := Identity(ids, r)
	if identity.Effect == ExplicitDeny || identity.Source == "session policy" {
		return identity
	}
	switch bucket.Decide(r) {
	case ExplicitDeny:
		return Decision{Effect: ExplicitDeny, Source: "bucket policy"}
	case Allow:
		return Decision{Effect: Allow, Source: "bucket policy"}
	case ImplicitDeny:
	}
	if identity.Effect == Allow && r.Principal.AccountID == r.Owner {
		return identity
	}
	if aclAllows(acl, r.Action) {
		return Decision{Effect: Allow, Source: "acl"}
	}
	return Decision{Effect: ImplicitDeny, Source: "bucket policy"}
}

func aclAllows(acl, action string) bool {
	switch acl {
	case "public-read":
		return action == "oss:GetObject" || action == "oss:ListObjects"
	case "public-read-write":
		return action == "oss:GetObject" || action == "oss:ListObjects" || action == "oss:PutObject"
	}
	return false
}

// Key decides a KMS request (KMS "Overview of key policies" page): inside the
// owner's account either side may allow, from another account both must.
func Key(ids Identities, key *Document, r Request) Decision {
	identity, own := Identity(ids, r), key.Decide(r)
	switch {
	case identity.Effect == ExplicitDeny:
		return identity
	case own == ExplicitDeny:
		return Decision{Effect: ExplicitDeny, Source: "key policy"}
	case r.Principal.AccountID == r.Owner && identity.Effect == Allow:
		return identity
	case r.Principal.AccountID == r.Owner && own == Allow && identity.Source != "session policy":
		return Decision{Effect: Allow, Source: "key policy"}
	case r.Principal.AccountID == r.Owner || own == Allow:
		return identity
	default:
		return Decision{Effect: ImplicitDeny, Source: "key policy"}
	}
}

// Trusts reports whether a trust policy lets somebody assume the role.
func Trusts(trust *Document, who Principal, context map[string][]string) bool {
	return trust.Decide(Request{Principal: who, Action: "sts:AssumeRole", Context: context}) == Allow
}

// IsPublic reports whether a bucket policy opens the bucket to everyone: an Allow
// without any condition that covers callers without an identity (OSS "Block
// Public Access" page).
func IsPublic(bucket *Document) bool {
	if bucket == nil {
		return false
	}
	for _, s := range bucket.statements {
		if !s.deny && len(s.conditions) == 0 && s.appliesToBucketPrincipal(Request{}) {
			return true
		}
	}
	return false
}
