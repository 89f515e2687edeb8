package main

import (
	"slices"
	"testing"
)

func TestMisnamedComments(t *testing.T) {
	tests := []struct {
		name string
		file string
		src  string
		want []string // names; nil: none
	}{
		{"no comment", "a.go", "func f() {}\ntype t int\nvar v int", nil},
		{"function", "a.go", "// f runs.\nfunc f() {}", nil},
		{"another name", "a.go", "// g runs.\nfunc f() {}", []string{"f"}},
		{"a longer name", "a.go", "// fs run.\nfunc f() {}", []string{"f"}},
		{"punctuation", "a.go", "// f, like g, runs.\nfunc f() {}", nil},
		{"an article before a function", "a.go", "// A f runs.\nfunc f() {}", []string{"f"}},
		{"exported method", "a.go", "// Run runs.\nfunc (t *T) Run() {}", nil},
		{"method with the type's name", "a.go", "// T.Run runs.\nfunc (t *T) Run() {}", []string{"Run"}},
		{"type", "a.go", "// t holds one.\ntype t int", nil},
		{"type with an article", "a.go", "// An t is one.\ntype t int", nil},
		{"type called A", "a.go", "// A is one.\ntype A int", nil},
		{"another type", "a.go", "// A u is one.\ntype t int", []string{"t"}},
		{"type in a group", "a.go", "type (\n// A u is one.\nt int\n)", []string{"t"}},
		{"variable", "a.go", "// It is one.\nvar v int", []string{"v"}},
		{"two variables", "a.go", "// They are two.\nvar v, w int", nil},
		{"group", "a.go", "// The sizes.\nconst (\na = 1\n)", nil},
		{"constant in a group", "a.go", "const (\n// The size.\na = 1\n\nb = 2\n)", []string{"a"}},
		{"constant before another with a comment", "a.go", "const (\n// The size.\na = 1\n// b is two.\nb = 2\n)", []string{"a"}},
		{"constants under one comment", "a.go", "const (\n// The sizes.\na = 1\nb = 2\n)", nil},
		{"blank variable", "a.go", "// The compiler checks this.\nvar _ = 1", nil},
		{"directive", "a.go", "//go:noinline\nfunc f() {}", nil},
		{"directive after a comment", "a.go", "// f runs.\n//\n//go:noinline\nfunc f() {}", nil},
		{"main", "a.go", "// Runs.\nfunc main() {}", nil},
		{"test", "a_test.go", "// Nothing breaks.\nfunc TestF(t *testing.T) {}", nil},
		{"benchmark", "a_test.go", "// One call.\nfunc BenchmarkF(b *testing.B) {}", nil},
		{"helper of a test", "a_test.go", "// Nothing breaks.\nfunc f() {}", []string{"f"}},
		{"test in another file", "a.go", "// Nothing breaks.\nfunc TestF() {}", []string{"TestF"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := parseFile(test.file, []byte("package p\n\n"+test.src+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range f.misnamed {
				got = append(got, m.name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	f, err := parseFile("sync/a.go", []byte("package avsync\n\n// g runs.\nfunc f() {}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := checkFile(f), []breach{{"sync/a.go", 3, "comment on f: begin it with that name"}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
