package access

import (
	"slices"
	"strings"
)

// SystemPolicy returns a system policy's document and its name in RAM's own
// spelling; names are compared without regard to case. The contents follow the
// RAM and KMS "System policy reference" pages (2026-07).
func SystemPolicy(name string) (document, spelling string, known bool) {
	for spelling, statement := range systemStatements() {
		if strings.EqualFold(name, spelling) {
			return `{"Version":"1","Statement":[` + statement + `]}`, spelling, true
		}
	}
	return "", "", false
}

// SystemPolicyNames lists the system policies in alphabetical order.
func SystemPolicyNames() []string {
	var names []string
	for name := range systemStatements() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func systemStatements() map[string]string {
	return map[string]string{
		"AdministratorAccess":       `{"Effect":"Allow","Action":"*","Resource":"*"}`,
		"AliyunOSSFullAccess":       `{"Effect":"Allow","Action":"oss:*","Resource":"*"}`,
		"AliyunOSSReadOnlyAccess":   `{"Effect":"Allow","Action":["oss:Get*","oss:List*"],"Resource":"*"}`,
		"AliyunRAMFullAccess":       `{"Effect":"Allow","Action":"ram:*","Resource":"*"}`,
		"AliyunRAMReadOnlyAccess":   `{"Effect":"Allow","Action":["ram:Get*","ram:List*"],"Resource":"*"}`,
		"AliyunSTSAssumeRoleAccess": `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}`,
		"AliyunKMSFullAccess":       `{"Effect":"Allow","Action":"kms:*","Resource":"*"}`,
		"AliyunKMSReadOnlyAccess":   `{"Effect":"Allow","Action":["kms:List*","kms:Describe*","kms:Get*"],"Resource":"*"}`,
		"AliyunKMSCryptoUserAccess": `{"Effect":"Allow","Action":["kms:Encrypt","kms:Decrypt","kms:GenerateDataKey",` +
			`"kms:GenerateDataKeyWithoutPlaintext","kms:AsymmetricEncrypt","kms:AsymmetricDecrypt","kms:AsymmetricSign",` +
			`"kms:AsymmetricVerify","kms:GetPublicKey","kms:GenerateMac","kms:VerifyMac"],"Resource":"*"}`,
	}
}
