package ui

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// A guard admits only the browser that opened the link. It refuses requests from other pages and
// requests that name another host:
//
//   - Host must be the address itself. This refuses a foreign name that resolves to this
//     machine (DNS rebinding).
//   - Origin, if present, and Sec-Fetch-Site must be those of this page. A request that changes
//     something must have an Origin.
//   - Everything except the entrance is below an unguessable path and requires the cookie that
//     the entrance sets for the token of the link. The cookie is limited to that path, because
//     browsers send cookies to all ports of a host.
type guard struct {
	host   string // 127.0.0.1 and port
	root   string // "/" + secret + "/"
	cookie string // 256 bits
	words  *refusalWords
	next   http.Handler

	mu    sync.Mutex
	token string // of the unused link; empty for none
}

const cookieName = "deepcheck"

func newGuard(host string, words *refusalWords, next http.Handler) *guard {
	g := &guard{host: host, root: "/" + secret() + "/", cookie: secret(), words: words}
	g.next = http.StripPrefix(strings.TrimSuffix(g.root, "/"), next)
	return g
}

// secret returns at least 256 random bits as letters and digits.
func secret() string { return rand.Text() + rand.Text() }

// link returns an address that admits one browser, once. It invalidates earlier links.
func (g *guard) link() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.token = secret()
	return "http://" + g.host + "/?token=" + g.token
}

// redeem reports whether the token is that of the link, and invalidates the link if it is.
func (g *guard) redeem(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	ok := g.token != "" && constantTimeEqual(token, g.token)
	if ok {
		g.token = ""
	}
	return ok
}

func constantTimeEqual(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if why := g.refusal(r); why != "" {
		g.refuse(w, why)
		return
	}
	if r.URL.Path == "/" {
		g.enter(w, r)
		return
	}
	c, err := r.Cookie(cookieName)
	if !strings.HasPrefix(r.URL.Path, g.root) || err != nil || !constantTimeEqual(c.Value, g.cookie) {
		g.refuse(w, g.words.NoCookie)
		return
	}
	g.next.ServeHTTP(w, r)
}

// refusal returns why a request is not one of this page; empty if it is.
func (g *guard) refusal(r *http.Request) string {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case r.Host != g.host:
		return g.words.OtherHost.Fill(g.host)
	case origin != "" && origin != "http://"+g.host:
		return g.words.OtherPage
	case site != "" && site != "same-origin" && (site != "none" || !safe) && !isEntrance(r):
		return g.words.OtherPage
	case origin == "" && !safe:
		return g.words.NoOrigin
	}
	return ""
}

// isEntrance reports whether a request is one for the entrance. It may come from any page, such as
// the file that the command opens in a browser: the token alone admits it.
func isEntrance(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == "/" }

// enter exchanges the token for the cookie. It answers with a page that goes on to the root, not
// with a redirect: browsers do not send a SameSite cookie along a chain of redirects from another
// page.
func (g *guard) enter(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !g.redeem(r.URL.Query().Get("token")) {
		g.refuse(w, g.words.UsedLink)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: g.cookie, Path: g.root, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!DOCTYPE html><meta http-equiv="refresh" content="0;url=%[1]s"><a href="%[1]s">deepcheck</a>`, g.root)
}

func (g *guard) refuse(w http.ResponseWriter, why string) {
	http.Error(w, g.words.Refused.Fill(why), http.StatusForbidden)
}
