package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

const address = "registry.terraform.io/terraform-srr/"

// serveInside runs the provider in this process under both names and returns the variable that leads the CLI there.
// It ends with ctx.
func serveInside(ctx context.Context, transport http.RoundTripper, env func(string) string) (variable string, err error) {
	served := map[string]any{}
	for _, name := range []string{"srr", second} {
		config := channelOf(tf6server.WithDebug)
		factory := func() tfprotov6.ProviderServer {
			return providerserver.NewProtocol6(provider.NewThrough(transport, env)())()
		}
		failed := make(chan error, 1)
		go func() {
			failed <- tf6server.Serve(address+"srr", factory, tf6server.WithDebug(ctx, config, make(chan struct{})), silent(), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
		}()
		select {
		case at := <-config:
			served[address+name] = map[string]any{
				"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.Getpid(), "Test": true,
				"Addr": map[string]string{"Network": at.Addr.Network(), "String": at.Addr.String()},
			}
		case err := <-failed:
			return "", err
		}
	}
	raw, err := json.Marshal(served)
	return "TF_REATTACH_PROVIDERS=" + string(raw), err
}

// silent keeps the framework's trace, which is for a CLI that asked for it, from the standard error of this process:
// a sink writes what TF_LOG of this process asks for.
func silent() tf6server.ServeOpt { return tf6server.WithLoggingSink(new(testing.T)) }

// channelOf makes a channel of the type that a debug option wants.
func channelOf[T any](func(context.Context, chan T, chan struct{}) tf6server.ServeOpt) chan T {
	return make(chan T, 1)
}

const (
	// clientPatience is how long one call may take while something is made to fail.
	clientPatience = time.Second
	// slowness is how much the faults of slowness take: more than that.
	slowness = 1200 * time.Millisecond
	// calmPatience is for everything else, on a machine that may be busy.
	calmPatience = 20 * time.Second
)

// impatient is a transport with a time-out for whole calls. Connections are not kept: what a fault does to one must
// not reach another call.
type impatient struct{ limit atomic.Int64 }

func (i *impatient) wait(limit time.Duration) { i.limit.Store(int64(limit)) }

// RoundTrip implements http.RoundTripper; the body is complete when it returns.
func (i *impatient) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), time.Duration(i.limit.Load()))
	defer cancel()
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
