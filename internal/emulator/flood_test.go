package emulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// A flood of headers is refused in the form of the service that was asked, and
// logged; a request line with a key policy of full size is none.
func TestFlood_isRefusedInTheServicesForm(t *testing.T) {
	server := start(t, 0)
	for _, row := range []struct {
		path, header string
		status       int
		body         string
	}{
		{"/orders", strings.Repeat("x", 300<<10), http.StatusRequestHeaderFieldsTooLarge, "<Code>RequestHeaderTooLarge</Code>"},
		{"/?Action=GetRole&Version=2015-05-01", strings.Repeat("x", 300<<10), http.StatusRequestHeaderFieldsTooLarge, `"Code":"RequestHeaderTooLarge"`},
		{"/?Action=GetRole&Version=2015-05-01&Long=" + strings.Repeat("x", 128<<10), "", http.StatusBadRequest, `"Code":"Missing`},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+row.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Flood", row.header)
		server.ClearRequests()
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != row.status || !strings.Contains(string(raw), row.body) {
			t.Errorf("%.40s: %d %.200s, want %d with %s", row.path, response.StatusCode, raw, row.status, row.body)
		}
		if logged := server.Requests(0); len(logged) != 1 || logged[0].Status != row.status {
			t.Errorf("%.40s: logged %v", row.path, logged)
		}
	}
}
