// Package oss is the object storage of the emulated cloud: buckets, policies,
// objects and same-region and cross-region replication that really copies, and
// only what every permission on the way allows.
//
// Sources: the OSS pages PutBucketReplication, GetBucketReplication,
// DeleteBucketReplication, GetBucketReplicationProgress, PutBucketRTC,
// PutBucketPolicy, GetBucketInfo, the object and versioning pages and the error
// code pages, as of 2026-03. Where they are silent, the comment says so.
package oss

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

// Identities knows the RAM policies of a caller, session policy included.
type Identities interface {
	Identities(cloud.Caller) access.Identities
}

// Roles lets the service assume roles.
type Roles interface {
	// ServiceSession is the session a cloud service gets when it assumes a role:
	// role is a name or an ARN. It fails when the role does not exist in that
	// account or does not trust the service.
	ServiceSession(accountID, role, service string) (cloud.Caller, *cloud.Error)
}

// Keys decides about KMS keys.
type Keys interface {
	// Use decides whether the caller may do action ("kms:GenerateDataKey",
	// "kms:Decrypt") with the key (id or ARN) in the region; nil is yes.
	Use(caller cloud.Caller, action, key, region string) *cloud.Error
}

// Options are what the service needs from the rest of the cloud. None of the
// interfaces may call back into the service.
type Options struct {
	Clock      *cloud.Clock
	Switches   cloud.Switches
	Identities Identities
	Roles      Roles
	Keys       Keys
	// Principal is how a caller looks to the policy evaluator.
	Principal func(cloud.Caller) access.Principal
	// Revision changes whenever Identities, Roles or Keys may decide otherwise
	// than before; nil means that this cannot be told.
	Revision func() uint64
}

// Service is the object storage of all accounts and regions.
type Service struct {
	options Options

	mu       sync.Mutex
	buckets  map[string]*bucket
	sequence uint64
	settled  settlement
}

// New returns an empty service.
func New(options Options) *Service {
	return &Service{options: options, buckets: map[string]*bucket{}}
}

// Call carries one authenticated request.
type Call struct {
	Target    signature.Target
	Caller    cloud.Caller
	Region    string // of a V4 signature, "" otherwise
	RequestID string
	Body      []byte // the whole body
}

// request is a call being answered.
type request struct {
	*Service
	call   Call
	http   *http.Request
	query  url.Values
	route  route
	bucket *bucket // nil for the service itself
	header http.Header
	status int
	body   []byte
	// document becomes the body; nil for other bodies.
	document any
}

// Serve answers one request. Copies that are due are made first, so that every
// answer shows a settled world.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request, c Call) {
	q := &request{Service: s, call: c, http: r, query: queryOf(r), header: http.Header{}, status: http.StatusOK}
	err := q.answer()
	if err == nil {
		err = q.writeXML()
	}
	for name, values := range q.header {
		w.Header()[name] = values
	}
	if err != nil {
		WriteError(w, r, c.RequestID, err)
		return
	}
	commonHeaders(w.Header(), c.RequestID)
	w.WriteHeader(q.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(q.body) // the client may have gone; the change is made
	}
}

func (q *request) answer() *cloud.Error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.settle()
	if changes(q.http) {
		q.settled.valid = false
	}
	found, err := findRoute(q.http.Method, q.call.Target, q.query, q.http.Header)
	if err != nil {
		return err
	}
	q.route = found
	if err := q.checkBody(); err != nil {
		return err
	}
	if q.call.Target.Bucket != "" {
		if err := q.openBucket(); err != nil {
			return err
		}
	}
	if found.action != "" {
		if err := q.authorize(found.action, q.call.Target.Key, q.addressed()); err != nil {
			return err
		}
	}
	return found.handle(q)
}

// openBucket finds the bucket and refuses an endpoint of another region. PutBucket
// and PutBucketAcl look for themselves: they answer a conflict where others are
// refused.
func (q *request) openBucket() *cloud.Error {
	name := q.call.Target.Bucket
	if !validBucketName(name) {
		return errInvalidBucketName(name)
	}
	q.bucket = q.buckets[name]
	if q.route.name == "PutBucket" {
		return nil
	}
	if q.bucket == nil {
		return errNoSuchBucket(name)
	}
	if q.call.Region != "" && q.call.Region != q.bucket.Region {
		return errWrongEndpoint(q.bucket)
	}
	return nil
}

// addressed is the object version the request is about, nil when there is none.
func (q *request) addressed() *Object {
	if q.call.Target.Key == "" {
		return nil
	}
	if id := q.query.Get("versionId"); id != "" {
		return q.bucket.version(q.call.Target.Key, id)
	}
	return q.bucket.latest(q.call.Target.Key)
}

func (q *request) now() time.Time { return q.options.Clock.Now() }

// queryOf reads the query; what cannot be decoded is left out, as the service
// signs decoded parameters only.
func queryOf(r *http.Request) url.Values {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil && values == nil {
		return url.Values{}
	}
	return values
}
