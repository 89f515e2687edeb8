package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/video"
)

var (
	errNoFormat  = errors.New("no such form of a report")
	errOtherFile = errors.New("the file is gone, or no longer the one that was scanned")
)

// mediaTypes lists the media types of the formats in which a report can be exported. The last part
// of the address names the format.
var mediaTypes = map[report.Format]string{
	report.FormatHTML:    "text/html; charset=utf-8",
	report.FormatPDF:     "application/pdf",
	report.FormatJSON:    "application/json",
	report.FormatJSONL:   "application/jsonl",
	report.FormatCSV:     "text/csv; charset=utf-8",
	report.FormatSummary: "text/csv; charset=utf-8",
	report.FormatText:    "text/plain; charset=utf-8",
	report.FormatEDL:     "text/plain; charset=utf-8",
	report.FormatSRT:     "application/x-subrip",
	report.FormatOTIO:    "application/json",
}

// embedded is the format of an HTML report that contains the video.
const embedded = "embedded"

// serveReport serves the HTML report of a run, with a player for the video.
func serveReport(ctx context.Context, w http.ResponseWriter, r *report.Run) {
	for i := range r.Files {
		r.Files[i].Video = "video" // relative to the address of the report
	}
	serveDocument(ctx, w, r, report.FormatHTML)
}

// serveDocument serves a report, or the error if the report cannot be made.
func serveDocument(ctx context.Context, w http.ResponseWriter, r *report.Run, f report.Format) {
	var b bytes.Buffer
	if err := f.Write(ctx, &b, r); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[f])
	w.Header().Set("Content-Security-Policy", reportPolicy)
	w.Write(b.Bytes())
}

// serveExport serves a report as a download. The name of the download is that of the file with
// another extension. place is the path of the video for the embedded format.
func serveExport(ctx context.Context, w http.ResponseWriter, form, stem string, r *report.Run, place string) {
	f := report.Format(form)
	if form == embedded {
		f, r.Page.Embed, r.Files[0].ReadPath = report.FormatHTML, true, place
	}
	if _, ok := mediaTypes[f]; !ok {
		fail(w, fmt.Errorf("%q: %w", form, errNoFormat))
		return
	}
	end := string(f)
	if f == report.FormatSummary {
		end = "summary.csv"
	}
	name := path.Base(stem) + "." + end
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	serveDocument(ctx, w, r, f)
}

// serveVideo serves the ranges of a scanned file that the player requests, as long as the file has
// not changed since the scan.
func serveVideo(w http.ResponseWriter, r *http.Request, p location) {
	f, err := video.OpenFile(p.path) // never a pipe, which would block
	if err != nil {
		fail(w, errOtherFile)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || p.info == nil || !info.Mode().IsRegular() || !os.SameFile(info, p.info) ||
		info.Size() != p.info.Size() || !info.ModTime().Equal(p.info.ModTime()) {
		fail(w, errOtherFile)
		return
	}
	if kind := mime.TypeByExtension(path.Ext(p.path)); strings.HasPrefix(kind, "video/") {
		w.Header().Set("Content-Type", kind)
	} else {
		w.Header().Set("Content-Type", "video/mp4") // players recognise the content
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
}

func (s *Server) itemReport(w http.ResponseWriter, r *http.Request) {
	sc, _, err := s.queue.result(itemID(r))
	if err != nil {
		fail(w, err)
		return
	}
	serveReport(r.Context(), w, s.run(sc))
}

func (s *Server) itemVideo(w http.ResponseWriter, r *http.Request) {
	_, p, err := s.queue.result(itemID(r))
	if err != nil {
		fail(w, err)
		return
	}
	serveVideo(w, r, p)
}

func (s *Server) itemExport(w http.ResponseWriter, r *http.Request) {
	sc, p, err := s.queue.result(itemID(r))
	if err != nil {
		fail(w, err)
		return
	}
	serveExport(r.Context(), w, r.PathValue("format"), sc.file.Path, s.run(sc), p.path)
}

// allRun returns the run of all finished items, and the numbers of the items. Its time is that of
// the earliest scan, which may be a past one.
func (s *Server) allRun() (*report.Run, []int) {
	scans, ids := s.queue.results()
	r := s.config.Run
	var names []string
	for i, sc := range scans {
		if i == 0 || sc.started.Before(r.Started) {
			r.Started = sc.started
		}
		r.Files = append(r.Files, sc.file)
		names = append(names, sc.file.Path)
	}
	r.Command = s.config.Command(names...)
	return &r, ids
}

func (s *Server) overview(w http.ResponseWriter, _ *http.Request) {
	r, ids := s.allRun()
	links := make([]string, len(ids))
	for i, id := range ids {
		links[i] = fmt.Sprintf("../files/%d/report", id)
	}
	var b bytes.Buffer
	if err := report.Overview(&b, r, links); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[report.FormatHTML])
	w.Header().Set("Content-Security-Policy", reportPolicy)
	w.Write(b.Bytes())
}

func (s *Server) allExport(w http.ResponseWriter, r *http.Request) {
	form := r.PathValue("format")
	if form == embedded || report.Format(form).SingleFile() {
		fail(w, fmt.Errorf("%q: %w", form, errNoFormat))
		return
	}
	run, _ := s.allRun()
	serveExport(r.Context(), w, form, "deepcheck", run, "")
}

func (s *Server) pastList(w http.ResponseWriter, r *http.Request) {
	list, all := s.listPast(r.URL.Query().Get("find"))
	serveJSON(w, map[string]any{"scans": list, "found": all, "old": s.history.Old()})
}

// pastForget deletes the past scan that the path names; all if it names none.
func (s *Server) pastForget(w http.ResponseWriter, r *http.Request) {
	err := s.history.Forget(r.PathValue("id"))
	s.queue.notify()
	if err != nil {
		fail(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// pastRun returns the run of a past scan. It is signed only if the scan was made by the same
// program with the same weights and options, because the signature vouches for them.
func (s *Server) pastRun(r *http.Request) (*report.Run, error) {
	p, err := s.history.Get(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	run := &report.Run{Tool: p.Tool, Weights: report.WeightsInfo{Name: p.WeightsName, Fingerprint: p.Identity.Weights}, Options: p.Identity.Options,
		Machine: p.Machine, Started: p.Started, Command: s.config.Command(p.Name), Files: []report.File{{Path: p.Name, Result: p.Result}}}
	if p.Key().Identity == s.identity().Digest() {
		run.Signer = s.config.Run.Signer
	}
	return run, nil
}

func (s *Server) pastReport(w http.ResponseWriter, r *http.Request) {
	run, err := s.pastRun(r)
	if err != nil {
		fail(w, err)
		return
	}
	serveReport(r.Context(), w, run)
}

// pastVideo serves the file of a past scan if it is among the items.
func (s *Server) pastVideo(w http.ResponseWriter, r *http.Request) {
	sum, _, _ := strings.Cut(r.PathValue("id"), "-")
	p, ok := s.queue.withContent(sum)
	if !ok {
		fail(w, errOtherFile)
		return
	}
	serveVideo(w, r, p)
}

func (s *Server) pastExport(w http.ResponseWriter, r *http.Request) {
	run, err := s.pastRun(r)
	if err != nil {
		fail(w, err)
		return
	}
	p, _ := s.queue.withContent(run.Files[0].Result.SHA256)
	serveExport(r.Context(), w, r.PathValue("format"), run.Files[0].Path, run, p.path)
}
