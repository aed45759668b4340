package endtoend_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/demo"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// secureCloud is a cloud with an HTTPS listener, and the certificate to trust.
type secureCloud struct {
	*emulator.Server
	secure *emulator.Server
	trust  string
}

func newSecureCloud(t *testing.T) secureCloud {
	t.Helper()
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("crypto/x509 reads SSL_CERT_FILE on other systems only")
	}
	authority, err := emulator.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	trust, err := authority.WriteTo(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	plain := newCloud(t)
	secure, err := emulator.Start(t.Context(), plain.Emulator, "127.0.0.1:0", authority.TLS())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := secure.Close(); err != nil {
			t.Error(err)
		}
	})
	return secureCloud{plain, secure, trust}
}

// tunnel is a proxy of a company: the only way to the cloud, whatever host is
// asked for.
type tunnel struct {
	*httptest.Server
	cloud string // host and port
	mu    sync.Mutex
	hosts []string
}

func newTunnel(t *testing.T, cloud string) *tunnel {
	t.Helper()
	p := &tunnel{cloud: strings.TrimPrefix(cloud, "https://")}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hijacker, able := w.(http.Hijacker)
	if r.Method != http.MethodConnect || !able {
		http.Error(w, "CONNECT only", http.StatusMethodNotAllowed)
		return
	}
	host, _, _ := strings.Cut(r.Host, ":")
	p.mu.Lock()
	if !slices.Contains(p.hosts, host) {
		p.hosts = append(p.hosts, host)
	}
	p.mu.Unlock()
	var dialer net.Dialer
	there, err := dialer.DialContext(r.Context(), "tcp", p.cloud)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = there.Close() }()
	w.WriteHeader(http.StatusOK)
	here, buffered, err := hijacker.Hijack()
	if err != nil {
		return
	}
	defer func() { _ = here.Close() }()
	go func() {
		_, _ = io.Copy(there, buffered) // ends with either connection
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
}

func (p *tunnel) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(slices.Values(p.hosts))
}

// testNetwork brings the built provider to the cloud over HTTPS, as companies do:
// with an authority of their own, and through a proxy.
func (p programs) testNetwork(t *testing.T) {
	example := filepath.Join(p.root, "examples", "two-accounts-kms")
	open := func(t *testing.T, url string, environment map[string]string) *demo.Workspace {
		t.Helper()
		w, err := demo.Open(demo.Setting{
			CLI: p.cli, Provider: p.provider, Example: example, CloudURL: url, Dir: t.TempDir(),
			Variables: map[string]string{"replica_key_arn": emulator.ReplicaKeyARN()}, Environment: environment,
		})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	t.Run("certificate that is trusted", func(t *testing.T) {
		t.Parallel()
		cloud := newSecureCloud(t)
		w := open(t, cloud.secure.URL, map[string]string{"SSL_CERT_FILE": cloud.trust})
		applyAndDestroy(t, w, cloud)
	})
	t.Run("certificate that is not trusted", func(t *testing.T) {
		t.Parallel()
		cloud := newSecureCloud(t)
		w := open(t, cloud.secure.URL, map[string]string{"SSL_CERT_FILE": ""})
		ctx := within(t)
		initialize(ctx, t, w)
		var said bytes.Buffer
		if err := w.ApplyJSON(ctx, &said); err == nil {
			t.Error("the configuration was applied")
		}
		found := failures(t, said.Bytes())
		for _, failure := range found {
			for _, want := range []string{"GetCallerIdentity", "ConnectionFailed", "x509: certificate signed by unknown authority", "a certificate this machine trusts"} {
				if !strings.Contains(failure, want) || strings.Contains(failure, "attempts") {
					t.Errorf("%q lacks %q, or was tried again", failure, want)
				}
			}
		}
		if len(found) == 0 || len(cloud.Requests(0)) > 0 {
			t.Errorf("%d errors, %d requests", len(found), len(cloud.Requests(0)))
		}
	})
	for name, c := range map[string]struct {
		environment map[string]string
		hosts       []string
	}{
		"public endpoints": {nil, []string{
			"kms.cn-hangzhou.aliyuncs.com", "oss-cn-hangzhou.aliyuncs.com", "ram.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com",
		}},
		"endpoints of a VPC": {map[string]string{
			"OSS_ENDPOINT": "oss-cn-hangzhou-internal.aliyuncs.com", "KMS_ENDPOINT": "https://kms-vpc.cn-hangzhou.aliyuncs.com",
			"RAM_ENDPOINT": "ram.vpc-proxy.aliyuncs.com", "STS_ENDPOINT": "sts-vpc.cn-hangzhou.aliyuncs.com",
		}, []string{
			"kms-vpc.cn-hangzhou.aliyuncs.com", "oss-cn-hangzhou-internal.aliyuncs.com", "ram.vpc-proxy.aliyuncs.com", "sts-vpc.cn-hangzhou.aliyuncs.com",
		}},
	} {
		t.Run(name+" through a proxy", func(t *testing.T) {
			t.Parallel()
			cloud := newSecureCloud(t)
			proxy := newTunnel(t, cloud.secure.URL)
			environment := map[string]string{
				"HTTPS_PROXY": proxy.URL, "https_proxy": "", "NO_PROXY": "", "no_proxy": "", "SSL_CERT_FILE": cloud.trust,
				"OSS_ENDPOINT": "", "KMS_ENDPOINT": "", "RAM_ENDPOINT": "", "STS_ENDPOINT": "",
			}
			for variable, value := range c.environment {
				environment[variable] = value
			}
			applyAndDestroy(t, open(t, "", environment), cloud)
			var services []string
			for _, host := range proxy.seen() {
				for _, bucket := range []string{emulator.SourceBucket, emulator.DestinationBucket} {
					host = strings.TrimPrefix(host, bucket+".")
				}
				services = append(services, host)
			}
			slices.Sort(services)
			if got := slices.Compact(services); !slices.Equal(got, c.hosts) {
				t.Errorf("asked for %q, want %q", got, c.hosts)
			}
		})
	}
}

func applyAndDestroy(t *testing.T, w *demo.Workspace, cloud secureCloud) {
	t.Helper()
	ctx := within(t)
	initialize(ctx, t, w)
	if err := w.Apply(ctx); err != nil {
		t.Fatal(err)
	}
	if roles := cloud.World().Accounts[0].Roles; len(roles) != 1 {
		t.Errorf("roles: %v", roles)
	}
	if err := w.Destroy(ctx); err != nil {
		t.Fatal(err)
	}
	if roles := cloud.World().Accounts[0].Roles; len(roles) != 0 {
		t.Errorf("roles after the end: %v", roles)
	}
}
