package signature_test

import (
	"maps"
	"math/rand/v2"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	openapimodels "github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/signature"
)

func randomParameters(rnd *rand.Rand, names ...string) map[string]string {
	parameters := map[string]string{}
	for _, name := range names {
		if rnd.IntN(3) > 0 {
			parameters[name] = randomText(rnd)
		}
	}
	return parameters
}

func TestRPCSDK(t *testing.T) {
	t.Parallel()
	for n := range 2 {
		c := &capture{t: t}
		client, err := sdk.NewClientWithAccessKey("cn-hangzhou", accessKey, secretKey) //nolint:staticcheck // users' programs call it
		if n == 1 {
			client, err = sdk.NewClientWithStsToken("cn-hangzhou", accessKey, secretKey, "CAIS/token+=") //nolint:staticcheck // the same
		}
		if err != nil {
			t.Fatal(err)
		}
		client.SetTransport(c)
		rnd := seeded(20 + uint64(n))
		for range signedBy / 2 {
			request := requests.NewCommonRequest()
			request.Method = one(rnd, "GET", "POST")
			request.Scheme = "http"
			request.Domain = "127.0.0.1:8089"
			request.Version = "2015-05-01"
			request.ApiName = "GetRole"
			maps.Copy(request.QueryParams, randomParameters(rnd, "RoleName", "Tag.1.Key", "*odd name"))
			if request.Method == "POST" {
				maps.Copy(request.FormParams, randomParameters(rnd, "PolicyDocument", "Description"))
			}
			if _, err := client.ProcessCommonRequest(request); err != nil {
				t.Fatal(err)
			}
			mustVerifyRPC(t, rnd, c, signature.RPCV1)
		}
	}
}

func TestOpenAPISDK(t *testing.T) {
	t.Parallel()
	for algorithm, want := range map[string]signature.Scheme{"v2": signature.RPCV1, "ACS3-HMAC-SHA256": signature.RPCV3} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			c := &capture{t: t}
			client, err := openapi.NewClient(&openapimodels.Config{
				AccessKeyId: dara.String(accessKey), AccessKeySecret: dara.String(secretKey), SecurityToken: dara.String("CAIS/token+="),
				Endpoint: dara.String("127.0.0.1:8089"), Protocol: dara.String("HTTP"), SignatureAlgorithm: dara.String(algorithm), HttpClient: c,
			})
			if err != nil {
				t.Fatal(err)
			}
			rnd := seeded(30 + uint64(want))
			// In V3 mode the SDK does not escape names, which no API needs.
			names := []string{"RoleName", "Tag.1.Key"}
			if want == signature.RPCV1 {
				names = append(names, "*odd name")
			}
			for range signedBy / 2 {
				params := &openapimodels.Params{
					Action: dara.String("GetRole"), Version: dara.String("2015-05-01"), Protocol: dara.String("HTTP"), Pathname: dara.String("/"),
					Method: dara.String(one(rnd, "GET", "POST")), AuthType: dara.String("AK"), Style: dara.String("RPC"),
					ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
				}
				request := &openapimodels.OpenApiRequest{Query: map[string]*string{}}
				for name, value := range randomParameters(rnd, names...) {
					request.Query[name] = dara.String(value)
				}
				if *params.Method == "POST" {
					request.Body = dara.ToMap(randomParameters(rnd, "PolicyDocument", "Description"))
				}
				if _, err := client.CallApi(params, request, &dara.RuntimeOptions{}); err != nil {
					t.Fatal(err)
				}
				mustVerifyRPC(t, rnd, c, want)
			}
		})
	}
}
