package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector/batch"
	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/store"
	"github.com/deepcheck/deepcheck/detector/verdict"
	"github.com/deepcheck/deepcheck/video"
)

// A scan is the finished judgement of one file: all that its reports are made of.
type scan struct {
	file    report.File // Path is the name that people know
	started time.Time
	glance  report.Glance
	past    string     // when it was scanned, RFC 3339, where that was before; else empty
	origin  report.Run // tool, weights, options, machine and signer
}

func (s *scan) segments() []verdict.Segment {
	if s.file.Result == nil {
		return nil
	}
	return s.file.Result.Segments
}

// run returns what a report of the scan alone is made from.
func (s *Server) run(sc *scan) *report.Run {
	r := sc.origin
	r.Started, r.Files = sc.started, []report.File{sc.file}
	r.Command = s.config.Command(sc.file.Path)
	return &r
}

// work scans items until ctx ends.
func (s *Server) work(ctx context.Context, worker int) error {
	for {
		it, itemCtx, err := s.queue.take(ctx)
		if err != nil {
			return nil // the server ends
		}
		sc, info, err := s.scanItem(itemCtx, worker, it)
		s.queue.finish(it, sc, info)
		if err != nil && ctx.Err() != nil {
			return nil
		}
	}
}

// judge scans an item, or finds it among the past scans. The error is that of a
// scan that was told to stop.
func (s *Server) scanItem(ctx context.Context, worker int, it *item) (*scan, os.FileInfo, error) {
	info, _ := os.Stat(it.path)
	if sc := s.findPast(ctx, it, info); sc != nil {
		return sc, info, nil
	}
	started := s.config.Now()
	sweep := batch.Sweep{
		Targets: []batch.Target{{Path: it.path}},
		Scan: func(ctx context.Context, _ int, path string) (*verdict.Result, error) {
			return s.config.Scan(ctx, worker, path, func(at, end time.Duration) {
				part := 0.0
				if end > 0 {
					part = min(at.Seconds()/end.Seconds(), 1)
				}
				s.queue.progress(it, at, end, part)
			})
		},
	}
	rows, err := sweep.Run(ctx)
	if err != nil || len(rows) != 1 {
		return nil, nil, errors.Join(err, ctx.Err())
	}
	sc := s.finished(renamed(rows[0], it.name), started)
	if sc.file.Err == "" {
		s.keep(sc)
	}
	return sc, info, nil
}

func (s *Server) finished(f report.File, started time.Time) *scan {
	return &scan{file: f, started: started, glance: f.Glance(), origin: s.config.Run}
}

// remembered returns the past scan of the very bytes of an item by this tool with
// these weights; nil where there is none or it is to be scanned anew.
func (s *Server) findPast(ctx context.Context, it *item, info os.FileInfo) *scan {
	if it.ignorePast || info == nil || !info.Mode().IsRegular() || !s.history.HasSize(info.Size()) {
		return nil
	}
	sum := it.sum
	if sum == "" {
		var err error
		if sum, _, err = video.HashFile(ctx, it.path); err != nil {
			return nil
		}
	}
	p, err := s.history.Find(store.Key{SHA256: sum, Size: info.Size(), Identity: s.identity().Digest()})
	if err != nil {
		return nil
	}
	store.Rename(p.Result, it.name)
	sc := s.finished(report.File{Path: it.name, Result: p.Result}, p.Started)
	sc.past = p.Started.Format(time.RFC3339)
	return sc
}

// rename gives a row the name that people know of the file: a copy lies under
// another.
func renamed(f report.File, name string) report.File {
	if f.Path == name {
		return f
	}
	f.Err = strings.ReplaceAll(f.Err, strconv.Quote(f.Path), strconv.Quote(name))
	if f.Result != nil {
		store.Rename(f.Result, name)
	}
	f.Path = name
	return f
}

// piece is how much is copied between two looks at the context.
const copyChunk = 1 << 20

// copyTo copies all of src and says after each piece how much it was so far.
func copyTo(ctx context.Context, dst io.Writer, src io.Reader, so func(int64)) (n int64, err error) {
	for {
		m, err := io.CopyN(dst, src, copyChunk)
		n += m
		so(n)
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, err
		case ctx.Err() != nil:
			return n, ctx.Err()
		}
	}
}
