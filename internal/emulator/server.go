package emulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// maxHeader lets request lines of 128 KiB through: a key policy of 32 KiB
	// travels percent-encoded in the URL. Up to floodHeader the refusal has the
	// form of the service; beyond it the HTTP server refuses by itself.
	maxHeader      = 256 << 10
	floodHeader    = 4 << 20
	headerTimeout  = 20 * time.Second
	replicateEvery = 50 * time.Millisecond
	stopTimeout    = 2 * time.Second
)

// Server is an emulator on a listener. Close it.
type Server struct {
	*Emulator
	// URL is where it listens, for example http://127.0.0.1:40123.
	URL string

	server *http.Server
	cancel context.CancelFunc
	work   sync.WaitGroup
}

// Start listens on address ("127.0.0.1:0" picks a port) and serves until Close. A
// TLS configuration makes it HTTPS; nil is plain HTTP.
func Start(ctx context.Context, e *Emulator, address string, secure *tls.Config) (*Server, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	scheme := "http"
	if secure != nil {
		listener, scheme = tls.NewListener(listener, secure), "https"
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Server{
		Emulator: e, URL: scheme + "://" + listener.Addr().String(), cancel: cancel,
		server: &http.Server{
			Handler: e, MaxHeaderBytes: floodHeader, ReadHeaderTimeout: headerTimeout,
			ErrorLog: log.New(discard{}, "", 0), // clients that break off are no news
		},
	}
	s.work.Go(func() { _ = s.server.Serve(listener) }) // returns when closed
	s.work.Go(func() { s.replicate(running) })
	return s, nil
}

type discard struct{}

// Write implements io.Writer.
func (discard) Write(p []byte) (int, error) { return len(p), nil }

func (s *Server) replicate(ctx context.Context) {
	ticker := time.NewTicker(replicateEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.services().oss.Settle()
		}
	}
}

// Close stops listening, lets running calls end for a moment, then cuts them.
func (s *Server) Close() error {
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close()
	}
	s.work.Wait()
	return err
}
