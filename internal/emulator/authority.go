package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const certificateLife = 30 * 24 * time.Hour

// Authority is a certificate authority made for one run. Clients trust it through
// SSL_CERT_FILE; its key never leaves the process.
type Authority struct {
	// PEM is the certificate to trust.
	PEM    []byte
	config *tls.Config
}

// NewAuthority makes an authority and a certificate for the names of this machine
// and the host names of the services.
func NewAuthority() (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authority := certificate("srr-emulator")
	authority.IsCA, authority.BasicConstraintsValid, authority.KeyUsage = true, true, x509.KeyUsageCertSign
	raw, err := x509.CreateCertificate(rand.Reader, authority, authority, key.Public(), key)
	if err != nil {
		return nil, err
	}
	issuer := &issuer{authority: authority, raw: raw, key: key, made: map[string]*tls.Certificate{}}
	here, err := issuer.leaf("localhost")
	if err != nil {
		return nil, err
	}
	return &Authority{
		PEM:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		config: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*here}, GetCertificate: issuer.get},
	}, nil
}

// issuer makes certificates when they are asked for: a wildcard covers one label,
// and endpoints have up to three before aliyuncs.com.
type issuer struct {
	authority *x509.Certificate
	raw       []byte
	key       *ecdsa.PrivateKey

	mu   sync.Mutex
	made map[string]*tls.Certificate
}

func (i *issuer) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	if !strings.HasSuffix(name, ".aliyuncs.com") && !strings.HasSuffix(name, ".localhost") {
		name = "localhost"
	}
	return i.leaf(name)
}

// leaf is the certificate for a name; that of localhost is for the loopback
// addresses, too.
func (i *issuer) leaf(name string) (*tls.Certificate, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if made := i.made[name]; made != nil {
		return made, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leaf := certificate(name)
	leaf.DNSNames = []string{name}
	if name == "localhost" {
		leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	raw, err := x509.CreateCertificate(rand.Reader, leaf, i.authority, key.Public(), i.key)
	if err != nil {
		return nil, err
	}
	made := &tls.Certificate{Certificate: [][]byte{raw, i.raw}, PrivateKey: key}
	i.made[name] = made
	return made, nil
}

func certificate(name string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62)) // never fails
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(certificateLife),
	}
}

// TLS is the configuration of a listener whose certificate the authority signed.
func (a *Authority) TLS() *tls.Config { return a.config.Clone() }

// WriteTo writes the certificate to trust as ca.pem into a directory, which is
// made if it is missing, and returns the file's name.
func (a *Authority) WriteTo(directory string) (string, error) {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return "", err
	}
	file := filepath.Join(directory, "ca.pem")
	if err := os.WriteFile(file, a.PEM, 0o600); err != nil {
		return "", fmt.Errorf("certificate to trust: %w", err)
	}
	return file, nil
}
