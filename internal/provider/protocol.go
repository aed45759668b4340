package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// protocol is what the framework's server does.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
}

// forgetful is the framework's server, without what it keeps of requests that
// have ended: it holds a cancel function of every request until the provider is
// stopped (terraform-plugin-framework, internal/proto6server, registerContext,
// v1.19.0), and with it the context and all its loggers, 13 KiB each. A plan
// makes four requests for each resource.
//
// It remembers that it was stopped. Terraform may send a request while it stops the
// provider, or right after; the framework cancels those that it knows by then, and
// lets the others run to their end, however long they wait.
type forgetful struct {
	protocol
	run *stoppable
}

// Forgetful wraps the framework's server; one that cannot list is left as it is.
func Forgetful(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	if known, ok := server.(protocol); ok {
		return forgetful{known, newStoppable()}
	}
	return server
}

func (s forgetful) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return within(ctx, s.run, req, s.protocol.UpgradeResourceState)
}

func (s forgetful) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return within(ctx, s.run, req, s.protocol.ReadResource)
}

func (s forgetful) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return within(ctx, s.run, req, s.protocol.ValidateResourceConfig)
}

func (s forgetful) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return within(ctx, s.run, req, s.protocol.PlanResourceChange)
}

func (s forgetful) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return within(ctx, s.run, req, s.protocol.ApplyResourceChange)
}

// within carries out a request in a context that is empty afterwards.
func within[Q, R any](ctx context.Context, run *stoppable, req Q, do func(context.Context, Q) (R, error)) (R, error) {
	ctx, cancel := run.until(ctx)
	defer cancel()
	own := &requestContext{}
	own.current.Store(&ctx)
	defer own.end()     //nolint:contextcheck // what has ended takes no context
	return do(own, req) //nolint:contextcheck // own is ctx until the request ends
}

// requestContext is the context of a request until that ends, and then one that
// is cancelled and has no values.
type requestContext struct {
	current atomic.Pointer[context.Context]
}

// end lets go of the request's context.
func (c *requestContext) end() {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	c.current.Store(&ended)
}

func (c *requestContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *requestContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *requestContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *requestContext) Value(key any) any           { return (*c.current.Load()).Value(key) }
