package oss

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// answerXML sets the body, which is written when the service is no longer locked:
// long lists take longer to write than to make. The document must not share
// anything with the service that a call changes in place.
func (q *request) answerXML(document any) *cloud.Error {
	q.document = document
	return nil
}

// writeXML turns the document into the body.
func (q *request) writeXML() *cloud.Error {
	if q.document == nil {
		return nil
	}
	text, err := xml.MarshalIndent(q.document, "", "  ")
	if err != nil {
		return cloud.Errorf(http.StatusInternalServerError, "InternalError", "%v", err)
	}
	q.header.Set("Content-Type", "application/xml")
	q.body = append([]byte(xmlHeader), text...)
	return nil
}

// decode reads one XML document with the given root element, and nothing after
// it. Entities other than the predefined ones are refused by encoding/xml, so a
// document cannot grow. found says whether the root was there at all.
func decode(body []byte, root string, into any) (found bool, err error) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = onlyUTF8
	start, err := firstElement(decoder)
	if err != nil || start.Name.Local != root {
		return false, errors.Join(errors.New("no "+root), err)
	}
	if err := decoder.DecodeElement(into, &start); err != nil {
		return true, err
	}
	if _, err := firstElement(decoder); !errors.Is(err, io.EOF) {
		return true, errors.New("something follows the document")
	}
	return true, nil
}

func firstElement(decoder *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := decoder.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return token, nil
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return xml.StartElement{}, errors.New("text outside of the document")
			}
		}
	}
}

func onlyUTF8(charset string, input io.Reader) (io.Reader, error) {
	if strings.EqualFold(charset, "utf-8") {
		return input, nil
	}
	return nil, errors.New("unsupported charset " + charset)
}

// isoTime is the form of times in XML.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

type ownerXML struct {
	ID          string `xml:"ID"`
	DisplayName string `xml:"DisplayName"`
}

func ownerOf(uid string) ownerXML { return ownerXML{ID: uid, DisplayName: uid} }
