package emulator_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/cloud"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/kms"
	storage "github.com/terraform-srr/terraform-provider-srr/internal/emulator/oss"
)

func readme(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// section is what stands below a heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(readme(t), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the README has no section %q", heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// jsonNames are the names of a type's fields in JSON.
func jsonNames(of any) []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeOf(of)) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

func TestREADME_listsExactlyTheSwitches(t *testing.T) {
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9_]+)` \\|").FindAllStringSubmatch(section(t, "Switches"), -1) {
		listed[row[1]] = true
	}
	for _, name := range jsonNames(cloud.Switches{}) {
		if !listed[name] {
			t.Errorf("the switch %s is missing", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("there is no switch %s", name)
	}
}

func TestREADME_namesEveryField(t *testing.T) {
	for name, of := range map[string][]any{
		"World": {
			emulator.World{},
			emulator.Instance{},
			identity.Account{},
			identity.Role{},
			identity.OIDCProvider{},
			storage.Bucket{},
			storage.Object{},
			storage.Rule{},
			kms.Instance{},
			kms.Key{},
		},
		"Control plane": {emulator.Request{}},
		"Faults":        {emulator.Fault{}},
	} {
		text := section(t, name)
		for _, value := range of {
			for _, field := range jsonNames(value) {
				if !strings.Contains(text, "`"+field+"`") && !strings.Contains(text, `"`+field+`"`) {
					t.Errorf("%s: %T has a field %s", name, value, field)
				}
			}
		}
	}
}

func TestREADME_listsEveryKindOfFault(t *testing.T) {
	text := section(t, "Faults")
	for _, kind := range []emulator.FaultKind{
		emulator.FaultError, emulator.FaultDelay, emulator.FaultReset, emulator.FaultLostResponse, emulator.FaultLateResponse, emulator.FaultEmpty, emulator.FaultMalformed, emulator.FaultStale,
	} {
		if !strings.Contains(text, "| `"+string(kind)+"` |") || !strings.Contains(text, `"kind": "`+string(kind)+`"`) && kind != emulator.FaultError {
			t.Errorf("%s is not described, or has no example", kind)
		}
	}
}

// shellWord is a word of a command line, with or without quotes.
var shellWord = regexp.MustCompile(`'([^']*)'|(\S+)`)

// curl is a command of the README as a request to another address.
func curl(t *testing.T, line, address, world string) (*http.Client, *http.Request) {
	t.Helper()
	method, target, body := http.MethodGet, "", ""
	header, client := http.Header{}, http.DefaultClient
	words := shellWord.FindAllStringSubmatch(line, -1)
	for i := 1; i < len(words); i++ {
		word := words[i][1] + words[i][2]
		if !strings.HasPrefix(word, "-") {
			target = word
			continue
		}
		i++
		value := words[i][1] + words[i][2]
		switch word {
		case "-X":
			method = value
		case "-d":
			body = strings.Replace(value, "@world.json", world, 1)
		case "-H":
			name, content, _ := strings.Cut(value, ": ")
			header.Set(name, content)
		case "-x":
			proxy, err := url.Parse(strings.Replace(value, "http://127.0.0.1:8089", address, 1))
			if err != nil {
				t.Fatal(err)
			}
			client = &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
		default:
			t.Fatalf("%s: %s is not understood", line, word)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, strings.Replace(target, "http://127.0.0.1:8089", address, 1), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	return client, request
}

// Whoever copies the lines from top to bottom sees every one of them succeed,
// with the example of a world as world.json.
func TestREADME_commandsWork(t *testing.T) {
	_, world, _ := strings.Cut(section(t, "World"), "```json\n")
	world, _, _ = strings.Cut(world, "```")
	server := start(t, 0)
	lines := regexp.MustCompile(`(?m)^curl .*$`).FindAllString(readme(t), -1)
	for _, line := range lines {
		client, request := curl(t, line, server.URL, world)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || len(text) == 0 {
			t.Errorf("%s: %v, %d %s", line, err, response.StatusCode, text)
		}
	}
	if len(lines) < 20 {
		t.Errorf("only %d commands", len(lines))
	}
	if got := server.World(); got.Instance == nil || !got.Switches.RefuseV1 || len(got.OSS.Buckets[0].Objects) != 1 {
		t.Errorf("the example of a world did not arrive: %+v", got)
	}
	if armed := server.Faults(); len(armed) != 8 {
		t.Errorf("%d faults are armed", len(armed))
	}
	if clock := server.Clock(); clock.Now().Year() != 2030 || clock.Speed() != 60 {
		t.Errorf("clock: %v at speed %v", clock.Now(), clock.Speed())
	}
}
