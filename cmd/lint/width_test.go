package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// wideURL is a URL of 110 columns.
var wideURL = "https://example.com/" + strings.Repeat("a", 90)

func TestWidth(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	tests := []struct {
		name string
		file string
		src  string
		want []string // breaches; nil: none
	}{
		{"comment of 100 columns", "sync/a.go", "package avsync\n\n// " + x(97), nil},
		{"comment of 101 columns", "sync/a.go", "package avsync\n\n// " + x(98),
			[]string{"sync/a.go:3: comment of 101 columns, more than 100"}},
		{"columns are no bytes", "sync/a.go", "package avsync\n\n// " + strings.Repeat("·", 97), nil},
		{"a tab has 4 columns", "sync/a.go", "package avsync\n\nfunc f() {\n\t// " + x(94) + "\n}",
			[]string{"sync/a.go:4: comment of 101 columns, more than 100"}},
		{"a tab ends at a multiple of 4", "sync/a.go", "package avsync\n\n//\t" + x(96), nil},
		{"after code", "sync/a.go", "package avsync\n\nvar " + x(60) + " int // " + x(29),
			[]string{"sync/a.go:3: comment of 101 columns, more than 100"}},
		{"code alone", "sync/a.go", "package avsync\n\nvar " + x(100) + " int\n// y", nil},
		{"code after a comment", "sync/a.go", "package avsync\n\nvar /* y */ " + x(100) + " int", nil},
		{"a string with slashes", "sync/a.go", "package avsync\n\nvar s = \"// " + x(100) + "\"", nil},
		{"a line of a block", "sync/a.go", "package avsync\n\n/*\ny\n" + x(101) + "\n*/",
			[]string{"sync/a.go:5: comment of 101 columns, more than 100"}},
		{"CRLF", "sync/a.go", "package avsync\r\n\r\n// " + x(97) + "\r\n", nil},
		{"a //go: directive", "sync/a.go", "package avsync\n\n//go:generate " + x(100), nil},
		{"a //line directive", "sync/a.go", "package avsync\n\n//line " + x(100) + ".go:7\n// " + x(98),
			[]string{"sync/a.go:4: comment of 101 columns, more than 100"}},
		{"a //nolint directive", "sync/a.go", "package avsync\n\n//nolint // " + x(100), nil},
		{"no directive", "sync/a.go", "package avsync\n\n// go:generate " + x(88),
			[]string{"sync/a.go:3: comment of 103 columns, more than 100"}},
		{"a URL", "sync/a.go", "package avsync\n\n// y\n//   - " + wideURL, nil},
		{"a URL with words", "sync/a.go", "package avsync\n\n// See " + wideURL,
			[]string{"sync/a.go:3: comment of 117 columns, more than 100"}},
		{"C code", "video/opencv/a.go", "package opencv\n\n/*\n#include <" + x(100) + ">\n*/\nimport \"C\"", nil},

		{"prose of 90 columns", "a.md", x(90), nil},
		{"prose of 91 columns", "a.md", "y\n\n" + x(91), []string{"a.md:3: line of 91 columns, more than 90"}},
		{"prose in bytes", "a.md", strings.Repeat("·", 90), nil},
		{"a list", "a.md", "* y\n  " + x(89), []string{"a.md:2: line of 91 columns, more than 90"}},
		{"a heading", "a.md", "# " + x(91), nil},
		{"a table", "a.md", "| y | z |\n|---|---|\n| " + x(91) + " | y |\n", nil},
		{"a bare link", "a.md", "Source: <" + wideURL + ">.", nil},
		{"a link definition", "a.md", "[y]: " + wideURL, nil},
		{"a link in prose", "a.md", "[y](https://example.com) " + x(66),
			[]string{"a.md:1: line of 91 columns, more than 90"}},
		{"fenced code", "a.md", "```sh\n" + x(91) + "\n```\n" + x(91),
			[]string{"a.md:4: line of 91 columns, more than 90"}},
		{"fenced code in a list", "a.md", "* y\n\n  ~~~\n  ```\n" + x(91) + "\n  ~~~\n" + x(92),
			[]string{"a.md:7: line of 92 columns, more than 90"}},
		{"code in a line", "a.md", "```y``` " + x(83), []string{"a.md:1: line of 91 columns, more than 90"}},
		{"CRLF in Markdown", "a.md", x(90) + "\r\n", nil},
		{"Markdown beside test data", "video/testdata/README.md", x(91),
			[]string{"video/testdata/README.md:1: line of 91 columns, more than 90"}},
		{"Markdown in a hidden folder", ".cache/a.md", x(91), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, err := parseTree(fstest.MapFS{
				"go.mod":  {Data: []byte("module example.com/m\n\ngo 1.26\n")},
				test.file: {Data: []byte(test.src)},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range check(tree) {
				if strings.Contains(b.message, "columns") {
					got = append(got, b.String())
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}
