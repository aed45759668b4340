package kms_test

import (
	"strings"
	"testing"
)

// names joins one field of the rows of a list.
func names(out map[string]any, list, item, field string) string {
	var found []string
	for _, row := range out[list].(map[string]any)[item].([]map[string]any) {
		found = append(found, row[field].(string))
	}
	return strings.Join(found, " ")
}

func TestListKeys_filters(t *testing.T) {
	w := newWorld(t)
	w.do("DisableKey", "KeyId", defaultKey)
	w.do("CreateAlias", "AliasName", "alias/orders", "KeyId", usableKey)
	created := w.do("CreateKey", "Tags", `[{"TagKey":"team","TagValue":"orders"}]`)["KeyMetadata"].(map[string]any)["KeyId"].(string)
	all := strings.Join([]string{usableKey, defaultKey, serviceKey, signingKey, "key-imp01", created}, " ")
	for filters, want := range map[string]string{
		"":   all,
		"[]": all,
		`[{"Key":"KeyState","Values":["Disabled"]}]`:                                                    defaultKey,
		`[{"Key":"KeyState","Values":["Disabled","PendingImport"]}]`:                                    defaultKey + " key-imp01",
		`[{"Key":"KeySpec","Values":["EC_P256"]}]`:                                                      signingKey,
		`[{"Key":"KeyUsage","Values":["SIGN/VERIFY"]}]`:                                                 signingKey,
		`[{"Key":"ProtectionLevel","Values":["HSM"]}]`:                                                  "",
		`[{"Key":"CreatorType","Values":["Service"]}]`:                                                  serviceKey,
		`[{"Key":"CreatorType","Values":["User"]},{"Key":"DKMSInstanceId","Values":["kst-1"]}]`:         usableKey + " " + signingKey,
		`[{"Key":"DKMSInstanceId","Values":["kst-1"]},{"Key":"KeyUsage","Values":["ENCRYPT/DECRYPT"]}]`: usableKey,
		`[{"Key":"keyId","Values":["key-hzz05","key-none"]}]`:                                           signingKey,
		`[{"Key":"AliasName","Values":["alias/orders"]}]`:                                               usableKey,
		`[{"Key":"Creator","Values":["OSS"]}]`:                                                          serviceKey,
		`[{"Key":"TagKey","Values":["team"]}]`:                                                          created,
		`[{"Key":"TagValue","Values":["orders"]}]`:                                                      created,
		`[{"Key":"TagValue","Values":["team"]}]`:                                                        "",
	} {
		if got := names(w.do("ListKeys", "Filters", filters), "Keys", "Key", "KeyId"); got != want {
			t.Errorf("%s: %q, want %q", filters, got, want)
		}
	}
	for _, bad := range []string{"x", "{}", `[{"Key":"KeyId","Values":["a"]}]`, `[{"Key":"keyId","Values":[]}]`, `[{"Key":"keyId","Values":"a"}]`} {
		w.refused(400, "InvalidParameter", "ListKeys", "Filters", bad)
	}
}

func TestListKeys_pages(t *testing.T) {
	w := newWorld(t)
	for range 7 {
		w.do("CreateKey")
	}
	for name, tc := range map[string]struct {
		pairs []string
		rows  int
	}{
		"defaults":        {nil, 10},
		"last page":       {[]string{"PageNumber", "2"}, 2},
		"behind the last": {[]string{"PageNumber", "9"}, 0},
		"all":             {[]string{"PageSize", "100"}, 12},
		"one":             {[]string{"PageSize", "1", "PageNumber", "12"}, 1},
	} {
		out := w.do("ListKeys", tc.pairs...)
		rows := out["Keys"].(map[string]any)["Key"].([]map[string]any)
		if len(rows) != tc.rows || out["TotalCount"] != 12 {
			t.Errorf("%s: %d rows of %v", name, len(rows), out["TotalCount"])
		}
	}
	out := w.do("ListKeys", "PageSize", "1")
	row := out["Keys"].(map[string]any)["Key"].([]map[string]any)[0]
	if row["KeyArn"] != usableARN || out["PageNumber"] != 1 || out["PageSize"] != 1 {
		t.Errorf("first page: %v", out)
	}
	for _, bad := range [][]string{{"PageNumber", "0"}, {"PageSize", "0"}, {"PageSize", "101"}, {"PageSize", "x"}} {
		w.refused(400, "InvalidParameter", "ListKeys", bad...)
	}
	empty, err := w.as(root(third), "ListKeys", "RegionId", "cn-shanghai")
	if err != nil || empty["TotalCount"] != 0 || names(empty, "Keys", "Key", "KeyId") != "" {
		t.Errorf("an account without keys: %v, %v", empty, err)
	}
}
