package alicloud

import (
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"strings"
)

const redacted = "[redacted]"

// Messages may quote what was signed. The RPC gateway appends its string to sign to SignatureDoesNotMatch (error page
// of the OpenAPI gateway, 2026-03): everything after the colon is request parameters, key id and token among them.
const stringToSignMark = "server string to sign is:"

// scrubber holds the patterns of credentials in text: names of signature parameters with their values, raw or percent
// encoded, up to the next separator; URLs with a query; and members of an answer that gives a session.
type scrubber struct {
	query, parameter, header, member *regexp.Regexp
}

func newScrubber() scrubber {
	return scrubber{
		query:     regexp.MustCompile(`(https?://[^\s"'?]+)\?[^\s"']*`),
		parameter: regexp.MustCompile(`(?i)((?:AccessKeyId|AccessKeySecret|Signature|SecurityToken|security-token|SignatureNonce)(?:=|%3D|%253D))[^&\s"',)]*`),
		member:    regexp.MustCompile(`(?i)("(?:AccessKeySecret|SecurityToken)"\s*:\s*")(?:[^"\\]|\\.)*`),
		header:    regexp.MustCompile(`(?i)(authorization|x-oss-security-token|x-acs-security-token)(["']?\s*[:=]\s*)[^\r\n]*`),
	}
}

// clean takes out of text what only signs: query strings, signature parameters and the credentials themselves in every
// spelling in which they travel.
func (s scrubber) clean(text string, used Credentials) string {
	if i := strings.Index(text, stringToSignMark); i >= 0 {
		text = text[:i] + stringToSignMark + " " + redacted
	}
	text = s.query.ReplaceAllString(text, "$1?"+redacted)
	text = s.parameter.ReplaceAllString(text, "${1}"+redacted)
	text = s.member.ReplaceAllString(text, "${1}"+redacted)
	text = s.header.ReplaceAllString(text, "${1}${2}"+redacted)
	for _, secret := range []string{used.AccessKeySecret, used.SecurityToken} {
		if secret == "" {
			continue
		}
		for _, form := range []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret), url.QueryEscape(url.QueryEscape(secret)),
			base64.StdEncoding.EncodeToString([]byte(secret)),
		} {
			text = strings.ReplaceAll(text, form, redacted)
		}
	}
	return text
}

// cause strips the request from a transport error and keeps the rest inspectable. Where something of the credentials
// is left in its text, only the cleaned text survives.
func (s scrubber) cause(err error, used Credentials) error {
	var withURL *url.Error
	for errors.As(err, &withURL) {
		err, withURL = withURL.Err, nil
	}
	if err == nil {
		return nil
	}
	if cleaned := s.clean(err.Error(), used); cleaned != err.Error() {
		return errors.New(cleaned)
	}
	return err
}
