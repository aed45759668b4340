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
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leaf := certificate("localhost")
	leaf.DNSNames = []string{"localhost", "*.localhost", "*.aliyuncs.com"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leafRaw, err := x509.CreateCertificate(rand.Reader, leaf, authority, leafKey.Public(), key)
	if err != nil {
		return nil, err
	}
	return &Authority{
		PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		config: &tls.Config{
			MinVersion:   tls.VersionTLS12,
			Certificates: []tls.Certificate{{Certificate: [][]byte{leafRaw, raw}, PrivateKey: leafKey}},
		},
	}, nil
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
