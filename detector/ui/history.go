package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/deepcheck/deepcheck/detector/report"
	"github.com/deepcheck/deepcheck/detector/store"
)

// identity returns the identity of the scans of this server.
func (s *Server) identity() store.Identity {
	return store.Identity{Tool: s.config.Identity, Weights: s.config.Run.Weights.Fingerprint, Options: s.config.Run.Options}
}

// keep stores a finished scan in the history.
func (s *Server) keep(sc *scan) {
	res, run := sc.file.Result, &sc.origin
	s.history.Keep(&store.Scan{Name: sc.file.Path, SHA256: res.SHA256, Size: res.Size, Identity: s.identity(), Started: sc.started, Result: res,
		Tool: run.Tool, WeightsName: run.Weights.Name, Machine: run.Machine, Glance: sc.glance})
}

// OldScans returns the number of past scans in the form of an older version, which cannot be
// shown.
func (s *Server) OldScans() int { return s.history.Old() }

// mostListed is the maximum number of past scans in a list.
const mostListed = 100

// A listed is a past scan in the form in which the page gets it.
type listed struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	SHA256  string        `json:"sha256"`
	Started string        `json:"started_utc"`
	Tool    string        `json:"tool"`
	Same    bool          `json:"same"` // same program, weights and options as now
	Glance  report.Glance `json:"glance"`
}

// listPast returns the past scans whose name contains the words or whose SHA-256 begins with
// them, the latest first, and their number.
func (s *Server) listPast(words string) (out []listed, all int) {
	words = strings.ToLower(strings.TrimSpace(words))
	found := slices.DeleteFunc(s.history.All(), func(p *store.Scan) bool {
		return !strings.Contains(strings.ToLower(p.Name), words) && !strings.HasPrefix(p.SHA256, words)
	})
	slices.SortFunc(found, func(a, b *store.Scan) int {
		return cmp.Or(b.Started.Compare(a.Started), strings.Compare(a.Name, b.Name), strings.Compare(a.SHA256, b.SHA256), strings.Compare(a.Identity.Tool, b.Identity.Tool))
	})
	out = []listed{}
	now := s.identity().Digest()
	for _, p := range found[:min(len(found), mostListed)] {
		k := p.Key()
		out = append(out, listed{k.ID(), p.Name, p.SHA256, p.Started.Format(time.RFC3339), p.Tool.String(), k.Identity == now, p.Glance})
	}
	return out, len(found)
}
