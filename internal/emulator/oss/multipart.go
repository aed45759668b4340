package oss

import (
	"crypto/md5" //nolint:gosec // the protocol's checksum
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// Limits of multipart uploads (OSS "Multipart upload" page): all parts but the
// last have at least 100 KB.
const (
	minPart  = 100 << 10
	maxParts = 10000
)

func (q *request) initiateUpload() *cloud.Error {
	o, err := q.objectFromHeaders()
	if err != nil {
		return err
	}
	upload := &Upload{ID: strings.ToUpper(strings.ReplaceAll(newID(), "-", "")), Object: *o, Started: q.now()}
	q.bucket.uploads[upload.ID] = upload
	encoding := q.query.Get("encoding-type")
	return q.answerXML(struct {
		XMLName      xml.Name `xml:"InitiateMultipartUploadResult"`
		EncodingType string   `xml:",omitempty"`
		Bucket       string
		Key          string
		UploadID     string `xml:"UploadId"`
	}{EncodingType: encoding, Bucket: q.bucket.Name, Key: encoderOf(encoding)(o.Key), UploadID: upload.ID})
}

func (q *request) upload() (*Upload, *cloud.Error) {
	id := q.query.Get("uploadId")
	upload := q.bucket.uploads[id]
	if upload == nil || upload.Object.Key != q.call.Target.Key {
		return nil, refuse(http.StatusNotFound, "NoSuchUpload",
			"The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", "",
			cloud.Field{Name: "UploadId", Value: id})
	}
	return upload, nil
}

func (q *request) uploadPart() *cloud.Error {
	upload, err := q.upload()
	if err != nil {
		return err
	}
	if q.http.Header.Get("x-oss-copy-source") != "" {
		return errNotImplemented("x-oss-copy-source")
	}
	number, errNumber := strconv.Atoi(q.query.Get("partNumber"))
	if errNumber != nil || number < 1 || number > maxParts {
		return errInvalidArgument("Part number must be an integer between 1 and 10000, inclusive.", "partNumber", q.query.Get("partNumber"))
	}
	part := Part{Number: number, Data: q.call.Body, Modified: q.now()}
	upload.Parts = slices.DeleteFunc(upload.Parts, func(p Part) bool { return p.Number == number })
	upload.Parts = append(upload.Parts, part)
	sort.Slice(upload.Parts, func(i, j int) bool { return upload.Parts[i].Number < upload.Parts[j].Number })
	stored := Object{Data: part.Data}
	q.header.Set("ETag", `"`+part.etag()+`"`)
	q.header.Set("x-oss-hash-crc64ecma", stored.checksum())
	return nil
}

func (p Part) etag() string {
	sum := md5.Sum(p.Data) //nolint:gosec // the protocol's checksum
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

type completeXML struct {
	Parts []struct {
		PartNumber int
		ETag       string
	} `xml:"Part"`
}

func (q *request) completeUpload() *cloud.Error {
	upload, err := q.upload()
	if err != nil {
		return err
	}
	parts, err := q.chosenParts(upload)
	if err != nil {
		return err
	}
	o := upload.Object.clone()
	var sums []byte
	for _, part := range parts {
		sum := md5.Sum(part.Data) //nolint:gosec // the protocol's checksum
		sums = append(sums, sum[:]...)
		o.Data = append(o.Data, part.Data...)
	}
	whole := md5.Sum(sums) //nolint:gosec // the protocol's checksum
	o.ETag = fmt.Sprintf("%s-%d", strings.ToUpper(hex.EncodeToString(whole[:])), len(parts))
	o.Parts = len(parts)
	if err := q.checkWrite(o); err != nil {
		return err
	}
	delete(q.bucket.uploads, upload.ID)
	if err := q.finishWrite(o); err != nil {
		return err
	}
	encoding := q.query.Get("encoding-type")
	return q.answerXML(struct {
		XMLName      xml.Name `xml:"CompleteMultipartUploadResult"`
		EncodingType string   `xml:",omitempty"`
		Location     string
		Bucket       string
		Key          string
		ETag         string
	}{
		EncodingType: encoding, Location: "http://" + q.http.Host + q.http.URL.EscapedPath(), Bucket: q.bucket.Name,
		Key: encoderOf(encoding)(o.Key), ETag: `"` + o.ETag + `"`,
	})
}

// chosenParts are the parts the completion names, in ascending order.
func (q *request) chosenParts(upload *Upload) ([]Part, *cloud.Error) {
	if q.http.Header.Get("x-oss-complete-all") == "yes" && len(q.call.Body) == 0 && len(upload.Parts) > 0 {
		return upload.Parts, nil
	}
	var body completeXML
	if _, err := decode(q.call.Body, "CompleteMultipartUpload", &body); err != nil || len(body.Parts) == 0 {
		malformed := errMalformedXML()
		malformed.EC = "0042-00000205"
		return nil, malformed
	}
	for i := 1; i < len(body.Parts); i++ {
		if body.Parts[i].PartNumber <= body.Parts[i-1].PartNumber {
			return nil, refuse(http.StatusBadRequest, "InvalidPartOrder",
				"The list of parts was not in ascending order. Parts list must specified in order by part number.", "")
		}
	}
	var chosen []Part
	for i, wanted := range body.Parts {
		at := slices.IndexFunc(upload.Parts, func(p Part) bool { return p.Number == wanted.PartNumber })
		if at < 0 || !strings.EqualFold(strings.Trim(wanted.ETag, `"`), upload.Parts[at].etag()) {
			return nil, refuse(http.StatusBadRequest, "InvalidPart",
				"One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.", "",
				cloud.Field{Name: "PartNumber", Value: strconv.Itoa(wanted.PartNumber)})
		}
		if i < len(body.Parts)-1 && len(upload.Parts[at].Data) < minPart {
			return nil, refuse(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload smaller than the minimum allowed size.", "")
		}
		chosen = append(chosen, upload.Parts[at])
	}
	return chosen, nil
}

func (q *request) abortUpload() *cloud.Error {
	upload, err := q.upload()
	if err != nil {
		return err
	}
	delete(q.bucket.uploads, upload.ID)
	q.status = http.StatusNoContent
	return nil
}

type partXML struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int
}

func (q *request) listParts() *cloud.Error {
	upload, err := q.upload()
	if err != nil {
		return err
	}
	limit, err := limitOf(q.query.Get("max-parts"), 1000)
	if err != nil {
		return err
	}
	marker, _ := strconv.Atoi(q.query.Get("part-number-marker")) // no number is no marker
	encoding := q.query.Get("encoding-type")
	answer := struct {
		XMLName              xml.Name `xml:"ListPartsResult"`
		EncodingType         string   `xml:",omitempty"`
		Bucket               string
		Key                  string
		UploadID             string `xml:"UploadId"`
		PartNumberMarker     int
		NextPartNumberMarker int
		MaxParts             int
		IsTruncated          bool
		Part                 []partXML
	}{EncodingType: encoding, Bucket: q.bucket.Name, Key: encoderOf(encoding)(upload.Object.Key), UploadID: upload.ID, PartNumberMarker: marker, MaxParts: limit}
	for _, part := range upload.Parts {
		if part.Number <= marker {
			continue
		}
		if len(answer.Part) == limit {
			answer.IsTruncated = true
			break
		}
		answer.Part = append(answer.Part, partXML{part.Number, isoTime(part.Modified), `"` + part.etag() + `"`, len(part.Data)})
		answer.NextPartNumberMarker = part.Number
	}
	return q.answerXML(answer)
}

type uploadXML struct {
	Key       string
	UploadID  string `xml:"UploadId"`
	Initiated string
}

// listUploads lists all uploads below a prefix on one page.
func (q *request) listUploads() *cloud.Error {
	p, err := q.newPage()
	if err != nil {
		return err
	}
	answer := struct {
		XMLName      xml.Name `xml:"ListMultipartUploadsResult"`
		EncodingType string   `xml:",omitempty"`
		Bucket       string
		Prefix       string
		IsTruncated  bool
		Upload       []uploadXML
	}{EncodingType: p.encodingType, Bucket: q.bucket.Name, Prefix: p.encode(p.prefix)}
	for _, upload := range q.bucket.uploads {
		if strings.HasPrefix(upload.Object.Key, p.prefix) {
			answer.Upload = append(answer.Upload, uploadXML{p.encode(upload.Object.Key), upload.ID, isoTime(upload.Started)})
		}
	}
	sort.Slice(answer.Upload, func(i, j int) bool {
		a, b := answer.Upload[i], answer.Upload[j]
		return a.Key < b.Key || a.Key == b.Key && a.UploadID < b.UploadID
	})
	return q.answerXML(answer)
}
