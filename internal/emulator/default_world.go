package emulator

import (
	"fmt"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

// The accounts of the default world and what is in them.
const (
	SourceAccount      = "1000000000000001"
	DestinationAccount = "2000000000000002"
	Region             = "cn-hangzhou"
	SourceBucket       = "orders"
	DestinationBucket  = "orders-backup"
	ReplicaKey         = "key-hzz000000000000replica"
	SourceKey          = "key-hzz0000000000000source"
)

// KeyPair is an access key of the default world. It protects nothing: the
// emulator listens to this machine only.
type KeyPair struct{ ID, Secret string }

// SourceKeyPair signs for an administrator of the source account.
func SourceKeyPair() KeyPair { return KeyPair{"LTAIemulatorSource", "emulator-source-secret"} }

// DestinationKeyPair signs for an administrator of the destination account.
func DestinationKeyPair() KeyPair {
	return KeyPair{"LTAIemulatorDestination", "emulator-destination-secret"}
}

// ReplicaKeyARN is the destination's key for replicas of encrypted objects.
func ReplicaKeyARN() string {
	return fmt.Sprintf("acs:kms:%s:%s:key/%s", Region, DestinationAccount, ReplicaKey)
}

// ForeignPolicy is the bucket policy that somebody else wrote for the
// destination bucket before anybody thought of replication.
func ForeignPolicy() string {
	return `{
    "Version": "1",
    "Statement": [
        {
            "Action": ["oss:GetObject"],
            "Effect": "Allow",
            "Principal": ["3000000000000003"],
            "Resource": ["acs:oss:*:` + DestinationAccount + `:` + DestinationBucket + `/reports/*"]
        }
    ]
}
`
}

// DefaultWorld has two accounts with administrators, a source bucket with two
// objects and another account's bucket with a policy for a third party. A key in
// an instance of each account encrypts.
func DefaultWorld() World {
	return World{
		Accounts: []identity.Account{
			administrator(SourceAccount, "prod", SourceKeyPair()),
			administrator(DestinationAccount, "backup", DestinationKeyPair()),
		},
		KMS: kms.State{
			Instances: []kms.Instance{
				{ID: "kst-hzz00000000000source", Owner: SourceAccount, Region: Region},
				{ID: "kst-hzz0000000000replica", Owner: DestinationAccount, Region: Region, AccessManagementQuantity: 2},
			},
			Keys: []kms.Key{
				{ID: SourceKey, Owner: SourceAccount, Region: Region, InstanceID: "kst-hzz00000000000source"},
				{ID: ReplicaKey, Owner: DestinationAccount, Region: Region, InstanceID: "kst-hzz0000000000replica"},
			},
		},
		OSS: oss.State{Buckets: []oss.Bucket{
			{Name: SourceBucket, Owner: SourceAccount, Region: Region, BlockPublicAccess: true, Objects: []oss.Object{
				{Key: "2026/first.json", Data: []byte(`{"order": 1}` + "\n")},
				{Key: "2026/second.json", Data: []byte(`{"order": 2}` + "\n")},
			}},
			{Name: DestinationBucket, Owner: DestinationAccount, Region: Region, BlockPublicAccess: true, Policy: ForeignPolicy()},
		}},
	}
}

func administrator(account, name string, key KeyPair) identity.Account {
	return identity.Account{
		ID: account, Name: name,
		Users: []identity.User{{Name: "terraform", Attached: []identity.Attachment{{Type: "System", Policy: "AdministratorAccess"}}}},
		Keys:  []identity.AccessKey{{ID: key.ID, Secret: key.Secret, User: "terraform"}},
	}
}
