// Command lint checks rules that the compiler does not: which package may import
// which, and the other house rules.
//
//	go run ./cmd/lint [DIR]
//
// DIR, by default the current folder, must hold go.mod. lint parses every Go file below DIR
// regardless of build tags, and every Markdown file, and compares the modules that cmd/deepcheck
// links with THIRD_PARTY.md. It prints one line per breach and exits with status 1 if there is a
// breach, 2 on an error. The rules are tables in rules.go.
package main
