package pdf

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestPrint(t *testing.T) {
	p, err := Find()
	if err != nil {
		t.Skip(err)
	}
	var b bytes.Buffer
	if err := p.Print(t.Context(), &b, []byte("<!DOCTYPE html><title>t</title><h1>Report</h1>")); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) || !bytes.Contains(b.Bytes(), []byte("%%EOF")) {
		t.Errorf("%d bytes that begin with %.8q", b.Len(), b.Bytes())
	}
}

func TestFindWithoutBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Find(); !errors.Is(err, ErrNoBrowser) {
		t.Errorf("got %v", err)
	}
}

func TestPrintWithoutSandbox(t *testing.T) {
	browser := filepath.Join(t.TempDir(), "chromium")
	script := "#!/bin/sh\necho '[1:1:ERROR:zygote_host_impl_linux.cc] No usable sandbox! Read on' >&2\necho more >&2\nexit 1\n"
	if err := os.WriteFile(browser, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (&Printer{browser}).Print(t.Context(), io.Discard, nil); !errors.Is(err, ErrNoSandbox) {
		t.Errorf("got %v", err)
	}
}

func TestPrintSaysWhatWentWrong(t *testing.T) {
	var b bytes.Buffer
	if err := (&Printer{"/bin/false"}).Print(t.Context(), &b, nil); err == nil || b.Len() > 0 {
		t.Errorf("got %v and %d bytes", err, b.Len())
	}
}
