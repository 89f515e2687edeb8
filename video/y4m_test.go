package video

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestY4M(t *testing.T) {
	const header = "YUV4MPEG2 W2 H2 F25:1 Ip A1:1 C420mpeg2 XYSCSS=420MPEG2\n"
	for _, tt := range []struct {
		name, stream string
		want         []string
		err          error // after the pictures; nil for an error that quotes the data
	}{
		{"pictures", header + "FRAME\nabcdefFRAME\nFRAME\n", []string{"abcdef", "FRAME\n"}, io.EOF},
		{"none", header, nil, io.EOF},
		{"nothing", "", nil, io.EOF},
		{"cut within a picture", header + "FRAME\nabcdefFRAME\nabc", []string{"abcdef"}, io.ErrUnexpectedEOF},
		{"cut before its planes", header + "FRAME\nabcdefFRAME\n", []string{"abcdef"}, io.ErrUnexpectedEOF},
		{"cut within the header", header[:20], nil, io.EOF},
		{"another stream", strings.Repeat("raw", 1000), nil, nil},
		{"no frame", header + "abcdefghijkl", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			y := y4mReader{r: iotest.OneByteReader(strings.NewReader(tt.stream))}
			planes := make([]byte, 6)
			for _, want := range tt.want {
				if err := y.next(planes); err != nil || string(planes) != want {
					t.Fatalf("got %q, %v, want %q", planes, err, want)
				}
			}
			err := y.next(planes)
			if tt.err != nil && !errors.Is(err, tt.err) || err == nil || tt.err == nil && !strings.Contains(err.Error(), "ffmpeg") {
				t.Errorf("got error %v, want %v", err, tt.err)
			}
		})
	}
}

func TestBatchingReaderEnds(t *testing.T) {
	r, w, err := openPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := batchingReader{r}
	if _, err := w.WriteString("abc"); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 10)
	if n, err := p.Read(b); n != 3 || err != nil {
		t.Errorf("got %d bytes, %v, want the 3 written", n, err)
	}
	w.Close()
	if n, err := p.Read(b); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("got %d bytes, %v, want EOF", n, err)
	}
	r.Close()
}

func TestBatchingReaderClosed(t *testing.T) {
	r, w, err := openPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ended := make(chan error, 1)
	go func() {
		_, err := batchingReader{r}.Read(make([]byte, 10))
		ended <- err
	}()
	r.Close()
	if err := <-ended; err == nil { // a read that nobody can end would hang here
		t.Error("no error for a closed file")
	}
}
