package oss

import (
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// maxRules is how many rules may touch a bucket, as source or destination.
const maxRules = 100

// ossService is the service name in trust policies.
const ossService = "oss.aliyuncs.com"

// checkDestination checks what two buckets decide together.
func (q *request) checkDestination(wanted Rule) *cloud.Error {
	source, destination := q.bucket, q.buckets[wanted.Destination]
	switch {
	case wanted.Destination == "":
		return refuse(http.StatusBadRequest, "MissingArgument", "Missing Some Required Arguments.", "", cloud.Field{Name: "ArgumentName", Value: "Bucket"})
	case q.options.Switches.TransferTypeRequired && wanted.TransferType == "":
		return refuse(http.StatusBadRequest, "MissingArgument", "Missing Some Required Arguments.", "", cloud.Field{Name: "ArgumentName", Value: "TransferType"})
	case wanted.Location == "":
		return refuse(http.StatusBadRequest, "MissingArgument", "Missing Some Required Arguments.", "", cloud.Field{Name: "ArgumentName", Value: "Location"})
	case !validBucketName(wanted.Destination):
		return errTarget("0031-00000101")
	case destination == nil || destination == source:
		return errTarget("")
	case wanted.Location != destination.location():
		return refuse(http.StatusBadRequest, "InvalidTargetLocation", "The target bucket you specified does not locate in the target location", "")
	}
	for _, check := range []func(Rule, *bucket) *cloud.Error{q.checkRegions, q.checkTransfer, q.checkVersioning, q.checkPair, q.checkCounts} {
		if err := check(wanted, destination); err != nil {
			return err
		}
	}
	return nil
}

func errTarget(ec string) *cloud.Error {
	return refuse(http.StatusBadRequest, "InvalidTargetBucket", "The target bucket is invalid for bucket replication.", ec)
}

// checkRegions: regionless buckets replicate with partners on the mainland only;
// the regions that are closed for new use have no partners.
func (q *request) checkRegions(_ Rule, destination *bucket) *cloud.Error {
	from, to := q.bucket.Region, destination.Region
	if closedRegion(from) && from != to {
		return refuse(http.StatusBadRequest, "NoReplicationLocation", "The bucket does not have corresponding replication location", "")
	}
	regionless := from == regionless || to == regionless
	if closedRegion(to) && from != to || regionless && !(mainland(from) && mainland(to)) {
		return refuse(http.StatusBadRequest, "BadReplicationLocation", "The replication location you choose is invalid", "")
	}
	return nil
}

const regionless = "rg-china-mainland"

func closedRegion(region string) bool { return region == "ap-south-1" || region == "ap-southeast-2" }

func mainland(region string) bool {
	return region == regionless || strings.HasPrefix(region, "cn-") && region != "cn-hongkong"
}

// checkTransfer: transfer acceleration is for rules between the mainland and
// elsewhere. The link may be left out, as SDK tests do, unless a switch demands
// it.
func (q *request) checkTransfer(wanted Rule, destination *bucket) *cloud.Error {
	switch wanted.TransferType {
	case "", "internal":
		return nil
	case accelerated:
		if mainland(q.bucket.Region) != mainland(destination.Region) {
			return nil
		}
	}
	return badRule("The transfer type does not suit the locations: "+wanted.TransferType+".", "0031-00000107")
}

func (q *request) checkVersioning(wanted Rule, destination *bucket) *cloud.Error {
	refused := func(message, ec string) *cloud.Error {
		return refuse(http.StatusBadRequest, "InvalidRequest", message, ec)
	}
	switch {
	case q.bucket.Versioning == "Suspended":
		return refused("The versioning of the source bucket is suspended.", "0031-00000054")
	case destination.Versioning == "Suspended":
		return refused("The versioning of the target bucket is suspended.", "0031-00000056")
	case q.bucket.Versioning != destination.Versioning:
		return refused("Different versioning status of the source and target bucket.", "0031-00000053")
	case wanted.TagFilter != nil && q.options.Switches.TagsNeedVersioning && q.bucket.Versioning != "Enabled":
		return refuse(http.StatusBadRequest, "InvalidBucketStatus",
			"The src and dest bucket must be versioning enabled when drs tagging rule exist.", "")
	}
	return nil
}

// checkPair: one rule per source and destination, also while it is closing.
func (q *request) checkPair(wanted Rule, _ *bucket) *cloud.Error {
	for _, r := range q.bucket.rules {
		if r.Destination == wanted.Destination {
			return refuse(http.StatusBadRequest, "BucketReplicationAlreadyExist", "Bucket replication already exists", "0031-00000044")
		}
	}
	return nil
}

func (q *request) checkCounts(_ Rule, destination *bucket) *cloud.Error {
	if outgoing, incoming := q.ruleCounts(q.bucket); outgoing+incoming >= maxRules {
		return errTooMany("outgoing", "TooManyOutgoingReplication")
	}
	if outgoing, incoming := q.ruleCounts(destination); outgoing+incoming >= maxRules {
		return errTooMany("incoming", "TooManyIncomingReplication")
	}
	return nil
}

// checkPermissions: whoever creates a rule with a role or to another account
// must be allowed to replicate, OSS must be able to assume the
// role, the role must be allowed to read the source and, by the destination, to
// read and write there (OSS "Permissions for data replication" page and FAQ).
func (q *request) checkPermissions(wanted Rule) *cloud.Error {
	destination := q.buckets[wanted.Destination]
	if wanted.Role == "" && q.bucket.Owner == destination.Owner {
		return nil
	}
	if err := q.checkCaller(wanted, destination); err != nil {
		return err
	}
	if wanted.Role == "" {
		return errNoPermission("A rule to a bucket of another account needs SyncRole.")
	}
	session, err := q.options.Roles.ServiceSession(q.bucket.Owner, wanted.Role, ossService)
	if err != nil {
		return errNoPermission("OSS cannot assume the role " + wanted.Role + ": " + err.Message)
	}
	role := actor{q.Service, session}
	for _, prefix := range prefixesOf(wanted) {
		if !role.may("oss:ReplicateGet", q.bucket, prefix) {
			return errNoPermission("The role " + wanted.Role + " has no permission oss:ReplicateGet on the source bucket.")
		}
		for _, action := range []string{"oss:ReplicatePut", "oss:ReplicateGet"} {
			if !role.may(action, destination, prefix) {
				return errNoPermission("The role " + wanted.Role + " has no permission " + action + " on the target bucket.")
			}
		}
	}
	return nil
}

// checkCaller: the caller needs oss:ReplicateGet on both buckets (the
// "put-bucket-replication" page, 2026). What the other account would have to allow
// the caller, no page says: the caller's own policies decide.
func (q *request) checkCaller(wanted Rule, destination *bucket) *cloud.Error {
	caller := actor{q.Service, q.call.Caller}
	for _, prefix := range prefixesOf(wanted) {
		if !caller.may("oss:ReplicateGet", q.bucket, prefix) {
			return errNoPermission("The caller has no permission oss:ReplicateGet on the source bucket.")
		}
		if !q.options.Switches.CallerNeedsSourceOnly && !caller.mayByOwnPolicies("oss:ReplicateGet", destination, prefix) {
			return errNoPermission("The caller has no permission oss:ReplicateGet on the target bucket.")
		}
	}
	return nil
}

func prefixesOf(r Rule) []string {
	if len(r.Prefixes) == 0 {
		return []string{""}
	}
	return r.Prefixes
}

func errNoPermission(message string) *cloud.Error {
	return refuse(http.StatusForbidden, "NoPermission", message, "")
}

// actor is an identity whose rights to replicate are asked for.
type actor struct {
	service *Service
	caller  cloud.Caller
}

// may decides an action on the objects below key, or on a bucket when key names
// nothing; replication always concerns objects, so the resource ends in "/<key>".
func (p actor) may(action string, b *bucket, key string) bool {
	return p.decide(action, b, b.resource("")+"/"+key)
}

// mayByOwnPolicies decides by the policies of the actor's account alone, as for an
// object of that account; the bucket's policy can only forbid.
func (p actor) mayByOwnPolicies(action string, b *bucket, key string) bool {
	ask := p.ask(action, b, b.resource("")+"/"+key)
	if b.document.Decide(ask) == access.ExplicitDeny {
		return false
	}
	ask.Owner = p.caller.AccountID
	return access.Identity(p.service.identities(p.caller), ask).Effect == access.Allow
}

func (p actor) mayOnBucket(action string, b *bucket) bool {
	return p.decide(action, b, b.resource(""))
}

func (p actor) decide(action string, b *bucket, resource string) bool {
	ask := p.ask(action, b, resource)
	return access.Bucket(p.service.identities(p.caller), b.document, b.effectiveACL(nil), ask).Effect == access.Allow
}

// deniedByBucket reports an explicit Deny of an ordinary action in the bucket's
// policy, which stops replication as well (OSS replication page of 2021).
func (p actor) deniedByBucket(action string, b *bucket, key string) bool {
	return b.document.Decide(p.ask(action, b, b.resource("")+"/"+key)) == access.ExplicitDeny
}

func (p actor) bucketDenies(action string, b *bucket) bool {
	return b.document.Decide(p.ask(action, b, b.resource(""))) == access.ExplicitDeny
}

// lacks words a missing permission.
func (p actor) lacks(action string, b *bucket) string {
	if p.caller.Kind == cloud.RoleSession {
		return "the role " + p.caller.RoleName + " is not allowed " + action + " on " + b.Name
	}
	return "the account " + p.caller.AccountID + " is not allowed " + action + " on " + b.Name
}

func (p actor) ask(action string, b *bucket, resource string) access.Request {
	return access.Request{
		Principal: p.service.options.Principal(p.caller), Action: action, Resource: resource, Owner: b.Owner,
		Context: p.caller.Conditions(), Now: time.Now(),
	}
}
