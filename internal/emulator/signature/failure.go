package signature

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Failure is a refusal of a request for the sake of its authentication, in the
// words of the service. The service that answers adds request id and host.
type Failure struct {
	// Status is the HTTP status.
	Status int
	// Code and Message are the service's, ready to be sent.
	Code    string
	Message string
	// EC is the detailed OSS error code; empty where none is published.
	EC string
	// StringToSign is what the signature was computed over; only set when the
	// signature did not match.
	StringToSign string
	// CanonicalRequest is set beside StringToSign for OSS V4 and RPC V3.
	CanonicalRequest string
	// Details are further children of an OSS error body, in order. They never
	// hold a secret or the expected signature.
	Details []Detail
}

// Detail is one further child element of an OSS error body.
type Detail struct {
	Name  string
	Value string
}

func denied(message, ec string) *Failure {
	return &Failure{Status: http.StatusForbidden, Code: "AccessDenied", Message: message, EC: ec}
}

func invalidArgument(message, name, value string) *Failure {
	f := &Failure{Status: http.StatusBadRequest, Code: "InvalidArgument", Message: message}
	if name != "" {
		f.Details = []Detail{{"ArgumentName", name}, {"ArgumentValue", value}}
	}
	return f
}

func missingDate() *Failure {
	return denied("OSS authentication requires a valid Date.", "0002-00000503")
}

func expired() *Failure {
	return denied("Request has expired.", "")
}

func skewed(signed, now time.Time) *Failure {
	const layout = "2006-01-02T15:04:05.000Z"
	return &Failure{
		Status:  http.StatusForbidden,
		Code:    "RequestTimeTooSkewed",
		Message: "The difference between the request time and the current time is too large.",
		EC:      "0002-00000504",
		Details: []Detail{
			{"MaxAllowedSkewMilliseconds", fmt.Sprint(MaxSkew.Milliseconds())},
			{"RequestTime", signed.UTC().Format(layout)},
			{"ServerTime", now.UTC().Format(layout)},
		},
	}
}

func ossMismatch(c Claim) *Failure {
	hexBytes := make([]string, len(c.stringToSign))
	for i := range hexBytes {
		hexBytes[i] = fmt.Sprintf("%02X", c.stringToSign[i])
	}
	f := &Failure{
		Status:           http.StatusForbidden,
		Code:             "SignatureDoesNotMatch",
		Message:          "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
		EC:               "0002-00000040",
		StringToSign:     c.stringToSign,
		CanonicalRequest: c.canonicalRequest,
		Details: []Detail{
			{"OSSAccessKeyId", c.Credential.AccessKeyID},
			{"SignatureProvided", c.provided},
			{"StringToSign", c.stringToSign},
			{"StringToSignBytes", strings.Join(hexBytes, " ")},
		},
	}
	if c.canonicalRequest != "" {
		f.Details = append(f.Details, Detail{"CanonicalRequest", c.canonicalRequest})
	}
	return f
}

func rpcFailure(code, message string) *Failure {
	return &Failure{Status: http.StatusBadRequest, Code: code, Message: message}
}

func rpcMismatch(c Claim) *Failure {
	f := rpcFailure("SignatureDoesNotMatch",
		"Specified signature is not matched with our calculation. server string to sign is:"+c.stringToSign)
	f.StringToSign = c.stringToSign
	f.CanonicalRequest = c.canonicalRequest
	return f
}

func incompleteSignature() *Failure {
	return rpcFailure("IncompleteSignature", "The request signature does not conform to Alibaba Cloud standards.")
}

// MissingParameter is the RPC gateway's refusal of a request without a
// mandatory parameter, also used for an STS key without SecurityToken.
func MissingParameter(name string) *Failure {
	return rpcFailure("Missing"+name, name+" is mandatory for this action.")
}

func timestampFormat() *Failure {
	return rpcFailure("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
}

func timestampExpired() *Failure {
	return rpcFailure("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
}

func nonceUsed() *Failure {
	return rpcFailure("SignatureNonceUsed", "Specified signature nonce was used already.")
}
