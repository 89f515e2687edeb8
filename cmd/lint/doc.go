// Command lint checks what the compiler does not: who may import whom, and the
// few other rules of the house.
//
//	go run ./cmd/lint [DIR]
//
// It parses every Go file below DIR (by default the current folder, which must
// hold go.mod) whatever its build tags, and compares the modules that cmd/deepcheck
// links with THIRD_PARTY.md. It prints one line per breach and ends with status 1 if
// there is any. The rules are tables in rules.go.
package main
