package oss

import (
	"encoding/xml"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// maxBuckets is the number of buckets an account may have in a region (OSS
// "Limits" page).
const maxBuckets = 100

const defaultRegion = "cn-hangzhou"

func (q *request) listBuckets() *cloud.Error {
	caller := q.call.Caller
	if caller.Kind == cloud.Anonymous {
		return refuse(http.StatusForbidden, "AccessDenied", "Anonymous user has no right to access this bucket.", "0003-00000001")
	}
	if err := q.authorizeAccount("oss:ListBuckets", "*"); err != nil {
		return err
	}
	prefix, marker := q.query.Get("prefix"), q.query.Get("marker")
	limit, err := limitOf(q.query.Get("max-keys"), 100)
	if err != nil {
		return err
	}
	answer := listBucketsXML{Prefix: prefix, Marker: marker, MaxKeys: limit, Owner: ownerOf(caller.AccountID)}
	for _, b := range q.bucketsOf(caller.AccountID) {
		if !strings.HasPrefix(b.Name, prefix) || b.Name <= marker && marker != "" {
			continue
		}
		if len(answer.Buckets) == limit {
			answer.IsTruncated, answer.NextMarker = true, answer.Buckets[limit-1].Name
			break
		}
		answer.Buckets = append(answer.Buckets, bucketEntryOf(b))
	}
	return q.answerXML(answer)
}

// authorizeAccount decides what concerns the caller's own account and no bucket.
func (q *request) authorizeAccount(action, name string) *cloud.Error {
	caller := q.call.Caller
	identities := q.identities(caller)
	ask := access.Request{
		Principal: q.options.Principal(caller), Action: action, Resource: "acs:oss:*:" + caller.AccountID + ":" + name,
		Owner: caller.AccountID, Context: q.context(nil), Now: time.Now(),
	}
	decision := access.Identity(identities, ask)
	if decision.Effect == access.Allow {
		return nil
	}
	return denied(caller, newBucket(Bucket{Owner: caller.AccountID}), ask, decision)
}

func (s *Service) bucketsOf(owner string) []*bucket {
	var list []*bucket
	for _, b := range s.buckets {
		if b.Owner == owner {
			list = append(list, b)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// putBucket: on a bucket of one's own the account itself gets 200 and its RAM
// identities a conflict (OSS PutBucket page); on anybody else's everybody does.
func (q *request) putBucket() *cloud.Error {
	caller, name := q.call.Caller, q.call.Target.Bucket
	if caller.Kind == cloud.Anonymous {
		return refuse(http.StatusForbidden, "AccessDenied", "Anonymous user has no right to access this bucket.", "0003-00000001")
	}
	if b := q.bucket; b != nil && (b.Owner != caller.AccountID || caller.Kind != cloud.Root) {
		return errBucketExists(name)
	}
	if err := q.authorizeAccount("oss:PutBucket", name); err != nil {
		return err
	}
	wanted, err := q.readBucketBody()
	if err != nil {
		return err
	}
	q.header.Set("Location", "/"+name)
	if q.bucket != nil {
		return nil
	}
	if err := q.checkQuota(wanted); err != nil {
		return err
	}
	q.buckets[name] = newBucket(wanted)
	return nil
}

func (q *request) readBucketBody() (Bucket, *cloud.Error) {
	wanted := Bucket{
		Name: q.call.Target.Bucket, Owner: q.call.Caller.AccountID, Region: q.regionOfRequest(), Created: q.now(),
		BlockPublicAccess: true, ACL: q.http.Header.Get("x-oss-acl"),
	}
	if len(q.call.Body) > 0 {
		var body createBucketXML
		if _, err := decode(q.call.Body, "CreateBucketConfiguration", &body); err != nil {
			return wanted, errMalformedXML()
		}
		wanted.StorageClass, wanted.Redundancy = body.StorageClass, body.DataRedundancyType
	}
	if !validStorageClass(wanted.StorageClass) {
		return wanted, errInvalidArgument("The specified StorageClass is invalid.", "StorageClass", wanted.StorageClass)
	}
	if !validACL(wanted.ACL) {
		return wanted, errInvalidArgument("no such bucket access control exists", "x-oss-acl", wanted.ACL)
	}
	if strings.HasPrefix(wanted.ACL, "public-") {
		return wanted, errPublic("bucket acl")
	}
	return wanted, nil
}

// regionOfRequest is the region of the signature, else of the host.
func (q *request) regionOfRequest() string {
	if q.call.Region != "" {
		return q.call.Region
	}
	for _, label := range strings.Split(q.http.Host, ".") {
		if region, ok := strings.CutPrefix(strings.TrimSuffix(label, "-internal"), "oss-"); ok {
			if "oss-"+region == locationOfHangzhouFinance {
				return hangzhouFinance
			}
			return region
		}
	}
	return defaultRegion
}

func (q *request) checkQuota(wanted Bucket) *cloud.Error {
	count := 0
	for _, b := range q.bucketsOf(wanted.Owner) {
		if b.Region == wanted.Region {
			count++
		}
	}
	if count >= maxBuckets {
		return refuse(http.StatusBadRequest, "TooManyBuckets", "You have attempted to create more buckets than allowed.", "")
	}
	return nil
}

// deleteBucket does not wait for rules: SDK tests delete buckets right after
// their rules, also while a rule is starting.
func (q *request) deleteBucket() *cloud.Error {
	if len(q.bucket.versions) > 0 || len(q.bucket.uploads) > 0 {
		return refuse(http.StatusConflict, "BucketNotEmpty", "The bucket has objects. Please delete them first.", "0015-00000301",
			cloud.Field{Name: "BucketName", Value: q.bucket.Name})
	}
	delete(q.buckets, q.bucket.Name)
	q.status = http.StatusNoContent
	return nil
}

func (q *request) getVersioning() *cloud.Error {
	return q.answerXML(versioningXML{Status: q.bucket.Versioning})
}

func (q *request) putVersioning() *cloud.Error {
	var body versioningXML
	if _, err := decode(q.call.Body, "VersioningConfiguration", &body); err != nil || body.Status != "Enabled" && body.Status != "Suspended" {
		return errMalformedXML()
	}
	if outgoing, incoming := q.ruleCounts(q.bucket); outgoing+incoming > 0 && body.Status != q.bucket.Versioning {
		return refuse(http.StatusBadRequest, "InvalidRequest",
			"The versioning status of the bucket cannot be changed while it has replication rules.", "0012-00000005")
	}
	q.bucket.Versioning = body.Status
	return nil
}

func (q *request) getEncryption() *cloud.Error {
	e := q.bucket.Encryption
	if e == nil {
		return refuse(http.StatusNotFound, "NoSuchServerSideEncryptionRule", "The server side encryption configuration was not found.", "",
			cloud.Field{Name: "BucketName", Value: q.bucket.Name})
	}
	return q.answerXML(encryptionXML{Default: sseXML{Algorithm: e.Algorithm, KeyID: e.KMSKeyID, Data: e.Data}})
}

func (q *request) putEncryption() *cloud.Error {
	var body encryptionXML
	if _, err := decode(q.call.Body, "ServerSideEncryptionRule", &body); err != nil {
		return errMalformedXML()
	}
	wanted := Encryption{Algorithm: body.Default.Algorithm, KMSKeyID: body.Default.KeyID, Data: body.Default.Data}
	if err := wanted.check(); err != nil {
		return err
	}
	q.bucket.Encryption = &wanted
	return nil
}

func (q *request) deleteEncryption() *cloud.Error {
	q.bucket.Encryption = nil
	q.status = http.StatusNoContent
	return nil
}

func (e Encryption) check() *cloud.Error {
	switch e.Algorithm {
	case "AES256", "SM4":
		if e.KMSKeyID == "" {
			return nil
		}
		return errInvalidArgument("KMSMasterKeyID is not applicable if the algorithm is not KMS.", "KMSMasterKeyID", e.KMSKeyID)
	case "KMS":
		return nil
	}
	return refuse(http.StatusBadRequest, "InvalidEncryptionAlgorithmError",
		"The encryption request you specified is not valid. Supported values: AES256/KMS/SM4.", "")
}

func (q *request) getACL() *cloud.Error {
	return q.answerXML(aclXML{Owner: ownerOf(q.bucket.Owner), Grant: q.bucket.acl()})
}

// putACL answers a conflict on another account's bucket, as PutBucket would.
func (q *request) putACL() *cloud.Error {
	if q.call.Caller.Kind != cloud.Anonymous && q.call.Caller.AccountID != q.bucket.Owner {
		return errBucketExists(q.bucket.Name)
	}
	if err := q.authorize("oss:PutBucketAcl", "", nil); err != nil {
		return err
	}
	acl := q.http.Header.Get("x-oss-acl")
	if acl == "" || !validACL(acl) {
		return errInvalidArgument("no such bucket access control exists", "x-oss-acl", acl)
	}
	if q.bucket.BlockPublicAccess && acl != "private" {
		return errPublic("bucket acl")
	}
	q.bucket.ACL = acl
	return nil
}

func validACL(acl string) bool {
	switch acl {
	case "", "private", "public-read", "public-read-write":
		return true
	}
	return false
}

func validStorageClass(class string) bool {
	switch class {
	case "", "Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive":
		return true
	}
	return false
}

func errPublic(what string) *cloud.Error {
	return refuse(http.StatusForbidden, "AccessDenied", "Put public "+what+" is not allowed", "")
}

// limitOf reads max-keys and its likes.
func limitOf(text string, fallback int) (int, *cloud.Error) {
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1000 {
		return 0, errInvalidArgument("Argument max-keys must be an integer between 1 and 1000.", "max-keys", text)
	}
	return n, nil
}

type createBucketXML struct {
	XMLName            xml.Name `xml:"CreateBucketConfiguration"`
	StorageClass       string
	DataRedundancyType string
}
