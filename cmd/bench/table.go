package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// A peak is the peak memory of scanning a clip of the given length.
type peak struct {
	length time.Duration
	bytes  int64
}

// peakOf returns the highest peak memory of all scans, in bytes.
func peakOf(rounds []round) (most int64) {
	for _, r := range rounds {
		most = max(most, r.scan.peak)
	}
	return most
}

// writeTables prints the CPU and wall-clock times of all rounds, then the peak
// memory. clip is the heading of the first table.
func writeTables(w io.Writer, clip string, speed []round, memory []peak) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "%s\tdecoding\tscan\tratio\t\n", clip)
	row := func(name string, r round, ratio float64) {
		fmt.Fprintf(tw, "%s\t%.2f s\t%.2f s\t%.2f\t\n", name, r.decode.cpu.Seconds(), r.scan.cpu.Seconds(), ratio)
	}
	for i, r := range speed {
		row(fmt.Sprintf("CPU, round %d", i+1), r, r.ratio())
	}
	row("CPU, median", round{
		decode: usage{cpu: median(speed, func(r round) time.Duration { return r.decode.cpu })},
		scan:   usage{cpu: median(speed, func(r round) time.Duration { return r.scan.cpu })},
	}, median(speed, round.ratio))
	fmt.Fprintf(tw, "wall clock, median\t%.2f s\t%.2f s\t\t\n",
		median(speed, func(r round) time.Duration { return r.decode.wall }).Seconds(),
		median(speed, func(r round) time.Duration { return r.scan.wall }).Seconds())
	fmt.Fprintf(tw, "\t\t\t\t\nscan of\tpeak memory\t\n")
	for _, p := range memory {
		fmt.Fprintf(tw, "%v\t%.0f MB\t\n", p.length, float64(p.bytes)/1e6)
	}
	return tw.Flush()
}

// median returns the median of f over the rounds: the lower of the two middle values
// if their number is even. There must be at least one round.
func median[T float64 | time.Duration](rounds []round, f func(round) T) T {
	var all []T
	for _, r := range rounds {
		all = append(all, f(r))
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}
