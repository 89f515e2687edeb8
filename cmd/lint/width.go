package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxComment = 100 // columns of a Go line that ends in a comment
	maxProse   = 90  // columns of a line of Markdown prose
	tabWidth   = 4   // columns
)

// A wide is a line that is too wide.
type wide struct {
	line    int // from 1
	columns int
}

// A page holds the facts about one Markdown file that the rules use.
type page struct {
	name  string // slash-separated path from the module's folder
	prose []wide // lines of prose with more than maxProse columns
}

// directive matches a comment that instructs a tool. gofmt puts no space after its "//".
var directive = regexp.MustCompile(`^//(line |export |extern |nolint\b|[a-z0-9]+:[a-z0-9])`)

// wideComments returns the lines of a Go file with a comment that ends after column
// maxComment. Directives, lines of a comment that consist of one URL, and the C code
// before import "C" are exempt.
func wideComments(set *token.FileSet, parsed *ast.File, src []byte) []wide {
	lines := strings.Split(string(src), "\n")
	preambles := cgoPreambles(parsed)
	var all []wide
	for _, group := range parsed.Comments {
		if preambles[group] {
			continue
		}
		for _, c := range group.List {
			if directive.MatchString(c.Text) {
				continue
			}
			// Not Position, which follows //line directives.
			start, end := set.PositionFor(c.Pos(), false), set.PositionFor(c.End(), false)
			for number := start.Line; number <= end.Line; number++ {
				line, first := lines[number-1], 0
				if number == start.Line {
					first = start.Column - 1
				}
				if number == end.Line {
					line = line[:min(len(line), end.Column-1)]
				}
				line = strings.TrimRight(line, " \t\r")
				n := columns(line)
				if n > maxComment && !isURL(strings.Trim(line[first:], "/*- \t")) {
					all = append(all, wide{number, n})
				}
			}
		}
	}
	return all
}

// cgoPreambles returns the comments of a file that hold C code.
func cgoPreambles(parsed *ast.File) map[*ast.CommentGroup]bool {
	code := map[*ast.CommentGroup]bool{}
	for _, d := range parsed.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.IMPORT {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ImportSpec)
			if spec.Path.Value != `"C"` {
				continue
			}
			if spec.Doc != nil {
				code[spec.Doc] = true
			} else if decl.Doc != nil {
				code[decl.Doc] = true
			}
		}
	}
	return code
}

// parsePage reads a Markdown file. Tables, fenced code, headings and lines with a bare
// link are not prose.
func parsePage(name string, src []byte) page {
	p := page{name: name}
	fence := "" // opening fence of the code that the line is in
	number := 0
	for line := range strings.Lines(string(src)) {
		number++
		line = strings.TrimRight(line, " \t\r\n")
		text := strings.TrimLeft(line, " \t>")
		if mark := fenceOf(text); mark != "" {
			switch {
			case fence == "":
				fence = mark
			case strings.HasPrefix(mark, fence) && mark == text:
				fence = ""
			}
			continue
		}
		if fence != "" || strings.HasPrefix(text, "|") || strings.HasPrefix(text, "#") || hasURL(text) {
			continue
		}
		if n := columns(line); n > maxProse {
			p.prose = append(p.prose, wide{number, n})
		}
	}
	return p
}

// fenceOf returns the code fence at the start of a line, three or more backquotes or
// tildes, or "". A line with further backquotes is code within a line.
func fenceOf(text string) string {
	for _, c := range []string{"`", "~"} {
		rest := strings.TrimLeft(text, c)
		if n := len(text) - len(rest); n >= 3 && !(c == "`" && strings.Contains(rest, c)) {
			return text[:n]
		}
	}
	return ""
}

// hasURL reports whether one of the words of a line is a URL.
func hasURL(line string) bool {
	for word := range strings.FieldsSeq(line) {
		if isURL(strings.Trim(word, "<>()")) {
			return true
		}
	}
	return false
}

// isURL reports whether s is one word and the word is a URL.
func isURL(s string) bool {
	return !strings.ContainsAny(s, " \t") && (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"))
}

// columns returns the width of a line.
func columns(line string) int {
	n := 0
	for {
		before, after, tab := strings.Cut(line, "\t")
		n += utf8.RuneCountInString(before)
		if !tab {
			return n
		}
		n += tabWidth - n%tabWidth
		line = after
	}
}

// checkWidth returns a breach for each wide line of a file. what names the content of the
// lines, most is the maximum width.
func checkWidth(file, what string, lines []wide, most int) []breach {
	var all []breach
	for _, l := range lines {
		all = append(all, breach{file, l.line, fmt.Sprintf("%s of %d columns, more than %d", what, l.columns, most)})
	}
	return all
}
