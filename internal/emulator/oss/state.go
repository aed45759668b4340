package oss

import (
	"time"
)

// State is the whole service as data, for worlds in JSON.
type State struct {
	Buckets []Bucket `json:"buckets"`
	// Sequence is the number of the last change; every write takes the next.
	Sequence uint64 `json:"sequence,omitempty"`
}

// Bucket is one bucket. Name, Owner and Region are enough for a new one.
type Bucket struct {
	Name              string      `json:"name"`
	Owner             string      `json:"owner"`  // account UID
	Region            string      `json:"region"` // "cn-hangzhou", without "oss-"
	Created           time.Time   `json:"created,omitzero"`
	StorageClass      string      `json:"storage_class,omitempty"`        // "" means Standard
	Redundancy        string      `json:"data_redundancy_type,omitempty"` // "" means LRS
	Versioning        string      `json:"versioning,omitempty"`           // "", "Enabled", "Suspended"
	Encryption        *Encryption `json:"encryption,omitempty"`           // default for new objects
	BlockPublicAccess bool        `json:"block_public_access,omitempty"`
	ACL               string      `json:"acl,omitempty"`    // "" means private
	Policy            string      `json:"policy,omitempty"` // as put, byte for byte
	// RetentionUntil protects the objects of the bucket from being overwritten
	// or deleted before that service time.
	RetentionUntil time.Time `json:"retention_until,omitzero"`
	// PrefixLimit is how many prefixes a rule may have; 0 means 10.
	PrefixLimit int      `json:"prefix_limit,omitempty"`
	Objects     []Object `json:"objects,omitempty"`
	Uploads     []Upload `json:"uploads,omitempty"`
	Rules       []Rule   `json:"rules,omitempty"`
}

// Encryption is how an object is encrypted, or new objects of a bucket are.
type Encryption struct {
	Algorithm string `json:"algorithm"`            // AES256, KMS or SM4
	KMSKeyID  string `json:"kms_key_id,omitempty"` // id or ARN as given; "" is the service's own key
	Data      string `json:"kms_data_encryption,omitempty"`
}

// Tag is one tag of an object or of a rule's filter.
type Tag struct {
	Key   string `json:"key" xml:"Key"`
	Value string `json:"value" xml:"Value"`
}

// Object is one version of an object, or a delete marker.
type Object struct {
	Key          string            `json:"key"`
	VersionID    string            `json:"version_id,omitempty"` // "" means "null", the only version of an unversioned object
	DeleteMarker bool              `json:"delete_marker,omitempty"`
	Data         []byte            `json:"data,omitempty"` // base64 in JSON
	Modified     time.Time         `json:"modified,omitzero"`
	Headers      map[string]string `json:"headers,omitempty"`  // content headers by canonical name
	Metadata     map[string]string `json:"metadata,omitempty"` // x-oss-meta-* in lower case, without the prefix
	Tags         []Tag             `json:"tags,omitempty"`
	ACL          string            `json:"acl,omitempty"`           // "" means that of the bucket
	StorageClass string            `json:"storage_class,omitempty"` // "" means Standard
	Encryption   *Encryption       `json:"encryption,omitempty"`
	ETag         string            `json:"etag,omitempty"`       // without quotes; "" is computed
	Parts        int               `json:"parts,omitempty"`      // of a multipart upload, 0 for others
	ReplicaOf    string            `json:"replica_of,omitempty"` // source bucket of a replica
	// Sequence orders the versions of a key; a replica has its source's.
	Sequence uint64 `json:"sequence,omitempty"`
	// Changed is the number of the last change, also of ACL or tags.
	Changed uint64 `json:"changed,omitempty"`
}

// Upload is a multipart upload that is not complete.
type Upload struct {
	ID      string    `json:"id"`
	Object  Object    `json:"object"` // without data
	Started time.Time `json:"started,omitzero"`
	Parts   []Part    `json:"parts,omitempty"`
}

// Part is one uploaded part.
type Part struct {
	Number   int       `json:"number"`
	Data     []byte    `json:"data,omitempty"`
	Modified time.Time `json:"modified,omitzero"`
}

// Rule is a replication rule with its bookkeeping.
type Rule struct {
	ID               string     `json:"id"`
	Prefixes         []string   `json:"prefixes,omitempty"`
	TagFilter        *TagFilter `json:"tag_filter,omitempty"`
	Action           string     `json:"action,omitempty"` // "" means ALL
	Destination      string     `json:"destination"`
	Location         string     `json:"location,omitempty"`      // with "oss-"; "" means that of the source
	TransferType     string     `json:"transfer_type,omitempty"` // as sent
	ReplicateHistory bool       `json:"replicate_history,omitempty"`
	Role             string     `json:"role,omitempty"` // name or ARN as sent
	ReplicateKMS     bool       `json:"replicate_kms,omitempty"`
	ReplicaKMSKeyID  string     `json:"replica_kms_key_id,omitempty"`
	RTC              bool       `json:"rtc,omitempty"`
	RTCSince         time.Time  `json:"rtc_since,omitzero"`
	Created          time.Time  `json:"created,omitzero"`
	Closed           time.Time  `json:"closed,omitzero"` // when deletion was accepted
	// After is the number of the last change that is history to the rule.
	After     uint64     `json:"after,omitempty"`
	Handled   []Handled  `json:"handled,omitempty"`
	Deletions []Deletion `json:"deletions,omitempty"`
}

// TagFilter selects objects by tags.
type TagFilter struct {
	Match string `json:"match"` // AND or OR
	Tags  []Tag  `json:"tags"`
}

// Handled says up to which change a version was dealt with under a rule.
type Handled struct {
	Key       string `json:"key"`
	VersionID string `json:"version_id,omitempty"`
	Changed   uint64 `json:"changed"`
	Skipped   string `json:"skipped,omitempty"` // why it was not applied for good, "" when copied
}

// Deletion is a deletion that the destination has not seen yet.
type Deletion struct {
	Key       string    `json:"key"`
	VersionID string    `json:"version_id,omitempty"`
	Sequence  uint64    `json:"sequence"`
	At        time.Time `json:"at,omitzero"`
}
