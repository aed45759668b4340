package oss

import (
	"encoding/xml"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

type bucketEntryXML struct {
	Name             string
	Location         string
	CreationDate     string
	StorageClass     string
	ExtranetEndpoint string
	IntranetEndpoint string
	Region           string
}

type listBucketsXML struct {
	XMLName     xml.Name `xml:"ListAllMyBucketsResult"`
	Prefix      string
	Marker      string
	MaxKeys     int
	IsTruncated bool
	NextMarker  string           `xml:",omitempty"`
	Owner       ownerXML         `xml:"Owner"`
	Buckets     []bucketEntryXML `xml:"Buckets>Bucket"`
}

func bucketEntryOf(b *bucket) bucketEntryXML {
	return bucketEntryXML{
		Name: b.Name, Location: b.location(), CreationDate: isoTime(b.Created), StorageClass: orElse(b.StorageClass, "Standard"),
		ExtranetEndpoint: b.location() + ".aliyuncs.com", IntranetEndpoint: b.location() + "-internal.aliyuncs.com", Region: b.Region,
	}
}

type versioningXML struct {
	XMLName xml.Name `xml:"VersioningConfiguration"`
	Status  string   `xml:",omitempty"`
}

type sseXML struct {
	Algorithm string `xml:"SSEAlgorithm"`
	KeyID     string `xml:"KMSMasterKeyID,omitempty"`
	Data      string `xml:"KMSDataEncryption,omitempty"`
}

type encryptionXML struct {
	XMLName xml.Name `xml:"ServerSideEncryptionRule"`
	Default sseXML   `xml:"ApplyServerSideEncryptionByDefault"`
}

type aclXML struct {
	XMLName xml.Name `xml:"AccessControlPolicy"`
	Owner   ownerXML `xml:"Owner"`
	Grant   string   `xml:"AccessControlList>Grant"`
}

// infoXML has the elements of the GetBucketInfo page in its order.
type infoXML struct {
	XMLName                xml.Name `xml:"BucketInfo"`
	AccessMonitor          string   `xml:"Bucket>AccessMonitor"`
	BlockPublicAccess      bool     `xml:"Bucket>BlockPublicAccess"`
	Comment                string   `xml:"Bucket>Comment"`
	CreationDate           string   `xml:"Bucket>CreationDate"`
	CrossRegionReplication string   `xml:"Bucket>CrossRegionReplication"`
	DataRedundancyType     string   `xml:"Bucket>DataRedundancyType"`
	ExtranetEndpoint       string   `xml:"Bucket>ExtranetEndpoint"`
	IntranetEndpoint       string   `xml:"Bucket>IntranetEndpoint"`
	Location               string   `xml:"Bucket>Location"`
	Name                   string   `xml:"Bucket>Name"`
	ResourceGroupID        string   `xml:"Bucket>ResourceGroupId"`
	StorageClass           string   `xml:"Bucket>StorageClass"`
	TransferAcceleration   string   `xml:"Bucket>TransferAcceleration"`
	Versioning             string   `xml:"Bucket>Versioning,omitempty"`
	Owner                  ownerXML `xml:"Bucket>Owner"`
	Grant                  string   `xml:"Bucket>AccessControlList>Grant"`
	Encryption             sseXML   `xml:"Bucket>ServerSideEncryptionRule"`
	LogBucket              string   `xml:"Bucket>BucketPolicy>LogBucket"`
	LogPrefix              string   `xml:"Bucket>BucketPolicy>LogPrefix"`
}

func (q *request) getInfo() *cloud.Error {
	b := q.bucket
	info := infoXML{
		AccessMonitor: "Disabled", BlockPublicAccess: b.BlockPublicAccess, CreationDate: isoTime(b.Created),
		CrossRegionReplication: "Disabled", DataRedundancyType: orElse(b.Redundancy, "LRS"),
		ExtranetEndpoint: b.location() + ".aliyuncs.com", IntranetEndpoint: b.location() + "-internal.aliyuncs.com",
		Location: b.location(), Name: b.Name, ResourceGroupID: "rg-default", StorageClass: orElse(b.StorageClass, "Standard"),
		TransferAcceleration: "Disabled", Versioning: b.Versioning, Owner: ownerOf(b.Owner), Grant: b.acl(),
		Encryption: sseXML{Algorithm: "None"},
	}
	if b.Encryption != nil {
		info.Encryption = sseXML{Algorithm: b.Encryption.Algorithm, KeyID: b.Encryption.KMSKeyID, Data: b.Encryption.Data}
	}
	for _, r := range b.rules {
		if r.Location != b.location() {
			info.CrossRegionReplication = "Enabled"
		}
	}
	return q.answerXML(info)
}

func (q *request) getLocation() *cloud.Error {
	return q.answerXML(struct {
		XMLName  xml.Name `xml:"LocationConstraint"`
		Location string   `xml:",chardata"`
	}{Location: q.bucket.location()})
}

type statXML struct {
	XMLName              xml.Name `xml:"BucketStat"`
	Storage              int64
	ObjectCount          int64
	MultipartUploadCount int64
	LiveChannelCount     int64
	LastModifiedTime     int64
	StandardStorage      int64
	StandardObjectCount  int64
	DeleteMarkerCount    int64
}

// getStat counts now; the service's own figures lag by more than an hour.
func (q *request) getStat() *cloud.Error {
	stat := statXML{MultipartUploadCount: int64(len(q.bucket.uploads)), LastModifiedTime: q.now().Unix()}
	for _, versions := range q.bucket.versions {
		for _, o := range versions {
			if o.DeleteMarker {
				stat.DeleteMarkerCount++
				continue
			}
			stat.ObjectCount++
			stat.Storage += int64(len(o.Data))
			if strings.EqualFold(orElse(o.StorageClass, "Standard"), "Standard") {
				stat.StandardObjectCount++
				stat.StandardStorage += int64(len(o.Data))
			}
		}
	}
	return q.answerXML(stat)
}
