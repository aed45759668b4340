package clients_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	keys "github.com/alibabacloud-go/kms-20160120/v3/client"
	access "github.com/alibabacloud-go/ram-20150501/v2/client"
	tokens "github.com/alibabacloud-go/sts-20150401/v2/client"
	"github.com/alibabacloud-go/tea/tea"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss"
	osscredentials "github.com/aliyun/alibabacloud-oss-go-sdk-v2/oss/credentials"
	ossv1 "github.com/aliyun/aliyun-oss-go-sdk/oss"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
)

// cloud is a running emulator with a plain and an HTTPS listener.
type cloud struct {
	t *testing.T
	*emulator.Server
	secure *emulator.Server
}

// TestMain makes the authority that every HTTPS client of this process trusts.
// Some of the vendor's clients take no transport: they clone the default one.
func TestMain(m *testing.M) {
	made, err := emulator.NewAuthority()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(made.PEM)
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		transport.TLSClientConfig = &tls.Config{RootCAs: trusted, Certificates: made.TLS().Certificates, MinVersion: tls.VersionTLS12}
	}
	os.Exit(m.Run())
}

// certificates are those of the authority of TestMain.
func certificates(t *testing.T) *tls.Config {
	t.Helper()
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("the default transport is of another kind")
	}
	return &tls.Config{Certificates: transport.TLSClientConfig.Certificates, MinVersion: tls.VersionTLS12}
}

func newCloud(t *testing.T, changes ...func(*emulator.World)) cloud {
	t.Helper()
	world := emulator.DefaultWorld()
	for _, change := range changes {
		change(&world)
	}
	made, err := emulator.New(emulator.Options{World: &world})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := emulator.Start(t.Context(), made, "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = plain.Close() })
	secure, err := emulator.Start(t.Context(), made, "127.0.0.1:0", certificates(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = secure.Close() })
	return cloud{t, plain, secure}
}

// session is an access key, with a token where it is temporary.
type session struct {
	emulator.KeyPair
	token string
}

func from() session { return session{KeyPair: emulator.SourceKeyPair()} }

func to() session { return session{KeyPair: emulator.DestinationKeyPair()} }

// objects is a client of the second OSS SDK.
func (c cloud) objects(s session, options ...func(*oss.Options)) *oss.Client {
	config := oss.LoadDefaultConfig().WithRegion(emulator.Region).WithEndpoint(c.URL).WithUsePathStyle(true).WithRetryMaxAttempts(1).
		WithCredentialsProvider(osscredentials.NewStaticCredentialsProvider(s.ID, s.Secret, s.token))
	return oss.NewClient(config, options...)
}

// config is for the clients of the newer RPC SDKs.
func (c cloud) config(s session) *openapi.Config {
	config := &openapi.Config{
		AccessKeyId: tea.String(s.ID), AccessKeySecret: tea.String(s.Secret), Protocol: tea.String("HTTP"),
		Endpoint: tea.String(strings.TrimPrefix(c.URL, "http://")), RegionId: tea.String(emulator.Region),
	}
	if s.token != "" {
		config.SecurityToken = tea.String(s.token)
	}
	return config
}

func (c cloud) access(s session) *access.Client { return must(access.NewClient(c.config(s)))(c.t) }

func (c cloud) keys(s session) *keys.Client { return must(keys.NewClient(c.config(s)))(c.t) }

func (c cloud) tokens(s session) *tokens.Client { return must(tokens.NewClient(c.config(s)))(c.t) }

// must is the result of a call that has to succeed.
func must[T any](result T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
}

// refused demands that a call ends with this code, parsed by the client.
func refused[T any](_ T, err error) func(t *testing.T, code string) {
	return func(t *testing.T, code string) {
		t.Helper()
		if got := codeOf(err); got != code {
			t.Errorf("%s instead of %s: %v", got, code, err)
		}
	}
}

// codeOf is the code that a client took from an answer.
func codeOf(err error) string {
	var (
		newRPC *tea.SDKError
		oldRPC *sdkerrors.ServerError
		newOSS *oss.ServiceError
		oldOSS ossv1.ServiceError
	)
	switch {
	case err == nil:
		return "no error"
	case errors.As(err, &newRPC):
		return tea.StringValue(newRPC.Code)
	case errors.As(err, &oldRPC):
		return oldRPC.ErrorCode()
	case errors.As(err, &newOSS):
		return newOSS.Code
	case errors.As(err, &oldOSS):
		return oldOSS.Code
	default:
		return "something else"
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
