package oss

import (
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// defaultPage is how many entries a listing has when max-keys is not given.
const defaultPage = 100

// page is one page of a listing: entries and common prefixes share its limit.
type page struct {
	prefix, delimiter string
	limit             int
	encode            func(string) string
	encodingType      string
	prefixes          []string
	taken             int
}

func (q *request) newPage() (*page, *cloud.Error) {
	limit, err := limitOf(q.query.Get("max-keys"), defaultPage)
	if err != nil {
		return nil, err
	}
	encoding := q.query.Get("encoding-type")
	if encoding != "" && encoding != "url" {
		return nil, errInvalidArgument("Invalid Encoding Method specified in Request.", "encoding-type", encoding)
	}
	return &page{
		prefix: q.query.Get("prefix"), delimiter: q.query.Get("delimiter"), limit: limit,
		encode: encoderOf(encoding), encodingType: encoding,
	}, nil
}

func encoderOf(encodingType string) func(string) string {
	if encodingType == "url" {
		return func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	}
	return func(s string) string { return s }
}

func (p *page) full() bool { return p.taken >= p.limit }

// group is the common prefix a key falls under, "" when it stands for itself.
func (p *page) group(key string) string {
	if p.delimiter == "" {
		return ""
	}
	head, _, found := strings.Cut(key[len(p.prefix):], p.delimiter)
	if !found {
		return ""
	}
	return p.prefix + head + p.delimiter
}

// addGroup takes a common prefix once and reports whether there was room.
func (p *page) addGroup(group string) bool {
	if n := len(p.prefixes); n > 0 && p.prefixes[n-1] == group {
		return true
	}
	if p.full() {
		return false
	}
	p.prefixes = append(p.prefixes, group)
	p.taken++
	return true
}

type commonPrefixXML struct{ Prefix string }

func (p *page) commonPrefixes() []commonPrefixXML {
	var list []commonPrefixXML
	for _, prefix := range p.prefixes {
		list = append(list, commonPrefixXML{p.encode(prefix)})
	}
	return list
}

type entryXML struct {
	Key          string
	LastModified string
	ETag         string
	Type         string
	Size         int
	StorageClass string
	Owner        *ownerXML `xml:",omitempty"`
}

func (p *page) entry(o *Object, owner string) entryXML {
	e := entryXML{
		Key: p.encode(o.Key), LastModified: isoTime(o.Modified), ETag: `"` + o.ETag + `"`, Type: o.kind(), Size: len(o.Data),
		StorageClass: orElse(o.StorageClass, "Standard"),
	}
	if owner != "" {
		o := ownerOf(owner)
		e.Owner = &o
	}
	return e
}

// current collects the current objects after marker; last is where the next
// page begins, "" on the last page.
func (p *page) current(b *bucket, marker, owner string) (entries []entryXML, last string) {
	position := ""
	for _, key := range b.keys() {
		o := b.latest(key)
		group := ""
		if strings.HasPrefix(key, p.prefix) {
			group = p.group(key)
		} else {
			continue
		}
		passed := key <= marker || group != "" && strings.HasPrefix(marker, group)
		if o.DeleteMarker || marker != "" && passed {
			continue
		}
		switch {
		case group != "" && p.addGroup(group):
			position = group
		case group != "" || p.full():
			return entries, position
		default:
			entries = append(entries, p.entry(o, owner))
			p.taken++
			position = key
		}
	}
	return entries, ""
}

type listXML struct {
	XMLName        xml.Name `xml:"ListBucketResult"`
	Name           string
	Prefix         string
	Marker         string
	MaxKeys        int
	Delimiter      string
	EncodingType   string `xml:",omitempty"`
	IsTruncated    bool
	NextMarker     string `xml:",omitempty"`
	Contents       []entryXML
	CommonPrefixes []commonPrefixXML
}

func (q *request) listObjects() *cloud.Error {
	p, err := q.newPage()
	if err != nil {
		return err
	}
	marker := q.query.Get("marker")
	entries, next := p.current(q.bucket, marker, q.bucket.Owner)
	return q.answerXML(listXML{
		Name: q.bucket.Name, Prefix: p.encode(p.prefix), Marker: p.encode(marker), MaxKeys: p.limit, Delimiter: p.encode(p.delimiter),
		EncodingType: p.encodingType, IsTruncated: next != "", NextMarker: p.encode(next), Contents: entries, CommonPrefixes: p.commonPrefixes(),
	})
}

type listV2XML struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Name                  string
	Prefix                string
	StartAfter            string
	MaxKeys               int
	Delimiter             string
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	KeyCount              int
	ContinuationToken     string `xml:",omitempty"`
	NextContinuationToken string `xml:",omitempty"`
	Contents              []entryXML
	CommonPrefixes        []commonPrefixXML
}

// listObjectsV2 continues at an opaque token, which is the last key in base64.
func (q *request) listObjectsV2() *cloud.Error {
	p, err := q.newPage()
	if err != nil {
		return err
	}
	start, token := q.query.Get("start-after"), q.query.Get("continuation-token")
	marker := start
	if token != "" {
		raw, err := base64.StdEncoding.DecodeString(token)
		if err != nil || len(raw) == 0 {
			return errInvalidArgument("The continuation token provided is incorrect.", "continuation-token", token)
		}
		marker = string(raw)
	}
	owner := ""
	if q.query.Get("fetch-owner") == "true" {
		owner = q.bucket.Owner
	}
	entries, next := p.current(q.bucket, marker, owner)
	return q.answerXML(listV2XML{
		Name: q.bucket.Name, Prefix: p.encode(p.prefix), StartAfter: p.encode(start), MaxKeys: p.limit, Delimiter: p.encode(p.delimiter),
		EncodingType: p.encodingType, IsTruncated: next != "", KeyCount: p.taken, ContinuationToken: token,
		NextContinuationToken: base64.StdEncoding.EncodeToString([]byte(next)), Contents: entries, CommonPrefixes: p.commonPrefixes(),
	})
}
