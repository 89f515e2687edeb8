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

// A Config is the configuration of a Server.
type Config struct {
	// Scan scans a file. It is called from Jobs goroutines, each with its own worker number
	// 0..Jobs-1. Its errors name the file, quoted as by %q.
	Scan func(ctx context.Context, worker int, path string, progress func(at, end time.Duration)) (*verdict.Result, error)
	Jobs int // files scanned at a time; below 1 means 1

	// Run holds tool, weights, options, machine and signer of all reports. The fields that
	// depend on the files are filled in for each report.
	Run      report.Run
	Identity string                       // the program in the history, see store.Identity
	Now      func() time.Time             // time of a scan
	Command  func(paths ...string) string // the command that repeats the scan of files

	Copies  string // existing folder for uploads, used only by this server
	History string // folder of past scans, created if necessary; empty: scans are not kept
}

// A Server serves the page. Open creates it.
type Server struct {
	config   Config
	listener net.Listener
	guard    *guard
	queue    *queue
	history  *store.History
	page     []byte
	words    *words
	quit     chan struct{} // closed by the button of the page
	quitOnce sync.Once
}

// Open listens on a port of 127.0.0.1; 0 selects a free port. The page is available while Serve
// runs. Close is for servers on which Serve is not called.
func Open(c Config, port int) (*Server, error) {
	s := &Server{config: c, queue: newQueue(), words: english(video.Extensions()), quit: make(chan struct{})}
	var err error
	if s.history, err = store.OpenHistory(c.History); err != nil {
		return nil, fmt.Errorf("opening the history %q: %w", c.History, shortError(err))
	}
	if s.page, err = newPage(s.words); err != nil {
		return nil, err
	}
	if s.listener, err = net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err != nil {
		return nil, fmt.Errorf("listening on port %d: %w", port, shortError(err))
	}
	s.guard = newGuard(s.listener.Addr().String(), &s.words.Refusal, s.routes())
	return s, nil
}

// Close stops listening.
func (s *Server) Close() error { return s.listener.Close() }

// Link returns an address that admits one browser, once. It invalidates earlier links.
func (s *Server) Link() string { return s.guard.link() }

// Add adds files to the queue. Targets with an error become failed items.
func (s *Server) Add(targets []batch.Target) {
	for _, t := range targets {
		if t.Err != nil {
			s.queue.addFailed(t.Path, s.finished(report.File{Path: t.Path, Err: t.Err.Error()}, s.config.Now()))
			continue
		}
		s.queue.add(t.Path, t.Path)
	}
}

// shutdownTimeout is the maximum time that open requests may take when the server ends.
const shutdownTimeout = 2 * time.Second

// Serve answers requests and scans items until ctx ends or the user clicks the button of the page.
// Then it stops the running scans and returns nil. All goroutines have ended when it returns.
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
		stop() // ends the scans and the streams of events
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if server.Shutdown(end) != nil {
			server.Close()
		}
		return nil
	})
	return group.Wait()
}

// shortError returns an error without the path or address that the caller adds.
func shortError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return video.WithoutPath(err)
}
