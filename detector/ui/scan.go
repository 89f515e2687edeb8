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

// A scan is the finished scan of one file: everything that its reports are made from.
type scan struct {
	file    report.File // Path is the name that the user knows
	started time.Time
	glance  report.Glance
	past    string     // time of the scan, RFC 3339, if it comes from the history; otherwise empty
	origin  report.Run // its tool, weights, options, machine and signer
}

func (s *scan) segments() []verdict.Segment {
	if s.file.Result == nil {
		return nil
	}
	return s.file.Result.Segments
}

// run returns the run of this scan alone.
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
			return nil // the server is ending
		}
		sc, info, err := s.scanItem(itemCtx, worker, it)
		s.queue.finish(it, sc, info)
		if err != nil && ctx.Err() != nil {
			return nil
		}
	}
}

// scanItem returns the past scan of an item, or scans the item. The error is that of a canceled
// scan.
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

// finished returns the scan of a row that was made by this server.
func (s *Server) finished(f report.File, started time.Time) *scan {
	return &scan{file: f, started: started, glance: f.Glance(), origin: s.config.Run}
}

// findPast returns the past scan of the content of an item by the same program with the same
// weights and options; nil if there is none, or the user asked for a new scan.
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

// renamed returns a row with the name that the user knows, which is not that of a copy.
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

// copyChunk is the number of bytes that are copied between two checks of the context.
const copyChunk = 1 << 20

// copyTo copies src to its end. After each chunk it calls so with the number of bytes so far.
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
