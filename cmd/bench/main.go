// Command bench compares the cost of a scan with the cost of decoding alone:
//
//	go run ./cmd/bench [FLAGS] CLIP
//
//	CLIP -> 720p, looped to 60 s and 20 min -> ffmpeg to nothing | deepcheck scan
//	     -> CPU seconds, their ratio, peak memory -> table
//
// CLIP is a video of somebody speaking. CPU time is the user and system time of
// the program and of all child processes that it waited for. The command that
// only decodes is `ffmpeg -i CLIP -vf fps=25 -f null -`: picture and sound, at the
// frame rate of a scan. Decoding and scanning alternate, so that changes in the
// machine's speed affect both equally. The table gives medians.
//
// Memory is the proportional set size summed over the scan and its children:
// pages that they share count once. It is read ten times a second.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options holds the flags and the argument.
type options struct {
	tool   string        // path of the binary to measure
	folder string        // holds the clips made
	clip   string        // path of the clip that they are made from
	rate   string        // bit rate of their video stream, in ffmpeg's notation
	rounds int           // measurements of the short clip
	short  time.Duration // length of the clip for CPU time and memory
	long   time.Duration // length of the clip for memory only; 0 for none
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.tool, "tool", filepath.Join("bin", "deepcheck"), "the `program` to measure")
	flags.StringVar(&o.folder, "folder", filepath.Join("testdata", "made", "bench"), "`folder` for the clips made from CLIP")
	flags.StringVar(&o.rate, "bitrate", "2500k", "video bit `rate` of these clips; 2500k is usual for streaming 720p")
	flags.IntVar(&o.rounds, "rounds", 5, "number of measurements of the short clip")
	flags.DurationVar(&o.short, "short", time.Minute, "length of the short clip")
	flags.DurationVar(&o.long, "long", 20*time.Minute, "length of the long clip, 0 for none")
	err := flags.Parse(args)
	switch {
	case err == nil && flags.NArg() == 1 && o.rounds > 0 && o.short > 0:
		o.clip = flags.Arg(0)
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err == nil:
		fmt.Fprintln(stderr, "error: want one CLIP, and -rounds and -short above 0")
		return 2
	default:
		return 2
	}
	if err := bench(ctx, o, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "error:", err)
		return 1
	}
	return 0
}

// bench measures and prints the tables.
func bench(ctx context.Context, o options, stdout, stderr io.Writer) error {
	clips := maker{folder: o.folder, from: o.clip, bitrate: o.rate}
	short, err := clips.loop(ctx, o.short)
	if err != nil {
		return err
	}
	var speed []round
	for i := range o.rounds {
		fmt.Fprintf(stderr, "round %d of %d\n", i+1, o.rounds)
		r, err := measureRound(ctx, o.tool, short)
		if err != nil {
			return err
		}
		speed = append(speed, r)
	}
	memory := []peak{{o.short, peakOf(speed)}}
	if o.long > 0 {
		fmt.Fprintf(stderr, "scanning the clip of %v\n", o.long)
		long, err := clips.loop(ctx, o.long)
		if err != nil {
			return err
		}
		u, err := measure(ctx, scanStatus, o.tool, scanArgs(long)...)
		if err != nil {
			return err
		}
		memory = append(memory, peak{o.long, u.peak})
	}
	return writeTables(stdout, fmt.Sprintf("%v of 1280x720 at %s", o.short, o.rate), speed, memory)
}
