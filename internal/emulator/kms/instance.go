package kms

import "github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"

// describeRegions needs no permission (KMS DescribeRegions page); the list is that
// of the "Regions and zones" page (2026).
func (r *request) describeRegions() (answer, *cloud.Error) {
	var rows []answer
	for _, region := range []string{
		"cn-hangzhou", "cn-shanghai", "cn-shenzhen", "cn-heyuan", "cn-guangzhou", "cn-qingdao", "cn-beijing", "cn-zhangjiakou",
		"cn-huhehaote", "cn-wulanchabu", "cn-chengdu", "cn-hongkong", "ap-southeast-1", "ap-southeast-3", "ap-southeast-5",
		"ap-southeast-6", "ap-southeast-7", "ap-northeast-1", "ap-northeast-2", "eu-central-1", "eu-west-1", "us-west-1",
		"us-east-1", "me-east-1", "me-central-1", "cn-fuzhou", "cn-wuhan-lr",
	} {
		rows = append(rows, answer{"RegionId": region})
	}
	return answer{"Regions": answer{"Region": rows}}, nil
}

func (r *request) describeAccountStatus() (answer, *cloud.Error) {
	if err := r.permitOwn("*"); err != nil {
		return nil, err
	}
	return answer{"AccountStatus": "Enabled"}, nil
}

// ownInstance finds an instance of the caller's account.
func (r *request) ownInstance() (*Instance, *cloud.Error) {
	id := r.Params["KmsInstanceId"]
	if err := r.permitOwn("instance/" + id); err != nil {
		return nil, err
	}
	instance := r.instances[id]
	if instance == nil || instance.Owner != r.Caller.AccountID || instance.Region != r.Region {
		return nil, instanceNotFound()
	}
	return instance, nil
}

// getInstance follows the current model, in which VswitchIds and ZoneIds are
// arrays (KMS GetKmsInstance page, 2025).
func (r *request) getInstance() (answer, *cloud.Error) {
	i, err := r.ownInstance()
	if err != nil {
		return nil, err
	}
	bound := []answer{}
	for _, vpc := range i.BoundVPCs {
		bound = append(bound, answer{"VpcId": vpc, "RegionId": i.Region, "VpcOwnerId": i.Owner})
	}
	return answer{"KmsInstance": answer{
		"InstanceId": i.ID, "InstanceName": i.Name, "Status": i.Status, "VpcNum": i.AccessManagementQuantity,
		"KeyNum": i.KeyQuantity, "SecretNum": "0", "Spec": 1000, "VpcId": "vpc-" + i.ID,
		"VswitchIds": []string{"vsw-" + i.ID}, "ZoneIds": []string{i.Region + "-h", i.Region + "-k"},
		"BindVpcs": answer{"BindVpc": bound}, "StartDate": date(i.CreatedAt), "EndDate": date(i.CreatedAt.AddDate(1, 0, 0)),
		"CreateTime": date(i.CreatedAt), "ChargeType": "PREPAY", "ProductVersion": "3", "CaCertificateChainPem": "",
	}}, nil
}

func (r *request) getInstanceQuotas() (answer, *cloud.Error) {
	i, err := r.ownInstance()
	if err != nil {
		return nil, err
	}
	wanted := r.Params["ResourceType"]
	rows := []answer{}
	for _, quota := range []struct {
		name        string
		limit, used int
	}{
		{"key", i.KeyQuantity, r.keysIn(i)},
		{"secret", 0, 0},
		{"qps", 1000, 0},
		{"vpc", i.AccessManagementQuantity, r.unitsUsed(i)},
	} {
		if wanted == "" || wanted == quota.name {
			rows = append(rows, answer{"ResourceType": quota.name, "ResourceQuota": quota.limit, "UsedQuantity": quota.used})
		}
	}
	if len(rows) == 0 {
		return nil, invalid("ResourceType")
	}
	return answer{"KmsInstanceId": i.ID, "KmsInstanceQuotaInfos": rows}, nil
}
