package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// pureFunction is a provider function that needs no configuration and no
// network: a name, a definition and a computation.
type pureFunction struct {
	name       string
	definition function.Definition
	compute    func(ctx context.Context, args function.ArgumentsData) (any, *function.FuncError)
}

var _ function.Function = (*pureFunction)(nil)

func (f *pureFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f *pureFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

func (f *pureFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	result, err := f.compute(ctx, req.Arguments)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

// atArgument turns an error about the n-th argument into the diagnostic that
// Terraform shows at that argument; nil stays nil.
func atArgument(n int64, err error) *function.FuncError {
	if err == nil {
		return nil
	}
	return function.NewArgumentFuncError(n, err.Error())
}
