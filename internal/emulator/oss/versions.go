package oss

import (
	"encoding/xml"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

type versionXML struct {
	XMLName      xml.Name // Version or DeleteMarker
	Key          string
	VersionID    string `xml:"VersionId"`
	IsLatest     bool
	LastModified string
	ETag         string `xml:",omitempty"`
	Type         string `xml:",omitempty"`
	Size         *int   `xml:",omitempty"`
	StorageClass string `xml:",omitempty"`
	Owner        ownerXML
}

type listVersionsXML struct {
	XMLName             xml.Name `xml:"ListVersionsResult"`
	Name                string
	Prefix              string
	KeyMarker           string
	VersionIDMarker     string `xml:"VersionIdMarker"`
	MaxKeys             int
	Delimiter           string
	EncodingType        string `xml:",omitempty"`
	IsTruncated         bool
	NextKeyMarker       string `xml:",omitempty"`
	NextVersionIDMarker string `xml:"NextVersionIdMarker,omitempty"`
	Versions            []versionXML
	CommonPrefixes      []commonPrefixXML
}

// listVersions lists every version, by key and from new to old.
func (q *request) listVersions() *cloud.Error {
	p, err := q.newPage()
	if err != nil {
		return err
	}
	keyMarker, idMarker := q.query.Get("key-marker"), q.query.Get("version-id-marker")
	answer := listVersionsXML{
		Name: q.bucket.Name, Prefix: p.encode(p.prefix), KeyMarker: p.encode(keyMarker), VersionIDMarker: idMarker, MaxKeys: p.limit,
		Delimiter: p.encode(p.delimiter), EncodingType: p.encodingType,
	}
	nextKey, nextID := "", ""
	for _, o := range q.versionsAfter(p, keyMarker, idMarker) {
		group := p.group(o.Key)
		if group != "" && p.addGroup(group) {
			nextKey, nextID = group, ""
			continue
		}
		if group != "" || p.full() {
			answer.IsTruncated = true
			answer.NextKeyMarker, answer.NextVersionIDMarker = p.encode(nextKey), nextID
			break
		}
		answer.Versions = append(answer.Versions, q.versionEntry(p, o))
		p.taken++
		nextKey, nextID = o.Key, o.VersionID
	}
	answer.CommonPrefixes = p.commonPrefixes()
	return q.answerXML(answer)
}

// versionsAfter lists what lies behind the markers: a version id marker
// continues within the key, a key marker alone behind it.
func (q *request) versionsAfter(p *page, keyMarker, idMarker string) []*Object {
	var list []*Object
	for _, key := range q.bucket.keys() {
		if !strings.HasPrefix(key, p.prefix) {
			continue
		}
		group := p.group(key)
		if keyMarker != "" && (key < keyMarker || group != "" && strings.HasPrefix(keyMarker, group)) {
			continue
		}
		versions := q.bucket.versions[key]
		if key == keyMarker {
			versions = behind(versions, idMarker)
		}
		list = append(list, versions...)
	}
	return list
}

func behind(versions []*Object, id string) []*Object {
	for i, o := range versions {
		if id != "" && o.VersionID == id {
			return versions[i+1:]
		}
	}
	return nil
}

func (q *request) versionEntry(p *page, o *Object) versionXML {
	entry := versionXML{
		XMLName: xml.Name{Local: "DeleteMarker"}, Key: p.encode(o.Key), VersionID: o.VersionID, IsLatest: q.bucket.latest(o.Key) == o,
		LastModified: isoTime(o.Modified), Owner: ownerOf(q.bucket.Owner),
	}
	if !o.DeleteMarker {
		size := len(o.Data)
		entry.XMLName.Local = "Version"
		entry.ETag, entry.Type, entry.Size = `"`+o.ETag+`"`, o.kind(), &size
		entry.StorageClass = orElse(o.StorageClass, "Standard")
	}
	return entry
}
