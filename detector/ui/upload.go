package ui

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
)

// receiveUpload receives one file. The body is its content; the name in the query is only shown
// and never used as a path.
func (s *Server) receiveUpload(w http.ResponseWriter, r *http.Request) {
	name := cmp.Or(cleanName(r.URL.Query().Get("name")), s.words.Copy.Unnamed)
	it, ctx := s.queue.receive(r.Context(), name)
	path := filepath.Join(s.config.Copies, fmt.Sprintf("%d%s", it.id, safeExtension(name)))
	sum, size, err := s.saveUpload(ctx, it, path, r)
	s.queue.received(it, path, sum, size, err)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		http.Error(w, s.words.Copy.NoSpace.Fill(name, s.config.Copies), http.StatusInsufficientStorage)
	case err != nil && ctx.Err() == nil:
		http.Error(w, s.words.Copy.Failed.Fill(name, shortError(err).Error()), http.StatusInternalServerError)
	case err != nil:
		http.Error(w, s.words.Copy.Canceled.Fill(name), http.StatusConflict)
	default:
		serveJSON(w, map[string]int{"id": it.id})
	}
}

// saveUpload writes the body to a new file that only its owner may read. It returns the SHA-256,
// in hexadecimal, and the size.
func (s *Server) saveUpload(ctx context.Context, it *item, path string, r *http.Request) (sum string, size int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	size, err = copyTo(ctx, io.MultiWriter(f, h), r.Body, func(n int64) {
		if r.ContentLength > 0 {
			s.queue.progress(it, 0, 0, float64(n)/float64(r.ContentLength))
		}
	})
	if err = errors.Join(err, f.Close()); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// maxName is the maximum length of a file's name, in characters.
const maxName = 500

// cleanName returns a name from the browser in a form that can be shown: without control
// characters and "..", and with at most maxName characters. It returns "" if nothing is left.
func cleanName(name string) string {
	var parts []string
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		part = strings.TrimSpace(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return '\uFFFD'
			}
			return r
		}, strings.ToValidUTF8(part, "\uFFFD")))
		if part != "" && part != "." && part != ".." {
			parts = append(parts, part)
		}
	}
	runes := []rune(strings.Join(parts, "/"))
	return string(runes[max(0, len(runes)-maxName):])
}

// safeExtension returns the extension of a name, because some containers are recognised only by
// it; empty if it has more than 5 characters, or others than ASCII letters and digits.
func safeExtension(name string) string {
	ext := filepath.Ext(name)
	if len(ext) > 6 {
		return ""
	}
	for _, r := range strings.TrimPrefix(ext, ".") {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return ""
		}
	}
	return ext
}
