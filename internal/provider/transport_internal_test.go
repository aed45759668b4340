package provider

import (
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/provider"
)

// NewThrough is New with a transport that tests own, since the metadata server
// of ECS has a fixed address.
func NewThrough(transport http.RoundTripper, env func(name string) string) func() provider.Provider {
	return func() provider.Provider { return &srrProvider{version: "test", env: env, transport: transport} }
}
