package ui

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
)

// Requests without permission are refused everywhere, and learn nothing.
func TestGuardRefuses(t *testing.T) {
	d := startServer(t, testConfig(t), writeFile(t, "a.mp4", "suspect"))
	d.awaitDone(t, 1)
	home := strings.TrimSuffix(strings.SplitAfterN(d.base, "/", 4)[2], "/")
	origin := "http://" + home
	cookies := d.Jar.Cookies(must(http.NewRequest("GET", d.base, nil)).URL)
	if len(cookies) != 1 {
		t.Fatalf("cookies: %v", cookies)
	}
	tests := []struct {
		name           string
		method, path   string // path below the root
		host           string // empty for the right one
		headers        string // "name: value" lines
		cookie         string
		root           string // empty for the right one
		want           int
		withoutCookies bool
	}{
		{name: "as the page does", method: "GET", path: "files/1/report", want: 200},
		{name: "as the page does, in a browser", method: "GET", path: "files/1/report", headers: "Sec-Fetch-Site: same-origin", want: 200},
		{name: "typed in", method: "GET", headers: "Sec-Fetch-Site: none", want: 200},
		{name: "with its origin", method: "POST", path: "clear", headers: "Origin: " + origin, want: 204},

		{name: "no cookie", method: "GET", path: "files/1/report", withoutCookies: true, want: 403},
		{name: "no cookie, page", method: "GET", withoutCookies: true, want: 403},
		{name: "no cookie, video", method: "GET", path: "files/1/video", withoutCookies: true, want: 403},
		{name: "wrong cookie", method: "GET", path: "files/1/report", withoutCookies: true, cookie: "deepcheck=" + secret(), want: 403},
		{name: "empty cookie", method: "GET", path: "files/1/report", withoutCookies: true, cookie: "deepcheck=", want: 403},
		{name: "guessed root", method: "GET", root: "/" + secret() + "/", want: 403},
		{name: "no root", method: "GET", root: "/files/1/report", want: 403},
		{name: "foreign host", method: "GET", host: "evil.example:80", want: 403},
		{name: "other port", method: "GET", host: "127.0.0.1:1", want: 403},
		{name: "name for this machine", method: "GET", host: "localhost" + home[strings.Index(home, ":"):], want: 403},
		{name: "foreign origin", method: "GET", path: "events", headers: "Origin: http://evil.example", want: 403},
		{name: "null origin", method: "POST", path: "clear", headers: "Origin: null", want: 403},
		{name: "origin on another port", method: "POST", path: "clear", headers: "Origin: http://127.0.0.1:1", want: 403},
		{name: "origin by another scheme", method: "POST", path: "clear", headers: "Origin: https://" + home, want: 403},
		{name: "change without origin", method: "POST", path: "clear", want: 403},
		{name: "deletion without origin", method: "DELETE", path: "files/1", want: 403},
		{name: "picture in a foreign page", method: "GET", path: "files/1/video", headers: "Sec-Fetch-Site: cross-site", want: 403},
		{name: "page on another port", method: "GET", path: "files/1/report", headers: "Sec-Fetch-Site: same-site", want: 403},
		{name: "change that was typed in", method: "POST", path: "clear", headers: "Origin: " + origin + "\nSec-Fetch-Site: none", want: 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := d.base
			if tt.root != "" {
				address = origin + tt.root
			}
			r := must(http.NewRequest(tt.method, address+tt.path, nil))
			if tt.host != "" {
				r.Host = tt.host
			}
			if !tt.withoutCookies {
				r.AddCookie(cookies[0])
			}
			if tt.cookie != "" {
				r.Header.Set("Cookie", tt.cookie)
			}
			for _, line := range strings.Split(tt.headers, "\n") {
				if name, value, ok := strings.Cut(line, ": "); ok {
					r.Header.Set(name, value)
				}
			}
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			if answer.StatusCode != tt.want {
				t.Errorf("got %d, want %d: %.80s", answer.StatusCode, tt.want, body)
			}
			if tt.want == 403 && (!strings.HasPrefix(string(body), "refused: ") || strings.Contains(string(body), "a.mp4")) {
				t.Errorf("a refused request learns %q", body)
			}
			h := answer.Header
			if h.Get("Access-Control-Allow-Origin") != "" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Security-Policy") == "" {
				t.Errorf("headers: %v", h)
			}
		})
	}
}

// A link admits one browser, once. A new link invalidates the old one.
func TestLinkIsGoodOnce(t *testing.T) {
	d := startServer(t, testConfig(t))
	enter := func(link string) int {
		answer, err := (&http.Client{Jar: must(cookiejar.New(nil))}).Get(link)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	first, second := d.Link(), d.Link()
	if got := enter(first); got != 403 {
		t.Errorf("a link that was replaced: %d", got)
	}
	if got := enter(second + "x"); got != 403 {
		t.Errorf("a wrong token: %d", got)
	}
	if got := enter(second); got != 200 {
		t.Errorf("the link: %d", got)
	}
	if got := enter(second); got != 403 {
		t.Errorf("the link once more: %d", got)
	}
	for _, token := range []string{"", "?token=", "?token=" + strings.Repeat("A", 52)} {
		if got := enter(second[:strings.Index(second, "?")] + token); got != 403 {
			t.Errorf("token %q: %d", token, got)
		}
	}
	if n := len(secret()); n < 52 { // base 32: at least 256 bits
		t.Errorf("a secret has %d letters", n)
	}
}

// Only this machine can connect.
func TestListensOnLoopback(t *testing.T) {
	s, err := Open(testConfig(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.listener.Addr().String(); !strings.HasPrefix(got, "127.0.0.1:") {
		t.Errorf("listens on %s", got)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
