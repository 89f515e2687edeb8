package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const hash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

func jsonReport(key *Key) string {
	return `{"schema":"deepcheck/scan/1","tool":{"name":"deepcheck","version":"1","commit":null},"weights":{"fingerprint":"ff"},` +
		`"files":[{"path":"` + Blank + `","sha256":"` + hash + `","verdict":"suspect"},{"path":"gone","sha256":null,"verdict":"error"}],` +
		`"signature":{"algorithm":"ed25519","public_key":"` + key.Public() + `","value":"` + Blank + `"}}`
}

func htmlReport(key *Key) string {
	data, _, _ := strings.Cut(jsonReport(key), `"signature"`)
	return "<!DOCTYPE html><p>The voice fits.</p><code id=\"signature\" data-key=\"" + key.Public() + "\">" + Blank + "</code>" +
		`<script type="application/json" id="report">` + data + `"signature":null}</script>`
}

func TestSealAndOpen(t *testing.T) {
	key, err := OpenKey(filepath.Join(t.TempDir(), "new", "deepcheck"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"json": jsonReport(key), "html": strings.ReplaceAll(htmlReport(key), `"path":"`+Blank+`"`, `"path":"x"`)} {
		t.Run(name, func(t *testing.T) {
			sealed, err := key.Seal([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := key.Seal([]byte(text)); !bytes.Equal(again, sealed) {
				t.Error("two signatures of one report differ")
			}
			got, err := Open(sealed)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Whole || got.Public != key.Public() || got.Tool != "deepcheck 1" || got.Weights != "ff" {
				t.Errorf("opened: %+v", got)
			}
			if f := got.Find(hash); len(f) != 1 || f[0].Verdict != "suspect" {
				t.Errorf("found %+v", f)
			}
			if f := got.Find(""); f != nil {
				t.Errorf("a file without a hash is found: %+v", f)
			}
			// A change of any byte invalidates the signature or the format of the report.
			for i := range sealed {
				changed := bytes.Clone(sealed)
				changed[i] ^= 1
				if s, err := Open(changed); err == nil && s.Whole {
					t.Errorf("byte %d (%q) can be changed", i, sealed[i])
				}
			}
			for _, longer := range [][]byte{append(bytes.Clone(sealed), ' '), append([]byte("\n"), sealed...)} {
				if s, err := Open(longer); err == nil && s.Whole {
					t.Error("bytes can be added")
				}
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"text":       {"hello", ErrNotReport},
		"other json": {`{"schema":"else"}`, ErrNotReport},
		"cut json":   {`{"schema":"deepcheck/scan/1"`, ErrNotReport},
		"unsigned":   {`{"schema":"deepcheck/scan/1","signature":null}`, ErrUnsigned},
		"other html": {"<html></html>", ErrNotReport},
		"bare html":  {`<script type="application/json" id="report">{"schema":"deepcheck/scan/1"}</script>`, ErrUnsigned},
		"nothing":    {"", ErrNotReport},
	} {
		if _, err := Open([]byte(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestKeyIsMadeOnceAndKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "deepcheck")
	if OwnPublic(folder) != "" {
		t.Error("a key before one was created")
	}
	var all [8]string
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() {
			if k, err := OpenKey(folder); err == nil {
				all[i] = k.Public()
			}
		})
	}
	group.Wait()
	for _, public := range all {
		if len(public) != 64 || public != OwnPublic(folder) {
			t.Errorf("key %q, want that of the folder, %q", public, OwnPublic(folder))
		}
	}
	path := filepath.Join(folder, keyFile)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("files left in the folder: %v", entries)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(folder); err == nil || !strings.Contains(err.Error(), "readable by others") {
		t.Errorf("a key that others may read: %v", err)
	}
	if err := errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, []byte("no key"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(folder); !errors.Is(err, errNoKey) {
		t.Errorf("a file that is no key: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"schema":"deepcheck/scan/1","signature":{"algorithm":"ed25519","value":""}}`))
	f.Add([]byte(`<script type="application/json" id="report">{}</script><code id="signature" data-key="">0</code>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if s, err := Open(doc); err == nil && s.Whole {
			t.Error("a valid signature without a key")
		}
	})
}
