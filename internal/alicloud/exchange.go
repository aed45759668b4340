package alicloud

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxBody bounds what is read of one answer. The largest legal one, a full page of buckets, stays below 1 MiB.
const maxBody = 8 << 20

// exchange is the RoundTripper of one attempt. It carries the attempt's context into SDKs that know none, and keeps
// the raw answer: the SDKs' own error values lose the request id, panic on unusual bodies or quote the signed URL.
//
// It is deliberately not an *http.Transport: the RPC SDK rewrites the fields of one on every call.
type exchange struct {
	ctx  context.Context
	base http.RoundTripper

	sent   bool
	status int
	header http.Header
	body   []byte
	err    error
}

// RoundTrip sends the request once and reads the answer completely. A second request is a redirect that the SDK
// follows: it would carry the signature to another host.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	if x.sent {
		return nil, errors.New("redirects are not followed")
	}
	x.sent = true
	resp, err := x.base.RoundTrip(req.WithContext(x.ctx))
	if err != nil {
		x.err = err
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("the answer is larger than %d bytes", maxBody)
	}
	if err != nil {
		x.err = err
		return nil, err
	}
	x.status, x.header, x.body = resp.StatusCode, resp.Header, body
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (x *exchange) succeeded() bool { return x.status >= 200 && x.status <= 299 }

// answer holds what the error bodies of both protocols say.
type answer struct {
	Code, Message, RequestID, Host, EC string
}

// explain reads the error body, whatever it looks like. The status and the request id header are kept even where the
// body says nothing.
func (x *exchange) explain() answer {
	a := x.fromXML()
	if a.Code == "" {
		a = x.fromJSON()
	}
	if id := x.requestID(); id != "" && a.RequestID == "" {
		a.RequestID = id
	}
	if a.EC == "" {
		a.EC = x.header.Get("X-Oss-Ec")
	}
	if a.Code == "" {
		a.Code = fmt.Sprintf("HTTP%d", x.status)
		a.Message = strings.TrimSpace(http.StatusText(x.status) + ": " + excerpt(x.body))
	}
	return a
}

func (x *exchange) requestID() string {
	for _, name := range []string{"X-Oss-Request-Id", "X-Acs-Request-Id"} {
		if id := x.header.Get(name); id != "" {
			return id
		}
	}
	return x.fromJSON().RequestID
}

func (x *exchange) fromXML() answer {
	var body struct {
		XMLName   xml.Name `xml:"Error"`
		Code      string
		Message   string
		RequestID string `xml:"RequestId"`
		HostID    string `xml:"HostId"`
		EC        string
	}
	if xml.Unmarshal(x.body, &body) != nil {
		return answer{}
	}
	return answer{Code: body.Code, Message: body.Message, RequestID: body.RequestID, Host: body.HostID, EC: body.EC}
}

// fromJSON accepts any type for the members, since gateways have been seen to send numbers where strings are
// documented.
func (x *exchange) fromJSON() answer {
	var body map[string]any
	if json.Unmarshal(x.body, &body) != nil {
		return answer{}
	}
	text := func(name string) string {
		switch v := body[name].(type) {
		case nil:
			return ""
		case string:
			return v
		default:
			return fmt.Sprint(v)
		}
	}
	return answer{Code: text("Code"), Message: text("Message"), RequestID: text("RequestId"), Host: text("HostId")}
}

// excerpt returns the beginning of a body that is neither XML nor JSON, such as a proxy's page.
func excerpt(body []byte) string {
	text := strings.Join(strings.Fields(string(body)), " ")
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "?")
	}
	return text
}
