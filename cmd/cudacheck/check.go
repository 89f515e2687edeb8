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

// A listed is one package as printed by `go list -json`.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	ImportMap  map[string]string // import path in the source -> path of the package
	Standard   bool
	Module     *struct {
		Main      bool
		GoVersion string
	}
	Error *struct{ Err string }
}

// whole reports whether function bodies of the package are checked too.
func (p *listed) whole() bool {
	return p.Module != nil && p.Module.Main || strings.HasPrefix(p.ImportPath, "gorgonia.org/gorgonia")
}

// list returns all packages below dir and their dependencies, each package after
// those that it imports.
func list(ctx context.Context, dir, tags string) ([]*listed, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-tags", tags,
		"-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Standard,Module,Error", "./...")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	// Without cgo, go list leaves out the very files to check.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
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
			return nil, fmt.Errorf("reading the output of go list: %w", err)
		case p.Error != nil:
			return nil, fmt.Errorf("%s: %s", p.ImportPath, strings.TrimSpace(p.Error.Err))
		}
		packages = append(packages, p)
	}
}

// found is the result of checking.
type found struct {
	whole int     // number of packages whose function bodies were checked too
	errs  []error // type errors, in order of the packages
}

// checkAll type-checks packages, each of which must come after those that it
// imports. It reports all errors, not only the first.
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
		// Errors in other dependencies are ignored: these packages do compile, but
		// may not type-check with C faked. Only their declarations are needed.
		if p.whole() {
			out.errs = append(out.errs, errs...)
		}
	}
	return out
}

// check type-checks one package. done holds the packages checked so far, by import
// path.
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
	checked, _ := config.Check(p.ImportPath, files, parsed, nil) // config.Error gets the errors
	return checked, errs
}

// An importer is a function that implements types.Importer.
type importer func(path string) (*types.Package, error)

func (i importer) Import(path string) (*types.Package, error) { return i(path) }
