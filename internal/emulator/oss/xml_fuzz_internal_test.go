package oss

import (
	"encoding/xml"
	"reflect"
	"strings"
	"testing"
)

// documents are the bodies with structure, each with an empty value to read into.
func documents() map[string]func() any {
	return map[string]func() any{
		"ReplicationConfiguration": func() any { return &configurationXML{} },
		"ReplicationRules":         func() any { return &ruleIDsXML{} },
		"ReplicationRule":          func() any { return &rtcXML{} },
		"ServerSideEncryptionRule": func() any { return &encryptionXML{} },
		"Tagging":                  func() any { return &taggingXML{} },
		"VersioningConfiguration":  func() any { return &versioningXML{} },
	}
}

// What is read from a body is what is in it: written down and read again it is
// the same, and it is never larger than the body, whatever entities that defines.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`<ReplicationConfiguration><Rule><ID>a</ID><PrefixSet><Prefix>x&amp;y</Prefix><Prefix>é</Prefix></PrefixSet><Destination><Bucket>b</Bucket><Location>oss-cn-x</Location></Destination><RTC><Status>enabled</Status></RTC></Rule></ReplicationConfiguration>`,
		`<ReplicationConfiguration xmlns="urn:x"><Rule><UserTaggings><FilterType>AND</FilterType><UserTagging><Key>k</Key><Value>v</Value></UserTagging></UserTaggings></Rule></ReplicationConfiguration>`,
		`<?xml version="1.0" encoding="UTF-8"?><ReplicationRules><ID>x</ID><ID><![CDATA[<y>]]></ID></ReplicationRules>`,
		`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ReplicationRules><ID>&b;</ID></ReplicationRules>`,
		`<ReplicationRule><RTC><Status>enabled</Status></RTC><ID>x</ID></ReplicationRule>`,
		`<Tagging><TagSet><Tag><Key>k</Key><Value></Value></Tag></TagSet></Tagging>`,
		`<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`,
		`<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>x`, `<a:Tagging/>`, "\xef\xbb\xbf<Tagging/>", `<Tagging>`, ``,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for root, empty := range documents() {
			value := empty()
			if _, err := decode(body, root, value); err != nil {
				continue
			}
			withoutNamespace(value)
			text, err := xml.Marshal(value)
			if err != nil {
				t.Fatalf("%s of %q cannot be written: %v", root, body, err)
			}
			again := empty()
			_, err = decode(text, root, again)
			if withoutNamespace(again); err != nil || !reflect.DeepEqual(value, again) {
				t.Fatalf("%s of %q: %+v, again %+v, %v", root, body, value, again, err)
			}
			if size := texts(reflect.ValueOf(value)); size > len(body) {
				t.Fatalf("%s of %d bytes holds %d: %q", root, len(body), size, body)
			}
		}
	})
}

// withoutNamespace forgets the root's namespace, which means nothing here.
func withoutNamespace(document any) {
	reflect.ValueOf(document).Elem().FieldByName("XMLName").SetZero()
}

// texts is how many bytes of text a value holds.
func texts(v reflect.Value) int {
	size := 0
	switch v.Kind() {
	case reflect.String:
		size = len(v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			size = texts(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			size += texts(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			size += texts(v.Field(i))
		}
	default: // numbers and flags hold no text
	}
	return size
}

func TestDecode_entitiesCannotGrow(t *testing.T) {
	var body strings.Builder
	body.WriteString(`<!DOCTYPE x [<!ENTITY e0 "ha">`)
	for i := range 30 {
		body.WriteString(`<!ENTITY e` + string(rune('a'+i%26)) + ` "&e0;&e0;">`)
	}
	body.WriteString(`]><ReplicationRules><ID>&ea;</ID></ReplicationRules>`)
	if _, err := decode([]byte(body.String()), "ReplicationRules", &ruleIDsXML{}); err == nil {
		t.Error("entities of the document are expanded")
	}
}
