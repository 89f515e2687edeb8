package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// An event is one line of `go test -json`, see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string // empty: the event concerns the whole package
	Output  string
}

// A test names one test or subtest.
type test struct {
	pkg  string // import path, or the folder in the module for a test in a list of allowed skips
	name string // TestX or TestX/subtest
}

// results collects events and prints the lines of `go test` as packages end.
type results struct {
	stdout  io.Writer
	outputs map[string][]event // by package: the output so far, until the package ends
	ended   map[test]string    // pass, fail or skip
	skipped []test             // in the order of the events
	says    map[test]string    // what a skipped test printed
	failed  bool               // a package failed
}

func newResults(stdout io.Writer) *results {
	return &results{stdout: stdout, outputs: map[string][]event{}, ended: map[test]string{}, says: map[test]string{}}
}

// add takes one line of `go test -json`. A line that is not JSON is printed unchanged.
func (r *results) add(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil || e.Action == "" {
		r.stdout.Write(line)
		return
	}
	switch e.Action {
	case "build-output":
		io.WriteString(r.stdout, e.Output)
	case "build-fail":
		r.failed = true
	case "output":
		r.outputs[e.Package] = append(r.outputs[e.Package], e)
	case "pass", "fail", "skip":
		if e.Test != "" {
			r.endTest(e)
		} else {
			r.endPackage(e)
		}
	}
}

// endTest notes the result of a test and, of a skipped one, its output.
func (r *results) endTest(e event) {
	t := test{e.Package, e.Test}
	r.ended[t] = e.Action
	if e.Action != "skip" {
		return
	}
	r.skipped = append(r.skipped, t)
	for _, o := range r.outputs[e.Package] {
		if s := strings.TrimSpace(o.Output); o.Test == e.Test && !strings.HasPrefix(s, "=== ") && !strings.HasPrefix(s, "--- ") {
			r.says[t] = strings.TrimSpace(r.says[t] + " " + s)
		}
	}
}

// endPackage prints the summary of a package and, if the package failed, the output
// of its tests that neither passed nor were skipped.
func (r *results) endPackage(e event) {
	if e.Action == "fail" {
		r.failed = true
	}
	for _, o := range r.outputs[e.Package] {
		if strings.HasPrefix(o.Output, "=== ") {
			continue // begin and end of tests, which only `go test -v` prints
		}
		switch ended := r.ended[test{o.Package, o.Test}]; {
		case o.Test == "" && (e.Action == "fail" || isSummary(o.Output)),
			o.Test != "" && ended != "pass" && ended != "skip":
			io.WriteString(r.stdout, o.Output)
		}
	}
	delete(r.outputs, e.Package)
}

// isSummary reports whether a line of output is the one that `go test` prints for a
// package that passed.
func isSummary(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "?   \t")
}

// finish prints the skipped tests and the counts. It reports whether no test failed,
// each skip is allowed, and each allowed test of the packages that ran exists.
func (r *results) finish(allowed map[test]string) bool {
	ok := !r.failed
	for _, t := range r.skipped {
		if reason, found := lookup(allowed, t); found {
			fmt.Fprintf(r.stdout, "skipped: %s %s: %s\n", t.pkg, t.name, reason)
			continue
		}
		ok = false
		fmt.Fprintf(r.stdout, "error: %s %s was skipped, which the list does not allow: %s\n", t.pkg, t.name, r.says[t])
	}
	for _, t := range r.missing(allowed) {
		ok = false
		fmt.Fprintf(r.stdout, "error: %s %s may be skipped according to the list, but there is no such test\n", t.pkg, t.name)
	}
	count := map[string]int{}
	for _, ended := range r.ended {
		count[ended]++
	}
	fmt.Fprintf(r.stdout, "%d passed, %d failed, %d skipped\n", count["pass"], count["fail"], count["skip"])
	return ok
}

// missing returns the allowed tests that did not run although a test of the same
// package did, sorted. Nothing is known if a package failed: a panic ends it early.
func (r *results) missing(allowed map[test]string) []test {
	if r.failed {
		return nil
	}
	var all []test
	for t := range allowed {
		ran, found := false, false
		for done := range r.ended {
			in := inFolder(done.pkg, t.pkg)
			ran = ran || in
			found = found || in && done.name == t.name
		}
		if ran && !found {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b test) int { return strings.Compare(a.pkg+" "+a.name, b.pkg+" "+b.name) })
	return all
}

// lookup returns the reason why a test may be skipped.
func lookup(allowed map[test]string, t test) (reason string, ok bool) {
	for a, reason := range allowed {
		if a.name == t.name && inFolder(t.pkg, a.pkg) {
			return reason, true
		}
	}
	return "", false
}

// inFolder reports whether an import path is that of a folder of the module.
func inFolder(pkg, folder string) bool {
	return pkg == folder || strings.HasSuffix(pkg, "/"+folder)
}

// parseAllowed reads a list of tests that may be skipped and returns the reasons.
func parseAllowed(text string) (map[test]string, error) {
	allowed := map[test]string{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) < 3 {
			return nil, fmt.Errorf("line %d: want folder, test and reason", n)
		}
		t := test{fields[0], fields[1]}
		if _, ok := allowed[t]; ok {
			return nil, fmt.Errorf("line %d: %s %s is listed twice", n, t.pkg, t.name)
		}
		allowed[t] = strings.Join(fields[2:], " ")
	}
	return allowed, nil
}
