package ui

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/store"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A Config says what a Server scans with and where it keeps what it must.
type Config struct {
	// Scan judges a file. It is called from Jobs goroutines, each with its own
	// worker number 0..Jobs-1; its errors name the file, quoted as by %q.
	Scan func(ctx context.Context, worker int, path string, progress func(at, end time.Duration)) (*verdict.Result, error)
	Jobs int // files scanned at a time; below 1 means 1

	// Run is what reports say of tool, weights, options and machine, and the key
	// that signs them; what is of one file only is filled in for each.
	Run      report.Run
	Identity string                       // the program in the history, see store.Identity
	Now      func() time.Time             // the time of a scan
	Command  func(paths ...string) string // what repeats the scan of files

	Copies  string // an existing folder of the server's own, for what comes through the browser
	History string // folder of past scans, made where it is not there; empty: none are kept
}

// A Server is the page on this machine. It is made by Open.
type Server struct {
	config   Config
	listener net.Listener
	guard    *guard
	queue    *queue
	history  *store.History
	page     []byte
	quit     chan struct{} // closed by the page's button
	quitOnce sync.Once
}

// Open listens on a port of 127.0.0.1, a free one for 0. The page answers once
// Serve runs; Close gives up a server that was not served.
func Open(c Config, port int) (*Server, error) {
	s := &Server{config: c, queue: newQueue(), quit: make(chan struct{})}
	var err error
	if s.history, err = store.OpenHistory(c.History); err != nil {
		return nil, fmt.Errorf("opening the history %q: %w", c.History, shortError(err))
	}
	if s.page, err = newPage(); err != nil {
		return nil, err
	}
	if s.listener, err = net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err != nil {
		return nil, fmt.Errorf("listening on port %d: %w", port, shortError(err))
	}
	s.guard = newGuard(s.listener.Addr().String(), s.routes())
	return s, nil
}

// Close stops listening.
func (s *Server) Close() error { return s.listener.Close() }

// Link returns an address that lets one browser in, once; any link given before
// is then worth nothing.
func (s *Server) Link() string { return s.guard.link() }

// Add puts files into the queue; targets with an error become rows that say so.
func (s *Server) Add(targets []batch.Target) {
	for _, t := range targets {
		if t.Err != nil {
			s.queue.addFailed(t.Path, s.finished(report.File{Path: t.Path, Err: t.Err.Error()}, s.config.Now()))
			continue
		}
		s.queue.add(t.Path, t.Path)
	}
}

// lastWords is how long requests under way may take once the server ends.
const shutdownTimeout = 2 * time.Second

// Serve answers until ctx ends or the page's button says so; then it stops the
// scans under way and returns nil. Nothing outlives it.
func (s *Server) Serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	for worker := range max(1, s.config.Jobs) {
		group.Go(func() error { return s.work(ctx, worker) })
	}
	server := &http.Server{
		Handler:           s.guard,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	group.Go(func() error {
		if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		select {
		case <-ctx.Done():
		case <-s.quit:
		}
		stop() // ends scans and streams of events
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if server.Shutdown(end) != nil {
			server.Close()
		}
		return nil
	})
	return group.Wait()
}

// plain returns an error without what the caller says better.
func shortError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return video.WithoutPath(err)
}
