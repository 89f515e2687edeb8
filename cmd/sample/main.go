// Command sample makes videos of a drawn talking head with known truth: the lag of the sound
// and its replaced interval. Tests, the demo and training use them.
//
//	go run ./cmd/sample -out clip.mp4 -seed 7 -lag 200ms -truth clip.json
//	go run ./cmd/sample -out forged.mp4 -seed 7 -replace 3.2-5.9
//	go run ./cmd/sample -demo testdata/made
//
// The programs espeak-ng and ffmpeg must be installed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/deepcheck/deepcheck/cmd/sample/clip"
)

// Exit statuses.
const (
	exitOK          = 0
	exitError       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run executes the command line and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err == nil && c.demo != "":
		err = demo(ctx, c.demo, stdout)
	case err == nil:
		err = c.make(ctx, stdout)
	}
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case err != nil:
		fmt.Fprintln(stderr, "error:", err)
		return exitError
	}
	return exitOK
}

// A command is a parsed command line.
type command struct {
	clip.Options
	out, truth, demo string // paths; "" if not given
}

func parse(args []string, stderr io.Writer) (*command, error) {
	c := &command{}
	flags := flag.NewFlagSet("sample", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&c.out, "out", "", "write the video to `FILE` (.mp4 or .mov)")
	flags.StringVar(&c.truth, "truth", "", "write the truth to `FILE`, as JSON")
	flags.StringVar(&c.demo, "demo", "", "write genuine.mp4 and tampered.mp4 to `DIR`")
	flags.Uint64Var(&c.Seed, "seed", 0, "picks person, voice and sentences")
	flags.StringVar(&c.Text, "text", "", "sentences to say (default: picked by seed)")
	flags.StringVar(&c.Voice.Name, "voice", "", "espeak-ng voice, such as en-us or de+f2 (default: picked by seed)")
	flags.IntVar(&c.Voice.Pitch, "pitch", 0, "pitch of the voice, 1 to 99 (default: picked by seed)")
	flags.IntVar(&c.Voice.Speed, "speed", 0, "words per minute, 80 to 300 (default: picked by seed)")
	flags.Float64Var(&c.Seconds, "seconds", 0, "length of the clip (default: that of -text, or 10)")
	flags.DurationVar(&c.Lag, "lag", 0, "delay of the sound, such as 200ms, or -80ms for early sound")
	flags.Func("replace", "replace the sound of seconds `FROM-TO` with other sentences", func(v string) (err error) {
		c.Replace, err = parseInterval(v)
		return err
	})
	flags.Func("size", "picture size in pixels, `WxH` (default 640x480)", func(v string) (err error) {
		c.Width, c.Height, err = parseSize(v)
		return err
	})
	flags.BoolVar(&c.Swap, "swap", false, "replace all sound with other sentences")
	flags.BoolVar(&c.Silent, "silent", false, "room noise instead of a voice")
	flags.BoolVar(&c.NoSound, "no-sound", false, "no sound track")
	flags.BoolVar(&c.NoFace, "no-face", false, "nobody in the picture")
	flags.BoolVar(&c.MouthShut, "still", false, "the mouth stays shut")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, "usage: sample -out FILE [options]\n       sample -demo DIR\n\nMakes a video of a drawn talking head with known truth.\n\noptions:")
		flags.SetOutput(stderr)
		flags.PrintDefaults()
		return nil, err
	}
	switch {
	case err != nil:
		return nil, err
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q (see sample -h)", flags.Arg(0))
	case c.out == "" && c.demo == "":
		return nil, errors.New("nothing to make: give -out FILE or -demo DIR (see sample -h)")
	}
	return c, nil
}

func parseInterval(v string) (*clip.Interval, error) {
	from, to, ok := strings.Cut(v, "-")
	start, err1 := strconv.ParseFloat(from, 64)
	end, err2 := strconv.ParseFloat(to, 64)
	if !ok || err1 != nil || err2 != nil {
		return nil, errors.New("want FROM-TO in seconds, such as 2.5-4")
	}
	return &clip.Interval{Start: start, End: end}, nil
}

func parseSize(v string) (w, h int, err error) {
	a, b, ok := strings.Cut(v, "x")
	w, err1 := strconv.Atoi(a)
	h, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil || w <= 0 || h <= 0 {
		return 0, 0, errors.New("want WxH in pixels, such as 640x480")
	}
	return w, h, nil
}

// make plans and writes one clip.
func (c *command) make(ctx context.Context, stdout io.Writer) error {
	s, err := clip.Plan(ctx, c.Options)
	if err != nil {
		return err
	}
	return write(ctx, s, c.out, c.truth, stdout)
}

// write writes a clip to out and, unless truth is "", its truth to truth. The truth
// comes first, so that a bad path is reported before the drawing starts.
func write(ctx context.Context, s *clip.Script, out, truth string, stdout io.Writer) error {
	if truth != "" {
		f, err := os.Create(truth)
		if err != nil {
			return err
		}
		if err := errors.Join(s.Truth().Encode(f), f.Close()); err != nil {
			return fmt.Errorf("writing %q: %w", truth, err)
		}
	}
	if err := s.Write(ctx, out); err != nil {
		if truth != "" {
			os.Remove(truth)
		}
		return err
	}
	_, err := fmt.Fprintln(stdout, out)
	return err
}
