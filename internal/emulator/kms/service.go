package kms

import (
	"crypto/rand"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/access"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
)

// defaultRegion serves calls that name no region.
const defaultRegion = "cn-hangzhou"

// Identities knows the RAM policies of a caller, its session policy included.
type Identities interface {
	Identities(cloud.Caller) access.Identities
}

// Options are what the service needs of its surroundings.
type Options struct {
	Clock      *cloud.Clock
	Switches   cloud.Switches
	Identities Identities
	// Principal says how a caller looks to the policy evaluator.
	Principal func(cloud.Caller) access.Principal
	// Random is the source of key material and ids; nil means crypto/rand.
	Random io.Reader
}

// Service holds the keys of all accounts and regions. It is safe for concurrent
// use.
type Service struct {
	options    Options
	operations map[string]operation

	mu        sync.Mutex
	instances map[string]*Instance // by id
	keys      map[string]*key      // by ARN
	order     []*key               // as they were created
	aliases   map[string]*Alias    // by ARN
}

// New returns a service without keys.
func New(options Options) *Service {
	if options.Random == nil {
		options.Random = rand.Reader
	}
	return &Service{
		options: options, operations: operations(),
		instances: map[string]*Instance{}, keys: map[string]*key{}, aliases: map[string]*Alias{},
	}
}

// Call is one authenticated RPC request.
type Call struct {
	Operation string
	Params    map[string]string // query and form, one value each
	Caller    cloud.Caller
	Region    string // of the RegionId parameter; "" means cn-hangzhou
}

// answer is the body of a response without RequestId.
type answer = map[string]any

// operation is one entry of the API: the parameters that the gateway demands and
// the code behind it.
type operation struct {
	required []string
	serve    func(*request) (answer, *cloud.Error)
}

func operations() map[string]operation {
	return map[string]operation{
		"DescribeKey":  {[]string{"KeyId"}, (*request).describeKey},
		"CreateKey":    {nil, (*request).createKey},
		"ListKeys":     {nil, (*request).listKeys},
		"GetKeyPolicy": {[]string{"KeyId"}, (*request).getKeyPolicy},
		"SetKeyPolicy": {[]string{"KeyId", "Policy"}, (*request).setKeyPolicy},

		"Encrypt":                         {[]string{"KeyId", "Plaintext"}, dryRunnable((*request).encrypt)},
		"Decrypt":                         {[]string{"CiphertextBlob"}, dryRunnable((*request).decrypt)},
		"GenerateDataKey":                 {[]string{"KeyId"}, dryRunnable((*request).generateDataKey)},
		"GenerateDataKeyWithoutPlaintext": {[]string{"KeyId"}, dryRunnable((*request).generateSealedDataKey)},

		"EnableKey":             {[]string{"KeyId"}, (*request).enableKey},
		"DisableKey":            {[]string{"KeyId"}, (*request).disableKey},
		"ScheduleKeyDeletion":   {[]string{"KeyId", "PendingWindowInDays"}, (*request).scheduleKeyDeletion},
		"CancelKeyDeletion":     {[]string{"KeyId"}, (*request).cancelKeyDeletion},
		"SetDeletionProtection": {[]string{"ProtectedResourceArn", "EnableDeletionProtection"}, (*request).setDeletionProtection},

		"CreateAlias":        {[]string{"AliasName", "KeyId"}, (*request).createAlias},
		"UpdateAlias":        {[]string{"AliasName", "KeyId"}, (*request).updateAlias},
		"DeleteAlias":        {[]string{"AliasName"}, (*request).deleteAlias},
		"ListAliases":        {nil, (*request).listAliases},
		"ListAliasesByKeyId": {[]string{"KeyId"}, (*request).listAliasesByKeyID},

		"DescribeRegions":          {nil, (*request).describeRegions},
		"DescribeAccountKmsStatus": {nil, (*request).describeAccountStatus},
		"GetKmsInstance":           {[]string{"KmsInstanceId"}, (*request).getInstance},
		"GetKmsInstanceQuotaInfos": {[]string{"KmsInstanceId"}, (*request).getInstanceQuotas},
	}
}

// request is a call while it is being served; the service is locked.
type request struct {
	*Service
	Call
	identities access.Identities
	now        time.Time // service time
}

// Serve returns the fields of the JSON answer without RequestId, or an error.
func (s *Service) Serve(c Call) (map[string]any, *cloud.Error) {
	operation, known := s.operations[c.Operation]
	if !known {
		return nil, cloud.Errorf(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
	}
	for _, name := range operation.required {
		if c.Params[name] == "" {
			return nil, cloud.Errorf(400, "Missing"+name, "%s is mandatory for this action.", name)
		}
	}
	r := s.begin(c)
	defer s.mu.Unlock()
	return operation.serve(r)
}

// Object names what a call is about, for logs: the key's id also where the call
// has its ARN, else the instance or the alias.
func (s *Service) Object(_ string, params map[string]string) string {
	for _, name := range []string{"KeyId", "ProtectedResourceArn", "KmsInstanceId", "AliasName"} {
		if value := params[name]; value != "" {
			if _, resource, ok := splitARN(value); ok {
				value = resource
			}
			return strings.TrimPrefix(value, "key/")
		}
	}
	return ""
}

// Use decides whether the caller may do a cryptographic action such as
// "kms:Decrypt" with a key, given by id, alias or ARN, in a region, and whether
// the key is in a state for it. A nil error means yes.
func (s *Service) Use(caller cloud.Caller, action, key, region string) *cloud.Error {
	r := s.begin(Call{Caller: caller, Region: region})
	defer s.mu.Unlock()
	k, err := r.permitted(key, action)
	if err != nil {
		return err
	}
	return k.usable()
}

// begin asks for the caller's policies before it locks the service, because RAM
// has a lock of its own, and lets pass what the clock has brought about.
func (s *Service) begin(c Call) *request {
	if c.Region == "" {
		c.Region = defaultRegion
	}
	r := &request{Service: s, Call: c, identities: s.options.Identities.Identities(c.Caller), now: s.options.Clock.Now()}
	s.mu.Lock()
	s.settle(r.now)
	return r
}
