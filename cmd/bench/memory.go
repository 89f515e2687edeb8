package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// treeMemory returns the proportional set size, in bytes, of a process and all its
// descendants. A process that has ended counts as 0.
func treeMemory(pid int) int64 {
	total := proportional(pid)
	// Each thread lists the children that it started.
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				total += treeMemory(child)
			}
		}
	}
	return total
}

// proportional returns the proportional set size of one process, in bytes, or 0
// if it cannot be read.
func proportional(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	return parsePss(string(text))
}

// parsePss returns the bytes in the line "Pss:   1234 kB" of /proc/PID/smaps_rollup,
// or 0 without such a line.
func parsePss(text string) int64 {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "Pss:" && fields[2] == "kB" {
			kB, err := strconv.ParseInt(fields[1], 10, 64)
			if err == nil {
				return kB * 1024
			}
		}
	}
	return 0
}
