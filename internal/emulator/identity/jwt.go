package identity

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

const (
	minOIDCToken = 4
	maxOIDCToken = 20000
)

// idToken is an OIDC token whose form and signature are right.
type idToken struct {
	issuer, subject string
	audience        []string
	expires, issued time.Time
}

func invalidToken(format string, args ...any) *cloud.Error {
	return cloud.Errorf(http.StatusUnauthorized, "AuthenticationFail.OIDCToken.Invalid", format, args...)
}

// readToken takes a token apart and has it verified. Codes, statuses and texts are
// those of the STS error code page (2026-09).
func readToken(text string, p *oidcProvider) (idToken, *cloud.Error) {
	if text == "" {
		return idToken{}, invalidToken("The OIDCToken can not empty.")
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 || len(text) < minOIDCToken || len(text) > maxOIDCToken {
		return idToken{}, invalidToken("The number of Jwt field should be divided into 3 parts with '.' .")
	}
	var raw [3][]byte
	for i, part := range parts {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return idToken{}, invalidToken("Cannot decode base64 encoded response(format invalided).")
		}
		raw[i] = decoded
	}
	var header struct{ Alg, Kid string }
	if json.Unmarshal(raw[0], &header) != nil {
		return idToken{}, unreadableToken()
	}
	if header.Alg != "RS256" {
		return idToken{}, invalidToken("The algorithm %s that be specified in Jwt header is unknown.", header.Alg)
	}
	token, err := readClaims(raw[1])
	if err != nil {
		return idToken{}, err
	}
	if !p.signed(header.Kid, parts[0]+"."+parts[1], raw[2]) {
		return idToken{}, cloud.Errorf(http.StatusUnauthorized, "AuthenticationFail.OIDCToken.InvalidSignature", "OIDC token validate failed: invalid signature.")
	}
	return token, nil
}

func unreadableToken() *cloud.Error {
	return invalidToken("The Jwt content is invalid that cannot be recognized.")
}

// readClaims wants the claims that an ID token must have (OpenID Connect Core 1.0,
// section 2). A date is a number of seconds, with or without a fraction.
func readClaims(raw []byte) (idToken, *cloud.Error) {
	var claims struct {
		Iss, Sub string
		Aud      json.RawMessage
		Exp, Iat *float64
	}
	if json.Unmarshal(raw, &claims) != nil || claims.Iss == "" || claims.Sub == "" || claims.Exp == nil || claims.Iat == nil {
		return idToken{}, unreadableToken()
	}
	token := idToken{issuer: claims.Iss, subject: claims.Sub, expires: numericDate(*claims.Exp), issued: numericDate(*claims.Iat)}
	var one string
	if json.Unmarshal(claims.Aud, &one) == nil {
		token.audience = []string{one}
	} else if json.Unmarshal(claims.Aud, &token.audience) != nil {
		return idToken{}, unreadableToken()
	}
	return token, nil
}

func numericDate(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)).UTC() }

// signed tries the key that the token names, or all that have no name.
func (p *oidcProvider) signed(kid, content string, signature []byte) bool {
	digest := sha256.Sum256([]byte(content))
	for _, k := range p.keys {
		if kid != "" && k.id != "" && k.id != kid {
			continue
		}
		if rsa.VerifyPKCS1v15(k.public, crypto.SHA256, digest[:], signature) == nil {
			return true
		}
	}
	return false
}
