package identity

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Bounds of IssuanceLimitTime in hours (CreateOIDCProvider page, 2026-06).
const (
	standardIssuanceLimit = 12
	maxIssuanceLimit      = 168
	minRSABits            = 1024
)

// OIDCProvider is an identity provider that an account has registered. The real
// service fetches the issuer's keys; a world brings them along.
type OIDCProvider struct {
	Name          string          `json:"name"`
	Issuer        string          `json:"issuer"` // URL, the iss claim of its tokens
	ClientIDs     []string        `json:"client_ids"`
	JWKS          json.RawMessage `json:"jwks,omitempty"`           // a JWK set, RFC 7517; RSA keys are used
	PublicKeys    []string        `json:"public_keys,omitempty"`    // RSA keys in PEM
	IssuanceLimit int             `json:"issuance_limit,omitempty"` // greatest age of a token in hours, 0 means 12
}

type oidcProvider struct {
	from          OIDCProvider
	issuer        string
	clientIDs     []string
	keys          []signingKey
	issuanceLimit time.Duration
}

type signingKey struct {
	id     string // "" for keys from PEM
	public *rsa.PublicKey
}

func (a *account) loadProvider(from OIDCProvider) error {
	if from.Name == "" || a.providers[from.Name] != nil {
		return fmt.Errorf("no name or there twice")
	}
	if err := checkName("OIDCProviderName", from.Name, maxPolicyName, "._"); err != nil {
		return err
	}
	if from.Issuer == "" || len(from.ClientIDs) == 0 {
		return fmt.Errorf("issuer and client_ids are needed")
	}
	hours := from.IssuanceLimit
	if hours == 0 {
		hours = standardIssuanceLimit
	}
	if hours < 1 || hours > maxIssuanceLimit {
		return fmt.Errorf("issuance_limit must be 1 to %d hours", maxIssuanceLimit)
	}
	from = from.copy()
	keys, err := readKeys(from)
	if err != nil {
		return err
	}
	a.providers[from.Name] = &oidcProvider{
		from: from, issuer: from.Issuer, clientIDs: from.ClientIDs, keys: keys, issuanceLimit: time.Duration(hours) * time.Hour,
	}
	return nil
}

// copy separates a provider from the lists of the world it came from.
func (p OIDCProvider) copy() OIDCProvider {
	p.ClientIDs, p.JWKS, p.PublicKeys = slices.Clone(p.ClientIDs), slices.Clone(p.JWKS), slices.Clone(p.PublicKeys)
	return p
}

func readKeys(from OIDCProvider) ([]signingKey, error) {
	keys, err := jwkSet(from.JWKS)
	if err != nil {
		return nil, fmt.Errorf("jwks: %w", err)
	}
	for i, text := range from.PublicKeys {
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return nil, fmt.Errorf("public key %d is not PEM", i+1)
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("public key %d: %w", i+1, err)
		}
		public, isRSA := parsed.(*rsa.PublicKey)
		if !isRSA {
			return nil, fmt.Errorf("public key %d is not for RSA", i+1)
		}
		keys = append(keys, signingKey{public: public})
	}
	for _, k := range keys {
		if k.public.N.BitLen() < minRSABits || k.public.E < 3 || k.public.E%2 == 0 {
			return nil, fmt.Errorf("an RSA key is too weak")
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("no RSA key in jwks or public_keys")
	}
	return keys, nil
}

// jwkSet reads the RSA keys of a set and leaves other kinds alone, as RFC 7517
// section 5 wants.
func jwkSet(raw json.RawMessage) ([]signingKey, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var set struct {
		Keys []struct{ Kty, Kid, Use, N, E string }
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, err
	}
	var keys []signingKey
	for _, k := range set.Keys {
		if k.Kty != "RSA" || k.Use != "" && k.Use != "sig" {
			continue
		}
		n, errN := base64.RawURLEncoding.DecodeString(k.N)
		e, errE := base64.RawURLEncoding.DecodeString(k.E)
		exponent := new(big.Int).SetBytes(e)
		if errN != nil || errE != nil || exponent.BitLen() > 31 {
			return nil, fmt.Errorf("the RSA key %q is not well formed", k.Kid)
		}
		public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}
		keys = append(keys, signingKey{id: k.Kid, public: public})
	}
	return keys, nil
}
