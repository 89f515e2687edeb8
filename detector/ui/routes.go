package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/deepcheck/deepcheck/detector/store"
)

// pagePolicy is the content security policy of the page: only its own resources, and frames only
// for its reports.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// reportPolicy allows the page to show a report in a frame. The report itself contains a further
// policy.
const reportPolicy = "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

// routes returns the handler of admitted requests. The guard has removed its secret path.
func (s *Server) routes() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", s.servePage)
	m.HandleFunc("GET /page.css", serveAsset("text/css; charset=utf-8", pageStyle))
	m.HandleFunc("GET /page.js", serveAsset("text/javascript; charset=utf-8", pageScript))
	m.HandleFunc("GET /events", s.events)

	m.HandleFunc("POST /files", s.receiveUpload)
	m.HandleFunc("POST /files/{id}/cancel", s.itemAction(s.queue.cancel))
	m.HandleFunc("POST /files/{id}/again", s.itemAction(s.queue.rescan))
	m.HandleFunc("DELETE /files/{id}", s.itemAction(s.queue.remove))
	m.HandleFunc("POST /cancel", s.action(s.queue.cancelAll))
	m.HandleFunc("POST /clear", s.action(s.queue.clear))
	m.HandleFunc("POST /quit", s.action(func() { s.quitOnce.Do(func() { close(s.quit) }) }))

	m.HandleFunc("GET /files/{id}/report", s.itemReport)
	m.HandleFunc("GET /files/{id}/video", s.itemVideo)
	m.HandleFunc("GET /files/{id}/export/{format}", s.itemExport)
	m.HandleFunc("GET /all/overview", s.overview)
	m.HandleFunc("GET /all/export/{format}", s.allExport)

	m.HandleFunc("GET /past", s.pastList)
	m.HandleFunc("DELETE /past", s.pastForget)
	m.HandleFunc("DELETE /past/{id}", s.pastForget)
	m.HandleFunc("GET /past/{id}/report", s.pastReport)
	m.HandleFunc("GET /past/{id}/video", s.pastVideo)
	m.HandleFunc("GET /past/{id}/export/{format}", s.pastExport)
	return m
}

// itemAction returns a handler that calls do with the number of the item in the path.
func (s *Server) itemAction(do func(id int) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := do(itemID(r)); err != nil {
			fail(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// action returns a handler that calls what.
func (s *Server) action(what func()) http.HandlerFunc {
	return s.itemAction(func(int) error { what(); return nil })
}

// itemID returns the number in the path; 0 if it is not a number.
func itemID(r *http.Request) int {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0
	}
	return id
}

// fail answers with an error.
func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, errNoItem), errors.Is(err, store.ErrNoScan), errors.Is(err, errNoFormat):
		status = http.StatusNotFound
	case errors.Is(err, errBusy):
		status = http.StatusConflict
	case errors.Is(err, errGone), errors.Is(err, errOtherFile):
		status = http.StatusGone
	}
	http.Error(w, err.Error(), status)
}

func serveJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v) // fails only if the connection is closed
}

// keepAlive is the interval of comments in a stream of events without messages.
const keepAlive = 20 * time.Second

// minInterval is the minimum time between two messages, so that pages are not redrawn too often.
const minInterval = 150 * time.Millisecond

// A message contains what has changed; the first message contains everything.
type message struct {
	Files   []itemView `json:"files"`
	Past    int        `json:"past"`              // number of past scans
	Trouble string     `json:"trouble,omitempty"` // why the last scan could not be stored
}

// events streams messages as server-sent events (WHATWG HTML, section 9.2). A page that connects
// gets everything, so that a page misses nothing when it reconnects.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	ticker := time.NewTicker(keepAlive)
	defer ticker.Stop()
	var count uint64
	kind, kept := "all", 0
	for {
		files, now, news := s.queue.changedSince(count)
		if n := s.history.Len(); len(files) > 0 || kind == "all" || n != kept {
			kept = n
			m := message{Files: files, Past: n}
			if err := s.history.Trouble(); err != nil {
				m.Trouble = err.Error()
			}
			data, err := json.Marshal(m)
			if err != nil {
				return
			}
			fmt.Fprintf(w, "event: %s\ndata: %s\n\n", kind, data)
		} else {
			fmt.Fprint(w, ": still here\n\n")
		}
		if out.Flush() != nil {
			return
		}
		count, kind = now, "some"
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		case <-news:
			select {
			case <-r.Context().Done():
				return
			case <-time.After(minInterval):
			}
		}
	}
}
