package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// A tree holds the Go and Markdown files of one module.
type tree struct {
	module string // module path from go.mod
	files  []file // ordered by name
	pages  []page // ordered by name
}

// A file holds the facts about one Go file that the rules use.
type file struct {
	name      string // slash-separated path from the module's folder
	pkg       string // package name
	lines     int
	documents bool // has a package comment
	imports   []imported
	exits     []call // calls that end the process
	inits     []int  // lines of init functions
	wide      []wide // comments beyond column maxComment
	misnamed  []misnamed
}

// An imported is one import of a file.
type imported struct {
	path  string
	alias string // "" without one
	line  int
}

// A call is one call of a function of another package.
type call struct {
	name string // with the package, such as "os.Exit"
	line int
}

// dir returns the folder of a file, "." for the module's folder.
func (f *file) dir() string { return path.Dir(f.name) }

func (f *file) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// parseTree reads all Go and Markdown files of the module in fsys. Like the go command, it
// skips folders whose name begins with "." or "_" and Go files in folders named testdata.
func parseTree(fsys fs.FS) (*tree, error) {
	t := &tree{}
	mod, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return nil, err
	}
	if t.module = modulePath(mod); t.module == "" {
		return nil, errors.New(`reading "go.mod": no module line`)
	}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && passedOver(d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" && path.Ext(name) != ".md":
			return nil
		case path.Ext(name) == ".go" && inTestdata(name):
			return nil
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".md" {
			t.pages = append(t.pages, parsePage(name, src))
			return nil
		}
		f, err := parseFile(name, src)
		if err != nil {
			return err
		}
		t.files = append(t.files, *f)
		return nil
	})
	return t, err
}

func passedOver(folder string) bool {
	return strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

// inTestdata reports whether a file lies below a folder named testdata.
func inTestdata(name string) bool {
	return strings.HasPrefix(name, "testdata/") || strings.Contains(name, "/testdata/")
}

// modulePath returns the path in the module line of a go.mod, or "" without one.
func modulePath(mod []byte) string {
	for line := range strings.Lines(string(mod)) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "module" {
			return fields[1]
		}
	}
	return ""
}

func parseFile(name string, src []byte) (*file, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parsing: %w", err)
	}
	line := func(n ast.Node) int { return set.Position(n.Pos()).Line }
	f := &file{name: name, pkg: parsed.Name.Name, lines: bytes.Count(src, []byte("\n")), documents: parsed.Doc != nil}
	f.wide = wideComments(set, parsed, src)
	f.misnamed = misnamedComments(set, parsed, f.test())
	for _, spec := range parsed.Imports {
		to, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("parsing: %s: import %s: %w", name, spec.Path.Value, err)
		}
		i := imported{path: to, line: line(spec)}
		if spec.Name != nil {
			i.alias = spec.Name.Name
		}
		f.imports = append(f.imports, i)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				f.inits = append(f.inits, line(n))
			}
		case *ast.SelectorExpr:
			// The test goes by name: a variable called os or log would be mistaken
			// for the package.
			if x, ok := n.X.(*ast.Ident); ok && endsProcess(x.Name, n.Sel.Name) {
				f.exits = append(f.exits, call{x.Name + "." + n.Sel.Name, line(n)})
			}
		}
		return true
	})
	return f, nil
}

func endsProcess(pkg, function string) bool {
	switch pkg {
	case "os":
		return function == "Exit"
	case "log":
		return strings.HasPrefix(function, "Fatal")
	}
	return false
}
