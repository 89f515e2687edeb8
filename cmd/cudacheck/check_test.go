package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun checks small modules that include a C header that does not exist.
func TestRun(t *testing.T) {
	const header = "//go:build cuda\n\npackage m\n\n// #include <no_such_header.h>\nimport \"C\"\n\n"
	tests := []struct {
		name   string
		files  map[string]string
		tags   string
		status int
		says   string // part of the output
	}{
		{"correct", map[string]string{"a.go": header + "func f() int { return int(C.cudaMalloc(0)) }\n"}, "cuda", 0, "type-check"},
		{"wrong type in a body", map[string]string{"a.go": header + "func f() int { return \"one\" }\n"}, "cuda", 1, "a.go:8:23: cannot use \"one\""},
		{"wrong type next to a use of C", map[string]string{"a.go": header + "func f() { var x int = \"one\"; _ = C.f(x) }\n"}, "cuda", 1, "cannot use \"one\""},
		{"unknown name", map[string]string{"a.go": header + "var x = missing\n"}, "cuda", 1, "undefined: missing"},
		{"unused import", map[string]string{"a.go": header + "import \"os\"\n"}, "cuda", 1, "\"os\" imported and not used"},
		{"excluded by the tags", map[string]string{"a.go": header + "var x = missing\n", "b.go": "package m\n"}, "other", 0, "type-check"},
		{"function missing with the tag", map[string]string{
			"a.go": "package m\n\nvar x = apply()\n",
			"b.go": "//go:build !cuda\n\npackage m\n\nfunc apply() int { return 1 }\n",
		}, "cuda", 1, "undefined: apply"},
		{"error in an imported package", map[string]string{
			"a.go":   "package m\n\nimport _ \"example.com/m/b\"\n",
			"b/b.go": "package b\n\nvar x int = nil\n",
		}, "cuda", 1, "b.go:3:13: cannot use nil"},
		{"no such package", map[string]string{"a.go": "package m\n\nimport _ \"example.com/m/nowhere\"\n"}, "cuda", 2, "nowhere"},
		{"not Go", map[string]string{"a.go": "package m\n\nfunc {\n"}, "cuda", 1, "a.go:3:6"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "go.mod", "module example.com/m\n\ngo 1.26\n")
			for name, src := range test.files {
				write(t, dir, name, src)
			}
			var out bytes.Buffer
			status := run(t.Context(), []string{"-tags", test.tags, dir}, &out, &out)
			if status != test.status || !strings.Contains(out.String(), test.says) {
				t.Errorf("got status %d and %q, want %d and %q", status, out.String(), test.status, test.says)
			}
		})
	}
}

func write(t *testing.T, dir, name, src string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
}
