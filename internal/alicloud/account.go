package alicloud

import (
	"context"
	"errors"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"
)

// Account is who the credentials belong to.
type Account struct {
	// ID is the account's 16-digit UID.
	ID string
	// ARN is the caller: root, a user or a role session.
	ARN string
	// Type is "Account", "RAMUser" or "AssumedRoleUser".
	Type string
}

// Account asks STS GetCallerIdentity who the caller is, once per client: concurrent callers share the call, later ones
// its result. A failure is not kept. The call needs no permission.
func (c *Client) Account(ctx context.Context) (Account, error) {
	account, err := shared(ctx, c.identity, readKey{kind: "account"}, func(ctx context.Context) (Account, error) {
		r, err := rpc(ctx, c, serviceSTS, "the caller", sts.CreateGetCallerIdentityRequest, sts.CreateGetCallerIdentityResponse,
			func(*sts.GetCallerIdentityRequest) {})
		if err != nil {
			return Account{}, err
		}
		if r.AccountId == "" {
			return Account{}, c.incomplete(serviceSTS, "GetCallerIdentity", "the caller", r.RequestId, "AccountId")
		}
		return Account{ID: r.AccountId, ARN: r.Arn, Type: r.IdentityType}, nil
	})
	return account, c.ended(err, serviceSTS, "GetCallerIdentity", "the caller")
}

// knownAccount is the account's UID if it has been asked for before, for error texts.
func (c *Client) knownAccount() string {
	known, _ := c.identity.peek(readKey{kind: "account"})
	account, _ := known.(Account)
	return account.ID
}

// incomplete is the error of an answer that lacks what identifies its object.
func (c *Client) incomplete(service, operation, object, requestID, member string) *Error {
	e := c.refused(call{service: service, operation: operation, object: object},
		errors.New("the answer has no "+member))
	e.Code, e.HTTPStatus, e.RequestID = CodeInvalidResponse, 200, requestID
	return e
}

// ended gives the end of a reader's own context, which the shared read reports bare, the form of all other errors.
func (c *Client) ended(err error, service, operation, object string) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := c.refused(call{service: service, operation: operation, object: object}, err)
	e.Code = CodeCanceled
	return e
}
