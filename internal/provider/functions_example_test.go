package provider_test

import (
	"encoding/json"
	"regexp"
	"testing"
)

// TestFunctions_examplesSayWhatComesOut applies the example of each function's
// page, and compares the outputs with the comments that quote them.
func TestFunctions_examplesSayWhatComesOut(t *testing.T) {
	t.Parallel()
	requirements, quote := regexp.MustCompile(`(?ms)^terraform \{.*?^\}$`), regexp.MustCompile(`(?m)^# (\w+) = (.*)$`)
	for name := range newCloud(t).speakForSource().schemas.Functions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := example(t, "functions/"+name+"/function.tf")
			quotes := quote.FindAllStringSubmatch(text, -1)
			if len(quotes) == 0 {
				t.Fatal("the example quotes no result")
			}
			d := newCloud(t).terraform().write(requirements.ReplaceAllString(text, ""))
			d.apply().ok()
			var state struct {
				Outputs map[string]struct{ Value any }
			}
			if err := json.Unmarshal([]byte(d.file("terraform.tfstate")), &state); err != nil {
				t.Fatal(err)
			}
			for _, q := range quotes {
				if got := state.Outputs[q[1]].Value; got != q[2] {
					t.Errorf("%s is\n%v\nand the example says\n%s", q[1], got, q[2])
				}
			}
			if calls := d.cloud.Requests(0); len(calls) > 0 {
				t.Errorf("a function called a service: %v", calls)
			}
		})
	}
}
