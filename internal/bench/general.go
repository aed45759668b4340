package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

// generalProvider is the one of Alibaba Cloud for everything, which this provider stands beside.
const generalProvider = "terraform-provider-alicloud"

// compareGeneral runs the same whole commands with the general provider, whose build takes longer than all measurements.
func compareGeneral(ctx context.Context, b *bench) (Result, error) {
	if b.options.Alicloud == "" {
		return Result{
			Measured: "not measured: `make bench BENCHFLAGS='-alicloud PATH'` needs the path of a built " + generalProvider, held: notJudged,
		}, nil
	}
	general := program{"aliyun/alicloud", b.options.Alicloud}
	if !strings.HasPrefix(filepath.Base(general.path), generalProvider) || !filepath.IsAbs(general.path) {
		return Result{}, fmt.Errorf("%s is no absolute path of a program called %s, which is the name that the CLI looks for", general.path, generalProvider)
	}
	size, err := general.megabytes()
	if err != nil {
		return Result{}, err
	}
	ourSize, err := b.srr.megabytes()
	if err != nil {
		return Result{}, err
	}
	ours, err := b.workspace("general-srr", b.srr, oneRule())
	if err != nil {
		return Result{}, err
	}
	theirs, err := b.workspace("general-alicloud", general, oneGeneralRule(b.cloud.url))
	if err != nil {
		return Result{}, err
	}
	theirs.env = append(theirs.env, "HTTP_PROXY="+nowhere, "HTTPS_PROXY="+nowhere)
	if err := begin(b, ours, 0); err != nil {
		return Result{}, err
	}
	b.cloud.begin(0)
	both, err := b.alternate(ctx, ours, theirs)
	if err != nil {
		return Result{}, err
	}
	text, worse := both[0].against(both[1])
	return Result{Measured: fmt.Sprintf("%s; binary %.1f MB against %.1f MB", text, ourSize, size), held: heldIf(worse < 0.25)}, nil
}

// nowhere is a proxy that nothing gets through: a plan that makes calls fails, and the comparison with it.
const nowhere = "http://127.0.0.1:9"
