// Command schemajson prints the provider's schemas in the form of `terraform
// providers schema -json`, for tfplugindocs. It asks the provider itself, so that
// what only newer versions of Terraform ask for, identities and list resources,
// is there whatever CLI is at hand.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-srr/terraform-provider-srr/internal/provider"
)

// name is where tfplugindocs looks for a provider that is called srr.
const name = "registry.terraform.io/hashicorp/srr"

func main() {
	if err := write(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// write prints the schemas as one JSON document.
func write(ctx context.Context, out io.Writer) error {
	server := providerserver.NewProtocol6(provider.New("dev", os.Getenv)())()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return fmt.Errorf("provider schema: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return fmt.Errorf("identity schemas: %w", err)
	}
	if err := errors.Join(problems(schemas.Diagnostics), problems(identities.Diagnostics)); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(document{
		FormatVersion: "1.0",
		Providers: map[string]providerSchemas{name: {
			Provider:      schemaOf(schemas.Provider),
			Resources:     each(schemas.ResourceSchemas, schemaOf),
			DataSources:   each(schemas.DataSourceSchemas, schemaOf),
			Functions:     each(schemas.Functions, functionOf),
			Identities:    each(identities.IdentitySchemas, identityOf),
			ListResources: each(schemas.ListResourceSchemas, schemaOf),
		}},
	})
}

func problems(diagnostics []*tfprotov6.Diagnostic) (err error) {
	for _, d := range diagnostics {
		err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
	}
	return err
}

func each[From, To any](all map[string]From, convert func(From) To) map[string]To {
	converted := make(map[string]To, len(all))
	for key, one := range all {
		converted[key] = convert(one)
	}
	return converted
}
