package demo

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

const (
	arriveTime = 20 * time.Second
	lookEvery  = 50 * time.Millisecond

	encryptionHeader = "x-oss-server-side-encryption"
	keyHeader        = "x-oss-server-side-encryption-key-id"
)

// upload puts an object into the source bucket; a key id encrypts it with KMS.
func (a administrator) upload(ctx context.Context, key string, body []byte, kmsKey string) error {
	header := map[string]string{"Content-Type": "application/json"}
	if kmsKey != "" {
		header[encryptionHeader], header[keyHeader] = "KMS", kmsKey
	}
	got, err := a.oss(ctx, http.MethodPut, emulator.SourceBucket+"/"+key, "", body, header)
	if err != nil {
		return err
	}
	return got.expect("PutObject "+key, http.StatusOK)
}

// replica reads an object of the destination bucket; found is false on NoSuchKey.
func (a administrator) replica(ctx context.Context, key string) (got answer, found bool, err error) {
	got, err = a.oss(ctx, http.MethodGet, emulator.DestinationBucket+"/"+key, "", nil, nil)
	if err == nil {
		err = got.expect("GetObject "+key, http.StatusOK, http.StatusNotFound)
	}
	return got, got.status == http.StatusOK, err
}

// arrives waits until an object is in the destination, and compares its bytes.
func (d *demo) arrives(ctx context.Context, key string, body []byte) (answer, error) {
	var got answer
	err := until(ctx, func() (bool, error) {
		found := false
		var err error
		got, found, err = d.backup.replica(ctx, key)
		return found, err
	})
	if errors.Is(err, errLate) {
		return got, fmt.Errorf("%s did not arrive within %s; %s", key, arriveTime, d.reason(ctx, key))
	}
	if err == nil && !bytes.Equal(got.body, body) {
		err = fmt.Errorf("%s arrived as %q instead of %q", key, got.body, body)
	}
	return got, err
}

// staysAway waits until the cloud says why it does not copy an object, and sees
// that the object is indeed not there.
func (d *demo) staysAway(ctx context.Context, key string) (reason string, err error) {
	err = until(ctx, func() (bool, error) {
		_, found, err := d.backup.replica(ctx, key)
		if err == nil && found {
			err = fmt.Errorf("%s arrived although nobody grants it", key)
		}
		if err != nil {
			return false, err
		}
		reason = d.reason(ctx, key)
		return reason != "", nil
	})
	return reason, err
}

// reason is what the emulator says about an object that was not copied.
func (d *demo) reason(ctx context.Context, key string) string {
	var list []struct {
		Key, Reason string
		Copied      bool
	}
	if err := control(ctx, d.cloud.url, "replication", &list); err != nil {
		return err.Error()
	}
	for _, entry := range list {
		if entry.Key == key && !entry.Copied {
			return entry.Reason
		}
	}
	return ""
}

var errLate = errors.New("it took too long")

// until asks again and again; errLate after arriveTime.
func until(ctx context.Context, ask func() (bool, error)) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for deadline := time.Now().Add(arriveTime); time.Now().Before(deadline); {
		if done, err := ask(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return errLate
}

// bucketPolicy is the text of the destination's bucket policy.
func (a administrator) bucketPolicy(ctx context.Context) (string, error) {
	got, err := a.oss(ctx, http.MethodGet, emulator.DestinationBucket, "policy", nil, nil)
	if err != nil {
		return "", err
	}
	return string(got.body), got.expect("GetBucketPolicy", http.StatusOK)
}

// keyPolicy is the text of the replica key's policy.
func (a administrator) keyPolicy(ctx context.Context) (string, error) {
	var got struct{ Policy string }
	err := a.rpc(ctx, kmsVersion, "GetKeyPolicy", &got, map[string]string{"KeyId": emulator.ReplicaKey, "PolicyName": "default"})
	return got.Policy, err
}

// rules counts the rules of the source bucket.
func (a administrator) rules(ctx context.Context) (int, error) {
	got, err := a.oss(ctx, http.MethodGet, emulator.SourceBucket, "replication", nil, nil)
	if err != nil || got.status == http.StatusNotFound {
		return 0, err
	}
	if err := got.expect("GetBucketReplication", http.StatusOK); err != nil {
		return 0, err
	}
	var list struct {
		Rule []struct{ ID string }
	}
	err = xml.Unmarshal(got.body, &list)
	return len(list.Rule), err
}

// ramNames lists names of roles or custom policies of the account.
func (a administrator) ramNames(ctx context.Context) (names []string, err error) {
	var roles struct {
		Roles struct{ Role []struct{ RoleName string } }
	}
	if err := a.rpc(ctx, ramVersion, "ListRoles", &roles, nil); err != nil {
		return nil, err
	}
	var policies struct {
		Policies struct{ Policy []struct{ PolicyName string } }
	}
	if err := a.rpc(ctx, ramVersion, "ListPolicies", &policies, map[string]string{"PolicyType": "Custom"}); err != nil {
		return nil, err
	}
	for _, r := range roles.Roles.Role {
		names = append(names, "role "+r.RoleName)
	}
	for _, p := range policies.Policies.Policy {
		names = append(names, "policy "+p.PolicyName)
	}
	return names, nil
}
