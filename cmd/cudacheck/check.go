package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A listed is what `go list -json` says of one package.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	ImportMap  map[string]string // path as written -> path of the package meant
	Standard   bool
	Module     *struct {
		Main      bool
		GoVersion string
	}
	Error *struct{ Err string }
}

// whole tells whether the bodies of the package's functions are checked too.
func (p *listed) whole() bool {
	return p.Module != nil && p.Module.Main || strings.HasPrefix(p.ImportPath, "gorgonia.org/gorgonia")
}

// list returns all packages below dir and what they import, each after all
// that it imports.
func list(ctx context.Context, dir, tags string) ([]*listed, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-tags", tags,
		"-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Standard,Module,Error", "./...")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1") // without cgo, go list leaves out the files that are in question
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var packages []*listed
	for dec := json.NewDecoder(&stdout); ; {
		p := new(listed)
		switch err := dec.Decode(p); {
		case err == io.EOF:
			return packages, nil
		case err != nil:
			return nil, fmt.Errorf("reading what go list says: %w", err)
		case p.Error != nil:
			return nil, fmt.Errorf("%s: %s", p.ImportPath, strings.TrimSpace(p.Error.Err))
		}
		packages = append(packages, p)
	}
}

// found is what came of checking.
type found struct {
	whole int // packages whose functions were checked too
	errs  []error
}

// checkAll type-checks packages, each of which must come after what it imports.
// It goes on after an error, so that all are told at once.
func checkAll(packages []*listed) found {
	var out found
	done := map[string]*types.Package{"unsafe": types.Unsafe}
	for _, p := range packages {
		if p.ImportPath == "unsafe" {
			continue
		}
		checked, errs := check(p, done)
		done[p.ImportPath] = checked
		if p.whole() {
			out.whole++
		}
		// A dependency that does not check as this program sees it compiled
		// elsewhere; what matters is whether the packages asked for check
		// against it.
		if p.whole() {
			out.errs = append(out.errs, errs...)
		}
	}
	return out
}

// check type-checks one package against those done.
func check(p *listed, done map[string]*types.Package) (*types.Package, []error) {
	var errs []error
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range append(p.GoFiles, p.CgoFiles...) {
		f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			errs = append(errs, err)
		}
		if f != nil {
			parsed = append(parsed, f)
		}
	}
	config := types.Config{
		FakeImportC:      true,
		IgnoreFuncBodies: !p.whole(),
		Sizes:            types.SizesFor("gc", runtime.GOARCH),
		Error:            func(err error) { errs = append(errs, err) },
		Importer: importer(func(path string) (*types.Package, error) {
			if to, ok := p.ImportMap[path]; ok {
				path = to
			}
			if q := done[path]; q != nil {
				return q, nil
			}
			return nil, errors.New("not listed by go list")
		}),
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	checked, _ := config.Check(p.ImportPath, files, parsed, nil) // told to config.Error
	return checked, errs
}

// An importer finds the package that an import path means.
type importer func(path string) (*types.Package, error)

func (i importer) Import(path string) (*types.Package, error) { return i(path) }
