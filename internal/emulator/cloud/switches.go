package cloud

import "time"

// Switches are the points on which public sources disagree or are silent. The
// zero value is the documented or, where nothing is documented, the safest
// default. They do not change while a world is running.
type Switches struct {
	// KeepRoleARNCase makes RAM return ARNs in the role's own case, as the
	// samples on the GetRole page do. Real answers seen in public are lower case.
	KeepRoleARNCase bool `json:"keep_role_arn_case,omitempty"`
	// OmitSyncRole leaves SyncRole out of GetBucketReplication unless KMS
	// objects are selected, as the GetBucketReplication page says.
	OmitSyncRole bool `json:"omit_sync_role,omitempty"`
	// OmitRuleIDHeader leaves x-oss-replication-rule-id out of
	// PutBucketReplication answers, as older servers did.
	OmitRuleIDHeader bool `json:"omit_rule_id_header,omitempty"`
	// SilentCreate accepts a replication rule whose role or grants do not
	// work; it then copies nothing. Otherwise creation answers 403 NoPermission.
	SilentCreate bool `json:"silent_create,omitempty"`
	// CallerNeedsSourceOnly creates a rule although the caller's own policies do not
	// allow oss:ReplicateGet on the destination. The "put-bucket-replication" page
	// (2026) asks for that action on both buckets where a role is given or the
	// accounts differ; the pages on replication itself name no such permission.
	CallerNeedsSourceOnly bool `json:"caller_needs_source_only,omitempty"`
	// RefuseV1 refuses OSS signature V1, EC 0002-00000080 (accounts since
	// 2025-03-01, buckets since 2025-09-01).
	RefuseV1 bool `json:"refuse_v1,omitempty"`
	// TagsNeedVersioning demands versioning for tag filters (OSS docs of 2021).
	TagsNeedVersioning bool `json:"tags_need_versioning,omitempty"`
	// ReserializeKeyPolicies makes KMS return key policies re-serialised with
	// Statement before Version instead of as stored.
	ReserializeKeyPolicies bool `json:"reserialize_key_policies,omitempty"`
	// RAMPropagation is how long a new role, policy or attachment stays
	// invisible to OSS, KMS and STS, in service time.
	RAMPropagation time.Duration `json:"ram_propagation,omitempty"`
	// SessionLife caps how long temporary keys are good, in wall time, so that a
	// test can see them renewed; zero leaves what was asked for.
	SessionLife time.Duration `json:"session_life,omitempty"`
	// StartingTime and ClosingTime are the lengths of a rule's first and last
	// state in service time; zero means 3 minutes and 120 seconds.
	StartingTime time.Duration `json:"starting_time,omitempty"`
	ClosingTime  time.Duration `json:"closing_time,omitempty"`
	// MarkersNeedNoDelete carries delete markers over under the action PUT without
	// oss:ReplicateDelete. The "Permissions for data replication" page (2026-03)
	// lists markers under that action, and lists that action for ALL only.
	MarkersNeedNoDelete bool `json:"markers_need_no_delete,omitempty"`
	// TransferTypeRequired refuses a rule without TransferType with
	// MissingArgument, as the PutBucketReplication page (2026-03) says. Live tests
	// of several SDKs leave it out.
	TransferTypeRequired bool `json:"transfer_type_required,omitempty"`
	// SyncRoleAsARN makes GetBucketReplication show SyncRole as a lower-case
	// ARN. The page's sample shows a name, one of 2021 an ARN; SDK tests read
	// lower-case names back, so that nothing is known of the case.
	SyncRoleAsARN bool `json:"sync_role_as_arn,omitempty"`
	// ForeignBucketNotFound answers 404 NoSuchBucket where another account's
	// bucket refuses an identity. The error code pages (2026) and live tests of
	// SDKs have 403 AccessDenied; one public guide says 404.
	ForeignBucketNotFound bool `json:"foreign_bucket_not_found,omitempty"`
	// KeyUnitDelay is how long a foreign account keeps its unit of a KMS instance
	// after its last grant went, in service time; zero means 5 minutes, as the
	// KMS page on sharing an instance says with "about".
	KeyUnitDelay time.Duration `json:"key_unit_delay,omitempty"`
	// NoTagFilterRegions lists regions that refuse tag filters.
	NoTagFilterRegions []string `json:"no_tag_filter_regions,omitempty"`
}
