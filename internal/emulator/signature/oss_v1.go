package signature

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

const v1QueryMissing = "Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters"

func readV1Header(r *http.Request, query url.Values, target Target, authorization string) (Claim, *Failure) {
	id, provided, ok := strings.Cut(strings.TrimPrefix(authorization, v1Prefix), ":")
	if !ok || id == "" || provided == "" {
		return Claim{}, malformedAuthorization(authorization)
	}
	// Browsers cannot set Date and send x-oss-date instead. With both, Date fills
	// the line and x-oss-date is signed as a header, so neither can be altered.
	date := r.Header.Get("Date")
	if date == "" {
		date = r.Header.Get("x-oss-date")
	}
	signedAt, ok := parseOSSTime(date)
	if !ok {
		return Claim{}, missingDate()
	}
	return Claim{
		Credential: Credential{
			AccessKeyID:   id,
			SecurityToken: r.Header.Get("x-oss-security-token"),
			Scheme:        OSSV1Header,
			SignedAt:      signedAt,
		},
		provided:     provided,
		stringToSign: v1StringToSign(r, query, target, date),
	}, nil
}

func readV1Query(r *http.Request, query url.Values, target Target) (Claim, *Failure) {
	id, hasID := once(query, "OSSAccessKeyId")
	expires, hasExpires := once(query, "Expires")
	provided, hasSignature := once(query, "Signature")
	if !hasID || !hasExpires || !hasSignature {
		return Claim{}, denied(v1QueryMissing, "")
	}
	seconds, ok := parseSeconds(expires)
	if !ok {
		return Claim{}, invalidArgument("Invalid date (should be seconds since epoch).", "Expires", expires)
	}
	return Claim{
		Credential: Credential{
			AccessKeyID:   id,
			SecurityToken: query.Get("security-token"),
			Scheme:        OSSV1Query,
			Expires:       time.Unix(seconds, 0).UTC(),
		},
		provided:     provided,
		stringToSign: v1StringToSign(r, query, target, expires),
	}, nil
}

func v1StringToSign(r *http.Request, query url.Values, target Target, date string) string {
	resource := target.resource()
	if signed := joinPairs(sortedPairs(query, isSignedV1, verbatim), true); signed != "" {
		resource += "?" + signed
	}
	return r.Method + "\n" +
		r.Header.Get("Content-MD5") + "\n" +
		r.Header.Get("Content-Type") + "\n" +
		date + "\n" +
		canonicalHeaders(r, isOSSHeader) +
		resource
}

// isSignedV1 says whether a query parameter is part of a V1 signature. The list
// is the union of aliyun-oss-go-sdk v3.0.2 and alibabacloud-gateway-oss; no
// client sends an x-oss- parameter unsigned.
func isSignedV1(name string) bool {
	return strings.HasPrefix(name, "x-oss-") || name != "" && strings.Contains(v1SubResources, " "+name+" ") && !strings.Contains(name, " ")
}

const v1SubResources = " acl uploads location cors logging website referer lifecycle delete append tagging objectMeta objectInfo" +
	" uploadId partNumber security-token position img style styleName replication replicationProgress" +
	" replicationLocation cname bucketInfo comp qos live status vod startTime endTime symlink" +
	" response-content-type response-content-language response-expires response-cache-control" +
	" response-content-disposition response-content-encoding udf udfName udfImage udfId" +
	" udfImageDesc udfApplication udfApplicationLog restore callback callback-var qosInfo policy stat encryption" +
	" versions versioning versionId requestPayment sequential inventory inventoryId" +
	" continuation-token asyncFetch worm wormId wormExtend withHashContext" +
	" transferAcceleration regionList cloudboxes metaQuery resourceGroup rtc responseHeader" +
	" group link accessPoint accessPointPolicy httpsConfig regionsV2 publicAccessBlock policyStatus" +
	" redundancyTransition redundancyType redundancyProgress dataAccelerator verbose bucketArchiveDirectRead" +
	" accessPointForObjectProcess accessPointConfigForObjectProcess accessPointPolicyForObjectProcess" +
	" userDefinedLogFieldsConfig reservedcapacity requesterQosInfo qosRequester resourcePool resourcePoolInfo" +
	" resourcePoolBuckets processConfiguration virtualBucket copy userRegion partSize chunkSize partUploadId" +
	" chunkNumber eventnotification cacheConfiguration dfs dfsadmin dfssecurity "
