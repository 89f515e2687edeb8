package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/deepcheck/deepcheck/detector"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
	"github.com/deepcheck/deepcheck/video/opencv"
	"github.com/deepcheck/deepcheck/weights"
)

// A scanner judges one file after another. It is not safe for concurrent use.
type scanner interface {
	// Scan judges a file; progress is called now and then with the time of the
	// video that is done, and its whole length, 0 where unknown.
	Scan(ctx context.Context, path string, progress func(done, total time.Duration)) (*verdict.Result, error)
	Close() error
}

// openScanner makes a scanner that uses the weights and scans with the options,
// but for Progress. Tests have their own.
type openScanner func(*weights.File, detector.Options) (scanner, error)

// An engine is the scanner that deepcheck is about.
type engine struct {
	model   *detector.Model
	options detector.Options
}

func openEngine(w *weights.File, o detector.Options) (scanner, error) {
	f, err := openFinder()
	if err != nil {
		return nil, err
	}
	m, err := detector.NewModel(w, f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return engine{m, o}, nil
}

// openFinder opens the face finder; a nil *opencv.Finder would be no nil Finder.
func openFinder() (video.Finder, error) {
	f, err := opencv.New()
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (e engine) Scan(ctx context.Context, path string, progress func(done, total time.Duration)) (*verdict.Result, error) {
	o := e.options
	o.Progress = progress
	return detector.Scan(ctx, path, e.model, o)
}

func (e engine) Close() error { return e.model.Close() }

// A crew is one scanner for each worker of a sweep.
type scannerPool struct {
	open func() (scanner, error)

	mu       sync.Mutex // one scanner is made at a time: building networks is no concurrent matter
	scanners []scanner  // of each worker; nil where it has none or must have a new one
}

// newCrew makes n scanners.
func newScannerPool(n int, open func() (scanner, error)) (*scannerPool, error) {
	c := &scannerPool{open: open, scanners: make([]scanner, n)}
	for i := range c.scanners {
		if err := c.reopen(i); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

func (c *scannerPool) reopen(worker int) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scanners[worker], err = c.open()
	return err
}

// scan judges a file with the worker's scanner. After a panic, whether it was caught or goes on to
// the caller, that scanner is in no known state and not used again.
func (c *scannerPool) scan(ctx context.Context, worker int, path string, progress func(done, total time.Duration)) (*verdict.Result, error) {
	s := c.scanners[worker]
	if s == nil {
		if err := c.reopen(worker); err != nil {
			return nil, fmt.Errorf("reading %q: %w", path, err)
		}
		s = c.scanners[worker]
	}
	c.scanners[worker] = nil
	res, err := s.Scan(ctx, path, progress)
	if !errors.Is(err, detector.ErrInternal) {
		c.scanners[worker] = s
	}
	return res, err
}

// Close closes all scanners.
func (c *scannerPool) Close() error {
	var errs []error
	for _, s := range c.scanners {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(errs...)
}
