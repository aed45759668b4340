package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// isControl reports whether a request is for the control plane below /-/. No
// bucket can be called "-", so no OSS request is lost.
func isControl(r *http.Request) bool {
	if _, bucket := bucketOfHost(hostOnly(r)); bucket {
		return false
	}
	return r.URL.Path == "/-" || strings.HasPrefix(r.URL.Path, "/-/")
}

// serveControl answers the control plane. It has no authentication, so it only
// listens to names of this machine: a page on the Internet that made a browser
// resolve its own name to the loopback address is refused.
func (e *Emulator) serveControl(w http.ResponseWriter, r *http.Request) {
	if host := hostOnly(r); host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil {
		http.Error(w, "the control plane answers to localhost and addresses only", http.StatusForbidden)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host && origin != "https://"+r.Host {
		http.Error(w, "the control plane does not answer other origins", http.StatusForbidden)
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /-/{$}", e.showPage)
	mux.HandleFunc("GET /-/world", func(w http.ResponseWriter, _ *http.Request) { writeControl(w, e.World()) })
	mux.HandleFunc("PUT /-/world", controlled(e.putWorld))
	mux.HandleFunc("GET /-/clock", func(w http.ResponseWriter, _ *http.Request) { writeControl(w, e.clockState()) })
	mux.HandleFunc("POST /-/clock", controlled(e.moveClock))
	mux.HandleFunc("GET /-/faults", func(w http.ResponseWriter, _ *http.Request) { writeControl(w, e.Faults()) })
	mux.HandleFunc("POST /-/faults", controlled(e.postFault))
	mux.HandleFunc("DELETE /-/faults", func(w http.ResponseWriter, _ *http.Request) { e.ClearFaults(); writeControl(w, e.Faults()) })
	mux.HandleFunc("GET /-/requests", controlled(e.listRequests))
	mux.HandleFunc("DELETE /-/requests", func(w http.ResponseWriter, _ *http.Request) { e.ClearRequests(); writeControl(w, []Request{}) })
	mux.HandleFunc("GET /-/credentials/{account}/{role}", func(w http.ResponseWriter, r *http.Request) {
		if failure := e.writeCredentials(w, r.PathValue("account"), r.PathValue("role")); failure != nil {
			http.Error(w, failure.Error(), failure.Status)
		}
	})
	mux.HandleFunc("GET /-/replication", func(w http.ResponseWriter, _ *http.Request) {
		e.Replicate()
		writeControl(w, e.services().oss.Explain())
	})
	mux.ServeHTTP(w, r)
}

// controlled renders the outcome of a control call.
func controlled(do func(http.ResponseWriter, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		result, err := do(w, r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		writeControl(w, result)
	}
}

func writeControl(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) //nolint:errchkjson // the client may have gone
}

func readBody(w http.ResponseWriter, r *http.Request, into any) error {
	if err := readStrict(http.MaxBytesReader(w, r.Body, maxControl), into); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return nil
}

// readStrict reads one JSON value without unknown fields.
func readStrict(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// ReadWorld reads a world as JSON, at most 1 GiB. Unknown fields, which are
// mostly misspelt ones, and anything after the value are errors.
func ReadWorld(from io.Reader) (World, error) {
	var world World
	err := readStrict(io.LimitReader(from, standardWorld), &world)
	return world, err
}

func (e *Emulator) putWorld(w http.ResponseWriter, r *http.Request) (any, error) {
	world, err := ReadWorld(http.MaxBytesReader(w, r.Body, e.limits.World))
	if err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	if err := e.SetWorld(world); err != nil {
		return nil, err
	}
	return e.World(), nil
}

// clockState is the answer of /-/clock.
type clockState struct {
	Now   time.Time `json:"now"`   // service clock
	Speed float64   `json:"speed"` // service seconds in a wall second
	Skew  string    `json:"skew"`  // authentication time minus wall time
}

func (e *Emulator) clockState() clockState {
	return clockState{Now: e.clock.Now(), Speed: e.clock.Speed(), Skew: time.Duration(e.skew.Load()).String()}
}

// moveClock takes any of advance ("3m"), set (RFC 3339), speed and skew ("20m").
func (e *Emulator) moveClock(w http.ResponseWriter, r *http.Request) (any, error) {
	var wanted struct {
		Advance string     `json:"advance"`
		Set     *time.Time `json:"set"`
		Speed   *float64   `json:"speed"`
		Skew    *string    `json:"skew"`
	}
	if err := readBody(w, r, &wanted); err != nil {
		return nil, err
	}
	advance, err := durationOr(wanted.Advance)
	if err != nil {
		return nil, err
	}
	if wanted.Skew != nil {
		skew, err := durationOr(*wanted.Skew)
		if err != nil {
			return nil, err
		}
		e.SetSkew(skew)
	}
	if wanted.Speed != nil {
		if *wanted.Speed < 0 {
			return nil, errors.New("speed must not be negative")
		}
		e.clock.SetSpeed(*wanted.Speed)
	}
	if wanted.Set != nil {
		e.clock.Set(*wanted.Set)
	}
	e.Advance(advance)
	return e.clockState(), nil
}

func durationOr(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	return time.ParseDuration(text)
}

func (e *Emulator) postFault(w http.ResponseWriter, r *http.Request) (any, error) {
	var f Fault
	if err := readBody(w, r, &f); err != nil {
		return nil, err
	}
	if err := e.Inject(f); err != nil {
		return nil, err
	}
	return e.Faults(), nil
}

// listRequests filters by since, service, operation, account and object.
func (e *Emulator) listRequests(_ http.ResponseWriter, r *http.Request) (any, error) {
	query := r.URL.Query()
	var since int64
	if text := query.Get("since"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errors.New("since must be a number")
		}
		since = n
	}
	match := Fault{
		Account: query.Get("account"), Service: query.Get("service"), Operation: query.Get("operation"), Object: query.Get("object"),
	}
	list := []Request{}
	for _, entry := range e.Requests(since) {
		if match.matches(entry.Call) {
			list = append(list, entry)
		}
	}
	return list, nil
}
