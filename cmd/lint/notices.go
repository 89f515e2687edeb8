package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// noticesFile lists the third-party modules with their licences, in a table whose rows
// begin with the module's path in backquotes.
const noticesFile = "THIRD_PARTY.md"

// program is the command whose modules are listed.
const program = "./cmd/deepcheck"

// programTags are the build tags that change which packages program imports.
var programTags = []string{"customenv", "customenv,openblas", "customenv,openblas,cudnn"}

// linkedModules returns the paths of all modules but the main one that have a package in
// program with any of programTags, sorted. It runs `go list` in folder dir.
func linkedModules(dir string) ([]string, error) {
	var all []string
	for _, tags := range programTags {
		cmd := exec.Command("go", "list", "-deps", "-tags", tags, "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", program)
		cmd.Dir = dir
		out, err := cmd.Output()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
		}
		if err != nil {
			return nil, fmt.Errorf("listing the packages of %s with tags %s: %w", program, tags, err)
		}
		all = append(all, strings.Fields(string(out))...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// checkNotices compares the linked modules, sorted, with the text of noticesFile.
func checkNotices(linked []string, text string) []breach {
	var all []breach
	listed := map[string]bool{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		row, ok := strings.CutPrefix(line, "| `")
		if !ok {
			continue
		}
		module, rest, _ := strings.Cut(row, "`")
		if host, _, ok := strings.Cut(module, "/"); !ok || !strings.Contains(host, ".") {
			continue // no path of a module
		}
		listed[module] = true
		if !slices.Contains(linked, module) {
			all = append(all, breach{noticesFile, n, module + " is not linked"})
		}
		if cells := strings.Split(rest, "|"); len(cells) < 3 || strings.TrimSpace(cells[1]) == "" {
			all = append(all, breach{noticesFile, n, module + " has no licence"})
		}
	}
	for _, m := range linked {
		if !listed[m] {
			all = append(all, breach{noticesFile, 0, m + " is linked but not listed"})
		}
	}
	return all
}

// checkLinked checks the notices of the module in folder dir.
func checkLinked(dir string) ([]breach, error) {
	text, err := os.ReadFile(filepath.Join(dir, noticesFile))
	if err != nil {
		return nil, err
	}
	linked, err := linkedModules(dir)
	if err != nil {
		return nil, err
	}
	return checkNotices(linked, string(text)), nil
}
