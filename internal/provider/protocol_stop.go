package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// stoppable is a run that can be stopped. A process that is attached to serves one
// after the other.
type stoppable struct {
	mu   sync.Mutex
	ctx  context.Context // kept, because it stands for the run
	stop context.CancelFunc
}

func newStoppable() *stoppable {
	s := &stoppable{}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// end stops the requests of the run, those that are still to come as well.
func (s *stoppable) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stop()
}

// begin is the start of the next run, if this one was stopped.
func (s *stoppable) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		s.ctx, s.stop = context.WithCancel(context.Background())
	}
}

// until is ctx until the run is stopped.
func (s *stoppable) until(ctx context.Context) (context.Context, context.CancelFunc) {
	s.mu.Lock()
	run := s.ctx
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	if run.Err() != nil {
		cancel() // at once: AfterFunc takes a moment
	}
	forget := context.AfterFunc(run, cancel)
	return ctx, func() { forget(); cancel() }
}

func (s forgetful) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	s.run.end()
	return s.protocol.StopProvider(ctx, req)
}

func (s forgetful) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.run.begin()
	return s.protocol.ConfigureProvider(ctx, req)
}

func (s forgetful) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return within(ctx, s.run, req, s.protocol.ReadDataSource)
}

func (s forgetful) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return within(ctx, s.run, req, s.protocol.ImportResourceState)
}
