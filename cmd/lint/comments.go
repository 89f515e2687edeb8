package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// A misnamed is a doc comment that does not begin with the name that it documents.
type misnamed struct {
	line int // from 1
	name string
}

// misnamedComments returns the misnamed doc comments of the top-level functions, methods, types,
// constants and variables of a file. A comment on a type may begin with an article. Exempt are
// tests, func main, comments on a group, and comments on several constants or variables.
func misnamedComments(set *token.FileSet, parsed *ast.File, test bool) []misnamed {
	var all []misnamed
	add := func(doc *ast.CommentGroup, name string, articles ...string) {
		words := strings.Fields(commentText(doc))
		if len(words) > 1 && words[0] != name && slices.Contains(articles, words[0]) {
			words = words[1:]
		}
		if name != "_" && len(words) > 0 && strings.TrimRight(words[0], ".,:;") != name {
			all = append(all, misnamed{set.PositionFor(doc.Pos(), false).Line, name})
		}
	}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name != "main" && !(test && calledByTesting(d)) {
				add(d.Doc, d.Name.Name)
			}
		case *ast.GenDecl:
			for i, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(specDoc(d, s.Doc), s.Name.Name, "A", "An", "The")
				case *ast.ValueSpec:
					if len(s.Names) == 1 && !headsRun(set, d.Specs[i:]) {
						add(specDoc(d, s.Doc), s.Names[0].Name)
					}
				}
			}
		}
	}
	return all
}

// specDoc returns the comment on one spec of a declaration: its own in a group, else that of the
// declaration; nil without one.
func specDoc(d *ast.GenDecl, doc *ast.CommentGroup) *ast.CommentGroup {
	if d.Lparen.IsValid() {
		return doc
	}
	return d.Doc
}

// headsRun reports whether the comment on the first of these constants or variables may be on the
// next one, too, which follows on the next line without a comment above it.
func headsRun(set *token.FileSet, specs []ast.Spec) bool {
	if len(specs) < 2 {
		return false
	}
	line := func(p token.Pos) int { return set.PositionFor(p, false).Line }
	next := specs[1].(*ast.ValueSpec)
	return next.Doc == nil && line(next.Pos()) == line(specs[0].End())+1
}

// commentText returns the text of a comment without directives; "" for nil.
func commentText(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	prose := slices.DeleteFunc(slices.Clone(doc.List), func(c *ast.Comment) bool { return directive.MatchString(c.Text) })
	return (&ast.CommentGroup{List: prose}).Text()
}

// calledByTesting reports whether package testing finds a function by its name. Comments on such
// functions say what is tested.
func calledByTesting(d *ast.FuncDecl) bool {
	if d.Recv != nil {
		return false
	}
	return slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(prefix string) bool {
		return strings.HasPrefix(d.Name.Name, prefix)
	})
}

// checkComments returns a breach for each misnamed comment of a file.
func checkComments(f *file) []breach {
	var all []breach
	for _, m := range f.misnamed {
		all = append(all, breach{f.name, m.line, fmt.Sprintf("comment on %s: begin it with that name", m.name)})
	}
	return all
}
