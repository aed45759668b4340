package alicloud_test

import (
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/sts"

	"github.com/terraform-srr/terraform-provider-srr/internal/alicloud"
)

// The hosts of OSS are those of its "Regions and endpoints" page (2026-02), the ones of STS those of its "Endpoints"
// page (2026-03), which lists no other region.
func TestDefaultHosts(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"cn-hangzhou":           "orders.oss-cn-hangzhou sts.cn-hangzhou",
		"cn-qingdao":            "orders.oss-cn-qingdao sts.cn-qingdao",
		"cn-heyuan":             "orders.oss-cn-heyuan sts.cn-heyuan",
		"cn-hongkong":           "orders.oss-cn-hongkong sts.cn-hongkong",
		"eu-central-1":          "orders.oss-eu-central-1 sts.eu-central-1",
		"me-east-1":             "orders.oss-me-east-1 sts.me-east-1",
		"cn-guangzhou":          "orders.oss-cn-guangzhou sts",
		"ap-northeast-2":        "orders.oss-ap-northeast-2 sts",
		"ap-southeast-6":        "orders.oss-ap-southeast-6 sts",
		"ap-southeast-7":        "orders.oss-ap-southeast-7 sts",
		"na-south-1":            "orders.oss-na-south-1 sts",
		"me-central-1":          "orders.oss-me-central-1 sts",
		"cn-nanjing":            "orders.oss-cn-nanjing sts",
		"xx-invented-9":         "orders.oss-xx-invented-9 sts",
		"cn-hangzhou-finance":   "orders.oss-cn-hzfinance sts",
		"cn-shanghai-finance-1": "orders.oss-cn-shanghai-finance-1-pub sts",
		"cn-beijing-finance-1":  "orders.oss-cn-beijing-finance-1-pub sts",
		"cn-shenzhen-finance-1": "orders.oss-cn-szfinance sts-vpc.cn-shenzhen-finance-1",
		"cn-north-2-gov-1":      "orders.oss-cn-north-2-gov-1 sts-vpc.cn-north-2-gov-1",
	} {
		var seen []string
		c, err := alicloud.New(alicloud.Config{
			Region: region, Credentials: alicloud.StaticCredentials{AccessKeyID: "a", AccessKeySecret: "b"},
			Transport: hosts{&seen}, MaxRetries: -1,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{second(c.BucketInfo(t.Context(), "orders")), second(c.Account(t.Context()))} {
			if !alicloud.HasCode(err, alicloud.CodeConnection) {
				t.Errorf("%s: %v", region, err)
			}
		}
		if got := strings.NewReplacer("https://", "", ".aliyuncs.com/", "").Replace(strings.Join(seen, " ")); got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
	}
}

// What the SDK's own table has beside the rule "sts.<region>" is the same here.
func TestSTSHost_knowsTheExceptionsOfTheSDK(t *testing.T) {
	t.Parallel()
	table := sts.GetEndpointMap()
	for region, want := range table {
		if got := alicloud.STSHost(region); got != want {
			t.Errorf("%s: %s, want %s", region, got, want)
		}
	}
	if len(table) == 0 {
		t.Error("the table is empty")
	}
}

func TestRegionOf(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"oss-cn-hangzhou": "cn-hangzhou", "cn-hangzhou": "cn-hangzhou", "oss-cn-hangzhou-internal.aliyuncs.com": "cn-hangzhou",
		"oss-cn-hzfinance": "cn-hangzhou-finance", "cn-hzfinance": "cn-hangzhou-finance", "oss-cn-szfinance": "cn-shenzhen-finance-1",
		"oss-cn-shenzhen-finance-1": "cn-shenzhen-finance-1", "oss-cn-beijing-finance-1-pub.aliyuncs.com": "cn-beijing-finance-1", "": "",
	} {
		if got := alicloud.RegionOf(location); got != want {
			t.Errorf("%q is in %q, want %q", location, got, want)
		}
	}
}
