package emulator

import (
	_ "embed"
	"html/template"
	"net/http"
)

//go:embed page.html
var pageHTML string

// showPage shows the cloud to a person. The page reads the control plane again
// every two seconds.
func (e *Emulator) showPage(w http.ResponseWriter, r *http.Request) {
	page, err := template.New("page").Parse(pageHTML)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
	_ = page.Execute(w, map[string]any{"Host": r.Host}) // the client may have gone
}
