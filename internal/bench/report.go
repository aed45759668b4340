package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Table is the results as a Markdown table, with what belongs to single lines below it.
func Table(results []Result) string {
	var b strings.Builder
	b.WriteString("| scenario | measured | bar | held |\n|---|---|---|---|\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.What, r.Measured, r.Bar, r.held)
	}
	b.WriteString("\n")
	for _, r := range results {
		for _, detail := range r.Details {
			fmt.Fprintf(&b, "- `%s`: %s\n", r.Name, detail)
		}
	}
	return b.String()
}

// Report is the text of BENCHMARKS.md.
func Report(ctx context.Context, o Options, results []Result) (string, error) {
	cli, err := cliVersion(ctx, o.CLI)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(reportText, time.Now().UTC().Format(time.DateOnly), o.Runs, parallelism,
		runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH, strings.TrimPrefix(runtime.Version(), "go"), cli, Table(results), profileText), nil
}

const reportText = "# Benchmarks\n\n" + `Written by ` + "`make bench`" + ` on %s: medians of at least %d runs, ` + "`-parallelism=%d`" + `, on %d cores of %s, %s/%s, Go %s, %s.

Every figure is of whole CLI processes with the plugin as it is released, against the emulator on the same machine, which
delays every call by the latency. The bound is calls × latency ÷ parallelism. The ratio compares it with what the latency
costs: the time of a run with latency minus that of the run without it beside it, the median of these pairs, with the
quartiles in brackets. It can be below 1, because
calls travel while the CLI computes and because independent reads of one resource share the wait, and below 0 where the
noise is greater than the cost. It is above 1, whatever the pace, where few calls wait for each other: the writes of one
document for its reads, and the first list for the identity. The latter is a choice: who the caller is, is known before
anything is asked of a bucket, so that a swapped alias never reads in the wrong account. It costs one round trip for each
process, and so ` + "`plan-50` and `plan-500`" + ` take two round trips instead of one.

A bar on a difference of times is held only if the upper quartile is within it, and missed only if the lower one is beyond
it. Everything else is not judged, and has to be measured again on a machine without other load, where half of the pairs lie
within some 0.2 s. Every other pair begins with the latency, so that a load that grows or fades favours neither. The least
time of many runs would be steadier, but nothing would say how far to trust it.

The emulator is one host without TLS. OSS has a host name for each bucket, so that the first call to a bucket also opens a
connection, which takes two or three round trips more.

%s
%s`

func cliVersion(ctx context.Context, cli string) (string, error) {
	command := exec.CommandContext(ctx, cli, "version", "-json")
	command.Env = append(ownEnvironment(), "CHECKPOINT_DISABLE=1")
	raw, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", cli, err)
	}
	var said struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return "", fmt.Errorf("%s version: %w", cli, err)
	}
	name := "Terraform"
	if strings.Contains(filepath.Base(cli), "tofu") {
		name = "OpenTofu"
	}
	return name + " " + said.Version, nil
}

// processor is the name of the first one, as Linux tells it.
func processor() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(raw)) {
			name, value, found := strings.Cut(line, ":")
			if found && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return "an unnamed processor"
}
