package alicloud

import "strings"

// ossHost is the public host of OSS in a region. Those of the finance cloud do not follow the region id (OSS "Regions
// and endpoints" page, 2026-02).
func ossHost(region string) string {
	location := "oss-" + region
	switch region {
	case "cn-hangzhou-finance":
		location = "oss-cn-hzfinance"
	case "cn-shenzhen-finance-1":
		location = "oss-cn-szfinance"
	case "cn-shanghai-finance-1", "cn-beijing-finance-1":
		location += "-pub"
	}
	return location + ".aliyuncs.com"
}

// RegionOf is the id of the region of an OSS location, with or without "oss-" and the rest of a host: the same but for two
// of the finance cloud (OSS "Regions and endpoints" page, 2026-02).
func RegionOf(location string) string {
	name := strings.TrimPrefix(location, "oss-")
	switch name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, ".aliyuncs.com"), "-internal"), "-pub"); name {
	case "cn-hzfinance":
		return "cn-hangzhou-finance"
	case "cn-szfinance":
		return "cn-shenzhen-finance-1"
	}
	return name
}

// STSHost is the host of STS for a region: the region's own one where one is published (STS "Endpoints" page, 2026-03),
// in a VPC only for the two regions for which alibaba-cloud-sdk-go knows no other (package services/sts, v1.63.107),
// and the central one for all others, which have no host of their own.
func STSHost(region string) string {
	switch region {
	case "cn-hangzhou", "cn-shanghai", "cn-shenzhen", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote", "cn-wulanchabu",
		"cn-chengdu", "cn-hongkong", "cn-heyuan", "cn-qingdao",
		"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-northeast-1", "ap-south-1",
		"us-west-1", "us-east-1", "eu-central-1", "eu-west-1", "me-east-1":
		return "sts." + region + ".aliyuncs.com"
	case "cn-north-2-gov-1", "cn-shenzhen-finance-1":
		return "sts-vpc." + region + ".aliyuncs.com"
	}
	return "sts.aliyuncs.com"
}
