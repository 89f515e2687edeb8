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

// A scanner scans files one after another. It is not safe for concurrent use.
type scanner interface {
	// Scan scans one file. It calls progress now and then with the time reached in the video and
	// the length of the video (0 if unknown).
	Scan(ctx context.Context, path string, progress func(done, total time.Duration)) (*verdict.Result, error)
	Close() error
}

// An openScanner opens a scanner with these weights and options. Options.Progress has no effect:
// Scan takes a progress function for each file. Tests have an openScanner of their own.
type openScanner func(*weights.File, detector.Options) (scanner, error)

// An engine is the scanner of the real program: package detector with a model and options.
type engine struct {
	model   *detector.Model
	options detector.Options
}

// openEngine is the openScanner of the real program.
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

// openFinder opens the face finder. After an error it returns an untyped nil: a nil
// *opencv.Finder in the interface would not compare equal to nil.
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

// A scannerPool holds one scanner for each worker of a sweep.
type scannerPool struct {
	open func() (scanner, error)

	mu       sync.Mutex // held while a scanner opens: networks cannot be built concurrently
	scanners []scanner  // by worker; nil: open a new one before the next scan
}

// newScannerPool opens n scanners.
func newScannerPool(n int, open func() (scanner, error)) (*scannerPool, error) {
	c := &scannerPool{open: open, scanners: make([]scanner, n)}
	for i := range c.scanners {
		if err := c.reopen(i); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

// reopen opens a new scanner for the worker.
func (c *scannerPool) reopen(worker int) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scanners[worker], err = c.open()
	return err
}

// scan scans a file with the worker's scanner. A panic leaves the scanner in an unknown state,
// also if the scanner caught it (detector.ErrInternal): the pool then closes the scanner, and the
// next scan opens a new one.
func (c *scannerPool) scan(ctx context.Context, worker int, path string, progress func(done, total time.Duration)) (*verdict.Result, error) {
	s := c.scanners[worker]
	if s == nil {
		if err := c.reopen(worker); err != nil {
			return nil, fmt.Errorf("reading %q: %w", path, err)
		}
		s = c.scanners[worker]
	}
	c.scanners[worker] = nil
	defer func() {
		if c.scanners[worker] == nil {
			discard(s)
		}
	}()
	res, err := s.Scan(ctx, path, progress)
	if !errors.Is(err, detector.ErrInternal) {
		c.scanners[worker] = s
	}
	return res, err
}

// discard closes a scanner in an unknown state, which may panic again.
func discard(s scanner) {
	defer func() { _ = recover() }()
	_ = s.Close()
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
