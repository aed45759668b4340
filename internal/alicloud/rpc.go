package alicloud

import (
	"context"
	"errors"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/responses"
)

// unusedProxy keeps the RPC SDK from evaluating the proxy environment, which it does although our transport ignores
// the result: an entry of NO_PROXY that is no regular expression would fail every call.
const unusedProxy = "http://unused.invalid"

// rpc performs one call of the RPC gateway. Request, response and SDK client are new for every attempt: a client is
// not safe for concurrent use, and a request keeps the signature parameters of the attempt before.
func rpc[Q requests.AcsRequest, R responses.AcsResponse](
	ctx context.Context, c *Client, service, object string, newRequest func() Q, newResponse func() R, fill func(Q),
) (R, error) {
	var response R
	what := call{service: service, operation: newRequest().GetActionName(), object: object}
	_, err := c.perform(ctx, what, func(via *exchange, as Credentials) error {
		client, err := c.rpcClient(service, via, as)
		if err != nil {
			return err
		}
		request := newRequest()
		fill(request)
		response = newResponse()
		if err := client.DoAction(request, response); err != nil {
			return err
		}
		// The SDK takes an empty body for an answer whose fields are all zero.
		if len(via.body) == 0 {
			return errors.New("the service answered with success but sent no body")
		}
		return nil
	})
	if err != nil {
		var none R
		return none, err
	}
	return response, nil
}

func (c *Client) rpcClient(service string, via *exchange, as Credentials) (*sdk.Client, error) {
	at := c.endpoints[service]
	config := sdk.NewConfig().WithScheme(at.scheme).WithTimeout(2 * attemptTimeout).WithAutoRetry(false)
	config.Transport = via
	config.UserAgent = c.userAgent
	var credential auth.Credential = credentials.NewAccessKeyCredential(as.AccessKeyID, as.AccessKeySecret)
	if as.SecurityToken != "" {
		credential = credentials.NewStsTokenCredential(as.AccessKeyID, as.AccessKeySecret, as.SecurityToken)
	}
	client, err := sdk.NewClientWithOptions(c.region, config, credential)
	if err != nil {
		return nil, err
	}
	client.Domain = at.host
	client.SetCloseTrace(true)
	client.SetHttpProxy(unusedProxy)
	client.SetHttpsProxy(unusedProxy)
	client.SetNoProxy("unused.invalid")
	return client, nil
}
