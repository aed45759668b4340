package stress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/terraform-srr/terraform-provider-srr/internal/emulator"
	"github.com/terraform-srr/terraform-provider-srr/internal/emulator/identity"
)

// neighbour is the access key of the writer who is not Terraform.
const neighbour = "LTAIstressNeighbour"

// processKey is the access key of one Terraform process, so that the log can tell
// who read and wrote what.
func processKey(process int) string { return fmt.Sprintf("LTAIstressProcess%02d", process) }

func secretOf(key string) string { return key + "-secret" }

// cloud is an emulated cloud that notes whose write overwrote what its writer had
// not read. Calls about the document pass one at a time.
type cloud struct {
	url      string
	document Document
	handler  http.Handler
	latency  time.Duration
	world    func() emulator.World
	server   *http.Server

	mu      sync.Mutex
	version int            // of the document
	author  string         // access key that wrote it
	seen    map[string]int // version that each access key has read or written last
	writes  map[string]int // by access key
	blind   Blind
	start   sync.Once
	begun   chan struct{} // closed by the first write of Terraform
}

// Blind counts writes that overwrote a document their writer had not read.
type Blind struct {
	OursOverTheirs int // in our window of one round trip
	TheirsOverOurs int // in the window of the writer who takes no lock
	OursOverOurs   int // must not happen: the lock is for that
}

func startCloud(ctx context.Context, o Options) (*cloud, error) {
	world := emulator.DefaultWorld()
	*o.Document.kept(&world) = document([]string{o.Document.first})
	for i := range world.Accounts {
		if account := &world.Accounts[i]; account.ID == emulator.DestinationAccount {
			for process := range o.Processes {
				account.Keys = append(account.Keys, accessKey(processKey(process), account.Users[0].Name))
			}
			account.Keys = append(account.Keys, accessKey(neighbour, account.Users[0].Name))
		}
	}
	made, err := emulator.New(emulator.Options{World: &world})
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cloud{
		url: "http://" + listener.Addr().String(), document: o.Document, handler: made, latency: o.Latency, world: made.World,
		seen: map[string]int{}, writes: map[string]int{}, begun: make(chan struct{}),
	}
	c.server = &http.Server{Handler: c, ReadHeaderTimeout: 20 * time.Second}
	go func() { _ = c.server.Serve(listener) }() // returns when closed
	return c, nil
}

func accessKey(id, user string) identity.AccessKey {
	return identity.AccessKey{ID: id, Secret: secretOf(id), User: user}
}

func (c *cloud) close() error {
	if err := c.server.Close(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP implements http.Handler: half of the latency before the service, half
// after it, so that the window between read and write is a whole round trip.
func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.travel(r.Context())
	if ours, reads := c.document.call(r); ours {
		c.serveDocument(w, r, reads)
	} else {
		c.handler.ServeHTTP(w, r)
	}
}

func (c *cloud) travel(ctx context.Context) {
	timer := time.NewTimer(c.latency / 2)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (c *cloud) serveDocument(w http.ResponseWriter, r *http.Request, reads bool) {
	key := keyOf(r)
	answered := &status{ResponseWriter: w}
	c.mu.Lock()
	c.handler.ServeHTTP(answered, r)
	if reads {
		c.seen[key] = c.version
	} else if answered.code/100 == 2 {
		c.written(key)
	}
	c.mu.Unlock()
	c.travel(r.Context())
}

// written notes a write; c.mu is held.
func (c *cloud) written(key string) {
	if c.seen[key] != c.version && c.author != key {
		switch {
		case key == neighbour:
			c.blind.TheirsOverOurs++
		case c.author == neighbour:
			c.blind.OursOverTheirs++
		default:
			c.blind.OursOverOurs++
		}
	}
	if key != neighbour {
		c.start.Do(func() { close(c.begun) })
	}
	c.version++
	c.writes[key]++
	c.author, c.seen[key] = key, c.version
}

// keyOf is the access key that signed a request, with signature V4 or as RPC does.
func keyOf(r *http.Request) string {
	_, rest, signed := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if !signed {
		return r.URL.Query().Get("AccessKeyId")
	}
	key, _, _ := strings.Cut(rest, "/")
	return key
}

// status notes the status of an answer.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (s *status) Write(p []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(p)
}
