package alicloud

import (
	"context"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
)

// InstanceSharing is how widely a KMS instance may be shared.
type InstanceSharing struct {
	// AccessManagementQuantity is a number of units; each VPC of the instance and each foreign account that a policy
	// of its keys names takes one (KMS page on using one instance from several accounts, 2026-03).
	AccessManagementQuantity int
}

// instanceRequest and instanceResponse stand in for the SDK's, whose response declares VswitchIds and ZoneIds as
// texts: the service sends lists (KMS GetKmsInstance page, 2025), and the SDK fails on them.
type instanceRequest struct {
	*requests.RpcRequest
	KmsInstanceID string `position:"Query" name:"KmsInstanceId"`
}

type instanceResponse struct {
	*responses.BaseResponse
	RequestID   string `json:"RequestId"`
	KmsInstance struct {
		VpcNum int `json:"VpcNum"`
	} `json:"KmsInstance"`
}

func newInstanceRequest() *instanceRequest {
	request := &instanceRequest{RpcRequest: &requests.RpcRequest{}}
	request.InitWithApiInfo("Kms", "2016-01-20", "GetKmsInstance", "kms", "openAPI")
	request.Method = requests.POST
	return request
}

func newInstanceResponse() *instanceResponse {
	return &instanceResponse{BaseResponse: &responses.BaseResponse{}}
}

// InstanceSharing reads the access management quantity of a KMS instance of the caller's account. Without the
// permission kms:GetKmsInstance the error IsForbidden.
func (c *Client) InstanceSharing(ctx context.Context, instanceID string) (InstanceSharing, error) {
	object := "KMS instance " + instanceID
	sharing, err := shared(ctx, c.reads, readKey{kind: "KMS instance", object: instanceID}, func(ctx context.Context) (InstanceSharing, error) {
		r, err := rpc(ctx, c, serviceKMS, object, newInstanceRequest, newInstanceResponse,
			func(q *instanceRequest) { q.KmsInstanceID = instanceID })
		if err != nil {
			return InstanceSharing{}, err
		}
		if r.KmsInstance.VpcNum < 1 {
			return InstanceSharing{}, c.incomplete(serviceKMS, "GetKmsInstance", object, r.RequestID, "VpcNum")
		}
		return InstanceSharing{AccessManagementQuantity: r.KmsInstance.VpcNum}, nil
	})
	return sharing, c.ended(err, serviceKMS, "GetKmsInstance", object)
}
