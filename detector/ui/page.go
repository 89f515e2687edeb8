package ui

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"

	"github.com/deepcheck/deepcheck/detector/report"

	_ "embed"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// newPage returns the page, which is the same for every request.
func newPage(w *words) ([]byte, error) {
	if !report.CanPrint() {
		w.Save = slices.DeleteFunc(w.Save, func(f saveForm) bool { return f.Form == string(report.FormatPDF) })
	}
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, w)
	return b.Bytes(), err
}

func (s *Server) servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Write(s.page)
}

func serveAsset(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Write([]byte(text))
	}
}
