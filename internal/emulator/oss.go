package emulator

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

func hostOnly(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		return r.Host
	}
	return host
}

// bucketOfHost finds the bucket in a virtual-host name: <bucket>.localhost, or
// <bucket>.<endpoint> of OSS. Addresses and bare endpoints have none.
func bucketOfHost(host string) (string, bool) {
	if net.ParseIP(strings.Trim(host, "[]")) != nil {
		return "", false
	}
	if bucket, local := strings.CutSuffix(host, ".localhost"); local {
		return bucket, true
	}
	first, rest, _ := strings.Cut(host, ".")
	isEndpoint := strings.HasPrefix(rest, "oss-") || strings.Contains(rest, ".oss.") || strings.HasPrefix(rest, "oss.")
	if isEndpoint && strings.HasSuffix(rest, ".aliyuncs.com") {
		return first, true
	}
	return "", false
}

func (e *Emulator) serveOSS(w http.ResponseWriter, r *http.Request) {
	id := requestID()[:24]
	x := exchangeOf{
		call: Call{Service: "oss", Operation: "Unknown"}, id: id, agent: r.UserAgent(),
		refuse: func(w http.ResponseWriter, refusal *cloud.Error) { oss.WriteError(w, r, id, refusal) },
	}
	if refusal := oversized(r); refusal != nil {
		e.refuseUnknown(w, x, refusal)
		return
	}
	target, err := signature.SplitTarget(r, bucketOfHost)
	if err != nil {
		e.refuseUnknown(w, x, badTarget(err))
		return
	}
	x.call.Operation, x.call.Object = oss.Operation(r, target)
	caller, region, refusal := e.authenticator().oss(r, target)
	if refusal != nil {
		e.refuseUnknown(w, x, refusal)
		return
	}
	limit := e.limits.Object
	if caller.Kind == cloud.Anonymous {
		limit = min(limit, maxAnonymous)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		e.refuseUnknown(w, x, cloud.Errorf(http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."))
		return
	}
	x.call.Account = caller.AccountID
	x.serve = func(w http.ResponseWriter, s *services) string {
		seen := &errorCode{ResponseWriter: w}
		s.oss.Serve(seen, r, oss.Call{Target: target, Caller: caller, Region: region, RequestID: id, Body: body})
		return seen.code()
	}
	e.carryOut(w, r, x)
}

func badTarget(err error) *cloud.Error {
	if errors.Is(err, signature.ErrBucket) {
		return cloud.Errorf(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid.")
	}
	return cloud.Errorf(http.StatusBadRequest, "InvalidObjectName", "The specified object is not valid.")
}

// errorCode notes the Code of an error body that passes through.
type errorCode struct {
	http.ResponseWriter
	failed bool
	body   []byte
}

// WriteHeader implements http.ResponseWriter.
func (w *errorCode) WriteHeader(status int) {
	w.failed = status >= http.StatusBadRequest
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *errorCode) Write(p []byte) (int, error) {
	if w.failed && len(w.body) < 512 {
		w.body = append(w.body, p[:min(len(p), 512)]...)
	}
	return w.ResponseWriter.Write(p)
}

// code is the error's; answers to HEAD carry the body in a header.
func (w *errorCode) code() string {
	if w.failed && len(w.body) == 0 {
		w.body, _ = base64.StdEncoding.DecodeString(w.Header().Get("x-oss-err"))
	}
	_, rest, _ := bytes.Cut(w.body, []byte("<Code>"))
	code, _, found := bytes.Cut(rest, []byte("</Code>"))
	if !found {
		return ""
	}
	return string(code)
}
