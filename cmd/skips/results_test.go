package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const allowedList = `# comment

video/opencv TestMesh  the clips  are absent
video TestParts/late no ffmpeg
`

func TestRun(t *testing.T) {
	const (
		ran     = `{"Action":"run","Package":"example.com/m/video","Test":"TestA"}` + "\n"
		begin   = `{"Action":"output","Package":"example.com/m/video","Test":"TestA","Output":"=== RUN   TestA\n"}` + "\n"
		log     = begin + `{"Action":"output","Package":"example.com/m/video","Test":"TestA","Output":"    a_test.go:1: a log\n"}` + "\n"
		passed  = `{"Action":"pass","Package":"example.com/m/video","Test":"TestA"}` + "\n"
		failed  = `{"Action":"fail","Package":"example.com/m/video","Test":"TestA"}` + "\n"
		late    = `{"Action":"pass","Package":"example.com/m/video","Test":"TestParts/late"}` + "\n"
		ok      = `{"Action":"output","Package":"example.com/m/video","Output":"PASS\n"}` + "\n" + `{"Action":"output","Package":"example.com/m/video","Output":"ok  \texample.com/m/video\t0.1s\n"}` + "\n" + `{"Action":"pass","Package":"example.com/m/video"}` + "\n"
		fail    = `{"Action":"output","Package":"example.com/m/video","Output":"FAIL\texample.com/m/video\t0.1s\n"}` + "\n" + `{"Action":"fail","Package":"example.com/m/video"}` + "\n"
		none    = `{"Action":"output","Package":"example.com/m/visit","Output":"?   \texample.com/m/visit\t[no test files]\n"}` + "\n" + `{"Action":"skip","Package":"example.com/m/visit"}` + "\n"
		skipLog = `{"Action":"output","Package":"example.com/m/video/opencv","Test":"TestMesh","Output":"    a_test.go:2: no clips\n"}` + "\n"
		skip    = skipLog + `{"Action":"skip","Package":"example.com/m/video/opencv","Test":"TestMesh"}` + "\n"
	)
	tests := []struct {
		name   string
		events string
		status int
		want   string
	}{
		{"all pass", ran + log + passed + late + ok + none, 0,
			"ok  \texample.com/m/video\t0.1s\n?   \texample.com/m/visit\t[no test files]\n2 passed, 0 failed, 0 skipped\n"},
		{"a failure", ran + log + failed + fail, 1,
			"    a_test.go:1: a log\nFAIL\texample.com/m/video\t0.1s\n0 passed, 1 failed, 0 skipped\n"},
		{"a test that never ended", ran + log + fail, 1,
			"    a_test.go:1: a log\nFAIL\texample.com/m/video\t0.1s\n0 passed, 0 failed, 0 skipped\n"},
		{"an allowed skip", skip, 0,
			"skipped: example.com/m/video/opencv TestMesh: the clips are absent\n0 passed, 0 failed, 1 skipped\n"},
		{"another skip", strings.ReplaceAll(skip, "TestMesh", "TestCrop"), 1,
			"error: example.com/m/video/opencv TestCrop was skipped, which the list does not allow: a_test.go:2: no clips\n" +
				"error: video/opencv TestMesh may be skipped according to the list, but there is no such test\n0 passed, 0 failed, 1 skipped\n"},
		{"the same test of another package", strings.ReplaceAll(skip, "video/opencv", "audio"), 1,
			"error: example.com/m/audio TestMesh was skipped, which the list does not allow: a_test.go:2: no clips\n0 passed, 0 failed, 1 skipped\n"},
		{"an allowed test that is gone", ran + passed + ok, 1,
			"ok  \texample.com/m/video\t0.1s\nerror: video TestParts/late may be skipped according to the list, but there is no such test\n1 passed, 0 failed, 0 skipped\n"},
		{"a build that fails", `{"Action":"build-output","ImportPath":"example.com/m/video","Output":"a.go:1: no\n"}` + "\n" + `{"Action":"build-fail","ImportPath":"example.com/m/video"}` + "\n" + fail, 1,
			"a.go:1: no\nFAIL\texample.com/m/video\t0.1s\n0 passed, 0 failed, 0 skipped\n"},
		{"no JSON", "go: a note", 0, "go: a note0 passed, 0 failed, 0 skipped\n"},
	}
	list := filepath.Join(t.TempDir(), "skips")
	if err := os.WriteFile(list, []byte(allowedList), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			status := run([]string{list}, strings.NewReader(test.events), &stdout, &stderr)
			if status != test.status || stdout.String() != test.want || stderr.Len() > 0 {
				t.Errorf("got status %d, %q and %q, want %d and %q", status, stdout.String(), stderr.String(), test.status, test.want)
			}
		})
	}
}

func TestParseAllowed(t *testing.T) {
	got, err := parseAllowed(allowedList)
	if err != nil || len(got) != 2 || got[test{"video/opencv", "TestMesh"}] != "the clips are absent" {
		t.Errorf("got %v, %v", got, err)
	}
	for text, want := range map[string]string{
		"\nvideo TestA\n":                "line 2: want folder, test and reason",
		"video TestA why\nvideo TestA b": "line 2: video TestA is listed twice",
	} {
		if _, err := parseAllowed(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestUsage(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run(nil, strings.NewReader(""), &stdout, &stderr); status != 2 || !strings.HasPrefix(stderr.String(), "error: want one file") {
		t.Errorf("got status %d and %q", status, stderr.String())
	}
	if status := run([]string{"no-such-file"}, strings.NewReader(""), &stdout, &stderr); status != 2 {
		t.Errorf("no list: got status %d", status)
	}
}
